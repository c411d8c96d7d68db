# === noop: global counter initialised
# %% [job]
counter = 0
def bump():
    global counter
    counter += 1
# %% [job]
bump()
print(counter)

# === noop: mutual recursion, both defined
# %% [job]
def even(n):
    return n == 0 or odd(n - 1)
# %% [job]
def odd(n):
    return n != 0 and even(n - 1)
print(even(4))

# === noop: mutual recursion, base case alone is reached
# %% [job]
def even(n):
    return True if n == 0 else odd(n - 1)
print(even(0))
def odd(n):
    return False if n == 0 else even(n - 1)

# === noop: callback: lazy map consumed after the name exists
# %% [job]
def double(x):
    return x * factor
# %% [job]
lazy = map(double, [1])
# %% [job]
factor = 2
print(list(lazy))

# === noop: callback: lazy filter
# %% [job]
kept = filter(lambda x: x > limit, [1, 2])
# %% [job]
limit = 1
print(list(kept))

# === noop: callback: thread target joined later than the name
# %% [job]
import threading
def work():
    ready.wait()
    return RATE
thread = threading.Thread(target=work)
# %% [job]
ready = threading.Event()
RATE = 1
thread.start()
ready.set()
thread.join()

# === noop: callback: passed to a function that stores it
# %% [job]
handlers = []
def register(f):
    handlers.append(f)
register(lambda: message)
# %% [job]
message = "x"
print(handlers[0]())

# === noop: callback: given to a class that calls it later
# %% [job]
class Bus:
    def __init__(self, f):
        self.f = f
    def fire(self):
        return self.f()
bus = Bus(lambda: message)
# %% [job]
message = 1
print(bus.fire())

# === noop: generator: consumed later
# %% [job]
def numbers():
    for i in range(limit):
        yield i
lazy = numbers()
# %% [job]
limit = 2
print(list(lazy))

# === noop: generator expression: body looked up late
# %% [job]
lazy = (x * scale for x in [1])
# %% [job]
scale = 2
print(list(lazy))

# === noop: generator: yield from another
# %% [job]
def inner():
    yield 1
def outer():
    yield from inner()
print(list(outer()))

# === noop: generator: send and close
# %% [job]
def echo():
    while True:
        got = yield
        print(got, tag)
g = echo()
next(g)
# %% [job]
tag = 1
g.send(1)
g.close()

# === noop: closure over a later global
# %% [job]
def make():
    def inner():
        return later
    return inner
f = make()
# %% [job]
later = 1
print(f())

# === noop: closure: late binding of a loop variable
# %% [job]
fs = [lambda: i for i in range(3)]
print([f() for f in fs])

# === noop: closure: nonlocal
# %% [job]
def counter():
    n = 0
    def bump():
        nonlocal n
        n += 1
        return n
    return bump
print(counter()())

# === noop: init_subclass registers
# %% [job]
class Base:
    registry = []
    def __init_subclass__(cls, **kw):
        super().__init_subclass__(**kw)
        Base.registry.append(cls)
class A(Base):
    pass
print(Base.registry)

# === noop: metaclass
# %% [job]
class Meta(type):
    def __new__(mcs, name, bases, space):
        return super().__new__(mcs, name, bases, space)
class A(metaclass=Meta):
    pass
print(A)

# === noop: property read after the name exists
# %% [job]
class A:
    @property
    def rate(self):
        return RATE
a = A()
# %% [job]
RATE = 1
print(a.rate)

# === noop: property setter
# %% [job]
class A:
    @property
    def x(self):
        return self._x
    @x.setter
    def x(self, value):
        self._x = value
a = A()
a.x = 1
print(a.x)

# === noop: partial called after everything exists
# %% [job]
from functools import partial
def add(a, b):
    return a + b + base
add1 = partial(add, 1)
# %% [job]
base = 0
print(add1(2))

# === noop: wraps decorator, in time
# %% [job]
import functools
def logged(f):
    @functools.wraps(f)
    def inner(*a, **k):
        log.append(f.__name__)
        return f(*a, **k)
    return inner
@logged
def one():
    return 1
# %% [job]
log = []
one()

# === noop: decorator that registers, in time
# %% [job]
registry = {}
def register(f):
    registry[f.__name__] = f
    return f
@register
def load():
    return rows
# %% [job]
rows = [1]
print(registry["load"]())

# === noop: class as a decorator
# %% [job]
class Once:
    def __init__(self, f):
        self.f = f
    def __call__(self):
        return self.f()
@Once
def one():
    return RATE
# %% [job]
RATE = 1
print(one())

# === noop: contextmanager in time
# %% [job]
from contextlib import contextmanager
@contextmanager
def opened():
    yield RESOURCE
# %% [job]
RESOURCE = 1
with opened() as r:
    print(r)

# === noop: contextmanager made too early, entered in time
# %% [job]
from contextlib import contextmanager
@contextmanager
def opened():
    yield RESOURCE
manager = opened()
# %% [job]
RESOURCE = 1
with manager as r:
    print(r)

# === noop: own getattr in time
# %% [job]
class Any:
    def __getattr__(self, name):
        return DEFAULTS[name]
a = Any()
# %% [job]
DEFAULTS = {"x": 1}
print(a.x)

# === noop: own call in time
# %% [job]
class Model:
    def __call__(self, x):
        return x * WEIGHT
model = Model()
# %% [job]
WEIGHT = 1
print(model(1))

# === noop: post_init in time
# %% [job]
from dataclasses import dataclass
@dataclass
class A:
    x: int
    def __post_init__(self):
        self.y = SCALE * self.x
# %% [job]
SCALE = 2
a = A(1)

# === noop: default_factory looked up late
# %% [job]
from dataclasses import dataclass, field
@dataclass
class A:
    x: list = field(default_factory=lambda: DEFAULT)
# %% [job]
DEFAULT = [1]
print(A())

# === noop: overridden method is the one that runs
# %% [job]
class A:
    def step(self):
        return MISSING_LATER
class B(A):
    def step(self):
        return 1
# %% [job]
print(B().step())
# %% [job]
MISSING_LATER = 1

# === noop: self method overridden in the subclass
# %% [job]
class A:
    def run(self):
        return self.step()
    def step(self):
        return LATER
class B(A):
    def step(self):
        return 1
# %% [job]
print(B().run())
# %% [job]
LATER = 1

# === noop: eval of a literal in time
# %% [job]
later = 1
print(eval("later + 1"))

# === noop: except as not reached keeps the name
# %% [job]
e = 2.718
try:
    int("1")
except ValueError as e:
    pass
# %% [job]
print(e)

# === noop: except as bound again in the handler
# %% [job]
try:
    int("x")
except ValueError as e:
    error = e
    e = None
# %% [job]
print(error)

# === noop: early return hides the rest
# %% [job]
def f(x):
    if x:
        return 1
    return LATER
print(f(1))
# %% [job]
LATER = 2

# === noop: unconditional return hides the rest
# %% [job]
def f():
    return 1
    print(LATER)
print(f())
# %% [job]
LATER = 2

# === noop: early raise
# %% [job]
def f(x):
    if not x:
        raise ValueError(MESSAGE)
    return x
print(f(1))
# %% [job]
MESSAGE = "bad"

# === noop: conditional def
# %% [job]
fast = False
if fast:
    def f():
        return 1
else:
    def f():
        return RATE
# %% [job]
RATE = 1
print(f())

# === noop: conditional def in one branch only
# %% [job]
fast = True
if fast:
    def f():
        return 1
# %% [job]
print(f())

# === noop: redefinition changes what runs
# %% [job]
def f():
    return LATER
# %% [job]
def f():
    return 1
print(f())
# %% [job]
LATER = 1

# === noop: monkey patch of a module's function
# %% [job]
import json
def fake(x):
    return TOKEN
json.dumps_again = fake
# %% [job]
TOKEN = 1
print(json.dumps_again(1))

# === noop: monkey patch of a class
# %% [job]
class A:
    pass
def m(self):
    return helper()
A.m = m
# %% [job]
def helper():
    return 1
print(A().m())

# === noop: guard for another name is dead
# %% [job]
if __name__ == "something":
    print(nowhere_to_be_found)
x = 1

# === noop: asyncio.gather in main
# %% [job]
import asyncio
async def one():
    return 1
async def main():
    return await asyncio.gather(one(), two())
# %% [job]
async def two():
    return 2
print(asyncio.run(main()))

# === noop: coroutine made and never awaited until the name is there
# %% [job]
import asyncio
async def fetch():
    return RATE
coroutine = fetch()
# %% [job]
RATE = 1
print(asyncio.run(coroutine))

# === noop: dispatch dict in time
# %% [job]
def on_a():
    return rate
table = {"a": on_a}
# %% [job]
rate = 1
print(table["a"]())

# === noop: immediately called lambda in time
# %% [job]
offset = 1
print((lambda x: x + offset)(1))

# === noop: conditional expression with a later name not taken
# %% [job]
mode = "a"
value = 1 if mode == "a" else later
# %% [job]
later = 2

# === noop: short circuit protects
# %% [job]
flag = False
result = flag and later
# %% [job]
later = 2

# === noop: static if False
# %% [job]
if False:
    import heavy_module_that_is_not_there as heavy
    heavy.run()
x = 1

# === noop: nested function uses a later local
# %% [job]
def f():
    def g():
        return h()
    def h():
        return 1
    return g()
print(f())

# === noop: global declared in a nested function
# %% [job]
def outer():
    def inner():
        global made
        made = 1
    inner()
outer()
# %% [job]
print(made)

# === noop: global import in a function
# %% [job]
def setup():
    global json
    import json
setup()
# %% [job]
print(json.dumps(1))

# === noop: chained calls in time
# %% [job]
def a():
    return b()
def b():
    return c()
# %% [job]
def c():
    return DEEP
DEEP = 1
print(a())

# === noop: call through an attribute of a module alias
# %% [job]
import types
ns = types.SimpleNamespace()
def f():
    return SCALE
ns.f = f
# %% [job]
SCALE = 1
ns.f()

# === noop: function result is a class whose method is late
# %% [job]
def make():
    class Local:
        def run(self):
            return later
    return Local()
obj = make()
# %% [job]
later = 1
print(obj.run())

# === noop: singledispatch
# %% [job]
from functools import singledispatch
@singledispatch
def show(x):
    return str(x)
@show.register
def _(x: int):
    return label + str(x)
# %% [job]
label = "n="
print(show(1))

# === noop: constants: a branch that a flag rules out
# %% [job]
retrain = False
mode = "load"
# %% [job]
if retrain:
    model = train(model)
elif mode == "load" and not retrain:
    model = 1
# %% [job]
print(model)
# %% [job]
def train(m):
    return m

# === noop: constants: None or a value
# %% [job]
frame = None
# %% [job]
if frame is not None:
    print(later)
# %% [job]
later = 1

# === noop: arguments: a default decides
# %% [job]
def show(rows, verbose=False, *, limit=0):
    if verbose:
        print(later)
    while limit > 0:
        print(later)
# %% [job]
show([1])
# %% [job]
later = 1

# === noop: arguments: those behind a star are not known
# %% [job]
def show(verbose=True):
    if verbose:
        print(later)
options = {"verbose": False}
# %% [job]
show(**options)
show(*[False])
# %% [job]
later = 1

# === noop: arguments: a local name that changes
# %% [job]
def show(n=0):
    n += 1
    for n in [0]:
        pass
    if n:
        print(later)
    flag = False
    def switch():
        nonlocal flag
        flag = 1 < 2
    switch()
    return 1 if flag else later
# %% [job]
later_too = show
# %% [job]
print(later_too())
# %% [job]
later = 1

# === noop: bodies: what is called in an unknown branch may not run
# %% [job]
import sys
def load():
    if len(sys.argv) > 99:
        return reader()
    for name in sys.argv[99:]:
        pass
    with open(__file__) as handle:
        text = handle.read()
    return len(text)
# %% [job]
load()
# %% [job]
def reader():
    return 1

# === noop: bodies: a function sets what another needs
# %% [job]
def connect():
    global session
    session = 1
def read():
    return session
# %% [job]
connect()
read()
# %% [job]
session = 2

# === noop: bodies: a class in a function, and recursion that ends
# %% [job]
def walk(n):
    class Node:
        def children(self):
            return later
    return [walk(n - 1)] if n else [Node()]
# %% [job]
walk(2)
# %% [job]
later = 1

# === noop: bodies: super, a property and an operator, all in time
# %% [job]
class A:
    def __init__(self):
        self.n = START
    @property
    def twice(self):
        return self.n * FACTOR
    def __add__(self, other):
        return self.twice + OFFSET
class B(A):
    def __init__(self):
        super().__init__()
# %% [job]
START, FACTOR, OFFSET = 1, 2, 3
# %% [job]
print(B() + 1)

# === found: global counter not initialised
# %% [job]
def bump():
    global counter
    counter += 1  # NBJ101
# %% [job]
bump()

# === found: mutual recursion, called between the definitions
# %% [job]
def even(n):
    return True if n == 0 else odd(n - 1)
# %% [job]
print(even(4))  # NBJ105
# %% [job]
def odd(n):
    return False if n == 0 else even(n - 1)

# === found: callback: map over a function defined later
# %% [job]
print(list(map(double, [1])))  # NBJ103
# %% [job]
def double(x):
    return x * 2

# === found: callback: map whose function needs a later name
# %% [job]
def double(x):
    return x * factor
# %% [job]
print(list(map(double, [1])))  # NBJ105
# %% [job]
factor = 2

# === found: callback: filter with a lambda on a later name
# %% [job]
kept = list(filter(lambda x: x > limit, [1, 2]))  # NBJ105
# %% [job]
limit = 1

# === found: callback: sorted key on a later name
# %% [job]
rows = ["a", "b"]
rows = sorted(rows, key=lambda r: order[r])  # NBJ105
# %% [job]
order = {"a": 1, "b": 0}

# === found: callback: sorted key function defined above with a later global
# %% [job]
def rank(r):
    return order[r]
rows = sorted(["a", "b"], key=rank)  # NBJ105
# %% [job]
order = {"a": 1, "b": 0}

# === found: callback: list.sort key
# %% [job]
rows = ["a", "b"]
rows.sort(key=lambda r: order[r])  # NBJ105
order = {"a": 1, "b": 0}

# === found: callback: max key
# %% [job]
best = max([1, 2], key=lambda r: weights[r])  # NBJ105
# %% [job]
weights = {1: 1, 2: 0}

# === found: callback: functools.reduce
# %% [job]
from functools import reduce
total = reduce(lambda a, b: a + b * unit, [1, 2, 3])  # NBJ105
# %% [job]
unit = 1

# === found: callback: any with generator
# %% [job]
ok = any(x > limit for x in [1])  # NBJ103
# %% [job]
limit = 0

# === found: callback: passed to a function that calls it at once
# %% [job]
def run(f):
    return f()
def task():
    return message
# %% [job]
run(task)  # NBJ105
# %% [job]
message = "x"

# === found: generator: consumed too early
# %% [job]
def numbers():
    for i in range(limit):
        yield i
# %% [job]
print(list(numbers()))  # NBJ105
# %% [job]
limit = 2

# === found: generator: in a for loop too early
# %% [job]
def numbers():
    yield start
# %% [job]
for n in numbers():  # NBJ105
    print(n)
# %% [job]
start = 1

# === found: generator: next of a stored one too early
# %% [job]
def numbers():
    yield start
g = numbers()
# %% [job]
next(g)  # NBJ105
# %% [job]
start = 1

# === found: generator expression: consumed by list before
# %% [job]
lazy = (x * scale for x in [1])
# %% [job]
print(list(lazy))  # NBJ105
# %% [job]
scale = 2

# === found: generator expression: in sum
# %% [job]
total = sum(x * scale for x in [1])  # NBJ103
scale = 2

# === found: generator expression: in join
# %% [job]
text = ",".join(mark + x for x in "ab")  # NBJ103
# %% [job]
mark = "-"

# === found: generator expression: in dict and set
# %% [job]
d = dict((k, table[k]) for k in "ab")  # NBJ103
# %% [job]
table = {"a": 1, "b": 2}

# === found: generator expression: sorted
# %% [job]
s = sorted(weight * x for x in [1])  # NBJ103
# %% [job]
weight = 1

# === found: closure called at once over a later global
# %% [job]
def make():
    def inner():
        return later
    return inner
f = make()
# %% [job]
print(f())  # NBJ105
# %% [job]
later = 1

# === found: closure: inner called within outer
# %% [job]
def make():
    def inner():
        return later
    return inner()
# %% [job]
f = make()  # NBJ105
# %% [job]
later = 1

# === found: init_subclass needs a later name
# %% [job]
class Base:
    def __init_subclass__(cls, **kw):
        registry.append(cls)
# %% [job]
class A(Base):  # NBJ105
    pass
# %% [job]
registry = []

# === found: metaclass needs a later name
# %% [job]
class Meta(type):
    def __new__(mcs, name, bases, space):
        seen.append(name)
        return super().__new__(mcs, name, bases, space)
# %% [job]
class A(metaclass=Meta):  # NBJ105
    pass
# %% [job]
seen = []

# === found: metaclass defined below
# %% [job]
class A(metaclass=Meta):  # NBJ103
    pass
# %% [job]
class Meta(type):
    pass

# === found: property needs a later name
# %% [job]
class A:
    @property
    def rate(self):
        return RATE
a = A()
# %% [job]
print(a.rate)  # NBJ105
# %% [job]
RATE = 1

# === found: cached_property
# %% [job]
from functools import cached_property
class A:
    @cached_property
    def rows(self):
        return load()
# %% [job]
A().rows  # NBJ105
# %% [job]
def load():
    return []

# === found: partial of a later function
# %% [job]
from functools import partial
add1 = partial(add, 1)  # NBJ103
# %% [job]
def add(a, b):
    return a + b

# === found: partial called too early
# %% [job]
from functools import partial
def add(a, b):
    return a + b + base
add1 = partial(add, 1)
# %% [job]
print(add1(2))  # NBJ105
# %% [job]
base = 0

# === found: wraps decorator, called too early
# %% [job]
import functools
def logged(f):
    @functools.wraps(f)
    def inner(*a, **k):
        log.append(f.__name__)
        return f(*a, **k)
    return inner
@logged
def one():
    return 1
# %% [job]
one()  # NBJ105
# %% [job]
log = []

# === found: wrapped function's own body, called too early
# %% [job]
import functools
def logged(f):
    @functools.wraps(f)
    def inner(*a, **k):
        return f(*a, **k)
    return inner
@logged
def one():
    return RATE
# %% [job]
one()  # NBJ105
# %% [job]
RATE = 1

# === found: lru_cache called too early
# %% [job]
from functools import lru_cache
@lru_cache
def one(n):
    return n * RATE
# %% [job]
one(1)  # NBJ105
# %% [job]
RATE = 1

# === found: decorator factory runs at definition
# %% [job]
def tagged(name):
    tags.append(name)
    def deco(f):
        return f
    return deco
# %% [job]
@tagged("x")  # NBJ105
def f():
    pass
# %% [job]
tags = []

# === found: decorator factory whose decorator needs a later name
# %% [job]
def tagged(name):
    def deco(f):
        tags.append(name)
        return f
    return deco
# %% [job]
@tagged("x")  # NBJ105
def f():
    pass
# %% [job]
tags = []

# === found: contextmanager entered too early
# %% [job]
from contextlib import contextmanager
@contextmanager
def opened():
    yield RESOURCE
# %% [job]
with opened() as r:  # NBJ105
    print(r)
# %% [job]
RESOURCE = 1

# === found: own context manager class, enter too early
# %% [job]
class Open:
    def __enter__(self):
        return RESOURCE
    def __exit__(self, *a):
        return None
# %% [job]
with Open() as r:  # NBJ105
    pass
# %% [job]
RESOURCE = 1

# === found: own context manager class, exit needs a later name
# %% [job]
class Open:
    def __enter__(self):
        return self
    def __exit__(self, *a):
        log.append(1)
# %% [job]
with Open():  # NBJ105
    pass
# %% [job]
log = []

# === found: own iterator, in a for loop too early
# %% [job]
class Rows:
    def __iter__(self):
        return iter(DATA)
rows = Rows()
# %% [job]
for r in rows:  # NBJ105
    print(r)
# %% [job]
DATA = [1]

# === found: own len and getitem too early
# %% [job]
class Rows:
    def __len__(self):
        return len(DATA)
rows = Rows()
# %% [job]
print(len(rows))  # NBJ105
# %% [job]
DATA = [1]

# === found: own getitem too early
# %% [job]
class Rows:
    def __getitem__(self, i):
        return DATA[i]
rows = Rows()
# %% [job]
print(rows[0])  # NBJ105
# %% [job]
DATA = [1]

# === found: own add too early
# %% [job]
class Money:
    def __add__(self, other):
        return RATE
m = Money()
# %% [job]
print(m + 1)  # NBJ105
# %% [job]
RATE = 1

# === found: own call too early
# %% [job]
class Model:
    def __call__(self, x):
        return x * WEIGHT
model = Model()
# %% [job]
print(model(1))  # NBJ105
# %% [job]
WEIGHT = 1

# === found: own repr in print too early
# %% [job]
class Model:
    def __repr__(self):
        return NAME
model = Model()
# %% [job]
print(model)  # NBJ105
# %% [job]
NAME = "x"

# === found: post_init of a dataclass
# %% [job]
from dataclasses import dataclass
@dataclass
class A:
    x: int
    def __post_init__(self):
        self.y = SCALE * self.x
# %% [job]
a = A(1)  # NBJ105
# %% [job]
SCALE = 2

# === found: inherited constructor too early
# %% [job]
class A:
    def __init__(self):
        self.x = DEFAULT
class B(A):
    pass
# %% [job]
b = B()  # NBJ105
# %% [job]
DEFAULT = 1

# === found: super constructor too early
# %% [job]
class A:
    def __init__(self):
        self.x = DEFAULT
class B(A):
    def __init__(self):
        super().__init__()
        self.y = 1
# %% [job]
b = B()  # NBJ105
# %% [job]
DEFAULT = 1

# === found: method calls another method that is too early
# %% [job]
class A:
    def run(self):
        return self.step()
    def step(self):
        return RATE
# %% [job]
A().run()  # NBJ105
# %% [job]
RATE = 1

# === found: constructor calls a method that is too early
# %% [job]
class A:
    def __init__(self):
        self.load()
    def load(self):
        self.x = SOURCE
# %% [job]
a = A()  # NBJ105
# %% [job]
SOURCE = 1

# === found: classmethod factory too early
# %% [job]
class A:
    @classmethod
    def make(cls):
        return DEFAULT
# %% [job]
A.make()  # NBJ105
# %% [job]
DEFAULT = 1

# === found: eval of a literal with a later name
# %% [job]
print(eval("later + 1"))  # NBJ103
# %% [job]
later = 1

# === found: except as in a loop, used after
# %% [job]
for v in ["x"]:
    try:
        int(v)
    except ValueError as err:
        bad = err
print(bad)
# %% [job]
print(err)  # NBJ104

# === found: old version captured
# %% [job]
def f():
    return LATER
g = f
def f():
    return 1
# %% [job]
print(g())  # NBJ105
# %% [job]
LATER = 1

# === found: del through globals
# %% [job]
frame = 1
del globals()["frame"]
# %% [job]
print(frame)  # NBJ104

# === found: del through globals pop
# %% [job]
frame = 1
globals().pop("frame")
# %% [job]
print(frame)  # NBJ104

# === found: asyncio.run too early
# %% [job]
import asyncio
async def main():
    await asyncio.sleep(0)
    return RATE
# %% [job]
asyncio.run(main())  # NBJ105
# %% [job]
RATE = 1

# === found: asyncio.run through another coroutine
# %% [job]
import asyncio
async def fetch():
    return RATE
async def main():
    return await fetch()
# %% [job]
asyncio.run(main())  # NBJ105
# %% [job]
RATE = 1

# === found: immediately called lambda
# %% [job]
print((lambda x: x + offset)(1))  # NBJ105
# %% [job]
offset = 1

# === found: static if 0, then used
# %% [job]
if 0:
    setup = 1
# %% [job]
print(setup)  # NBJ101

# === found: global import in a function, too early
# %% [job]
def setup():
    global json
    import json
# %% [job]
print(json.dumps(1))  # NBJ103
# %% [job]
setup()

# === found: chained calls of three functions
# %% [job]
def a():
    return b()
def b():
    return c()
def c():
    return DEEP
# %% [job]
print(a())  # NBJ105
# %% [job]
DEEP = 1

# === found: call in a comprehension
# %% [job]
def f(x):
    return x * SCALE
# %% [job]
rows = [f(x) for x in [1]]  # NBJ105
# %% [job]
SCALE = 1

# === found: call in an f-string
# %% [job]
def f():
    return SCALE
# %% [job]
print(f"{f()}")  # NBJ105
# %% [job]
SCALE = 1

# === found: call in a class body
# %% [job]
def f():
    return SCALE
# %% [job]
class A:
    x = f()  # NBJ105
# %% [job]
SCALE = 1

# === found: call in a while test
# %% [job]
def more():
    return COUNT > 3
# %% [job]
while more():  # NBJ105
    pass
# %% [job]
COUNT = 1

# === found: call in a with
# %% [job]
from contextlib import nullcontext
def f():
    return nullcontext(SCALE)
# %% [job]
with f() as x:  # NBJ105
    pass
# %% [job]
SCALE = 1

# === found: call in a branch that is taken
# %% [job]
def f():
    return SCALE
# %% [job]
if True:
    f()  # NBJ105
# %% [job]
SCALE = 1

# === found: call in a loop
# %% [job]
def f(x):
    return x * SCALE
# %% [job]
for i in range(2):
    f(i)  # NBJ105
# %% [job]
SCALE = 1

# === found: name needed in a with inside a function
# %% [job]
def f():
    with open(PATH) as handle:
        return handle.read()
# %% [job]
f()  # NBJ105
# %% [job]
PATH = __file__

# === found: name needed in a try inside a function
# %% [job]
def f():
    try:
        return int(TEXT)
    except ValueError:
        return 0
# %% [job]
f()  # NBJ105
# %% [job]
TEXT = "1"

# === found: name needed in a loop inside a function
# %% [job]
def f():
    out = []
    for x in [1, 2]:
        out.append(x * SCALE)
    return out
# %% [job]
f()  # NBJ105
# %% [job]
SCALE = 1

# === found: name needed in a comprehension inside a function
# %% [job]
def f():
    return [x * SCALE for x in [1, 2]]
# %% [job]
f()  # NBJ105
# %% [job]
SCALE = 1

# === found: name needed in an if inside a function, taken
# %% [job]
def f(verbose=True):
    if verbose:
        print(SCALE)
# %% [job]
f()  # NBJ105
# %% [job]
SCALE = 1

# === found: name needed after an if that may not leave
# %% [job]
def f(x):
    if x:
        x = 1
    return x * SCALE
# %% [job]
f(1)  # NBJ105
# %% [job]
SCALE = 1

# === found: name needed after a loop
# %% [job]
def f():
    for x in [1]:
        pass
    return SCALE
# %% [job]
f()  # NBJ105
# %% [job]
SCALE = 1

# === found: name needed after a try
# %% [job]
def f():
    try:
        x = int("1")
    except ValueError:
        x = 0
    return x * SCALE
# %% [job]
f()  # NBJ105
# %% [job]
SCALE = 1

# === found: name needed after an early return
# %% [job]
def f(x):
    if x is None:
        return None
    return x * SCALE
# %% [job]
f(1)  # NBJ105
# %% [job]
SCALE = 1

# === found: both branches need it
# %% [job]
def f(x):
    if x:
        return SCALE
    else:
        return -SCALE
# %% [job]
f(1)  # NBJ105
# %% [job]
SCALE = 1

# === found: a name of an untagged cell only in a function that is called
# %%
OFFSET = 1
# %% [job]
def f(x):
    return x + OFFSET  # NBJ102
# %% [job]
f(1)

# === found: a name deleted before the call
# %% [job]
RATE = 1
def f():
    return RATE
# %% [job]
del RATE
# %% [job]
f()  # NBJ105

# === found: a function deleted before the call
# %% [job]
def f():
    return 1
del f
# %% [job]
f()  # NBJ104

# === found: itertools with a missing function
# %% [job]
import itertools
groups = list(itertools.groupby([1, 2], key=parity))  # NBJ103
# %% [job]
def parity(x):
    return x % 2

# === found: sum of a method generator
# %% [job]
class A:
    rows = [1, 2]
    def total(self):
        return sum(r * UNIT for r in self.rows)
# %% [job]
A().total()  # NBJ105
# %% [job]
UNIT = 1

# === found: constants: a branch that a flag takes
# %% [job]
retrain = True
# %% [job]
if retrain and 1 < 2 <= 3:
    model = train()  # NBJ103
# %% [job]
def train():
    return 1

# === found: constants: a flag that a function changes
# %% [job]
ready = False
def switch():
    global ready
    ready = True
# %% [job]
switch()
# %% [job]
if ready:
    print(later)  # NBJ103
# %% [job]
later = 1

# === found: constants: a flag that a loop changes
# %% [job]
ready = False
for i in range(3):
    ready = i > 1
# %% [job]
if ready:
    print(later)  # NBJ103
# %% [job]
later = 1

# === found: constants: a flag that exec changes
# %% [job]
ready = False
exec("ready = True")
# %% [job]
if ready:
    print(later)  # NBJ103
# %% [job]
later = 1

# === found: constants: a counter
# %% [job]
n = 0
n += 1
# %% [job]
if n:
    print(later)  # NBJ103
# %% [job]
later = 1

# === found: arguments: one by name decides
# %% [job]
def show(rows, verbose=False):
    if verbose and rows:
        print(rows)
    if not verbose:
        return
    print(later)
# %% [job]
show([1], verbose=True)  # NBJ105
# %% [job]
later = 1

# === found: bodies: a check that raises is passed by
# %% [job]
def load(path):
    if not path.endswith(".csv"):
        raise ValueError(path)
    return reader(path)
# %% [job]
load(str.lower("A.CSV"))  # NBJ105
# %% [job]
def reader(path):
    return path

# === found: bodies: a function deletes what another needs
# %% [job]
cache = {}
def clear():
    global cache
    del cache
def read():
    return cache
# %% [job]
clear()
# %% [job]
read()  # NBJ105
