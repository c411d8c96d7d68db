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
