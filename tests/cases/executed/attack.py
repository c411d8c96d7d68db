# === noop: class init
# %% [job]
def init():
    global cfg
    cfg = {"a": 1}
class App:
    def __init__(self):
        init()
app = App()
print(cfg["a"])

# === noop: lambda handed
# %% [job]
import threading
def load(path):
    global data
    data = [path]
t = threading.Thread(target=lambda: load("x"))
t.start(); t.join()
print(data)

# === noop: foreign base
# %% [job]
import logging
def capture(msg):
    global last
    last = msg
class H(logging.Handler):
    def emit(self, record):
        capture(record.getMessage())
log = logging.getLogger("nb")
log.addHandler(H())
log.warning("disk full")
print(last)

# === noop: decorated
# %% [job]
HANDLERS = {}
def on(event):
    def deco(fn):
        HANDLERS[event] = fn
        return fn
    return deco
def connect():
    global conn
    conn = "c"
@on("start")
def start(): connect()
HANDLERS["start"](); print(conn)

# === noop: unset in method
# %% [job]
def connect():
    global conn
    conn = "c"
class Pipeline:
    def step_connect(self): connect()
    def run(self):
        for s in ["connect"]:
            getattr(self, f"step_{s}")()
        print(conn)
Pipeline().run()

# === noop: globals name call
# %% [job]
def load_orders():
    global orders
    orders = [1, 2]
for t in ["orders"]:
    globals()[f"load_{t}"]()
print(orders)

# === noop: eval name call
# %% [job]
def load_orders():
    global orders
    orders = [1, 2]
for t in ["orders"]:
    eval(f"load_{t}()")
print(orders)

# === noop: cprofile
# %% [job]
import cProfile
def main():
    global result
    result = 1
cProfile.run("main()")
print(result)

# === noop: exec call
# %% [job]
def main():
    global result
    result = 1
exec("main()")
print(result)

# === noop: cond def
# %% [job]
import os
if os.environ.get("APP_ENV") == "prod":
    def configure():
        global URL
        URL = "postgres://"
else:
    def configure():
        global URL
        URL = "sqlite://"
configure()
print(URL)

# === noop: try def
# %% [job]
try:
    from mylib import setup
except ImportError:
    def setup():
        global cfg
        cfg = {"a": 1}
setup()
print(cfg)

# === noop: cond def open
# %% [job]
import os
if os.getpid():
    def define(k, v):
        globals()[k] = v
define("alpha", 1)
print(alpha)

# === noop: loop round
# %% [job]
def save(v):
    global best
    best = v
for i, v in enumerate([3, 5, 4]):
    if i == 0 or v > best:
        save(v)
print(best)

# === noop: loop round if
# %% [job]
def remember(v):
    global prev
    prev = v
for i in range(3):
    if i > 0:
        print(i - prev)
    remember(i)

# === noop: loop continue
# %% [job]
def push(v):
    global top
    top = v
for op, v in [("push", 1), ("show", 0)]:
    if op == "push":
        push(v)
        continue
    print(top)

# === noop: finally
# %% [job]
import io
def read(text):
    try:
        file = io.StringIO(text)
        lines = file.readlines()
        return lines
    except OSError as e:
        print(FMT, e)
    finally:
        print(len(lines))
FMT = "lines:"
print(read("a"))

# === noop: finally loop return
# %% [job]
def total(rows):
    try:
        for r in rows:
            if r < 0:
                raise ValueError(r)
        result = sum(rows) * SCALE
    finally:
        print("sum", result)
SCALE = 2
total([1, 2])

# === noop: exit early
# %% [job]
class Report:
    def __enter__(self): return self
    def __exit__(self, *a): print("result", result)
def run(rows):
    global result
    with Report():
        for r in rows:
            if r < 0: return None
        result = sum(rows)
run([1, 2])

# === noop: guarded append
# %% [job]
results = []
def fetch(u):
    try:
        results.append(u.upper())
    except Exception as e:
        print("failed", e)
for u in ["a", "b"]:
    fetch(u)
for r in results:
    last = r
print(last)

# === noop: version
# %% [job]
import sys
items = []
def add(x):
    if sys.version_info >= (3, 9):
        items.append(x)
add(1)
for i in items:
    last = i
print(last)

# === noop: eval
# %% [job]
train, test = [], []
for split in ["train", "test"]:
    eval(split).append(split)
for t in train:
    last = t
print(last)

# === noop: empty arg
# %% [job]
def collect(tree, out):
    out.extend(tree)
def first(tree, found):
    collect(tree, found)
    if found:
        best = found[0]
    return best
print(first({"a": 1}, []))

# === noop: empty default alias
# %% [job]
def run(rows=[]):
    out = rows
    out.append(1)
    if rows:
        first = rows[0]
    return first
print(run())

# === noop: fglobals
# %% [job]
import sys
train = []
def stash(name, v):
    sys._getframe(1).f_globals[name].append(v)
stash("train", 1)
for t in train:
    last = t
print(last)

# === noop: walrus and
# %% [job]
import re
def parse(line):
    if line and (m := re.match(r"(\w+)=(\w+)", line)):
        key = m.group(1)
    else:
        raise ValueError(line)
    return key
for line in "a=1;b=2".split(";"):
    print(parse(line))

# === noop: walrus or raise
# %% [job]
import re
def parse(line):
    if not line or not (m := re.match(r"\d+", line)):
        raise ValueError(line)
    return m.group() + UNIT
UNIT = "kg"
print(parse(input_line := str("12")))

# === noop: walrus comp filter
# %% [job]
def clean(rows):
    out = [last := r.strip() for r in rows if r]
    return out, last + UNIT
UNIT = "kg"
print(clean(["a ", "b"]))

# === noop: walrus any filter
# %% [job]
def check(rows):
    if any((bad := r) < LIMIT for r in rows if r is not None):
        msg = f"bad {bad}"
    else:
        raise ValueError("none")
    return msg
LIMIT = 0
print(check([1, None, -1]))

# === noop: walrus stale
# %% [job]
def f(xs):
    hit = None
    if any((hit := x) > 1 for x in xs if x):
        print("some")
    if hit is not None:
        found = hit
    return found
print(f([1, 2]))

# === noop: walrus genexp
# %% [job]
import statistics
def f(xs):
    m = statistics.mean((last := x) for x in xs)
    return m, last, UNIT
UNIT = "kg"
print(f([1, 3]))

# === noop: walrus global
# %% [job]
def scan(xs):
    global last
    ys = [last := x for x in xs if x]
    print(last)
    return ys
scan([1, 3])

# === noop: namedtuple
# %% [job]
from typing import NamedTuple
class Event(NamedTuple):
    kind: str
    value: int
def apply(e):
    match e:
        case ("add", n):
            delta = n
        case ("sub", n):
            delta = -n
    return delta
print(apply(Event("add", 3)))

# === noop: strenum
# %% [job]
from enum import Enum
class Mode(str, Enum):
    FAST = "fast"
    SLOW = "slow"
def workers(mode):
    match mode:
        case "fast": n = 8
        case "slow": n = 1
    return n
print(workers(Mode("fast")))

# === noop: guard name
# %% [job]
score = 90
points = len("abc")
match points:
    case score if score > 50:
        grade = "A"
    case _:
        note = "low"
print(note)

# === noop: capture next case
# %% [job]
match len("abc"):
    case n if n > 5:
        big = n
    case _:
        small = n
print(small)

# === noop: shadow own
# %% [job]
class TimeoutError(Exception):
    pass
try:
    raise TimeoutError("job 3")
except OSError:
    retry = True
except TimeoutError as e:
    skipped = str(e)
print(skipped)

# === noop: oserror
# %% [job]
try:
    raise OSError(2, "no such file")
except FileNotFoundError as e:
    missing = e.errno
except OSError:
    other = 1
print(missing)

# === noop: args raise
# %% [job]
d = {}
try:
    raise RuntimeError(d["missing"])
except KeyError:
    b = 2
except RuntimeError:
    a = 1
print(b)

# === noop: before
# %% [job]
row = (1, 2, 3)
try:
    a, b = row
    raise RuntimeError("never")
except ValueError:
    bad = row
except RuntimeError:
    b = 0
print(bad)

# === noop: raise walrus
# %% [job]
def f():
    try:
        raise ValueError(msg := "bad value")
    except ValueError:
        return msg
print(f())

# === noop: swallow own
# %% [job]
from contextlib import contextmanager
@contextmanager
def ignoring(*kinds):
    try:
        yield
    except kinds:
        pass
for v in [1, 2]:
    with ignoring(ValueError):
        raise ValueError(v)
    last = v
print(last)

# === noop: swallow alias
# %% [job]
from contextlib import suppress as ignoring
for v in [1, 2]:
    with ignoring(ValueError):
        raise ValueError(v)
    last = v
print(last)

# === noop: swallow foreign
# %% [job]
import unittest
tc = unittest.TestCase()
try:
    with tc.assertRaisesRegex(ValueError, "invalid"):
        int("abc")
    status = "ok"
except AssertionError:
    status2 = "fail"
print(status)

# === noop: risky
# %% [job]
def f(row):
    try:
        v = row.value
        label = UNIT + v
    except AttributeError:
        return None
    return label
print(f(None))
UNIT = "kg"

# === noop: int own
# %% [job]
class ValueError(Exception): pass
try:
    n = int("abc")
except ValueError:
    n = 0
except Exception:
    fallback = True
print(fallback)

# === noop: defined helper
# %% [job]
def is_loaded(*names):
    return all(n in globals() for n in names)
if is_loaded("train_df"):
    print(train_df)
else:
    print("run the loading notebook first")

# === noop: missing list
# %% [job]
missing = [n for n in ("train", "test") if n not in globals()]
if missing:
    print("no data yet", missing)
else:
    print(train, test)

# === noop: list dir
# %% [job]
if "cached_df" in list(globals().keys()):
    df = cached_df
else:
    df = [1]
print(df)

# === noop: locals alias
# %% [job]
ns = locals()
ns["alpha"] = 0.1
print(alpha)

# === noop: lambda globals
# %% [job]
params = {"lr": 0.1}
list(map(lambda kv: globals().__setitem__(*kv), params.items()))
print(lr)

# === noop: exec fn globals
# %% [job]
def run_src(src, fn):
    exec(src, fn.__globals__)
run_src("theta = 5", run_src)
print(theta)

# === noop: exec three
# %% [job]
def run():
    exec("yy = 2", globals(), globals())
run()
print(yy)

# === noop: exec globals text
# %% [job]
def run():
    exec("globals()['zz'] = 2")
run()
print(zz)

# === noop: raising branch
# %% [job]
def fetch(cached, mirrors):
    if not cached:
        for m in mirrors:
            if m: return m
        raise RuntimeError("all failed")
    return decode(cached)
print(fetch(str(""), ["a"]))
def decode(x):
    return x

# === noop: class nonlocal
# %% [job]
def run():
    x: int
    class C:
        nonlocal x
        x = 5
    return x
print(run())
def show(): return UNIT
UNIT = "kg"

# === noop: mock swap
# %% [job]
def mock_load():
    global data
    data = [0]
def load(): ...
def use_mock():
    global load
    load = mock_load
use_mock()
load()
print(data)
