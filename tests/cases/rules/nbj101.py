# === noop: a name that the cell above defines
# %% [job]
rate = 2
# %% [job]
print(rate)

# === noop: an untagged cell may use whatever it likes
# %% [job]
rate = 2
# %%
print(nobody, defines, this)

# === noop: builtins, module attributes, IPython's names and the runner's
# select: NBJ101 NBJ102 NBJ103 NBJ104 NBJ105
# %% [job]
print(len([]), __name__, __file__, __doc__, ExceptionGroup, WindowsError)
display(get_ipython(), _, __, ___, _1, _i, In, Out, exit)
print(job_input)

# === noop: evaluation order, the value before the target
# %% [job]
a = b = 1
c, (d, *e) = a, (b, 1, 2)
[f, g] = d, e
h = {}
h[f] = g
h.x = c

# === noop: a comprehension has a scope of its own, a walrus binds outside
# %% [job]
rows = [[1, 2], [3]]
flat = [item for row in rows for item in row if item]
pairs = {key: value for key, value in enumerate(flat) if (last := value)}
unique = {x for x in flat}
total = sum(x * last for x in flat)
print(pairs, unique, total, last)

# === noop: class bodies run now, methods later
# %% [job]
class Rate:
    value = 1
    double = value * 2
    name = __qualname__ + __module__
    items = [v for v in [value]]

    def read(self):
        return limit, __class__

    def annotated(self, other: value) -> double:
        return self
# %% [job]
limit = 3

# === noop: a function may use what is defined further down
# %% [job]
def load():
    return path, helper()

async def fetch():
    return await path

later = lambda: path
lazy = (path for _ in [1])
# %% [job]
def helper():
    return 1

path = "x"
load()

# === noop: local names of functions, nested ones and arguments
# %% [job]
def outer(a, /, b=1, *args, c, d=2, **kwargs):
    import os.path as p, sys
    from json import dumps as d2
    total = 0
    for i, (j, k) in enumerate(args):
        total += i
    with open(a) as handle:
        pass
    try:
        pass
    except ValueError as exc:
        print(exc)
    def inner():
        nonlocal total
        total = b
        return a, c, d, kwargs, p, sys, d2, total, i, j, k, handle
    class Local:
        x = 1
        y = x
        def method(self):
            return Local, inner
    return [inner() for inner2 in args], (lambda q, *r, **s: (q, r, s, a))

# === noop: an annotation without a value binds nothing; strings and local ones are not evaluated
# %% [job]
from __future__ import annotations
count: Missing = 1
def read(x: Missing, *rest: Missing) -> Missing:
    y: Missing = 1
    return y
class Row:
    id: Missing

# === noop: annotations in quotes
# %% [job]
count: "Missing" = 1
def read(x: "Missing") -> "Missing":
    y: Missing = 1
    return y

# === noop: names that exist only for the type checker, where nothing runs
# %% [job]
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from pandas import DataFrame
def read() -> "DataFrame":
    pass

# === noop: branches: what one of them binds may be there
# %% [job]
import sys
if sys.argv:
    mode = 1
elif sys.path:
    mode = 2
else:
    mode = 3
if sys.flags:
    extra = 1
print(mode, extra)

# === noop: try and its handlers
# %% [job]
try:
    import fast as impl
except ImportError:
    import slow as impl
else:
    done = True
finally:
    print(impl)
print(impl, done)

# === noop: loops
# %% [job]
for i in range(3):
    square = i * i
else:
    finished = True
while True:
    if square:
        found = square
        break
print(i, square, finished, found)

# === noop: a loop that reads on a condition what an earlier round bound
# %% [job]
for i in range(3):
    if i > 0:
        print(previous)
    first = previous2 if i else None
    ok = i and previous3
    previous = previous2 = previous3 = i

# === noop: a loop whose first round goes on early
# %% [job]
for i in range(3):
    if i == 0:
        previous = i
        continue
    print(previous)

# === noop: a loop that breaks before the use
# %% [job]
n = 0
while True:
    try:
        value = int("1")
    except ValueError:
        continue
    else:
        break
print(value)

# === noop: an inner loop that runs from the second round on
# %% [job]
for i in range(3):
    for j in range(i):
        print(previous)
    previous = i

# === noop: with and match
# %% [job]
from contextlib import suppress
with open("a") as handle, open("b") as (left, right):
    text = handle
with suppress(ImportError):
    import fast
print(text, left, right, fast)
match text:
    case {"a": a, **rest}:
        pass
    case [first, *others] | (first, others):
        pass
    case str() as word:
        pass
    case _:
        other = 1
print(a, rest, first, others, word, other)

# === noop: global in a function binds when the function is called
# %% [job]
def setup():
    global connection
    connection = 1
setup()
print(connection)

# === noop: global in a function that somebody else calls
# %% [job]
def setup():
    global connection
    connection = 1
def run(callback):
    callback()
class Job:
    def start(self):
        global started
        started = 1
run(setup)
Job().start()
print(connection, started)

# === noop: guards that look whether a name exists
# %% [job]
try:
    cache
except NameError:
    cache = {}
if "limit" not in globals():
    limit = 1
if "debug" in locals() and debug:
    print(debug)
size = size if "size" in vars() else 1
try:
    unicode
except Exception:
    pass
from contextlib import suppress
with suppress(NameError):
    del scratch

# === noop: a guard in a function
# %% [job]
def read():
    try:
        return cache
    except NameError:
        return None
def read2():
    if "cache" in globals():
        return cache

# === noop: names made by globals()
# %% [job]
globals()["rate"] = 1
globals().update(limit=2, **{})
globals().setdefault("size", 3)
print(rate, limit, size)
for name in ("a", "b"):
    globals()[name] = 1
print(a, b)

# === noop: names made by exec
# %% [job]
exec("rate = 1")
print(rate)
exec(open("settings.py").read())
print(anything)

# === noop: globals() passed on or kept
# %% [job]
space = globals()
space["x"] = 1
print(x)

# === noop: a star import of the standard library, and one of who knows what
# %% [job]
from math import *
print(sqrt(pi))
from settings import *
print(anything)

# === noop: names bound by magics
# %% [job]
def f(): return 1
%time slow = f()
print(slow)
# %% [job]
%%time
fast = f()
# %% [job]
%%capture out
print(fast)
# %% [job]
print(out)

# === noop: names from another session
# %% [job]
# nbjob: ignore[NBJ301]
%store -r saved other
print(saved, other)
get_ipython().run_line_magic("store", "-r again")
print(again)
# %% [job]
# nbjob: ignore[NBJ301]
%store -r
print(anything)

# === noop: a call to IPython that can bind anything
# select: NBJ101
# %% [job]
get_ipython().run_line_magic("run", "other.py")
print(anything)

# === noop: the text of a call to IPython is not written out
# select: NBJ101
# %% [job]
name = "store"
get_ipython().run_line_magic(name, "-r x")
print(x)

# === noop: the result of SQL
# %% [job]
%%sql orders <<
SELECT 1
# %% [job]
%sql rows << SELECT 2
more = %sql SELECT 3
print(orders, rows, more)

# === noop: a parameter of SQL that nobody defines is an argument of the job
# %% [job]
%%sql
SELECT * FROM t WHERE a > {{ minimum }} AND b = :day

# === noop: a parameters cell is production too
# %% [parameters]
minimum = 10
# %% [job]
print(minimum)

# === noop: unpacking, augmented assignment and subscripts
# %% [job]
total = 0
total += 1
items = {}
items["x"] = total
items["x"] += total
del items["x"]

# === noop: a name mangled inside of its class
# %% [job]
class Box:
    __secret = 1
    copy = __secret
    def read(self):
        return self.__secret

# === noop: decorators, defaults, bases and keywords that exist
# %% [job]
import functools
base, meta, default = object, type, 1
@functools.lru_cache
def f(x=default, *, y=default): ...
class C(base, metaclass=meta): ...

# === noop: names that sympy puts into the caller
# %% [job]
from sympy import var
var("x y, z")
print(x, y, z)

# === noop: deleting a shadow uncovers the builtin
# %% [job]
list = 1
del list
print(list())

# === noop: silenced on the line
# %% [job]
print(ratio)  # noqa: NBJ101
print(ratio)  # noqa: E501, NBJ1

# === noop: silenced in the cell
# %% [job]
# nbjob: ignore[NBJ101]
print(ratio)

# === noop: another kernel's cells are not read as Python kernel=R
# select: NBJ101 NBJ102 NBJ103 NBJ104 NBJ105
# %% [job]
x <- c(1, 2)
%%bash is nothing here

# === noop: f-strings, conditional expressions, lambdas and slices
# %% [job]
x = 1
print(f"{x!r:>{x}}", x if x else x, (lambda y: y + x)(1), [1, 2][x:x])

# === noop: exceptions of except are there in their handler
# %% [job]
try:
    pass
except (ValueError, TypeError) as exc:
    print(exc)

# === noop: an argument that has to be given
# %% [parameters]
day: str
# %% [job]
print(day)

# === noop: what stands behind the end of a block never runs
# %% [job]
def load():
    return 1
    print(old_frame)
for item in range(3):
    if item:
        continue
        print(old_item)
    else:
        break
        print(other_item)
def check(value):
    with open(value) as file:
        raise NotImplementedError
        print(old_file)
    try:
        return file
        print(old_return)
    except OSError:
        raise
        print(old_error)
def pick(value):
    match value:
        case 1:
            return 1
            print(old_case)
    if value:
        return 2
    else:
        return 3
print(load())

# === noop: names in the text of a query that are there
# %% [job]
import pandas as pd
least = 1
df = pd.DataFrame({"a": [1]})
big = df.query("a > @least")
def rows(df, k):
    return df.query("""a > @k
        and a < @least""")

# === noop: what a run may be given
# %% [parameters]
mode = "fast"
# %% [job]
if mode == "full":
    rows = 1
print(rows)

# === noop: a parameter of SQL in a try
# %% [job]
try:
    rows = %sql SELECT {{ minimum }} AS a
    n = len(rows)
except Exception as e:
    print(e)
print(n)

# === noop: names that pandas has, or is given
# %% [job]
import pandas as pd
df = pd.DataFrame({"a": [1]})
df.query("a < @inf")
df.query("a > @limit", local_dict={"limit": 1})

# === noop: a query of something else
# %% [job]
class Client:
    def query(self, text):
        print(text)
Client().query("@http.status_code:500")

# === noop: parameters of SQL
# %% [job]
from google.cloud import bigquery
client = bigquery.Client()
client.query("SELECT * FROM orders WHERE day = @day AND name IN UNNEST(@names)")

# === found: a cell that does not compile is not held against others
# %% [job]
rate = = 1  # NBJ001
# %% [job]
print(rate)

# === found: what a magic may have bound is not held against others
# %% [job]
%run other.ipynb  # NBJ301
print(anything)

# === found: only what was asked for comes from another session, and nothing goes there
# %% [job]
kept = 1
%store -r saved  # NBJ301
%store kept  # NBJ301
%store -d kept  # NBJ301
print(saved, other)  # NBJ101

# === found: a call to IPython that binds nothing
# select: NBJ101
# %% [job]
get_ipython().run_line_magic("matplotlib", "inline")
get_ipython().magic("%load_ext autoreload")
print(other)  # NBJ101

# === found: nobody defines it
# %% [job]
print(rate)  # NBJ101

# === found: a name that was renamed
# %% [job]
ratio = 1
# %% [job]
print(ratios)  # NBJ101

# === found: inside a function, a lambda, a method and a generator
# %% [job]
def f():
    return rate  # NBJ101
g = lambda: limit  # NBJ101
class C:
    def method(self):
        return size  # NBJ101
lazy = (scale for _ in [1])  # NBJ101
def outer():
    def inner():
        return depth  # NBJ101

# === found: a class's name inside of its method, and in a comprehension
# %% [job]
class C:
    value = 1
    many = [value for _ in range(3)]  # NBJ101
    def method(self):
        return value  # NBJ101

# === found: a comprehension's variable outside of it
# %% [job]
rows = [row for row in range(3)]
print(row)  # NBJ101

# === found: default, decorator, base, keyword, annotation
# %% [job]
@decorate  # NBJ101
def f(x=default):  # NBJ101
    pass
class C(Base, metaclass=Meta):  # NBJ101, NBJ101
    pass
def g(x: Type) -> Result:  # NBJ101, NBJ101
    pass
y: Kind = 1  # NBJ101

# === found: an annotation alone binds nothing
# %% [job]
count: int
print(count)  # NBJ101

# === found: what is imported for the type checker alone
# %% [job]
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from pandas import DataFrame
frame = DataFrame()  # NBJ101

# === found: what stands behind an end that is not certain
# %% [job]
for item in range(3):
    if item:
        break
    print(old_item)  # NBJ101
def load(value):
    if value:
        return 1
    return old_value  # NBJ101
print(load(0))

# === found: a branch that never runs
# %% [job]
if False:
    x = 1
print(x)  # NBJ101

# === found: x += 1 is no definition
# %% [job]
total += 1  # NBJ101

# === found: a setter that nobody calls
# %% [job]
def setup():
    global connection
    connection = 1
print(connection)  # NBJ101

# === found: a name mangled by its class
# %% [job]
__secret = 1
class Box:
    def read(self):
        return __secret  # NBJ101

# === found: what only a measurement bound
# %% [job]
%timeit x = 1
print(x)  # NBJ101
# %% [job]
%%timeit
y = 1
# %% [job]
print(y)  # NBJ101

# === found: what a shell cell does binds nothing
# %% [job]
%%bash  # NBJ301
x=1
# %% [job]
print(x)  # NBJ101
# %% [job]
!export y=1  # NBJ301
print(y)  # NBJ101

# === found: in text behind %time
# %% [job]
%time print(rate)  # NBJ101

# === found: a bare noqa is for others, another code too
# %% [job]
print(rate)  # noqa  # NBJ101
print(rate)  # noqa: F821  # NBJ101

# === found: behind non-ASCII text, in an indented cell, in a prompt
# %% [job]
print("日本語", rate)  # NBJ101
# %% [job]
    print(rate)  # NBJ101
# %% [job]
>>> print(rate)  # NBJ101

# === found: exec into a namespace of its own
# %% [job]
space = {}
exec("x = 1", space)
print(x)  # NBJ101

# === found: names that a star import of the standard library does not bring
# %% [job]
from math import *
print(rate)  # NBJ101

# === found: a module that was not imported
# %% [job]
frame = pd.DataFrame()  # NBJ101

# === found: match, with and for on names that do not exist
# %% [job]
match subject:  # NBJ101
    case Point(x=1):  # NBJ101
        pass
with lock:  # NBJ101
    pass
for x in rows:  # NBJ101
    pass
while running:  # NBJ101
    pass
del gone  # NBJ101

# === found: names in the text of a query of pandas
# %% [job]
import pandas as pd
df = pd.DataFrame({"a": [1], "b c": [2]})
big = df.query("a > @least and `b c` == 'x@y'")  # NBJ101
df.eval("d = a + @more")  # NBJ101
sql = "a == @nope"
df.query(sql)  # NBJ101
def rows(df, k):
    return df.query("a > @k and a < @most")  # NBJ101

# === found: the same leaves what is missing missing
# %% [job]
get_ipython().run_line_magic("who", "")  # NBJ301
print(rows)  # NBJ101

# === found: another magic may print, and bind more
# %% [job]
%%R -o model --out log  # NBJ301
x
# %% [job]
print(model)
