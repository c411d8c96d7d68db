# === noop: trap: recursion with accumulator
# %% [job]
def walk(tree, out=None):
    out = [] if out is None else out
    for node in tree:
        out.append(node)
        walk(getattr(node, "children", ()), out)
    return out
print(walk([]))

# === noop: trap: memo pattern
# %% [job]
_cache = {}
def fib(n):
    if n in _cache:
        return _cache[n]
    value = n if n < 2 else fib(n - 1) + fib(n - 2)
    _cache[n] = value
    return value
# %% [job]
print(fib(10))

# === noop: trap: lazy singleton
# %% [job]
_conn = None
def conn():
    global _conn
    if _conn is None:
        _conn = connect()
    return _conn
# %% [job]
def connect():
    return 1
print(conn())

# === noop: trap: singleton already made
# %% [job]
_conn = 1
def conn():
    global _conn
    if _conn is None:
        _conn = connect()
    return _conn
# %% [job]
print(conn())
# %% [job]
def connect():
    return 1

# === noop: trap: default verbose is off
# %% [job]
def run(rows, verbose=False):
    if verbose:
        logger.info(rows)
    return rows
# %% [job]
run([1])
# %% [job]
import logging
logger = logging.getLogger()
run([1], verbose=True)

# === noop: trap: try at import, fallback
# %% [job]
def load():
    try:
        import not_there_at_all
        return not_there_at_all.load(LATER)
    except ImportError:
        return None
# %% [job]
print(load())
# %% [job]
LATER = 1

# === noop: trap: exception raised before the use
# %% [job]
def parse(text):
    value = int(text)
    return value * SCALE
# %% [job]
try:
    parse("x")
except ValueError:
    print("bad")
# %% [job]
SCALE = 2
print(parse("1"))

# === noop: trap: a demonstration of an error
# %% [job]
def check(x):
    if x < 0:
        raise ValueError(x)
    return x * SCALE
# %% [job]
try:
    check(-1)
except ValueError as e:
    print(e)
# %% [job]
SCALE = 2
print(check(1))

# === noop: trap: iterates an empty attribute
# %% [job]
class Bus:
    def __init__(self):
        self.handlers = []
    def fire(self):
        for h in self.handlers:
            h(EVENT)
# %% [job]
Bus().fire()
# %% [job]
EVENT = 1

# === noop: trap: iterates an empty argument
# %% [job]
def show(rows):
    for r in rows:
        print(FORMAT % r)
# %% [job]
show([])
# %% [job]
FORMAT = "%s"
show([1])

# === noop: trap: empty default list
# %% [job]
def show(rows=()):
    for r in rows:
        print(FORMAT % r)
# %% [job]
show()
# %% [job]
FORMAT = "%s"

# === noop: trap: map of an empty list
# %% [job]
rows = list(map(lambda x: x * LATER, []))
# %% [job]
LATER = 1

# === noop: trap: sorted of one list variable that is empty
# %% [job]
rows = sorted([], key=lambda x: ORDER[x])
# %% [job]
ORDER = {}

# === noop: trap: a method of another class with the same name
# %% [job]
class A:
    def run(self):
        return LATER
class B:
    def run(self):
        return 1
# %% [job]
x = A()
x = B()
print(x.run())
# %% [job]
LATER = 1

# === noop: trap: instance chosen on a condition
# %% [job]
import sys
class A:
    def run(self):
        return LATER
class B:
    def run(self):
        return 1
x = A() if len(sys.argv) > 99 else B()
# %% [job]
print(x.run())
# %% [job]
LATER = 1

# === noop: trap: a method replaced on the instance
# %% [job]
class A:
    def run(self):
        return LATER
a = A()
a.run = lambda: 1
# %% [job]
print(a.run())
# %% [job]
LATER = 1

# === noop: trap: a method replaced on the class
# %% [job]
class A:
    def run(self):
        return LATER
A.run = lambda self: 1
# %% [job]
print(A().run())
# %% [job]
LATER = 1

# === noop: trap: a subclass of a library class hides the method
# %% [job]
import collections
class Mixin:
    def copy(self):
        return LATER
class D(collections.UserDict, Mixin):
    pass
# %% [job]
print(D().copy())
# %% [job]
LATER = 1

# === noop: trap: a multiple inheritance diamond
# %% [job]
class Base:
    def run(self):
        return LATER
class A(Base):
    pass
class B(Base):
    def run(self):
        return 1
class C(A, B):
    pass
# %% [job]
print(C().run())
# %% [job]
LATER = 1

# === noop: trap: a decorator that never calls
# %% [job]
def skip(f):
    return lambda *a: None
@skip
def f():
    return LATER
# %% [job]
print(f())
# %% [job]
LATER = 1

# === noop: trap: a decorator that replaces by another function
# %% [job]
def other():
    return 1
def use_other(f):
    return other
@use_other
def f():
    return LATER
# %% [job]
print(f())
# %% [job]
LATER = 1

# === noop: trap: contextmanager whose end needs a later name
# %% [job]
from contextlib import contextmanager
@contextmanager
def opened():
    yield 1
    print(LATER)
# %% [job]
with opened() as x:
    LATER = 2

# === noop: trap: generator stopped after its first item
# %% [job]
def numbers():
    yield 1
    yield LATER
# %% [job]
print(next(numbers()))
# %% [job]
LATER = 2
print(list(numbers()))

# === noop: trap: for loop that breaks in the first round
# %% [job]
def numbers():
    yield 1
    yield LATER
# %% [job]
for n in numbers():
    break
# %% [job]
LATER = 2

# === noop: trap: any stops at the first
# %% [job]
def numbers():
    yield 1
    yield LATER
# %% [job]
print(any(numbers()))
# %% [job]
LATER = 2

# === noop: trap: zip with an empty first
# %% [job]
def numbers():
    yield LATER
# %% [job]
print(list(zip([], numbers())))
# %% [job]
LATER = 2

# === noop: trap: thread target started later
# %% [job]
import threading
def work():
    print(LATER)
t = threading.Thread(target=work)
# %% [job]
LATER = 1
t.start()
t.join()

# === noop: trap: signal handlers and atexit
# %% [job]
import atexit, signal
def bye(*a):
    print(LATER)
atexit.register(bye)
atexit.unregister(bye)
# %% [job]
LATER = 1

# === noop: trap: function stored in a dict, called in time
# %% [job]
def a():
    return LATER
handlers = dict(a=a)
# %% [job]
LATER = 1
print(handlers["a"]())

# === noop: trap: a name that apply of a foreign object gets
# %% [job]
class Frame:
    def apply(self, f):
        self.f = f
        return self
frame = Frame().apply(lambda r: r * LATER)
# %% [job]
LATER = 2
print(frame.f(1))

# === noop: trap: own map that stores
# %% [job]
class Stream:
    def map(self, f):
        self.f = f
        return self
s = Stream()
s = s.map(lambda x: x + LATER)
# %% [job]
LATER = 1
print(s.f(1))

# === noop: trap: own function called sorted
# %% [job]
def sorted(rows, key):
    return rows
rows = sorted([1], key=lambda r: LATER[r])
# %% [job]
LATER = {}

# === noop: trap: own function called list
# %% [job]
def numbers():
    yield LATER
def list(x):
    return x
lazy = list(numbers())
# %% [job]
LATER = 1
print(next(lazy))

# === noop: trap: lambda default keeps the value
# %% [job]
value = 1
f = lambda v=value: v
del value
# %% [job]
print(f())

# === noop: trap: nested def shadows the global
# %% [job]
def outer():
    def later():
        return 1
    return later()
# %% [job]
print(outer())
# %% [job]
def later():
    return 2

# === noop: trap: local import shadows the global
# %% [job]
def outer():
    from math import pi as later
    return later
# %% [job]
print(outer())
# %% [job]
later = 1

# === noop: trap: for target shadows
# %% [job]
def outer():
    for later in range(2):
        pass
    return later
# %% [job]
print(outer())
# %% [job]
later = 1

# === noop: trap: with target shadows
# %% [job]
def outer():
    with open(__file__) as later:
        return later.name
# %% [job]
print(outer())
# %% [job]
later = 1

# === noop: trap: except target shadows
# %% [job]
def outer():
    try:
        1 / 0
    except ZeroDivisionError as later:
        return str(later)
# %% [job]
print(outer())
# %% [job]
later = 1

# === noop: trap: walrus in a function shadows
# %% [job]
def outer():
    if (later := 1):
        return later
# %% [job]
print(outer())
# %% [job]
later = 1

# === noop: trap: comprehension target shadows
# %% [job]
def outer():
    return [later for later in range(2)]
# %% [job]
print(outer())
# %% [job]
later = 1

# === noop: trap: class attribute with self
# %% [job]
class A:
    later = 1
    def run(self):
        return self.later
# %% [job]
print(A().run())
# %% [job]
later = 2

# === noop: trap: keyword argument of the name
# %% [job]
def f(**options):
    return options["later"]
# %% [job]
print(f(later=1))
# %% [job]
later = 2

# === noop: trap: guarded in the function
# %% [job]
def f():
    try:
        return later
    except NameError:
        return None
# %% [job]
print(f())
# %% [job]
later = 2

# === noop: trap: guarded by globals in the function
# %% [job]
def f():
    if "later" in globals():
        return later
    return None
# %% [job]
print(f())
# %% [job]
later = 2

# === noop: trap: guarded by hasattr on builtins
# %% [job]
import builtins
def f():
    return builtins.later if hasattr(builtins, "later") else None
# %% [job]
print(f())

# === noop: trap: while that is not entered
# %% [job]
def f(n):
    while n > 0:
        n -= 1
        print(later)
# %% [job]
f(0)
# %% [job]
later = 2

# === noop: trap: match in a function
# %% [job]
def f(command):
    match command:
        case "go":
            return 1
        case _:
            return later
# %% [job]
print(f("go"))
# %% [job]
later = 2

# === noop: trap: dict dispatch within, lambda not called
# %% [job]
def f(key):
    return {"a": lambda: 1, "b": lambda: later}[key]()
# %% [job]
print(f("a"))
# %% [job]
later = 2

# === noop: trap: conditional import in the function
# %% [job]
import sys
def f():
    if sys.platform == "nowhere":
        return later()
    return 1
# %% [job]
print(f())
# %% [job]
def later():
    return 1

# === noop: trap: assert message
# %% [job]
def f(x):
    assert x, MESSAGE
    return x
# %% [job]
print(f(1))
# %% [job]
MESSAGE = "no"

# === noop: trap: short circuit in a function
# %% [job]
def f(x):
    return x or later
# %% [job]
print(f(1))
# %% [job]
later = 2

# === noop: trap: conditional expression in a function
# %% [job]
def f(x):
    return 1 if x == "a" else later
# %% [job]
print(f("a"))
# %% [job]
later = 2

# === noop: trap: partial with a keyword that decides
# %% [job]
from functools import partial
def f(x, verbose=True):
    if verbose:
        print(later)
    return x
quiet = partial(f, verbose=False)
# %% [job]
print(quiet(1))
# %% [job]
later = 2

# === noop: trap: two definitions on a condition
# %% [job]
import sys
if len(sys.argv) > 99:
    def f():
        return later
else:
    def f():
        return 1
# %% [job]
print(f())
# %% [job]
later = 2

# === noop: trap: function rebound in a try
# %% [job]
def f():
    return later
try:
    f = lambda: 1
except TypeError:
    pass
# %% [job]
print(f())
# %% [job]
later = 2

# === noop: trap: function rebound through globals
# %% [job]
def f():
    return later
globals()["f"] = lambda: 1
# %% [job]
print(f())
# %% [job]
later = 2

# === noop: trap: function rebound by exec
# %% [job]
def f():
    return later
exec("f = lambda: 1")
# %% [job]
print(f())
# %% [job]
later = 2

# === noop: trap: function rebound in a loop
# %% [job]
def f():
    return later
for f in [lambda: 1]:
    pass
# %% [job]
print(f())
# %% [job]
later = 2

# === noop: trap: function rebound by an import
# %% [job]
def sqrt(x):
    return later
from math import sqrt
# %% [job]
print(sqrt(4))
# %% [job]
later = 2

# === noop: trap: function rebound by a star import
# %% [job]
def sqrt(x):
    return later
from math import *
# %% [job]
print(sqrt(4))
# %% [job]
later = 2

# === noop: trap: function rebound by another with global
# %% [job]
def f():
    return later
def swap():
    global f
    f = lambda: 1
swap()
# %% [job]
print(f())
# %% [job]
later = 2

# === noop: trap: property on the class object is not read
# %% [job]
class A:
    @property
    def rate(self):
        return later
# %% [job]
print(A.rate is not None)
# %% [job]
later = 1

# === noop: trap: property setter does not read
# %% [job]
class A:
    @property
    def x(self):
        return later
    @x.setter
    def x(self, value):
        self._x = value
a = A()
# %% [job]
a.x = 1
# %% [job]
later = 1

# === noop: trap: method passed on, not called
# %% [job]
class A:
    def run(self):
        return later
a = A()
callback = a.run
# %% [job]
later = 1
print(callback())

# === noop: trap: equality of instances
# %% [job]
class A:
    def __eq__(self, other):
        return later
a = A()
# %% [job]
print(a is a)
# %% [job]
later = 1

# === noop: trap: repr in a container that is not shown
# %% [job]
class A:
    def __repr__(self):
        return later
rows = [A()]
# %% [job]
later = "x"
print(rows)

# === noop: trap: format spec of an instance
# %% [job]
class A:
    def __str__(self):
        return later
a = A()
text = "{}"
# %% [job]
later = "x"
print(text.format(a))

# === noop: trap: len of something else
# %% [job]
class A:
    def __len__(self):
        return later
a = [A()]
# %% [job]
print(len(a))
# %% [job]
later = 1

# === noop: trap: str with errors caught
# %% [job]
class A:
    def __str__(self):
        return later
a = A()
# %% [job]
try:
    print(a)
except NameError:
    pass
# %% [job]
later = "x"

# === noop: trap: awaited nowhere
# %% [job]
import asyncio
async def fetch():
    return later
async def main():
    task = fetch()
    task.close()
    return 1
# %% [job]
print(asyncio.run(main()))
# %% [job]
later = 1

# === noop: trap: class decorator makes another class
# %% [job]
def replace(cls):
    return dict
@replace
class A:
    def __init__(self):
        self.x = later
# %% [job]
print(A())
# %% [job]
later = 1

# === noop: trap: metaclass call returns something else
# %% [job]
class Meta(type):
    def __call__(cls, *a):
        return 1
class A(metaclass=Meta):
    def __init__(self):
        self.x = later
# %% [job]
print(A())
# %% [job]
later = 1

# === noop: trap: new returns something else
# %% [job]
class A:
    def __new__(cls):
        return 1
    def __init__(self):
        self.x = later
# %% [job]
print(A())
# %% [job]
later = 1

# === noop: trap: constructor raises first
# %% [job]
class A:
    def __init__(self, x):
        if x is None:
            raise ValueError("x")
        self.x = later
# %% [job]
try:
    A(None)
except ValueError:
    pass
# %% [job]
later = 1
print(A(1))

# === noop: trap: sys.exit in a guard
# %% [job]
def main():
    if not ROWS:
        return
    print(later)
ROWS = []
# %% [job]
main()
# %% [job]
later = 1

# === noop: trap: unittest style class is not run
# %% [job]
import unittest
class T(unittest.TestCase):
    def setUp(self):
        self.x = later
    def test_x(self):
        self.assertTrue(self.x)
# %% [job]
later = 1

# === noop: trap: NamedTuple and Enum classes
# %% [job]
from typing import NamedTuple
from enum import Enum
class P(NamedTuple):
    x: int
    def far(self):
        return later
class E(Enum):
    A = 1
    def far(self):
        return later
p, e = P(1), E.A
# %% [job]
later = 1
print(p.far(), e.far())

# === noop: trap: abstract method overridden
# %% [job]
from abc import ABC, abstractmethod
class A(ABC):
    def run(self):
        return self.step()
    @abstractmethod
    def step(self):
        return later
class B(A):
    def step(self):
        return 1
# %% [job]
print(B().run())
# %% [job]
later = 1

# === noop: closure counter with nonlocal decides
# %% [job]
def make():
    n = 0
    def bump():
        nonlocal n
        n += 1
        return later if n > 1 else n
    return bump
bump = make()
# %% [job]
print(bump())
# %% [job]
later = 1
print(bump())

# === noop: trap: module constant decides against it
# %% [job]
DEBUG = False
def f():
    if DEBUG:
        print(LATER)
# %% [job]
f()
# %% [job]
LATER = 1

# === noop: event loop registry in time
# %% [job]
REGISTRY = {}
def register(name):
    def wrapper(func):
        REGISTRY[name] = func
        return func
    return wrapper
@register("a")
def handle_a(x):
    return x * FACTOR
# %% [job]
FACTOR = 2
print(REGISTRY["a"](2))

# === noop: retry decorator in time
# %% [job]
import functools
def retry(times):
    def decorate(fn):
        @functools.wraps(fn)
        def inner(*args):
            for attempt in range(times):
                return fn(*args)
        return inner
    return decorate
@retry(3)
def fetch(url):
    return client.get(url)
# %% [job]
import types
client = types.SimpleNamespace(get=lambda u: u)
print(fetch("x"))

# === noop: plugin base class registers
# %% [job]
plugins = []
class Plugin:
    def __init_subclass__(cls):
        plugins.append(cls.__name__)
class A(Plugin): ...
class B(Plugin): ...
print(plugins)

# === noop: cumulative generator pipeline lazily in time
# %% [job]
def read():
    for line in ["1", "2"]:
        yield line
def parse(lines):
    for line in lines:
        yield convert(line)
values = parse(read())
# %% [job]
def convert(x):
    return int(x)
print(list(values))

# === noop: tree recursion in time
# %% [job]
def depth(node):
    if node is None:
        return 0
    return 1 + max(depth(left(node)), depth(right(node)))
# %% [job]
def left(n):
    return None
def right(n):
    return None
print(depth({}))

# === noop: context manager class in time
# %% [job]
class Timer:
    def __enter__(self):
        self.t = clock()
        return self
    def __exit__(self, *exc):
        self.d = clock() - self.t
# %% [job]
from time import perf_counter as clock
with Timer() as t:
    pass
print(t.d)

# === noop: module level getattr style lookup
# %% [job]
import sys
this = sys.modules[__name__]
setattr(this, "dynamic_value", 3)
print(dynamic_value)

# === noop: exec with an f-string
# %% [job]
for n in ("a", "b"):
    exec(f"var_{n} = 1")
print(var_a + var_b)

# === noop: locals in format within a function
# %% [job]
def f():
    name = "x"
    return "{name}".format(**locals())
print(f())

# === noop: conditional function by flag
# %% [job]
USE_FAST = False
if USE_FAST:
    def compute(x):
        return fast_lib(x)
else:
    def compute(x):
        return slow(x)
# %% [job]
def slow(x):
    return x
print(compute(1))

# === noop: loop with del at its end
# %% [job]
for chunk in [[1], [2]]:
    frame = list(chunk)
    total = sum(frame)
    del frame
print(total)

# === noop: try that catches it all
# %% [job]
def risky():
    return SETTINGS["a"]
# %% [job]
try:
    value = risky()
except Exception:
    value = None
# %% [job]
SETTINGS = {}

# === noop: threading pool with a late name
# %% [job]
from concurrent.futures import ThreadPoolExecutor
def work(x):
    return x * WEIGHT
# %% [job]
WEIGHT = 2
with ThreadPoolExecutor(2) as pool:
    results = list(pool.map(work, [1, 2]))

# === noop: itertools groupby lazily
# %% [job]
import itertools
def key(x):
    return SCORES[x]
groups = itertools.groupby(["a"], key=key)
# %% [job]
SCORES = {"a": 1}
print([(k, list(g)) for k, g in groups])

# === noop: operator methodcaller
# %% [job]
import operator
rows = sorted(["b", "a"], key=operator.methodcaller("upper"))
print(rows)

# === noop: enumerate with a star
# %% [job]
for i, (head, *tail) in enumerate([(1, 2, 3)]):
    pass
print(i, head, tail)

# === noop: chained comparison with walrus
# %% [job]
if 0 < (n := 5) < 10 and (m := n * 2):
    print(n, m)

# === noop: global in a nested comprehension function
# %% [job]
def build():
    global TABLE
    TABLE = {k: v for k, v in pairs()}
def pairs():
    return [("a", 1)]
build()
print(TABLE)

# === noop: partialmethod and static
# %% [job]
from functools import partialmethod
class Cell:
    def set(self, value):
        self.v = value
    on = partialmethod(set, True)
c = Cell()
c.on()
print(c.v)

# === noop: default mutable argument from a function
# %% [job]
def fresh():
    return []
def add(x, to=fresh()):
    to.append(x)
    return to
print(add(1))

# === noop: async comprehension
# %% [job]
import asyncio
async def gen():
    for i in range(2):
        yield i
async def main():
    return [x * K async for x in gen()]
# %% [job]
K = 1
print(asyncio.run(main()))

# === noop: try else finally chain
# %% [job]
try:
    a = 1
except ValueError:
    b = 2
else:
    c = 3
finally:
    d = 4
print(a, c, d)

# === noop: b is only in the handler
# %% [job]
try:
    a = 1
except ValueError:
    b = 2
print(a)

# === found: verbose is on too early
# %% [job]
def run(rows, verbose=False):
    if verbose:
        logger.info(rows)
    return rows
# %% [job]
run([1], True)  # NBJ105
# %% [job]
import logging
logger = logging.getLogger()

# === found: iterates a full argument
# %% [job]
def show(rows):
    for r in rows:
        print(FORMAT % r)
# %% [job]
show([1])  # NBJ105
# %% [job]
FORMAT = "%s"

# === found: contextmanager whose end comes too early
# %% [job]
from contextlib import contextmanager
@contextmanager
def opened():
    yield 1
    print(LATER)
# %% [job]
with opened() as x:  # NBJ105
    pass
# %% [job]
LATER = 2

# === found: generator used up needs the second item
# %% [job]
def numbers():
    yield 1
    yield LATER
# %% [job]
print(list(numbers()))  # NBJ105
# %% [job]
LATER = 2

# === found: apply of one's own class calls at once
# %% [job]
class Frame:
    def apply(self, f):
        return f(1)
# %% [job]
out = Frame().apply(lambda r: r * LATER)  # NBJ105
# %% [job]
LATER = 2

# === found: while that is entered
# %% [job]
def f(n):
    while n > 0:
        n -= 1
        print(later)
# %% [job]
f(1)  # NBJ105
# %% [job]
later = 2

# === found: short circuit in a function, reached
# %% [job]
def f(x):
    return x or later
# %% [job]
print(f(0))  # NBJ105
# %% [job]
later = 2

# === found: conditional expression in a function, reached
# %% [job]
def f(x):
    return 1 if x == "a" else later
# %% [job]
print(f("b"))  # NBJ105
# %% [job]
later = 2

# === found: method passed on and called too early
# %% [job]
class A:
    def run(self):
        return later
a = A()
callback = a.run
# %% [job]
print(callback())  # NBJ105
# %% [job]
later = 1

# === found: abstract method too early in the child
# %% [job]
from abc import ABC, abstractmethod
class A(ABC):
    def run(self):
        return self.step()
    @abstractmethod
    def step(self): ...
class B(A):
    def step(self):
        return later
# %% [job]
print(B().run())  # NBJ105
# %% [job]
later = 1

# === found: nested call in arguments
# %% [job]
def inner():
    return later
def outer(x):
    return x
# %% [job]
print(outer(inner()))  # NBJ105
# %% [job]
later = 1

# === found: call as a dictionary value
# %% [job]
def inner():
    return later
# %% [job]
d = {"a": inner()}  # NBJ105
# %% [job]
later = 1

# === found: call in an index
# %% [job]
def inner():
    return later
# %% [job]
print([1, 2][inner()])  # NBJ105
# %% [job]
later = 1

# === found: call in an augmented assignment
# %% [job]
def inner():
    return later
total = 0
# %% [job]
total += inner()  # NBJ105
# %% [job]
later = 1

# === found: call in a return of a method through self attribute class
# %% [job]
class A:
    def run(self):
        return helper()
class B:
    def go(self):
        return A().run()
# %% [job]
print(B().go())  # NBJ105
# %% [job]
def helper():
    return 1

# === found: call in a lambda in a call
# %% [job]
run = lambda f: f()
# %% [job]
run(lambda: later)  # NBJ105
# %% [job]
later = 1

# === found: call of a function returned by a function
# %% [job]
def get():
    return work
def work():
    return later
# %% [job]
get()()  # NBJ105
# %% [job]
later = 1

# === found: function in a list indexed
# %% [job]
def a():
    return later
steps = [a]
# %% [job]
steps[0]()  # NBJ105
# %% [job]
later = 1

# === found: method chain
# %% [job]
class Q:
    def where(self):
        return self
    def run(self):
        return SOURCE
# %% [job]
Q().where().run()  # NBJ105
# %% [job]
SOURCE = 1

# === found: instance as a parameter
# %% [job]
class Q:
    def run(self):
        return SOURCE
def go(q):
    return q.run()
# %% [job]
go(Q())  # NBJ105
# %% [job]
SOURCE = 1

# === found: instance from a function
# %% [job]
class Q:
    def run(self):
        return SOURCE
def make():
    return Q()
# %% [job]
make().run()  # NBJ105
# %% [job]
SOURCE = 1

# === found: tuple unpacking of instances
# %% [job]
class Q:
    def run(self):
        return SOURCE
a, b = Q(), 1
# %% [job]
a.run()  # NBJ105
# %% [job]
SOURCE = 1

# === found: compare and contains
# %% [job]
class Q:
    def __contains__(self, x):
        return x in SOURCE
q = Q()
# %% [job]
print(1 in q)  # NBJ105
# %% [job]
SOURCE = [1]

# === found: less than for sorting
# %% [job]
class Q:
    def __lt__(self, other):
        return ORDER
rows = [Q(), Q()]
# %% [job]
print(Q() < Q())  # NBJ105
# %% [job]
ORDER = True

# === found: unary minus
# %% [job]
class Q:
    def __neg__(self):
        return SIGN
q = Q()
# %% [job]
print(-q)  # NBJ105
# %% [job]
SIGN = 1

# === found: set item
# %% [job]
class Q:
    def __setitem__(self, k, v):
        STORE[k] = v
q = Q()
# %% [job]
q["a"] = 1  # NBJ105
# %% [job]
STORE = {}

# === found: unpacking an instance
# %% [job]
class Q:
    def __iter__(self):
        return iter(ROWS)
# %% [job]
a, b = Q()  # NBJ105
# %% [job]
ROWS = [1, 2]

# === found: star of a generator
# %% [job]
def numbers():
    yield START
# %% [job]
print(*numbers())  # NBJ105
# %% [job]
START = 1

# === found: unpacking a generator
# %% [job]
def numbers():
    yield START
# %% [job]
a, = numbers()  # NBJ105
# %% [job]
START = 1

# === found: comprehension over a generator
# %% [job]
def numbers():
    yield START
# %% [job]
print([n for n in numbers()])  # NBJ105
# %% [job]
START = 1

# === found: yield from
# %% [job]
def inner():
    yield START
def outer():
    yield from inner()
# %% [job]
print(list(outer()))  # NBJ105
# %% [job]
START = 1

# === found: enumerate over a generator
# %% [job]
def numbers():
    yield START
# %% [job]
for i, n in enumerate(numbers()):  # NBJ105
    print(i, n)
# %% [job]
START = 1

# === found: join over a generator
# %% [job]
def words():
    yield START
# %% [job]
print(",".join(words()))  # NBJ105
# %% [job]
START = "a"

# === found: list of a filter of a map
# %% [job]
def f(x):
    return x * LATER
# %% [job]
print(list(filter(None, map(f, [1]))))  # NBJ105
# %% [job]
LATER = 1

# === found: sum over map
# %% [job]
def f(x):
    return x * LATER
# %% [job]
print(sum(map(f, [1])))  # NBJ105
# %% [job]
LATER = 1

# === found: thread pool map
# %% [job]
from concurrent.futures import ThreadPoolExecutor
def work(x):
    return x * LATER
# %% [job]
with ThreadPoolExecutor(1) as pool:
    print(list(pool.map(work, [1])))  # NBJ105
# %% [job]
LATER = 1

# === found: eval in a function
# %% [job]
def f():
    return eval("LATER")
# %% [job]
print(f())  # NBJ105
# %% [job]
LATER = 1

# === found: a class body that calls a function too early
# %% [job]
def default():
    return LATER
# %% [job]
class A:
    x = default()  # NBJ105
# %% [job]
LATER = 1

# === found: async for and async with too early
# %% [job]
import asyncio
async def numbers():
    yield LATER
async def main():
    async for n in numbers():
        print(n)
# %% [job]
asyncio.run(main())  # NBJ105
# %% [job]
LATER = 1

# === found: asyncio gather too early
# %% [job]
import asyncio
async def one():
    return LATER
async def main():
    return await asyncio.gather(one(), one())
# %% [job]
asyncio.run(main())  # NBJ105
# %% [job]
LATER = 1

# === found: asyncio create_task too early
# %% [job]
import asyncio
async def one():
    return LATER
async def main():
    task = asyncio.create_task(one())
    return await task
# %% [job]
asyncio.run(main())  # NBJ105
# %% [job]
LATER = 1

# === found: try finally in a function
# %% [job]
def f():
    try:
        return 1
    finally:
        print(LATER)
# %% [job]
f()  # NBJ105
# %% [job]
LATER = 1

# === found: with suppress in a function, after it
# %% [job]
from contextlib import suppress
def f():
    with suppress(KeyError):
        {}["a"]
    return LATER
# %% [job]
f()  # NBJ105
# %% [job]
LATER = 1

# === found: loop else in a function
# %% [job]
def f():
    for x in []:
        pass
    else:
        return LATER
# %% [job]
f()  # NBJ105
# %% [job]
LATER = 1

# === found: in operator on a literal tuple
# %% [job]
def f(mode):
    if mode in ("a", "b"):
        return LATER
    return 1
# %% [job]
f("a")  # NBJ105
# %% [job]
LATER = 1

# === found: truth of a non-empty list decides
# %% [job]
def f(rows):
    if not rows:
        return 1
    return LATER
# %% [job]
f([1, 2])  # NBJ105
# %% [job]
LATER = 1

# === found: module constant decides in the function
# %% [job]
DEBUG = True
def f():
    if DEBUG:
        print(LATER)
# %% [job]
f()  # NBJ105
# %% [job]
LATER = 1

# === found: constant built from a constant
# %% [job]
N = 3
M = N * 2
def f():
    return LATER if M > 5 else 0
# %% [job]
f()  # NBJ105
# %% [job]
LATER = 1

# === found: timer decorator with functools.wraps early
# %% [job]
from functools import wraps
def timed(fn):
    @wraps(fn)
    def inner(*args, **kwargs):
        start = time.perf_counter()
        out = fn(*args, **kwargs)
        return out, time.perf_counter() - start
    return inner
@timed
def work(n):
    return sum(range(n))
# %% [job]
work(10)  # NBJ105
# %% [job]
import time

# === found: retry decorator with arguments early
# %% [job]
import functools
def retry(times):
    def decorate(fn):
        @functools.wraps(fn)
        def inner(*args):
            for attempt in range(times):
                try:
                    return fn(*args)
                except ValueError:
                    pass
            raise RuntimeError
        return inner
    return decorate
@retry(3)
def fetch(url):
    return client.get(url)
# %% [job]
fetch("x")  # NBJ105
# %% [job]
import types
client = types.SimpleNamespace(get=lambda u: u)

# === found: cumulative generator pipeline early
# %% [job]
def read():
    for line in ["1", "2"]:
        yield line
def parse(lines):
    for line in lines:
        yield convert(line)
# %% [job]
values = list(parse(read()))  # NBJ105
# %% [job]
def convert(x):
    return int(x)

# === found: tree recursion early
# %% [job]
def depth(node):
    if node is None:
        return 0
    return 1 + max(depth(left(node)), depth(right(node)))
# %% [job]
depth({})  # NBJ105, NBJ105
# %% [job]
def left(n):
    return None
def right(n):
    return None

# === found: memo decorator on a class method
# %% [job]
from functools import lru_cache
class C:
    @lru_cache(maxsize=None)
    def f(self, n):
        return n + BASE
# %% [job]
C().f(1)  # NBJ105
# %% [job]
BASE = 1

# === found: dataclass field default evaluated early
# %% [job]
from dataclasses import dataclass
@dataclass
class Config:
    size: int = DEFAULT_SIZE  # NBJ103
# %% [job]
DEFAULT_SIZE = 3

# === found: counter closure
# %% [job]
def counter(start=0):
    value = start
    def step():
        nonlocal value
        value += STEP
        return value
    return step
tick = counter()
# %% [job]
tick()  # NBJ105
# %% [job]
STEP = 1

# === found: context manager class early
# %% [job]
class Timer:
    def __enter__(self):
        self.t = clock()
        return self
    def __exit__(self, *exc):
        self.d = clock() - self.t
# %% [job]
with Timer() as t:  # NBJ105
    pass
# %% [job]
from time import perf_counter as clock

# === found: vector operators early
# %% [job]
class V:
    def __init__(self, x):
        self.x = x
    def __add__(self, o):
        return V(norm(self.x + o.x))
# %% [job]
v = V(1) + V(2)  # NBJ105
# %% [job]
def norm(x):
    return x

# === found: iterator protocol early
# %% [job]
class Count:
    def __init__(self, n):
        self.n = n
    def __iter__(self):
        return self
    def __next__(self):
        if self.n <= 0:
            raise StopIteration
        self.n -= STEP
        return self.n
# %% [job]
print(list(Count(2)))  # NBJ105
# %% [job]
STEP = 1

# === found: loop with del at its end, used after
# %% [job]
for chunk in [[1], [2]]:
    frame = list(chunk)
    total = sum(frame)
    del frame
print(frame)  # NBJ104

# === found: with and try around an early call
# %% [job]
def risky():
    return SETTINGS["a"]
# %% [job]
try:
    value = risky()  # NBJ105
except KeyError:
    value = None
# %% [job]
SETTINGS = {}

# === found: heap with key function
# %% [job]
import heapq
def key(x):
    return SCORES[x]
# %% [job]
best = heapq.nlargest(1, ["a"], key=key)  # NBJ105
# %% [job]
SCORES = {"a": 1}

# === found: re.sub with a function early
# %% [job]
import re
def swap(m):
    return TABLE[m.group()]
# %% [job]
text = re.sub("a", swap, "aa")  # NBJ105
# %% [job]
TABLE = {"a": "b"}

# === found: abstract base with template method early
# %% [job]
from abc import ABC, abstractmethod
class Step(ABC):
    def run(self):
        self.before()
        return self.do()
    def before(self):
        log.append(type(self).__name__)
    @abstractmethod
    def do(self): ...
class Load(Step):
    def do(self):
        return 1
# %% [job]
Load().run()  # NBJ105
# %% [job]
log = []

# === found: mixin order
# %% [job]
class Logged:
    def save(self):
        print("x")
        return super().save()
class Base:
    def save(self):
        return TARGET
class Both(Logged, Base): ...
# %% [job]
Both().save()  # NBJ105
# %% [job]
TARGET = 1

# === found: annotation only in a class body then used
# %% [job]
class A:
    x: int
    y = x  # NBJ101

# === found: early global builder
# %% [job]
def build():
    global TABLE
    TABLE = {k: v for k, v in pairs()}
# %% [job]
build()  # NBJ105
# %% [job]
def pairs():
    return [("a", 1)]
print(TABLE)

# === found: assignment expression in a comprehension inside a function
# %% [job]
def f(xs):
    return [y for x in xs if (y := g(x))]
# %% [job]
f([1])  # NBJ105
# %% [job]
def g(x):
    return x

# === found: star expression call early
# %% [job]
def total(*xs):
    return sum(xs) * RATE
# %% [job]
total(*[1, 2])  # NBJ105
# %% [job]
RATE = 1

# === found: keyword-only with default from module
# %% [job]
def f(x, *, scale=SCALE):  # NBJ103
    return x * scale
# %% [job]
SCALE = 2

# === found: callable instance in map
# %% [job]
class Scale:
    def __call__(self, x):
        return x * K
# %% [job]
print(list(map(Scale(), [1])))  # NBJ105
# %% [job]
K = 1

# === found: async timeout wrapper early
# %% [job]
import asyncio
async def job():
    return K
async def main():
    return await asyncio.wait_for(job(), 1)
# %% [job]
print(asyncio.run(main()))  # NBJ105
# %% [job]
K = 1

# === found: monkeypatched builtin print
# %% [job]
import builtins
_print = print
def print(*a):
    _print(PREFIX, *a)
# %% [job]
print("x")  # NBJ105
# %% [job]
PREFIX = ">"

# === found: nested functions three deep
# %% [job]
def a():
    def b():
        def c():
            return DEEP
        return c()
    return b()
# %% [job]
a()  # NBJ105
# %% [job]
DEEP = 1
