# === noop: nested comprehensions, and their first iterable outside
# %% [job]
rows = [[1, 2], [3]]
squares = [[cell * cell for cell in row] for row in rows]
pairs = [(a, b) for a in rows for b in a if a for c in b]
async def read():
    return [x async for x in rows if await x]
print(squares, pairs)

# === noop: a walrus binds where it stands, perhaps
# %% [job]
if (n := len("x")) and (m := n):
    print(n, m)
print(n, m, [last := i for i in (1, 2)], last)
while (line := input and "") != "":
    print(line)

# === noop: a class body with global, and names of an outer function
# %% [job]
class Settings:
    global limit
    limit = 3
    own = limit
def outer():
    count = 0
    class Inner:
        start = count
        def step(self):
            nonlocal count
            count += 1
    return Inner
print(limit, Settings.own, outer())

# === noop: lambda and argument defaults are evaluated at once, bodies later
# %% [job]
start = 1
f = lambda x=start, *, y=start: x + y + later
def g(x=start, *rest, y: int = start, **more): return later, x, rest, y, more
later = 2
print(f(), g())

# === noop: decorators with arguments, and of classes
# %% [job]
def register(name):
    def wrap(thing): return thing
    return wrap
@register("a")
@register(name="b")
class A: ...
@A.mro
def f(): ...

# === noop: a definition in one branch, where the other one ends
# %% [job]
import sys
if sys.argv:
    mode = 1
else:
    raise SystemExit
def read(): return mode
try:
    import tomllib
except ImportError:
    import tomli as tomllib
try:
    size = int("1")
except ValueError:
    raise
finally:
    print("done")
print(mode, tomllib, size)

# === noop: del in a function is the function's own, or nobody knows when
# %% [job]
x = y = 1
def f():
    x = 2
    del x
def g():
    global y
    del y
f()
print(x, y)

# === noop: match binds in all its patterns
# %% [job]
import re
command = ["go", 1]
match command:
    case re.NOFLAG | None:
        pass
    case [str(verb), *_] if verb:
        print(verb)
    case {"x": x, "y": [y, *more], **rest}:
        print(x, y, more, rest)
    case re.Match(string=text) as found:
        print(text, found)
print(verb)

# === noop: augmented assignment of parts
# %% [job]
import types
total, o = [0], types.SimpleNamespace(a=1)
total[0] += 1
o.a |= total[0]
total *= 2

# === noop: what is for the type checker alone, and what is not
# %% [job]
import typing
if typing.TYPE_CHECKING:
    from pandas import DataFrame
else:
    DataFrame = object
if not typing.TYPE_CHECKING:
    Series = object
print(DataFrame, Series)

# === noop: f-strings in f-strings
# %% [job]
width, value = 10, 1.5
print(f"{value:{width}.{width}f} {f'{value!r}' + f'{width=}'} {{missing}}", rf"\d{width}")

# === noop: annotations of a cell above hold for all
# %% [job]
from __future__ import annotations
# %% [job]
def read(x: Missing) -> Missing: ...
class Row:
    id: Missing = 1

# === noop: imports bind the first part, or the alias
# %% [job]
import os.path, xml.dom as dom
from os import path as p, sep
print(os, dom, p, sep)

# === noop: names made by globals() and exec, in functions too
# %% [job]
def setup():
    globals()["rate"] = 1
    exec("limit = 2", globals())
setup()
print(rate, limit)
vars()["size"] = 3
globals().__setitem__("depth", 4)
import builtins
builtins.everywhere = 5
print(size, depth, everywhere)

# === noop: names that magics bind, on a condition and over several lines
# %% [job]
# nbjob: ignore[NBJ301]
files = !ls
a, b = %frobnicate
if files:
    names = !ls \
        -l
    %matplotlib inline
    %time size = len( \
        files)
!!ls
print(files, a, b, names, size)
# %% [job]
%%capture --no-stderr shown
%%time
kept = 1
# %% [job]
print(shown, kept)
kept?
?kept

# === noop: the job's input, its arguments by name, and the parameters cell
# %% [parameters]
day: str
limit: int = 10
# %% [job]
job_input.get_arguments()
print(day, limit)

# === noop: the kernel's own functions, and one of the notebook's instead
# %% [job]
display(1)
# %% [job]
def get_ipython(): ...
get_ipython()

# === noop: names that a platform puts there, once they are configured
# builtins: spark dbutils sc displayHTML table
# %% [job]
spark.sql("SELECT 1")
dbutils.fs.ls("/")
sc.version
table("x")
displayHTML("<b>")

# === noop: Colab's names are imported
# %% [job]
from google.colab import auth, drive
auth.authenticate_user()
drive.mount("/drive")

# === noop: await inside of a coroutine, and in a cell that is not production
# %% [job]
import asyncio
async def main():
    async with asyncio.timeout(1) as t, asyncio.Lock():
        async for x in source():
            await asyncio.sleep(x)
    return t
async def source():
    yield 1
asyncio.run(main())
# %%
await main()

# === noop: a whole cell that is indented, and magics in it
# %% [job]
    x = 1
    %matplotlib inline
    if x:
        %time y = 2
    print(x, y)

# === noop: lines that go on
# %% [job]
total = 1 + \
    2
text = """a
%time x
""" + \
    str(total)
print(text)

# === noop: type parameters, and an alias that is lazy
# python: 3.12
# %% [job]
type Pair[T] = tuple[T, Later]
def first[T: (int, str)](x: T) -> T:
    return x
class Box[T, *Ts, **P]:
    item: T
    def get(self) -> T: ...
print(first, Box, Pair)
Later = int

# === noop: a group of exceptions
# python: 3.11
# %% [job]
try:
    import missing_module
except* ImportError as group:
    print(group)
    missing_module = None
print(missing_module)

# === noop: names put into the namespace of a frame or of the kernel
# select: NBJ1
# %% [job]
import inspect
inspect.currentframe().f_globals["one"] = 1
get_ipython().user_ns["two"] = 2
print(one, two)
# %% [job]
names = get_ipython().user_ns
names["three"] = 3
print(three)

# === found: names of functions, classes and handlers outside of them
# %% [job]
def f(argument):
    local = 1
class C:
    attribute = 1
g = lambda own: (inner := own)
print(argument, local)  # NBJ101, NBJ101
print(attribute)  # NBJ101
print(own, inner)  # NBJ101, NBJ101

# === found: in comprehensions, each in its place
# %% [job]
a = [x for x in nothing]  # NBJ101
b = [x for x in [1] if condition]  # NBJ101
c = {key: value for key in [1]}  # NBJ101
d = [y for x in y for y in [1]]  # NBJ101
e = [[z for z in x] for w in [1]]  # NBJ101

# === found: beside a walrus
# %% [job]
print(n, (n := 1))  # NBJ103
print((m := missing), m)  # NBJ101

# === found: in a class body and its methods
# %% [job]
class C:
    x = missing  # NBJ101
    def f(self, y=default):  # NBJ101
        global nowhere
        nowhere += 1  # NBJ101
        return self.x, other  # NBJ101

# === found: a nonlocal that no function has
# %% [job]
def f():
    nonlocal x  # NBJ001
    x = 1

# === found: defaults, decorators with arguments
# %% [job]
f = lambda x=missing: x  # NBJ101
@register(missing)  # NBJ101, NBJ101
class A: ...
def g(*, x=other): ...  # NBJ101

# === found: in a condition and below one
# %% [job]
import sys
if missing:  # NBJ101
    pass
elif sys.argv or other:  # NBJ101
    print(third)  # NBJ101
try:
    print(fourth)  # NBJ101
except ValueError as fifth:
    pass
print(fifth)  # NBJ104

# === found: deleted on every path
# %% [job]
x = 1
try:
    del x
finally:
    print(x)  # NBJ104
# %% [job]
y = 1
with open("x"):
    del y
print(y)  # NBJ104

# === found: in match
# %% [job]
command = [1]
match command:
    case [x] if x > limit:  # NBJ101
        pass
    case Colour.RED:  # NBJ101
        pass
    case {Key.A: value}:  # NBJ101
        print(value, never)  # NBJ101

# === found: augmented assignment of what is not there
# %% [job]
items[0] += 1  # NBJ101
thing.a += 1  # NBJ101
x = 1
x += missing  # NBJ101

# === found: names for the type checker alone, under other names
# %% [job]
import typing as t
if t.TYPE_CHECKING:
    from pandas import DataFrame
else:
    Series = object
print(DataFrame, Series)  # NBJ101

# === found: in f-strings, their formats and those inside
# %% [job]
value = 1
print(f"{missing}")  # NBJ101
print(f"{value:{width}}")  # NBJ101
print(f"{f'{inner}'}")  # NBJ101
print(f"{value!r:>{len(other)}}", rf"{third=}")  # NBJ101, NBJ101

# === found: annotations that are evaluated, and defaults that always are
# %% [job]
class Row:
    id: Missing = 1  # NBJ101
def f(*args: Many, key: Key = 1) -> Result: ...  # NBJ101, NBJ101, NBJ101

# === found: late annotations, and a default beside one
# %% [job]
from __future__ import annotations
# %% [job]
def f(x: Missing = default): ...  # NBJ101

# === found: only the alias is bound
# %% [job]
import xml.dom as dom
from os import path as p
print(xml, path)  # NBJ101, NBJ101

# === found: other names than those made by globals() and exec
# %% [job]
globals()["rate"] = 1
globals().update(limit=2)
exec("size = 1\ndepth = 2")
print(rate, limit, size, depth, other)  # NBJ101

# === found: beside names that magics bind
# %% [job]
# nbjob: ignore[NBJ301]
files = !ls
%time size = len(filez)  # NBJ101
print(files)
# %% [job]
%%capture shown
print(showed)  # NBJ101
# %% [job]
%%time
print(never)  # NBJ101
# %% [job]
missing?
?missing
x = 1
if x:
    %timeit f()
    print(nothing)  # NBJ101

# === found: on the second of lines that go on
# %% [job]
total = 1 + \
    missing  # NBJ101
%time size = len( \
    other)  # NBJ101
    

# === found: arguments are no names by themselves
# %% [parameters]
day: str = default  # NBJ101
# %% [job]
print(arguments, day)  # NBJ101

# === found: the notebook's own display in a cell without a tag, and another one below
# %%
def display(x): ...
# %% [job]
display(1)  # NBJ102
get_ipython()  # NBJ103
# %% [job]
def get_ipython(): ...

# === found: a platform's names, where nobody configured them
# builtins: dbutils
# %% [job]
spark.sql("SELECT 1")  # NBJ101
dbutils.fs.ls("/")
drive.mount("/drive")  # NBJ101

# === found: await at the top level, in its three forms
# select: NBJ001
# %% [job]
async with lock: pass  # NBJ001
# %% [job]
async for x in y: pass  # NBJ001
# %% [job]
rows = [x async for x in y]  # NBJ001

# === found: in a coroutine
# %% [job]
import asyncio
async def main():
    await missing()  # NBJ101
asyncio.run(main())

# === found: in a whole cell that is indented
# %% [job]
    x = 1
    if x:
        %time print(missing)  # NBJ101

# === found: type parameters outside of what they are for
# python: 3.12
# %% [job]
def first[T](x: T) -> U:  # NBJ101
    return x
class Box[T: Missing](Base[T]):  # NBJ101
    item: T = default  # NBJ101
print(T)  # NBJ101

# === found: a group of exceptions, after its handler
# python: 3.11
# %% [job]
try:
    pass
except* missing as group:  # NBJ101
    print(group)

# === found: other names than those
# select: NBJ1
# %% [job]
get_ipython().user_ns["two"] = 2
print(get_ipython().user_ns.get("one"))
print(one)  # NBJ101
