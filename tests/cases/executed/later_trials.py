# === found: what a function that always raises would have given
# %% [job]
def load_remote():
    print("trying")
    raise ConnectionError("offline")
# %% [job]
try:
    table = load_remote()
except ConnectionError as exc:
    print("using nothing:", exc)
# %% [job]
print(len(table))  # NBJ101

# === noop: the handler gives it
# %% [job]
def load_remote():
    raise ConnectionError("offline")
# %% [job]
try:
    table = load_remote()
except ConnectionError:
    table = []
# %% [job]
print(len(table))

# === noop: one that raises on a condition
# %% [job]
def load_remote(url="x"):
    if not url:
        raise ConnectionError("offline")
    return [url]
# %% [job]
try:
    table = load_remote()
except ConnectionError:
    print("using nothing")
# %% [job]
print(len(table))

# === found: a flag behind a call that never succeeds
# %% [job]
def call(n):
    raise TimeoutError(n)
# %% [job]
for n in range(3):
    try:
        response = call(n)
    except TimeoutError:
        continue
    succeeded = True
    break
# %% [job]
print(succeeded)  # NBJ101

# === found: an except hides what the name lacked
# %%
def load():
    return [1]
# %% [job]
try:
    rows = load()
    count = len(rows)
except Exception as exc:
    print("failed:", exc)
# %% [job]
print(count)  # NBJ101

# === noop: an except that looks for the name
# %% [job]
try:
    kind = get_ipython_of_somebody().kind
    shell = "notebook"
except NameError:
    shell = "script"
print(shell)

# === noop: an except hides it, and the handler helps
# %% [job]
try:
    rows = load()
except Exception:
    rows = []
print(rows)

# === noop: what lacks something is only there on a condition
# %% [job]
import os
try:
    rows = [1]
    if os.environ.get("NO_SUCH_FLAG"):
        rows = load()
except Exception as exc:
    print("failed:", exc)
print(rows)

# === noop: an except of the name around the call of a function
# %% [job]
def size():
    return len(cache)
# %% [job]
try:
    n = size()
except NameError as error:
    n = 0
print(n)

# === found: what stands behind a raise binds nothing
# %% [job]
try:
    first = 1
    raise ValueError
    second = 2
except ValueError:
    pass
print(first)
print(second)  # NBJ101

# === noop: a lookup that remembers
# %% [job]
from functools import lru_cache
table = {"a": 1}
@lru_cache
def looked_up(key):
    return table[key]
looked_up("a")
# %% [job]
del table
print(looked_up("a"))

# === found: a lookup that remembers another one
# %% [job]
from functools import lru_cache
table = {"a": 1, "b": 2}
@lru_cache
def looked_up(key):
    return table[key]
looked_up("a")
# %% [job]
del table
print(looked_up("b"))  # NBJ105

# === noop: a property that remembers
# %% [job]
from functools import cached_property
raw = [1]
class Report:
    @cached_property
    def size(self):
        return len(raw)
report = Report()
report.size
# %% [job]
del raw
print(report.size)

# === found: the truth of an object is its length
# %% [job]
class Rows:
    def __len__(self):
        return start
rows = Rows()
if not rows:  # NBJ105
    print("none")
# %% [job]
start = 1

# === found: the truth of an object in a longer condition
# %% [job]
class Rows:
    def __bool__(self):
        return start
rows = Rows()
if rows and 1:  # NBJ105
    print("some")
# %% [job]
start = True

# === found: an object that adds to itself
# %% [job]
class Ledger:
    def __iadd__(self, x):
        journal.append(x)
        return self
# %% [job]
book = Ledger()
book += 3  # NBJ105
# %% [job]
journal = []

# === noop: a metaclass that prepares names
# %% [job]
class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases):
        return {"Int": int}
class Row(metaclass=Meta):
    kind = Int

# === found: a metaclass that prepares nothing
# %% [job]
class Meta(type):
    pass
class Row(metaclass=Meta):
    kind = Int  # NBJ101

# === found: the second of two callbacks in a list
# %% [job]
hooks = []
hooks.append(lambda rows: print(len(rows)))
hooks.append(lambda rows: metrics.update(n=len(rows)))
# %% [job]
for hook in hooks:
    hook([1, 2])  # NBJ105
# %% [job]
metrics = {}

# === noop: callbacks in a list that come late enough
# %% [job]
hooks = []
hooks.append(lambda rows: print(len(rows)))
hooks.append(lambda rows: metrics.update(n=len(rows)))
# %% [job]
metrics = {}
for hook in hooks:
    hook([1, 2])

# === found: a builtin that nobody has replaced
# %% [job]
del max  # NBJ101

# === found: a builtin that is there again
# %% [job]
list = [1]
del list
list("ab")
del list  # NBJ104

# === found: a text that is evaluated, under a name
# %% [job]
price = 10
formula = "price * (1 - discount)"
# %% [job]
print(eval(formula))  # NBJ101

# === found: a variable of a function that a function in it needs
# %% [job]
def job():
    frame = [1, 2]
    def size():
        return len(frame)  # NBJ103
    n = size()
    del frame
    return n + size()
# %% [job]
job()

# === found: an annotation makes the name the function's own
# %% [job]
limit = 10
def cut(xs):
    limit: int
    return xs[:limit]  # NBJ103
# %% [job]
print(cut([1, 2, 3]))

# === found: a loop over what it is called like itself
# %% [job]
row = [1, 2, 3]
def total():
    s = 0
    for row in row:  # NBJ103
        s += row
    return s
# %% [job]
print(total())

# === found: an except hides what a comprehension lacked
# %% [job]
try:
    total = sum(to_number(r) for r in ["1", "2"])
except Exception as exc:
    print("failed:", exc)
# %% [job]
print(total)  # NBJ101

# === noop: an except hides what a comprehension over nothing would lack
# %% [job]
rows = []
try:
    total = sum(to_number(r) for r in rows)
except Exception as exc:
    print("failed:", exc)
# %% [job]
print(total)

# === found: a counter that only an untagged cell starts
# %% [job]
rows = [{"qty": 1}, {"qty": -4}]
# %%
n_bad = 0
# %% [job]
clean = []
for r in rows:
    if r["qty"] < 0:
        n_bad += 1  # NBJ102
    else:
        clean.append(r)

# === noop: a counter that an earlier round starts
# %% [job]
for n in range(3):
    if n == 0:
        count = 0
    else:
        count += 1
print(count)

# === found: a counter without nonlocal
# %% [job]
def ledger():
    balance = 0
    def deposit(x):
        balance += x  # NBJ103
    def show():
        return balance
    return deposit, show
# %% [job]
deposit, show = ledger()
for x in (5, 7):
    deposit(x)
print(show())

# === noop: a counter with nonlocal, and one with global
# %% [job]
total = 0
def ledger():
    balance = 0
    def deposit(x):
        nonlocal balance
        global total
        balance += x
        total += x
        return balance
    return deposit
# %% [job]
print(ledger()(5), total)

# === noop: a counter of a class, and one that is given
# %% [job]
def make(n, *more):
    class Counter:
        size = 1
        size += 1
    n += 1
    for step in more:
        n += step
    return Counter.size + n
print(make(1, 2))

# === found: an elif that is not reached
# %% [job]
def grade(score):
    if score >= 50:
        label = "pass"
    elif score >= 0:
        label = "fail"
    return label  # NBJ103
# %% [job]
print(grade(-1))

# === noop: an elif that is reached
# %% [job]
def grade(score):
    if score >= 50:
        label = "pass"
    elif score >= 0:
        label = "fail"
    return label
# %% [job]
print(grade(10))

# === noop: a method builds anew what was deleted
# %% [job]
class Loader:
    def run(self):
        global table
        table = [1, 2]
        return self
# %% [job]
loader = Loader().run()
n = len(table)
# %% [job]
del table
loader.run()
print(n, len(table))

# === found: the method of an object in a list that is counted
# %% [job]
class Meter:
    def __init__(self):
        self.readings = []
    def add(self, kwh):
        self.readings.append(Reading(kwh))
# %% [job]
meters = [Meter(), Meter()]
for hour in range(4):
    for k, m in enumerate(meters):
        m.add(hour)  # NBJ105
# %% [job]
class Reading:
    def __init__(self, kwh):
        self.kwh = kwh

# === noop: the same, late enough
# %% [job]
class Meter:
    def __init__(self):
        self.readings = []
    def add(self, kwh):
        self.readings.append(Reading(kwh))
# %% [job]
meters = [Meter(), Meter()]
class Reading:
    def __init__(self, kwh):
        self.kwh = kwh
# %% [job]
for (k, m), other in zip(enumerate(meters), reversed(meters)):
    m.add(k)
    other.add(k)

# === noop: a loop over what is still empty
# %% [job]
extra = []
made = [make(c) for c in extra]
for c in extra:
    make(c)
# %% [job]
def make(c):
    return c.upper()
# %% [job]
extra = ["vat"]
made += [make(c) for c in extra]

# === found: a loop over what somebody has filled
# %% [job]
extra = []
extra.append("vat")
made = [make(c) for c in extra]  # NBJ103
# %% [job]
def make(c):
    return c.upper()

# === noop: a function fills it
# %% [job]
queue = []
def fill():
    queue.append(1)
fill()
# %% [job]
for batch in queue:
    status = "seen"
print(batch)

# === noop: an outer loop fills it
# %% [job]
queue = []
for n in range(2):
    for batch in queue:
        status = "seen"
    queue.append(n)
print(batch, status)

# === noop: a generator that another one waits for
# %% [job]
def inner():
    yield 1
    return tail
def outer():
    got = yield from inner()
    yield got
# %% [job]
g = outer()
head = next(g)
# %% [job]
tail = "end"
print(head, next(g))

# === noop: a comparison that stops early
# %% [job]
lo, v = 10, 3
inside = lo < v < hi
# %% [job]
hi = 20

# === found: a comparison that goes on
# %% [job]
lo, v = 1, 3
inside = lo < v < hi  # NBJ103
# %% [job]
hi = 20

# === found: an except that raises again
# %% [job]
def safe(fn):
    try:
        return fn()
    except Exception as exc:
        print("failed", type(exc).__name__)
        raise
# %% [job]
try:
    rows = load()  # NBJ103
except Exception as exc:
    print("failed", exc)
    raise exc
# %% [job]
def load():
    return [1]

# === noop: a counter that an outer round starts
# %% [job]
for day in range(2):
    for hour in range(2):
        if day or hour:
            if day == 0:
                pass
            else:
                count += 1
    count = 0
print(count)

# === noop: what the first round does not do
# %% [job]
prev = None
first = True
for x in [1, 3]:
    if prev is not None:
        diff = x - prev
    if first:
        first = False
        base = x
    else:
        delta = x - base
    prev = x
print(diff, delta)

# === noop: a state that a loop goes through
# %% [job]
state = "start"
while state != "end":
    if state == "start":
        a = 1
        state = "mid"
    elif state == "mid":
        b = a
        state = "end"
print(b)

# === noop: a variable that the rounds of a function change
# %% [job]
def wait(answers):
    state = None
    while answers:
        state = answers.pop()
    if state is not None:
        said = state
    return said
print(wait(["done"]))

# === noop: connected in the second round
# %% [job]
class Conn:
    def fetch(self):
        return [1]
while True:
    try:
        rows = conn.fetch()
        ok = True
        break
    except Exception:
        conn = Conn()
print(rows, ok)

# === noop: an except that raises only at last
# %% [job]
for i in range(2):
    try:
        value = perhaps_there
    except Exception:
        if i < 5:
            value = 0
            continue
        raise
print(value)

# === noop: what display does in a try
# %% [job]
try:
    print("shown")
    display("shown")
    shown = True
except Exception:
    shown = False
print(shown)

# === noop: names or an empty list
# %% [job]
def load():
    return [1, 2]
names = load() or []
for n in names:
    last = n
print(last)

# === noop: a list by two names
# %% [job]
a = b = []
b.append(1)
for x in a:
    y = x
print(y)

# === noop: a flag that a callback sets
# %% [job]
import threading
def wait():
    done = False
    def callback():
        nonlocal done
        done = True
    thread = threading.Thread(target=callback)
    thread.start()
    thread.join()
    if done:
        y = 1
    return y
print(wait())

# === noop: an empty list that the function fills
# %% [job]
def summarize(values, notes):
    for v in values:
        notes.append(str(v))
    if notes:
        text = ", ".join(notes)
    return text
print(summarize([1, 2], []))

# === noop: a class in a function uses its own name
# %% [job]
def make():
    class Config:
        x = 1
        y = x + 1
    x = Config.y
    return x
def other():
    return later
print(make())
later = 1

# === noop: a function with a flag that is set later
# %% [job]
import threading
MODE = 1
def scale(x):
    if MODE:
        k = MODE
    print(x * k)
thread = threading.Thread(target=scale, args=(1,))
thread.start()
thread.join()
MODE = 0

# === noop: an exit of the notebook's own
# %% [job]
def quit():
    print("not yet")
try:
    quit()
    done = True
except ValueError:
    pass
print(done)

# === noop: a list that adds by itself
# %% [job]
class Bag(list):
    def __add__(self, other):
        return Bag([*self, *other, EXTRA])
bag = Bag()
bag += [1]
# %% [job]
EXTRA = 3
print(bag + [2])

# === noop: asked for after its end
# %% [job]
tmp = 1
del tmp
if "tmp" in globals():
    del tmp

# === noop: an exception is shown by its base
# %% [job]
class Refused(Exception):
    def __repr__(self):
        return KIND
print(Refused("no"))
# %% [job]
KIND = "refused"

# === noop: behind a handler that goes on
# %% [job]
def late():
    return LATE
for x in ["a", "b"]:
    try:
        int(x)
    except ValueError:
        continue
    late()
# %% [job]
LATE = 1

# === noop: the else of a loop that breaks
# %% [job]
def late():
    return LATE
for x in [1, 2]:
    if x == 2:
        break
else:
    late()
# %% [job]
LATE = 1

# === noop: calls that remember, in a loop
# %% [job]
from functools import cache
@cache
def load(path):
    return (path, BASE)
BASE = "x"
for p in ["a", "b"]:
    load(p)
# %% [job]
del BASE
load("b")

# === noop: a number is shown as one
# %% [job]
class Price(float):
    def __str__(self):
        return CURRENCY
print(f"{Price(1):.2f}")
# %% [job]
CURRENCY = "EUR"

# === noop: a finally that returns
# %% [job]
def f():
    try:
        return NOWHERE
    finally:
        return 1
print(f())
