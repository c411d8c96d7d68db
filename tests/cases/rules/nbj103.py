# === noop: defined above, in the same cell and in another
# %% [job]
x = 1
y = x
# %% [job]
print(x, y)

# === noop: in a function that is called further down
# %% [job]
def f():
    return x
# %% [job]
x = 1
f()

# === noop: a class that another's method uses
# %% [job]
class A:
    def make(self):
        return B()
class B: ...
A().make()

# === noop: a parameter of SQL from above
# %% [job]
minimum = 1
# %% [job]
%%sql
SELECT {{ minimum }}, :minimum

# === noop: the same, given a value before
# %% [job]
def checksum(block):
    acc = 0
    for b in block:
        acc = (acc * 31 + b) % 7
    return acc

# === found: two cells in the wrong order
# %% [job]
print(x)  # NBJ103
# %% [job]
x = 1

# === found: two lines in the wrong order
# %% [job]
print(x); y = 1  # NBJ103
x = 1

# === found: on one line
# %% [job]
print(x); x = 1  # NBJ103

# === found: the first round of a loop
# %% [job]
for i in range(3):
    print(previous)  # NBJ103
    previous = i
while previous < limit:  # NBJ103
    limit = 1

# === found: default values and annotations are evaluated at once
# %% [job]
def f(x=default):  # NBJ103
    return x
@wrap  # NBJ103
def g(): ...
default = 1
def wrap(f): return f

# === found: class bodies run at once
# %% [job]
class A(B):  # NBJ103
    x = limit  # NBJ103
class B: ...
limit = 1

# === found: the first iterable of a generator, and what sum uses up
# %% [job]
lazy = (x for x in rows)  # NBJ103
total = sum(x * rate for x in [1])  # NBJ103
rows, rate = [], 1

# === found: in a branch, which may run
# %% [job]
import sys
if sys.argv:
    print(x)  # NBJ103
# %% [job]
x = 1

# === found: a parameter of SQL that a cell below defines
# %% [job]
%%sql
SELECT 1,
       {{ minimum }}  -- NBJ103
# %% [job]
rows = %sql SELECT :size  # NBJ103
# %% [job]
minimum = size = 1

# === found: more than nine cells: ten comes after nine
# %% [job]
a = 1
# %% [job]
a
# %% [job]
a
# %% [job]
a
# %% [job]
a
# %% [job]
a
# %% [job]
a
# %% [job]
a
# %% [job]
b  # NBJ103
# %% [job]
b = 1
# %% [job]
b

# === found: an async function and a with
# %% [job]
with handle:  # NBJ103
    pass
with open("x") as handle:
    pass

# === found: a variable of a function that nobody calls yet
# %% [job]
MOD = 7
def checksum(block):
    for b in block:
        acc = (acc * 31 + b) % MOD  # NBJ103
    return acc
