# === noop: mangled underscore class
# %% [job]
__secret = 1
class _:
    def get(self):
        return __secret
# %% [job]
_().get()

# === noop: nameerror return in finally
# %% [job]
def f():
    try:
        return nowhere_defined
    finally:
        return 1
# %% [job]
f()
# %% [job]
nowhere_defined = 2

# === noop: cm swallows
# %% [job]
class Quiet:
    def __enter__(self): return self
    def __exit__(self, *a): return True
# %% [job]
with Quiet():
    print(undefined_thing)
# %% [job]
undefined_thing = 1

# === noop: cm generator swallows
# %% [job]
from contextlib import contextmanager
@contextmanager
def quiet():
    try:
        yield
    except NameError:
        pass
# %% [job]
with quiet():
    print(gone)
# %% [job]
gone = 1

# === noop: global class def in function
# %% [job]
def setup():
    global K
    class K:
        v = 1
# %% [job]
setup()
print(K.v)

# === noop: function globals dict
# %% [job]
def f():
    return 1
f.__globals__["fgx"] = 3
# %% [job]
print(fgx)

# === noop: async gather return exceptions
# %% [job]
import asyncio
async def w(i):
    return i * SCALE
async def main():
    return await asyncio.gather(w(1), return_exceptions=True)
# %% [job]
asyncio.run(main())
# %% [job]
SCALE = 1

# === noop: static assert false
# %% [job]
try:
    assert False
    print(never_here)
except AssertionError:
    pass

# === noop: static infinite return
# %% [job]
def f():
    while True:
        return 1
    return nope
# %% [job]
f()

# === noop: exitstack suppress
# %% [job]
import contextlib
with contextlib.ExitStack() as st:
    st.enter_context(contextlib.suppress(NameError))
    print(not_there_yet)
# %% [job]
not_there_yet = 1

# === noop: suppress exception alias
# %% [job]
from contextlib import suppress as ignoring
with ignoring(Exception):
    use_it(later_q)
# %% [job]
use_it = later_q = print

# === noop: suppress base tuple star
# %% [job]
from contextlib import suppress
ERRS = (NameError, KeyError)
with suppress(*ERRS):
    print(later_w)
# %% [job]
later_w = 1

# === noop: sysexit in function then undefined
# %% [job]
import sys
def f():
    sys.exit(0)
    print(nowhere_ab)
try:
    f()
except SystemExit:
    pass

# === noop: raise in branch both
# %% [job]
def f(x):
    if x:
        raise ValueError
    else:
        return 1
    print(nowhere_ad)
f(0)

# === noop: optional arg none
# %% [job]
def load(path, schema=None):
    schema = schema or {}
    for k in schema:
        check(k)
    return path
# %% [job]
load("x")
# %% [job]
def check(k): pass

# === noop: star args empty loop
# %% [job]
def run(*steps):
    for s in steps:
        log(s)
# %% [job]
run()
# %% [job]
def log(s): pass

# === noop: super skips
# %% [job]
class A:
    def go(self): return 1
class B(A):
    def go(self): return later_aj
class C(B):
    def go(self): return super(B, self).go()
# %% [job]
C().go()
# %% [job]
later_aj = 1

# === noop: getattribute bypasses property
# %% [job]
class A:
    def __getattribute__(self, n):
        return 1
    @property
    def p(self):
        return later_an
# %% [job]
A().p
# %% [job]
later_an = 1

# === noop: mock patch
# %% [job]
from unittest import mock
def helper(): return later_ax
def run(): return helper()
# %% [job]
with mock.patch("__main__.helper", return_value=1):
    run()
# %% [job]
later_ax = 1

# === noop: setattr class method
# %% [job]
class A:
    def go(self): return later_az
setattr(A, "go", lambda self: 1)
# %% [job]
A().go()
# %% [job]
later_az = 1

# === noop: loop setattr methods
# %% [job]
class A:
    def go(self): return later_ba
for n in ("go",):
    setattr(A, n, lambda self: 1)
A().go()
# %% [job]
later_ba = 1

# === noop: islice gen
# %% [job]
from itertools import islice
def gen():
    yield 1
    yield later_bf
print(list(islice(gen(), 1)))
# %% [job]
later_bf = 1

# === noop: globals get guard
# %% [job]
if globals().get("opt_y"):
    print(opt_y)

# === noop: sentinel try else uses
# %% [job]
try:
    opt_u
except NameError:
    have = False
else:
    have = True
if have:
    print(opt_u)

# === noop: generator close finally
# %% [job]
def co():
    try:
        yield 1
    finally:
        later_ca.append(1)
c = co(); next(c)
# %% [job]
later_ca = []
# %% [job]
c.close()

# === noop: with body defines for finally
# %% [job]
from contextlib import contextmanager
@contextmanager
def co():
    try:
        yield 1
    finally:
        later_cb.append(1)
# %% [job]
with co():
    later_cb = []

# === noop: yield inside expression
# %% [job]
def co():
    x = (yield 1) + later_cc(2)
c = co(); next(c)
# %% [job]
def later_cc(x): pass

# === noop: swallow by type
# %% [job]
class Q:
    def __enter__(self): return self
    def __exit__(self, t, v, tb): return t is NameError
# %% [job]
with Q():
    print(later_cl)
# %% [job]
later_cl = 1

# === noop: islice peek
# %% [job]
from itertools import islice
def pages():
    yield {"page": 1}
    while next_url:
        yield {"page": next_url.pop()}
# %% [job]
preview = list(islice(pages(), 1))
# %%
preview
# %% [job]
next_url = [3, 2]
print(preview, list(pages()))

# === noop: all rules gen
# %% [job]
row = {"qty": -1}
def rules(r):
    yield r["qty"] > 0
    yield r["sku"] in catalogue
# %% [job]
valid = all(ok for ok in rules(row))
# %%
valid
# %% [job]
catalogue = {"x"}
print(valid, all(rules({"qty": 1, "sku": "x"})))

# === noop: setattr stub
# %% [job]
class Api:
    def fetch(self, n): return http.get(n)
for name, stub in {"fetch": lambda self, n: n * 2}.items():
    setattr(Api, name, stub)
# %%
Api().fetch(1)
# %% [job]
print(Api().fetch(4))
# %% [job]
import http
print(http.HTTPStatus.OK.value)

# === noop: cond call idempotent
# %% [job]
import sqlite3
conn = sqlite3.connect(":memory:")
conn.execute("create table t (id int)")
def create():
    conn.execute(DDL)
# %% [job]
exists = conn.execute("select count(*) from sqlite_master where name = 't'").fetchone()[0]
if not exists:
    create()
conn.close()
# %%
exists
# %% [job]
DDL = "create table t (id int)"
print(exists)

# === noop: or default call
# %% [job]
import os
def ask_vault(name):
    return vault[name]
# %% [job]
home = os.environ.get("PATH") or ask_vault("PATH")
# %%
home
# %% [job]
vault = {"PATH": "/"}
print(bool(home))

# === noop: a mutual recursion that ends elsewhere
# %% [job]
def even(n):
    if n == 0:
        return True
    return odd(n - 1)
def odd(n):
    if n == 0:
        return no
    return even(n - 1)
even(4)
# %% [job]
no = False

# === noop: deleted on the way that comes back
# %% [job]
def f(x, n=2):
    if n:
        del x
        return f(1, 0)
    return x
f(3)

# === noop: an attribute that is another object by then
# %% [job]
class Slow:
    def go(self):
        return later
class Fast:
    def go(self):
        return 1
class Job:
    def __init__(self, engine):
        self.engine = engine
job = Job(Slow())
job.engine = Fast()
job.engine.go()
other = Job(Fast())
other.engine.go()
# %% [job]
later = 1

# === noop: an attribute that somebody else may have set
# %% [job]
class Job:
    def __init__(self):
        self.hook = lambda: later
def quieten(job):
    job.hook = int
job = Job()
quieten(job)
job.hook()
# %% [job]
later = 1

# === noop: a default that the call replaces
# %% [job]
def first():
    return later
def run(hook=first, *, last=lambda: later):
    hook()
    last()
run(int, last=int)
# %% [job]
later = 1

# === noop: a defaultdict that somebody has filled
# %% [job]
from collections import defaultdict
def fill(target):
    target["a"] = 1
one = defaultdict(lambda: later)
one["a"] = 1
one["a"]
two = defaultdict(lambda: later + 1)
fill(two)
two["a"]
# %% [job]
later = 1

# === found: late property setter
# %% [job]
class C:
    @property
    def size(self):
        return 1
    @size.setter
    def size(self, v):
        self._v = v * SCALE
# %% [job]
c = C()
c.size = 4  # NBJ105
# %% [job]
SCALE = 4

# === found: closure unbound free
# %% [job]
def make():
    def get():
        return value  # NBJ103
    r = get()
    value = 1
    return r
# %% [job]
make()

# === found: recursion base missing
# %% [job]
def down(n):
    if n == 0:
        return BASE
    return down(n - 1)
# %% [job]
down(3)  # NBJ105
# %% [job]
BASE = 0

# === found: bool dunder if
# %% [job]
class Flag:
    def __bool__(self):
        return STATE
f = Flag()
# %% [job]
if f:  # NBJ105
    print(1)
# %% [job]
STATE = True

# === found: format dunder fstring
# %% [job]
class Cell:
    def __format__(self, spec):
        return FILL * 3
c = Cell()
# %% [job]
print(f"{c:>3}")  # NBJ105
# %% [job]
FILL = "-"

# === found: local only conditional
# %% [job]
def f(n):
    if n > 10:
        msg = "big"
    return msg  # NBJ103
# %% [job]
f(3)

# === found: classbody function scope local
# %% [job]
def make():
    class C:
        y = y  # NBJ103
    y = 2
    return C
# %% [job]
make()

# === found: cond def const false
# %% [job]
USE = False
if USE:
    engine = "a"
# %% [job]
print(engine)  # NBJ101

# === found: cond def number compare
# %% [job]
N = 3
if N > 5:
    big = True
# %% [job]
print(big)  # NBJ101

# === found: del branch const
# %% [job]
tmp = 1
CLEAN = True
if CLEAN:
    del tmp
# %% [job]
print(tmp)  # NBJ104

# === found: del in function local
# %% [job]
def f():
    x = 1
    del x
    return x  # NBJ103
# %% [job]
f()

# === found: del in function makes local
# %% [job]
handle = 1
def close():
    del handle  # NBJ103
# %% [job]
close()

# === found: walrus short circuit
# %% [job]
flag = False
if flag and (m := 3):
    pass
# %% [job]
print(m)  # NBJ101

# === found: walrus or right not taken
# %% [job]
flag = True
ok = flag or (m := 3)
# %% [job]
print(m)  # NBJ101

# === found: walrus ternary
# %% [job]
v = (a := 1) if False else 2
# %% [job]
print(a)  # NBJ101

# === found: while counter zero
# %% [job]
n = 0
while n < 0:
    val = n
# %% [job]
print(val)  # NBJ101

# === found: async with aexit
# %% [job]
import asyncio
class S:
    async def __aenter__(self): return self
    async def __aexit__(self, *a): CLOSED.append(1)
async def main():
    async with S():
        pass
# %% [job]
asyncio.run(main())  # NBJ105
# %% [job]
CLOSED = []

# === found: static if none def
# %% [job]
X = None
if X:
    setting = 1
# %% [job]
print(setting)  # NBJ101

# === found: static const changed later
# %% [job]
MODE = "b"
MODE = "a"
if MODE == "b":
    val = 1
# %% [job]
print(val)  # NBJ101

# === found: static main guard inverse
# %% [job]
if __name__ != "__main__":
    out = 1
# %% [job]
print(out)  # NBJ101

# === found: static string compare
# %% [job]
ENV = "prod"
if ENV == "dev":
    conn = 1
elif ENV == "test":
    conn = 2
# %% [job]
print(conn)  # NBJ101

# === found: static in list
# %% [job]
ENV = "prod"
if ENV in ("dev", "test"):
    conn = 1
# %% [job]
print(conn)  # NBJ101

# === found: shadow builtin conditional local
# %% [job]
def f(flag):
    if flag:
        max = 3
    return max  # NBJ103
f(False)

# === found: local except var
# %% [job]
def f():
    try:
        1 / 0
    except ZeroDivisionError as e:
        pass
    return e  # NBJ103
# %% [job]
f()

# === found: local nested uses later local fn
# %% [job]
def f():
    def a():
        return b()  # NBJ103
    v = a()
    def b():
        return 1
    return v
# %% [job]
f()

# === found: local lambda sorted unbound
# %% [job]
def f(xs):
    xs = sorted(xs, key=lambda x: order[x])  # NBJ103
    order = {}
    return xs
# %% [job]
f(["a"])

# === found: param deleted
# %% [job]
def f(x):
    del x
    print(x)  # NBJ103
# %% [job]
f(1)

# === found: class in function late global
# %% [job]
def mk():
    class C:
        y = later_cf
    return C
# %% [job]
mk()  # NBJ105
# %% [job]
later_cf = 1

# === found: cmp to key
# %% [job]
from functools import cmp_to_key
def b(x, y): return later_ch
# %% [job]
sorted([1, 2], key=cmp_to_key(b))  # NBJ105
# %% [job]
later_ch = 1

# === found: groupby key
# %% [job]
from itertools import groupby
def b(x): return later_cj
# %% [job]
dict(groupby([1, 2], b))  # NBJ105
# %% [job]
later_cj = 1

# === found: func local deleted
# %% [job]
def flush(n):
    buf = list(range(n))
    total = sum(buf)
    del buf
    print("flushed")
    return total / len(buf)  # NBJ103
# %%
flush
# %% [job]
mean = flush(3)
# %% [job]
print(mean)

# === found: next gen missing
# %% [job]
users = [{"id": 1, "n": "a"}, {"id": 2, "n": "b"}]
# %% [job]
hit = next((u for u in users if u["id"] == wanted), None)  # NBJ103
# %% [job]
wanted = 2
# %%
hit
# %% [job]
print(hit)

# === found: next default simple
# %% [job]
rows = [{"d": 1}, {"d": 2}]
# %% [job]
match = next(r for r in rows if r["d"] == today)  # NBJ103
# %% [job]
today = 2
# %%
match
# %% [job]
print(match)

# === found: dataclass method early
# %% [job]
from dataclasses import dataclass
# %% [job]
@dataclass
class Order:
    id: int
    amount: float
    def gross(self):
        return self.amount * (1 + VAT)
# %% [job]
orders = [Order(i, i * 10.0) for i in range(1, 3)]
total = sum(o.gross() for o in orders)  # NBJ105
# %%
total
# %% [job]
VAT = 0.19
print(total)

# === found: async with early
# %% [job]
import asyncio
class Session:
    async def __aenter__(self):
        self.pool = POOL
        return self
    async def __aexit__(self, *a):
        return False
# %% [job]
async def main():
    async with Session() as s:
        return s.pool
# %% [job]
out = asyncio.run(main())  # NBJ105
# %%
out
# %% [job]
POOL = 4
print(out, POOL)

# === found: property setter early
# %% [job]
class Job:
    @property
    def cores(self):
        return self._cores
    @cores.setter
    def cores(self, n):
        self._cores = min(n, LIMITS["cores"])
# %% [job]
job = Job()
job.cores = 16  # NBJ105
# %% [job]
LIMITS = {"cores": 8}
# %%
job.cores
# %% [job]
print(job.cores)

# === found: starmap early
# %% [job]
import itertools
pairs = [(1, 2), (3, 4)]
def mul(a, b):
    return convert(a * b)
# %% [job]
out = list(itertools.starmap(mul, pairs))  # NBJ105
# %% [job]
def convert(v): return float(v)
# %%
out

# === found: sort cmp to key early
# %% [job]
from functools import cmp_to_key
def cmp(a, b):
    return ORDER.index(a) - ORDER.index(b)
# %% [job]
sizes = sorted(["L", "S"], key=cmp_to_key(cmp))  # NBJ105
# %%
sizes
# %% [job]
ORDER = ["S", "M", "L"]
print(sizes)

# === found: func conditional import
# %% [job]
def mean(xs, fast=False):
    if fast:
        import numpy as np
    return np.mean(xs)  # NBJ103
# %%
import numpy as np
# %% [job]
print(mean([1, 2]))

# === found: walrus shortcircuit
# %% [job]
import re
DEBUG = False
text = "id=3"
# %% [job]
if DEBUG and (hit := re.search(r"\d", text)):
    print("debug")
# %%
hit = None
# %% [job]
print(hit.group(0))  # NBJ102

# === found: while never
# %% [job]
pages_left = 0
while pages_left > 0:
    page = {"n": pages_left}
    pages_left -= 1
# %%
page = {}
# %% [job]
print(page)  # NBJ102

# === found: cond one const
# %% [job]
DEBUG = False
data = list(range(20))
# %% [job]
if DEBUG:
    sample = data[:5]
# %%
DEBUG = True
sample = data[:5]
# %% [job]
print(sum(sample))  # NBJ102

# === found: lru cache early
# %% [job]
from functools import lru_cache
@lru_cache(maxsize=None)
def fib(n):
    return fib_base[n] if n < 2 else fib(n - 1) + fib(n - 2)
# %% [job]
print(fib(10))  # NBJ105
# %%
fib.cache_info()
# %% [job]
fib_base = {0: 0, 1: 1}

# === found: a constant says that the call is made
# %% [job]
DEBUG = True
def g():
    return later
DEBUG and g()  # NBJ105
# %% [job]
later = 1

# === found: a method of an object in an attribute
# %% [job]
class Engine:
    def go(self):
        return later
class Job:
    def __init__(self):
        self.engine = Engine()
    def run(self):
        return self.engine.go()
# %% [job]
Job().run()  # NBJ105
# %% [job]
later = 1

# === found: a function in an attribute
# %% [job]
class Job:
    def __init__(self, hook):
        self.hook = hook
def hook():
    return later
job = Job(hook)
job.hook()  # NBJ105
# %% [job]
later = 1

# === found: a function that is the default
# %% [job]
def first():
    return later
def run(hook=first):
    return hook()
run()  # NBJ105
# %% [job]
later = 1

# === found: the factory of a defaultdict
# %% [job]
from collections import defaultdict
counts = defaultdict(lambda: [later])
for key in "ab":
    counts[key].append(1)  # NBJ105
# %% [job]
later = 1
