# === noop: own in comp ok
# %% [job]
def f():
    x = [x for x in [1]]
    return x
f()

# === noop: own nonlocal
# %% [job]
def f():
    def g():
        nonlocal n
        n = 1
    g()
    n2 = n
    n = 3
f()

# === noop: own conditional
# %% [job]
def f(flag):
    if flag:
        x = 1
    return x
f(True)

# === noop: own guard demo
# %% [job]
x = 1
def f():
    print(x)
    x = 2
try:
    f()
except UnboundLocalError as e:
    print(e)

# === noop: own guard demo 2
# %% [job]
x = 1
def f():
    print(x)
    x = 2
try:
    f()
except Exception as e:
    print(e)

# === noop: own try
# %% [job]
def f():
    try:
        v = int("3")
    except ValueError:
        return
    return v
f()

# === noop: own while
# %% [job]
def f(n):
    while n:
        last = n
        n -= 1
    return last
f(3)

# === noop: own with
# %% [job]
import io
def f():
    with io.StringIO("a") as h:
        t = h.read()
    return t, h
f()

# === noop: own import
# %% [job]
def f():
    import math
    return math.pi
f()

# === noop: own nested def
# %% [job]
def f():
    def g(): return h()
    def h(): return 1
    return g()
f()

# === noop: own walrus
# %% [job]
def f(xs):
    if (n := len(xs)) > 0:
        return n
    return n
f([1])

# === noop: own match
# %% [job]
def f(c):
    match c:
        case [a, *b]: return a, b
        case {"k": v}: return v
f([1, 2])

# === noop: own for else
# %% [job]
def f(xs):
    for x in xs:
        if x: break
    else:
        x = None
    return x
f([1])

# === noop: own del
# %% [job]
def f():
    a = 1
    del a
    a = 2
    return a
f()

# === noop: own class in function
# %% [job]
def f():
    class K:
        v = 1
    return K.v
f()

# === noop: own recursion
# %% [job]
def f(n):
    if n: r = f(n - 1)
    else: r = 0
    return r
f(2)

# === noop: own global ok
# %% [job]
n = 0
def f():
    global n
    n += 1
f()

# === noop: own lambda walrus
# %% [job]
f = lambda: (y := 1) + y
f()

# === noop: own except name
# %% [job]
def f():
    try:
        1/0
    except ZeroDivisionError as e:
        m = str(e)
    return m
f()

# === noop: own tuple swap
# %% [job]
def f(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a
f(3)

# === noop: own unpack before
# %% [job]
def f():
    a = a0 = 1
    b, a = a, a0
    return b
f()

# === noop: own default dict closure
# %% [job]
def outer():
    cache = {}
    def inner(k):
        if k not in cache:
            cache[k] = k
        return cache[k]
    return inner
outer()(1)

# === noop: own finally
# %% [job]
def f():
    try:
        r = 1
    finally:
        z = 2
    return r, z
f()

# === noop: own aug attr
# %% [job]
class C: pass
def f(o):
    o.x = 1
    o.x += 1
    return o.x
f(C())

# === found: own aug in loop
# %% [job]
def f(xs):
    for x in xs:
        s += x  # NBJ103
    return s
f([1])

# === found: own import late
# %% [job]
import math
def f():
    r = math.pi  # NBJ103
    import math
    return r
f()

# === found: own genexp
# %% [job]
def f():
    total = sum(v for v in vals)  # NBJ103
    vals = [1]
    return total
f()

# === found: own method
# %% [job]
class A:
    def m(self):
        n += 1  # NBJ103
        return n
A().m()

# === found: own generator
# %% [job]
def g():
    yield cnt  # NBJ103
    cnt = 1
next(g())
