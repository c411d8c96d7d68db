# === noop: bound on every path
# select: NBJ108
# %% [job]
import sys
if sys.argv:
    x = 1
else:
    x = 2
print(x)
# %% [job]
try:
    import tomllib
except ImportError:
    tomllib = None
print(tomllib)
# %% [job]
if sys.argv:
    y = 1
else:
    raise SystemExit
print(y)
# %% [job]
with open("a") as file:
    text = file.read()
print(text)

# === noop: whoever asks knows
# select: NBJ108
# %% [job]
import sys
if sys.argv:
    x = 1
if "x" in globals():
    print(x)
try:
    print(x)
except NameError:
    pass

# === noop: what functions and dynamic code may bind
# select: NBJ108
# %% [job]
def f():
    global x
    x = 1
f()
print(x)
# %% [job]
import sys
if sys.argv:
    list = tuple
print(list())

# === noop: not selected
# %% [job]
import sys
if sys.argv:
    x = 1
print(x)

# === found: one branch, a loop, a handler
# select: NBJ108
# %% [job]
import sys
if sys.argv:
    x = 1
# %% [job]
print(x)  # NBJ108
print(x)
# %% [job]
for item in sys.argv:
    last = item
print(last)  # NBJ108
# %% [job]
try:
    value = int("1")
except ValueError:
    print("no")
print(value)  # NBJ108
