# === noop: names that the code binds
# %% [job]
for _ in range(3):
    pass
first, _, __ = 1, 2, 3
print(_, __)
# %% [job]
In, _3 = 1, [_ for _ in range(3)]
print(In, _3, [str(_i) for _i in range(3)])
# %% [job]
def f(_, Out=None):
    return _, Out
class Out:
    pass
print(Out, f(1), x._1, lambda _: _)  # noqa: NBJ101

# === noop: translated texts
# %% [job]
from gettext import gettext as _
print(_("text"))
# %% [job]
print(_("more"))

# === noop: installed among the builtins
# %% [job]
import gettext
gettext.install("app")
print(_("text"))

# === noop: bound further down, before the function is called
# %% [job]
def f():
    return _
# %% [job]
_ = 1
f()

# === noop: in a cell that is not production
# %%
_
Out[3]
# %% [job]
x = 1

# === noop: dynamic code, and a cell that does not compile
# %% [job]
exec(open("names.py").read())
print(_)

# === noop: a broken cell may bind it
# %% [job]
_ = = 1  # noqa: NBJ001
# %% [job]
print(_)

# === noop: a wildcard binds nothing and reads nothing
# %% [job]
match 1:
    case _:
        pass

# === found: the last results
# %% [job]
1 + 1
# %% [job]
x = _  # NBJ106
print(__, ___)  # NBJ106, NBJ106
print(_3 + Out[3])  # NBJ106, NBJ106

# === found: what was typed
# %% [job]
print(In[1], _i, _ii, _i3, _ih, _oh, _dh)  # NBJ106, NBJ106, NBJ106, NBJ106, NBJ106, NBJ106, NBJ106

# === found: only a comprehension and a function have one of their own
# %% [job]
squares = [_ * _ for _ in range(3)]
print(_)  # NBJ106
# %% [job]
def f():
    return _i  # NBJ106

# === found: in what is timed
# %% [job]
%time print(_)  # NBJ106
