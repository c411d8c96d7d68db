# === noop: a global that is bound in one branch, and was there before
# %% [job]
def flag():
    return len("a") > 2
def get():
    global c
    if flag():
        c = 1
    return c
# %% [job]
c = 3
print(get())

# === noop: a global that another function binds, called first
# %% [job]
def a():
    global x
    x = 1
def b():
    global y
    a()
    y = x
# %% [job]
b(); print(x, y)

# === noop: a global of a function that calls itself
# %% [job]
def walk(d):
    global best
    if d == 0:
        best = 0
        return
    walk(d - 1)
    best = best + 1
# %% [job]
walk(3)
print(best)

# === noop: a global of a coroutine
# %% [job]
import asyncio
async def f():
    global r
    r = 1
async def g():
    await f()
    return r
# %% [job]
print(await_ := asyncio.run(g()))

# === noop: a global of a function inside
# %% [job]
def outer():
    def inner():
        global z
        z = 2
    inner()
    return z
# %% [job]
print(outer())

# === noop: a global that a callback binds
# %% [job]
def setit(cb):
    cb()
    return q
def cb():
    global q
    q = 1
# %% [job]
print(setit(cb))

# === noop: a global that a loop binds
# %% [job]
def load():
    global cfg
    for i in range(2):
        cfg = i
    return cfg
# %% [job]
print(load())
print(cfg)

# === noop: a global that a match binds
# %% [job]
def get(k):
    global val
    match k:
        case 1:
            val = 2
        case _:
            val = 3
    return val
# %% [job]
print(get(2))

# === noop: a global of the deepest call
# %% [job]
def get(n):
    global val
    if n:
        get(n - 1)
    else:
        val = 1
    return val
# %% [job]
print(get(2))

# === noop: a global of two functions that call each other
# %% [job]
def even(n):
    global e
    if n == 0:
        e = True
        return e
    odd(n - 1)
    return e
def odd(n):
    global e
    if n == 0:
        e = False
        return e
    even(n - 1)
    return e
# %% [job]
print(even(3))

# === noop: a global that a function inside binds, called by a lambda
# %% [job]
def outer():
    def inner():
        global z
        z = 2
    list(map(lambda _: inner(), [1]))
    return z
# %% [job]
print(outer())

# === noop: a global that two functions declare
# %% [job]
def outer():
    global z
    def inner():
        global z
        z = 2
    [f() for f in [inner]]
    z = z + 1
    return z
# %% [job]
print(outer())

# === noop: a global that may be bound in a loop
# %% [job]
def outer(rows):
    global last
    for r in rows:
        if r > 1:
            last = r
    return last
# %% [job]
print(outer([1, 2]))

# === noop: a global that is bound by whoever is in a table
# %% [job]
state = {}
def use():
    global conn
    for f in state["start"]:
        f()
    conn = conn + 1
    return conn
def init():
    global conn
    conn = 1
state["start"] = [init]
print(use())

# === noop: a global that a method binds
# %% [job]
class A:
    def __init__(self):
        global inst
        inst = self
def use():
    global inst
    A()
    inst = inst
    return inst
use()

# === noop: a global that a context manager binds
# %% [job]
import contextlib
@contextlib.contextmanager
def cm():
    global res
    res = 1
    yield
def use():
    global res
    with cm():
        res = res + 1
    return res
print(use())

# === noop: a global that is bound through its module
# %% [job]
import sys
def use():
    global res
    sys.modules["__main__"].res = 5
    res = res + 1
    return res
print(use())

# === noop: a global that dynamic code binds
# %% [job]
def use():
    global res
    exec("res = 5", globals())
    res = res + 1
    return res
print(use())

# === noop: a global as the variable of a loop
# %% [job]
def use():
    global res
    for res in [1, 2]:
        pass
    return res
print(use())

# === noop: a global and a walrus
# %% [job]
def use():
    global res
    (res := 4)
    return res
print(use())

# === found: a global that only its own function binds, below
# %% [job]
def get_rates():
    global _cache
    if _cache is None:  # NBJ103
        _cache = 1
    return _cache
# %% [job]
print(get_rates())

# === found: a global that is counted up from nothing
# %% [job]
def use():
    global conn
    conn = conn + 1  # NBJ103
    return conn
# %% [job]
print(use())

# === found: a global that is bound by a later call
# %% [job]
def init():
    global conn
    conn = 1
def use():
    global conn
    conn = conn + 1  # NBJ103
    return conn
# %% [job]
print(use())
# %% [job]
init()

# === noop: exec in a function, into the module
# %% [job]
def scaled(x):
    exec("factor = 10", globals())
    return x * factor
# %% [job]
print(scaled(4))

# === noop: exec of a global
# %% [job]
def scaled(x):
    exec("global factor\nfactor = 10")
    return x * factor
# %% [job]
print(scaled(4))

# === noop: exec in a class body
# %% [job]
class A:
    exec("factor = 10")
    y = factor
print(A.y)

# === noop: the second case of a match
# %% [job]
def f(x):
    match x:
        case 1:
            return "a"
        case Color.RED:
            return "b"
    return "c"
f(1)
# %% [job]
class Color:
    RED = 1

# === noop: a pattern within a sequence
# %% [job]
def f(x):
    match x:
        case [Color.RED, *_]:
            return "b"
    return "c"
f(1)
# %% [job]
class Color:
    RED = 1

# === found: exec in a function binds nothing there
# %% [job]
def scaled(x):
    exec("factor = 10")
    return x * factor  # NBJ101
# %% [job]
print(scaled(4))

# === found: the first case of a match asks for a class
# %% [job]
def f(x):
    match x:
        case Point(y=0):
            print("a")
        case _:
            print("b")
f(2)  # NBJ105
# %% [job]
class Point: pass

# === found: the first case of a match asks for a value
# %% [job]
def f(x):
    match x:
        case Color.RED | Color.GREEN:
            return "b"
    return "c"
f(1)  # NBJ105
# %% [job]
class Color:
    RED = 1

# === found: a star import of os
# %% [job]
from os import *
# %% [job]
print(sep, Path("a"))  # NBJ101

# === noop: a setter is called by another function
# %% [job]
def init():
    global root
    root = "/data"
def main():
    init()
    return path("a")
# %% [job]
def path(name):
    return root + "/" + name
# %% [job]
print(main())

# === found: a setter that no production cell calls
# %% [job]
def init():
    global cfg, root
    root = "/data"
# %% [job]
def path(name):
    return root + "/" + name  # NBJ103
# %% [job]
print(path("orders"))

# === found: a setter that no production cell calls, and a use in a cell
# %% [job]
def init():
    global cfg, root
    root = "/data"
# %% [job]
print(root)  # NBJ101

# === noop: globals in a function
# %% [job]
def setup():
    globals()["threshold"] = 5
setup()
# %% [job]
print(threshold + 1)

# === noop: locals in a cell
# %% [job]
locals()["threshold"] = 5
print(threshold + 1)

# === noop: locals in a class
# %% [job]
class A:
    locals()["threshold"] = 5
    x = threshold
print(A.x)

# === found: locals in a function is a copy
# %% [job]
def fit():
    locals()["gamma"] = 0.3
    return gamma  # NBJ101
fit()

# === found: locals in a function is a copy, and updated
# %% [job]
def fit(d):
    locals().update(d)
    return gamma  # NBJ101
fit({"gamma": 1})

# === noop: nonlocal: a shared variable has a value by then
# %% [job]
def tally(rows):
    def add(r):
        nonlocal total
        total += r
    total = 0
    for r in rows:
        add(r)
    return total
# %% [job]
print(tally([1, 2, 3]))

# === noop: nonlocal: a function inside gives it one
# %% [job]
def tally(rows):
    def init():
        nonlocal total
        total = 0
    def add(r):
        nonlocal total
        total += r
    init()
    for r in rows:
        add(r)
    total = total + 1
    return total
# %% [job]
print(tally([1, 2, 3]))

# === noop: nonlocal: a function inside gives it one, called by a lambda
# %% [job]
def tally(rows):
    def init():
        nonlocal total
        total = 0
    def add(r):
        nonlocal total
        total += r
    list(map(lambda f: f(), [init]))
    for r in rows:
        add(r)
    total = total + 1
    return total
# %% [job]
print(tally([1, 2, 3]))

# === noop: nonlocal: a callback inside gives it one
# %% [job]
def outer():
    def setx():
        nonlocal x
        x = 1
    def run(cb):
        cb()
        return x
    y = run(setx)
    x = y + 1
    return x
print(outer())

# === noop: nonlocal: in a branch
# %% [job]
def outer(flag=True):
    def add():
        nonlocal n
        n += 1
    if flag:
        n = 0
    add()
    return n
# %% [job]
print(outer())

# === noop: nonlocal: in a try
# %% [job]
def outer():
    def add():
        nonlocal n
        n += 1
    try:
        n = int("3")
    except ValueError:
        n = 0
    add()
    return n
# %% [job]
print(outer())

# === noop: nonlocal: two levels of shared variables
# %% [job]
def outer():
    def add():
        nonlocal n
        n += 1
    def mid():
        n2 = 0
        def inner():
            nonlocal n2
            n2 += 1
            add()
        inner()
        return n2
    n = 1
    return mid() + n
# %% [job]
print(outer())

# === noop: nonlocal: a parameter is shared
# %% [job]
def outer(n):
    def add():
        nonlocal n
        n += 1
    add()
    return n
# %% [job]
print(outer(3))

# === noop: nonlocal: in a method
# %% [job]
class Counter:
    def run(self, items):
        def hit():
            nonlocal hits
            hits += 1
        hits = 0
        for i in items:
            hit()
        return hits
print(Counter().run([1, 2]))

# === found: nonlocal: it is counted up before it has a value
# %% [job]
def tally(rows):
    def add(r):
        nonlocal total
        total += r  # NBJ103
    for r in rows:
        add(r)
    total = 0
    return total
# %% [job]
print(tally([1, 2, 3]))

# === found: nonlocal: the same in a comprehension
# %% [job]
def fetch_all(urls):
    def attempt(url):
        nonlocal retries
        retries += 1  # NBJ103
        return url.upper()
    pages = [attempt(u) for u in urls]
    retries = 0
    return pages, retries
# %% [job]
print(fetch_all(["a", "b"]))

# === found: a setter that only an untagged cell calls
# %% [job]
def init():
    global cfg, root
    root = "/data"
# %% [job]
def path(name):
    return root + "/" + name  # NBJ102
# %%
init()
# %% [job]
print(path("orders"))

# === found: a setter that only an untagged cell calls, and a use in a cell
# %% [job]
def init():
    global root
    root = "/data"
# %%
x = 1
init()
# %% [job]
print(root)  # NBJ102

# === found: a setter that needs itself, called in an untagged cell as well
# %% [job]
def init():
    global root
    root = root + "/data"  # NBJ103
# %%
init()
# %% [job]
init()

# === found: asked for a name that is another one
# %% [job]
job_name = "total"
# %% [job]
if "helper_" + job_name in globals():
    print("helper found")
print(helper_total([2, 5]))  # NBJ101

# === found: a setter that nobody calls, beside names that look like dynamic code
# %% [job]
import os
def init():
    global root
    root = "data"
# %% [job]
print(os.listdir(), root)  # NBJ101
