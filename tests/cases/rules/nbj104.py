# === noop: deleted after its last use
# %% [job]
x = 1
print(x)
del x

# === noop: deleted and defined again
# %% [job]
x = 1
del x
x = 2
print(x)

# === noop: deleted in one branch
# %% [job]
import sys
x = 1
if sys.argv:
    del x
print(x)

# === noop: deleted in a loop that binds it again
# %% [job]
for i in range(3):
    x = i
    print(x)
    del x
x = 1
for i in range(3):
    if i:
        del x
    print(x)

# === noop: an item or an attribute is deleted, not the name
# %% [job]
import types
d, o = {"k": 1}, types.SimpleNamespace(a=1)
del d["k"], o.a
print(d, o)

# === noop: a name that except covers only when something went wrong
# %% [job]
e = 1
try:
    pass
except ValueError as e:
    pass
print(e)

# === noop: an untagged cell deletes it
# %% [job]
x = 1
# %%
del x
# %% [job]
print(x)

# === noop: a reset of what is the kernel's own, and of what nobody can tell
# %% [job]
# nbjob: ignore[NBJ301]
import numpy as np
x, data = 1, np.ones(3)
%reset -f in out dhist
%reset -f array
%reset_selective -f
%reset_selective -f (x|y)
%reset_selective -f \w
%reset_selective -f [
%reset_selective -f $pattern
%xdel x y
%reset -f  # IPython takes this comment for arguments
print(x, data)

# === noop: defined again after a reset, or a reset on a condition
# %% [job]
# nbjob: ignore[NBJ301]
import sys
x = y = 1
if sys.argv:
    %reset -f
print(y)
%reset -f
x = 2
print(x, len)

# === found: deleted in the cell above
# %% [job]
x = 1
# %% [job]
del x
# %% [job]
print(x)  # NBJ104

# === found: deleted in the same cell, in a tuple
# %% [job]
x = y = 1
del x, (y)
print(x)  # NBJ104
print(y)  # NBJ104

# === found: deleted twice
# %% [job]
x = 1
del x
del x  # NBJ104

# === found: the exception after its handler
# %% [job]
try:
    int("x")
except ValueError as exc:
    print(exc)
print(exc)  # NBJ104

# === found: deleted in both branches
# %% [job]
import sys
x = 1
if sys.argv:
    del x
else:
    del x
print(x)  # NBJ104

# === found: deleted by a magic
# %% [job]
x = 1
%xdel x  # NBJ301
print(x)  # NBJ104

# === found: everything, by a magic
# %% [job]
x, _x = 1, 2
# %% [job]
%reset -f  # NBJ301
# %% [job]
print(x)  # NBJ104
print(_x)  # NBJ104
print(list)

# === found: everything that the kernel lists; names that begin with _ are not
# %% [job]
x, _x = 1, 2
%reset -sf  # NBJ301
print(x)  # NBJ104
print(_x)

# === found: the names that a pattern fits
# %% [job]
tmp_a, tmp_b, kept, _tmp = 1, 2, 3, 4
%reset_selective -f ^tmp  # NBJ301
print(tmp_a, kept, _tmp)  # NBJ104
tmp_b = 5
print(tmp_b)

# === found: by a call to IPython
# select: NBJ104
# %% [job]
x = 1
get_ipython().run_line_magic("reset", "-sf")
print(x)  # NBJ104
y = 1
get_ipython().magic("reset -f")
print(y)  # NBJ104

# === found: a function that a reset took
# %% [job]
def f():
    return 1
# %% [job]
%reset -s -f  # NBJ301
f()  # NBJ104
