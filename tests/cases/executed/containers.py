# === noop: callbacks in list late ok
# %% [job]
hooks = []
def hook(): return late
hooks.append(hook)
# %% [job]
late = 1
for h in hooks:
    h()

# === noop: call in comprehension of empty
# %% [job]
def ok(x): return x > later
print([x for x in [] if ok(x)])
# %% [job]
later = 1

# === noop: empty list sort never calls key
# %% [job]
data = []
data.sort(key=lambda v: order[v])
# %% [job]
order = {}

# === noop: hasattr guard
# %% [job]
import builtins
if hasattr(builtins, "profile"):
    print(profile)

# === noop: dataclass default factory
# %% [job]
from dataclasses import dataclass, field
@dataclass
class Cfg:
    xs: list = field(default_factory=lambda: list(DEFAULTS))
# %% [job]
DEFAULTS = [1]
print(Cfg())

# === noop: loop empty
# %% [job]
for i in []:
    print(undefined)

# === noop: registry dict decorator then loop
# %% [job]
REG = {}
def register(name):
    def deco(f):
        REG[name] = f
        return f
    return deco
@register("a")
def step_a(): return cfg
# %% [job]
cfg = 1
for n, f in REG.items(): f()

# === noop: registry dict override ok
# %% [job]
handlers = {}
def a(): return 1
def b(): return cfg
handlers["a"] = b
handlers["a"] = a
handlers["a"]()
# %% [job]
cfg = 1

# === noop: append then clear ok
# %% [job]
hs = []
def b(): return cfg
hs.append(b)
hs.clear()
for h in hs: h()
# %% [job]
cfg = 1

# === noop: append insert ok
# %% [job]
hs = []
def b(): return cfg
def a(): return 1
hs.append(b)
hs.insert(0, a)
hs[0]()
# %% [job]
cfg = 1

# === noop: append cond ok
# %% [job]
import sys
hs = []
def b(): return cfg
if len(sys.argv) > 99:
    hs.append(b)
for h in hs: h()
# %% [job]
cfg = 1

# === noop: append alias reassign ok
# %% [job]
hs = []
def b(): return cfg
hs.append(b)
hs = []
for h in hs: h()
# %% [job]
cfg = 1

# === noop: append break ok
# %% [job]
hs = []
def b(): return cfg
hs.append(1)
hs.append(b)
for h in hs:
    if h == 1: break
    h()
# %% [job]
cfg = 1

# === noop: del item ok
# %% [job]
hs = {}
def b(): return cfg
hs["b"] = b
del hs["b"]
for h in hs.values(): h()
# %% [job]
cfg = 1

# === noop: dict get none ok
# %% [job]
def b(): return cfg
t = {"x": b}
f = t.get("y")
if f: f()
# %% [job]
cfg = 1

# === noop: object attribute callback ok
# %% [job]
class Btn: pass
b = Btn()
b.on_click = lambda: state
# %% [job]
state = 1
b.on_click()

# === noop: nested ifs known other
# %% [job]
MODE = "dev"
def f():
    if MODE == "prod":
        return off
    return 0
f()
# %% [job]
off = 1

# === noop: dictionary default param given
# %% [job]
def f(opts=None):
    opts = opts or DEFAULTS
    return opts
f({"a": 1})
# %% [job]
DEFAULTS = {}

# === noop: if not x return
# %% [job]
def f(x):
    if not x:
        return []
    return [y * K for y in x]
f([])
# %% [job]
K = 1

# === noop: function deleted and redefined
# %% [job]
def f(): return off
del f
def f(): return 1
f()
# %% [job]
off = 1

# === noop: function shadowed by variable
# %% [job]
def total(): return off
total = 3
print(total)
# %% [job]
off = 1

# === noop: operator module
# %% [job]
from operator import itemgetter
print(sorted([{"a": 1}], key=itemgetter("a")))

# === noop: async gather late ok
# %% [job]
import asyncio
async def w(): return off
co = w()
# %% [job]
off = 1
print(asyncio.run(co))

# === noop: contextvar
# %% [job]
import contextlib
with contextlib.ExitStack() as st:
    st.callback(lambda: off)
    off = 1

# === noop: default factory given ok
# %% [job]
from dataclasses import dataclass, field
@dataclass
class Cfg:
    xs: list = field(default_factory=lambda: list(DEFAULTS))
c = Cfg(xs=[1])
# %% [job]
DEFAULTS = [1]

# === noop: default factory positional ok
# %% [job]
from dataclasses import dataclass, field
@dataclass
class Cfg:
    n: int
    xs: list = field(default_factory=lambda: list(DEFAULTS))
c = Cfg(1, [1])
# %% [job]
DEFAULTS = [1]

# === noop: module getattr star
# %% [job]
from string import *
print(ascii_letters)

# === noop: trap callback stored in dict not called
# %% [job]
cb = {"on": lambda: later}
print(len(cb))
# %% [job]
later = 1
cb["on"]()

# === noop: trap loop over dict values conditional
# %% [job]
m = {"a": lambda: 1, "b": lambda: later}
for k, f in m.items():
    if k == "a":
        f()
# %% [job]
later = 1

# === noop: trap loop with break first
# %% [job]
fs = [lambda: 1, lambda: later]
for f in fs:
    f()
    break
# %% [job]
later = 1

# === noop: trap comprehension filter
# %% [job]
fs = {"a": lambda: 1, "b": lambda: later}
print([f() for k, f in fs.items() if k == "a"])
# %% [job]
later = 1

# === noop: trap loop try each
# %% [job]
fs = [lambda: later]
for f in fs:
    try:
        f()
    except Exception:
        pass
# %% [job]
later = 1

# === noop: trap isinstance filter
# %% [job]
fs = [1, lambda: later]
for f in fs:
    if isinstance(f, int):
        print(f)
# %% [job]
later = 1

# === noop: trap dict get default none
# %% [job]
t = {"x": lambda: later}
t.get("y", lambda: 0)()
# %% [job]
later = 1

# === noop: trap pop
# %% [job]
t = {"x": lambda: later}
t.pop("x")
for f in t.values(): f()
# %% [job]
later = 1

# === noop: trap update
# %% [job]
t = {"x": lambda: later}
t.update(x=lambda: 1)
t["x"]()
# %% [job]
later = 1

# === noop: trap or-equals
# %% [job]
t = {"x": lambda: later}
t |= {"x": lambda: 1}
t["x"]()
# %% [job]
later = 1

# === noop: trap extend front
# %% [job]
fs = [lambda: later]
fs[:0] = [lambda: 1]
fs[0]()
# %% [job]
later = 1

# === noop: trap reverse
# %% [job]
fs = [lambda: later, lambda: 1]
fs.reverse()
fs[0]()
# %% [job]
later = 1

# === noop: trap reassign element in function
# %% [job]
fs = [lambda: later]
def fix(): fs[0] = lambda: 1
fix()
fs[0]()
# %% [job]
later = 1

# === noop: trap dict in function changed
# %% [job]
fs = {"a": lambda: later}
def fix(d): d["a"] = lambda: 1
fix(fs)
fs["a"]()
# %% [job]
later = 1

# === noop: trap copy then change
# %% [job]
fs = {}
fs["a"] = lambda: later
gs = fs
gs["a"] = lambda: 1
fs["a"]()
# %% [job]
later = 1

# === noop: trap append alias insert
# %% [job]
fs = []
gs = fs
gs.append(lambda: 1)
fs.append(lambda: later)
fs[0]()
# %% [job]
later = 1

# === noop: trap del list slice
# %% [job]
fs = []
fs.append(lambda: later)
del fs[:]
for f in fs: f()
# %% [job]
later = 1

# === noop: trap submit not awaited exception
# %% [job]
from concurrent.futures import ThreadPoolExecutor
def w(): return later
with ThreadPoolExecutor() as ex:
    f = ex.submit(w)
# %% [job]
later = 1

# === noop: trap submit exception read
# %% [job]
from concurrent.futures import ThreadPoolExecutor
def w(): return later
with ThreadPoolExecutor() as ex:
    f = ex.submit(w)
print(f.exception())
# %% [job]
later = 1

# === noop: trap result of own class
# %% [job]
class Job:
    def __init__(self, f): self.f = f
    def result(self): return 1
def submit(f): return Job(f)
j = submit(lambda: later)
j.result()
# %% [job]
later = 1

# === noop: trap own submit
# %% [job]
class Pool:
    def submit(self, f): return self
    def result(self): return 2
p = Pool()
p.submit(lambda: later).result()
# %% [job]
later = 1

# === noop: trap default factory subclass init
# %% [job]
from dataclasses import dataclass, field
@dataclass
class A:
    xs: list = field(default_factory=lambda: later)
    def __init__(self): self.xs = []
A()
# %% [job]
later = 1

# === noop: trap default factory init false field
# %% [job]
from dataclasses import dataclass, field
@dataclass(init=False)
class A:
    xs: list = field(default_factory=lambda: later)
A()
# %% [job]
later = 1

# === noop: trap classvar field
# %% [job]
from dataclasses import dataclass, field
from typing import ClassVar
@dataclass
class A:
    n: ClassVar[int] = 1
    xs: list = field(default_factory=lambda: later)
A([1])
# %% [job]
later = 1

# === noop: trap kw_only field
# %% [job]
from dataclasses import dataclass, field, KW_ONLY
@dataclass
class A:
    n: int
    _: KW_ONLY
    xs: list = field(default_factory=lambda: later)
A(1, xs=[1])
# %% [job]
later = 1

# === noop: trap attrs-like field
# %% [job]
def field(default_factory=None): return None
def dataclass(c): return c
@dataclass
class A:
    xs: list = field(default_factory=lambda: later)
A()
# %% [job]
later = 1

# === noop: trap getattr default
# %% [job]
class A:
    def go(self): return later
getattr(A(), "go", None)
# %% [job]
later = 1

# === noop: trap getattr method not called
# %% [job]
class A:
    def go(self): return later
m = getattr(A(), "go")
# %% [job]
later = 1
m()

# === noop: trap getattr property hasattr
# %% [job]
class A:
    @property
    def v(self): return later
a = A()
print(hasattr(A, "v"))
# %% [job]
later = 1
print(a.v)

# === noop: trap iter two args unused
# %% [job]
it = iter(lambda: later, 1)
# %% [job]
later = 1
print(list(it))

# === noop: trap own timeit
# %% [job]
def timeit(f): return f
g = timeit(lambda: later)
# %% [job]
later = 1
g()

# === noop: trap timeit decorator
# %% [job]
import time
def timeit(f):
    def w(*a):
        t = time.time(); r = f(*a); print(time.time() - t); return r
    return w
@timeit
def go(): return later
# %% [job]
later = 1
go()

# === noop: trap minimize in own module object
# %% [job]
class Opt:
    def minimize(self, f): self.f = f
o = Opt()
o.minimize(lambda x: x + later)
# %% [job]
later = 1

# === noop: trap mock minimize attr tf-like
# %% [job]
from unittest.mock import MagicMock
tf = MagicMock()
opt = tf.Adam()
opt.minimize(lambda: loss)
# %% [job]
loss = 1

# === noop: trap local assigned in with suppress
# %% [job]
from contextlib import suppress
def f():
    with suppress(ValueError):
        v = int("3")
    return v
f()

# === noop: trap local via exec-like locals
# %% [job]
def f(n):
    while True:
        n -= 1
        if n < 0:
            break
        last = n
    return last
f(3)

# === noop: trap local in try else
# %% [job]
def f():
    try:
        x = 1
    except ValueError:
        y = 2
    else:
        y = x
    return y
f()

# === noop: trap local for over range reading previous
# %% [job]
def f():
    for i in range(3):
        if i:
            print(prev)
        prev = i
f()

# === noop: trap local loop carry flag
# %% [job]
def f(rows):
    first = True
    for r in rows:
        if first:
            head = r
            first = False
        else:
            print(head, r)
f([1, 2])

# === noop: trap local generator
# %% [job]
def f():
    got = yield 1
    while got:
        got = yield got
g = f(); next(g)

# === noop: trap local nested comprehension
# %% [job]
def f(xs):
    ys = [y for x in xs for y in [x]]
    x = ys[0]
    return x
f([1])

# === noop: trap local lambda later
# %% [job]
def f():
    g = lambda: v
    v = 2
    return g()
f()

# === noop: trap local class closure
# %% [job]
def f():
    class A:
        def m(self): return v
    v = 2
    return A().m()
f()

# === noop: trap local del in branch
# %% [job]
def f(flag=False):
    x = 1
    if flag:
        del x
    return x
f()

# === noop: trap local import in if
# %% [job]
def f(fast=True):
    if fast:
        import json as j
    else:
        import pickle as j
    return j.dumps(1)
f()

# === noop: trap star import then name
# %% [job]
from os.path import *
print(basename("a/b"))

# === noop: trap hasattr main
# %% [job]
import sys
if not hasattr(sys.modules["__main__"], "cfg"):
    cfg = 1
print(cfg)

# === noop: trap user_ns get
# %% [job]
try:
    ns = get_ipython().user_ns
except NameError:
    ns = globals()
print(ns.get("x"))

# === noop: a cache of one's own that calls nothing
# %% [job]
def cache(f):
    return lambda x: 1
g = cache(lambda x: x + off)
g(1)
# %% [job]
off = 1

# === found: callbacks in list, called in loop early
# %% [job]
hooks = []
def hook(): return late
hooks.append(hook)
for h in hooks:
    h()  # NBJ105
# %% [job]
late = 1

# === found: dispatch dict get early
# %% [job]
def load(): return path
table = {"load": load}
# %% [job]
table.get("load")()  # NBJ105
# %% [job]
path = "a"

# === found: getattr call early
# %% [job]
class A:
    def go(self): return path
getattr(A(), "go")()  # NBJ105
# %% [job]
path = "a"

# === found: executor submit result
# %% [job]
import concurrent.futures as cf
def work(x): return x * scale
with cf.ThreadPoolExecutor() as ex:
    fut = ex.submit(work, 1)
print(fut.result())  # NBJ105
# %% [job]
scale = 2

# === found: stored in dict later call
# %% [job]
d = {}
def f(): return later
d["f"] = f
d["f"]()  # NBJ105
# %% [job]
later = 1

# === found: iter sentinel
# %% [job]
def nxt(): return stop
for v in iter(nxt, 1): pass  # NBJ105
# %% [job]
stop = 1

# === found: timeit callable
# %% [job]
import timeit
timeit.timeit(lambda: later, number=1)  # NBJ105
# %% [job]
later = 1

# === found: dataclass default factory early
# %% [job]
from dataclasses import dataclass, field
@dataclass
class Cfg:
    xs: list = field(default_factory=lambda: list(DEFAULTS))
c = Cfg()  # NBJ105
# %% [job]
DEFAULTS = [1]

# === found: registry dict two, called early
# %% [job]
handlers = {}
def a(): return 1
def b(): return cfg
handlers["a"] = a
handlers["b"] = b
# %% [job]
handlers["b"]()  # NBJ105
# %% [job]
cfg = 1

# === found: pipeline items
# %% [job]
def one(x): return x
def two(x): return x * K
steps = [("one", one), ("two", two)]
# %% [job]
v = 1
for name, fn in steps:
    v = fn(v)  # NBJ105
# %% [job]
K = 2

# === found: lambda in dict values loop early
# %% [job]
m = {"a": lambda x: x + off}
for k, f in m.items():
    print(f(1))  # NBJ105
# %% [job]
off = 1

# === found: lambda in dict values comp early
# %% [job]
m = {"a": lambda x: x + off}
print({k: f(1) for k, f in m.items()})  # NBJ105
# %% [job]
off = 1

# === found: lambda dict values() early
# %% [job]
m = {"a": lambda x: x + off}
for f in m.values():
    f(1)  # NBJ105
# %% [job]
off = 1

# === found: np.vectorize like
# %% [job]
def vec(f): return lambda xs: [f(x) for x in xs]
g = vec(lambda x: x + off)
g([1])  # NBJ105
# %% [job]
off = 1

# === found: method chaining builder early
# %% [job]
class B:
    def a(self): return self
    def b(self): print(off); return self
B().a().b()  # NBJ105
# %% [job]
off = 1

# === found: super init chain
# %% [job]
class A:
    def __init__(self): self.v = DEF
class B(A):
    def __init__(self):
        super().__init__()
b = B()  # NBJ105
# %% [job]
DEF = 1

# === found: kwargs call
# %% [job]
def f(**kw): return kw["a"] + off
f(**{"a": 1})  # NBJ105
# %% [job]
off = 1

# === found: conditional function by name main
# %% [job]
def main(argv=None):
    args = parse(argv)
    return args
def parse(argv): return DEFAULTS
if __name__ == "__main__":
    raise SystemExit(main())  # NBJ105
# %% [job]
DEFAULTS = {}

# === found: enumerate zip early
# %% [job]
def f(x): return x + off
for i, (a, b) in enumerate(zip([1], [2])):
    f(a)  # NBJ105
# %% [job]
off = 1

# === found: comprehension over dict items call early
# %% [job]
def f(x): return x + off
r = {k: f(v) for k, v in {"a": 1}.items()}  # NBJ105
# %% [job]
off = 1

# === found: walrus then call
# %% [job]
def f(): return off
if (x := f()):  # NBJ105
    pass
# %% [job]
off = 1

# === found: print with star
# %% [job]
def f(): yield off
print(*f())  # NBJ105
# %% [job]
off = 1

# === found: assert call early
# %% [job]
def check(x):
    assert x < LIMIT, "no"
check(1)  # NBJ105
# %% [job]
LIMIT = 3

# === found: return in try finally
# %% [job]
def f():
    try:
        return off
    finally:
        print("x")
f()  # NBJ105
# %% [job]
off = 1

# === found: with lock
# %% [job]
import threading
lock = threading.Lock()
def f():
    with lock:
        return off
f()  # NBJ105
# %% [job]
off = 1

# === found: nested ifs known
# %% [job]
MODE = "prod"
def f():
    if MODE == "prod":
        return off
    return 0
f()  # NBJ105
# %% [job]
off = 1

# === found: dictionary default param
# %% [job]
def f(opts=None):
    opts = opts or DEFAULTS
    return opts
f()  # NBJ105
# %% [job]
DEFAULTS = {}

# === found: if not x go on
# %% [job]
def f(x):
    if not x:
        return []
    return [y * K for y in x]
f([1])  # NBJ105
# %% [job]
K = 1

# === found: raise in function caught
# %% [job]
def f():
    raise ValueError(MSG)
try:
    f()  # NBJ105
except ValueError:
    pass
# %% [job]
MSG = ""

# === found: property via dataclass
# %% [job]
from dataclasses import dataclass
@dataclass
class A:
    x: int
    @property
    def y(self): return self.x * SC
print(A(1).y)  # NBJ105
# %% [job]
SC = 1

# === found: dataclass post init
# %% [job]
from dataclasses import dataclass
@dataclass
class A:
    x: int
    def __post_init__(self): self.y = SC
a = A(1)  # NBJ105
# %% [job]
SC = 1

# === found: default factory function early
# %% [job]
from dataclasses import dataclass, field
def mk(): return list(DEFAULTS)
@dataclass
class Cfg:
    n: int
    xs: list = field(default_factory=mk)
c = Cfg(1)  # NBJ105
# %% [job]
DEFAULTS = [1]

# === found: match guard call
# %% [job]
def ok(x): return x > off
match 3:
    case v if ok(v): pass  # NBJ105
# %% [job]
off = 1

# === found: trap callable filter callable
# %% [job]
fs = [1, lambda: later]
for f in fs:
    if callable(f):
        f()  # NBJ105
# %% [job]
later = 1

# === found: lru_cache on a lambda early
# %% [job]
from functools import lru_cache
f = lru_cache(lambda x: x + off)
f(1)  # NBJ105
# %% [job]
off = 1

# === noop: a function fills it
# %% [job]
q = []
def f():
    q.append(1)
f()
for a in q:
    s = 1
print(a)

# === noop: it has another name
# %% [job]
a = b = []
a.append(1)
for x in b:
    pass
print(x)

# === noop: a loop over nothing with an else
# %% [job]
rows = []
for r in rows:
    print(r)
else:
    done = True
print(done)

# === noop: something or nothing
# %% [job]
names = [] or ["a"]
for r in names:
    s = r
print(s)

# === noop: a class has it
# %% [job]
q = []
class A:
    items = q
A.items.append(2)
for a in q:
    s = 1
print(s)

# === noop: within a loop
# %% [job]
for k in range(2):
    q = []
    q.append(k)
    for a in q:
        s = a
print(s)

# === noop: filled through its module
# %% [job]
import sys
q = []
sys.modules["__main__"].q.append(3)
for a in q:
    s = a
print(s)

# === noop: filled through globals()
# %% [job]
q = []
globals()["q"].append(1)
for a in q:
    s = 1
print(s)

# === noop: filled by a default
# %% [job]
q = []
def add(target=q):
    target.append(1)
add()
for a in q:
    s = 1
print(s)

# === noop: filled by a text
# %% [job]
q = []
exec("q.append(1)")
for a in q:
    s = 1
print(s)

# === noop: filled by a thread
# %% [job]
import threading
q = []
t = threading.Thread(target=lambda: q.append(1))
t.start(); t.join()
for a in q:
    s = 1
print(s)

# === noop: filled by a partial
# %% [job]
from functools import partial
q = {}
upd = partial(dict.update, q)
upd({"a": 1})
for a in q:
    s = 1
print(s)

# === found: what a loop over nothing binds
# %% [job]
q = []
for a in q:
    s = 1
print(s)  # NBJ101

# === found: the variable of a loop over nothing
# %% [job]
q = []
# %% [job]
for a in q:
    s = 1
# %% [job]
print(a)  # NBJ101

# === found: a loop over nothing, annotated
# %% [job]
items: list[int] = []
for item in items:
    last = item
# %% [job]
print(last)  # NBJ101
