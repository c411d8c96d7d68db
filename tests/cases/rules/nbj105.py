# === noop: the call comes after the definition
# %% [job]
def f():
    return rate
# %% [job]
rate = 1
f()

# === noop: only on a condition
# %% [job]
import sys
def f(x=None):
    if x:
        return rate
    return x and rate
def g():
    for x in []:
        print(rate)
    try:
        import fast
        print(rate)
    except ImportError:
        pass
    return [rate for x in sys.argv if x]
def h():
    if sys.argv:
        return 1
    return rate
f()
g()
h()
rate = 1

# === noop: a generator runs nothing yet, nor does a coroutine
# %% [job]
def numbers():
    print(rate)
    yield 1
async def fetch():
    return rate
one, two = numbers(), fetch()
rate = 1

# === noop: a method that is not called
# %% [job]
class Job:
    def __init__(self):
        self.x = 1
    def run(self):
        return rate
job = Job()
rate = 1
job.run()

# === noop: a decorated function may be called in a way of its own
# %% [job]
import atexit
@atexit.register
def bye():
    print(rate)
rate = 1

# === noop: two functions of one name, and recursion
# %% [job]
import sys
if sys.argv:
    def f(): return rate
else:
    def f(): return 1
f()
def g(n):
    return g(n - 1) if n else 0
g(3)
rate = 1

# === noop: local names hide the module's
# %% [job]
def f(rate):
    return rate
def g():
    f = len
    return f("x")
f(1)
g()
rate = 1

# === noop: a name that the function itself makes
# %% [job]
def f():
    global rate
    rate = 1
    return rate
f()

# === noop: called inside a guard
# %% [job]
def f():
    return rate
try:
    f()
except NameError:
    pass
rate = 1

# === found: a call before the definition
# %% [job]
def f():
    return rate
# %% [job]
f()  # NBJ105
# %% [job]
rate = 1

# === found: through another function
# %% [job]
def f():
    x = g()
    return x
def g():
    print("x")
    return helper(1)
# %% [job]
print(f())  # NBJ105
# %% [job]
def helper(x): ...

# === found: a class, its method and a lambda
# %% [job]
class Base:
    def run(self):
        print(limit)
class Job(Base):
    def __init__(self):
        self.x = rate
job = Job()  # NBJ105
job.run()  # NBJ105
read = lambda: size
read()  # NBJ105
rate = limit = size = 1

# === found: a decorator runs where it decorates
# %% [job]
def timed(f):
    print(clock)
    return f
@timed  # NBJ105
def f(): ...
clock = 1

# === found: what the body needs was deleted
# %% [job]
rate = 1
def f():
    return rate
del rate
f()  # NBJ105

# === found: inside with, and in the test of an if
# %% [job]
def f():
    with open("x"):
        if rate:
            pass
f()  # NBJ105
rate = 1

# === found: asyncio.run
# %% [job]
import asyncio
async def main():
    return rate
asyncio.run(main())  # NBJ105
rate = 1

# === found: a cached function
# %% [job]
from functools import lru_cache
@lru_cache(maxsize=None)
def f():
    return rate
f()  # NBJ105
rate = 1

# === found: in the first round of a loop, and where a try begins
# %% [job]
import sys
def f():
    for x in sys.argv:
        print(rate)
def g():
    try:
        print(rate)
    except ImportError:
        pass
    return [rate for x in sys.argv]
f()  # NBJ105
g()  # NBJ105
rate = 1
