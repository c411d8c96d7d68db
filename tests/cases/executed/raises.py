# === noop: a literal that can be parsed
# %% [job]
try:
    n = int("12")
except ValueError as e:
    n = 0
print(n)

# === noop: one of several exceptions
# %% [job]
try:
    raise ValueError("x")
except (KeyError, ValueError) as e:
    msg = str(e)
print(msg)

# === noop: the second handler
# %% [job]
try:
    raise ValueError("x")
except KeyError:
    msg = 1
except Exception:
    msg = 2
print(msg)

# === noop: an exception of its own
# %% [job]
class MyError(Exception): pass
try:
    raise MyError("x")
except MyError:
    msg = 2
print(msg)

# === noop: what is bound before it is raised
# %% [job]
try:
    x = 1
    raise ValueError("x")
except ValueError:
    pass
print(x)

# === noop: a finally behind it
# %% [job]
def f():
    try:
        x = 1
        raise ValueError("x")
    except ValueError:
        y = 2
    finally:
        z = 3
    return x, y, z
print(f())

# === noop: an else that does not run
# %% [job]
def f():
    try:
        raise ValueError("x")
    except ValueError:
        y = 2
    else:
        w = 1
    return y
print(f())

# === noop: it returns before, perhaps
# %% [job]
def f(flag=True):
    try:
        if flag:
            out = 1
            return out
        raise ValueError("x")
    except ValueError:
        out = 2
    return out
print(f(), f(False))

# === noop: it breaks before, perhaps
# %% [job]
def f(items):
    for i in items:
        try:
            if i > 1:
                break
            raise ValueError
        except ValueError:
            last = i
    return last
print(f([1, 2]))

# === noop: in an endless loop
# %% [job]
while True:
    try:
        raise StopIteration
    except StopIteration:
        done = 1
        break
print(done)

# === noop: the name is another one
# %% [job]
def f():
    global e
    e = 1
    try:
        raise ValueError
    except ValueError as err:
        e = 2
    return e
print(f(), e)

# === noop: both ways bind
# %% [job]
try:
    1 / 0
    x = 1
except ZeroDivisionError:
    x = 2
print(x)

# === noop: an inner try that does not catch
# %% [job]
try:
    try:
        raise KeyError("a")
    except ValueError:
        q = 1
except KeyError:
    q = 2
print(q)

# === noop: an inner finally
# %% [job]
def f():
    try:
        try:
            raise KeyError("a")
        finally:
            q = 1
    except KeyError:
        pass
    return q
print(f())

# === noop: it is raised on
# %% [job]
def f():
    try:
        raise ValueError
    except ValueError as e:
        raise RuntimeError from e
try:
    f()
except RuntimeError as e2:
    print(e2)

# === noop: the handler returns
# %% [job]
def f():
    try:
        raise ValueError
    except ValueError as e:
        return str(e)
    print(e)
print(f())

# === noop: bound anew behind the handler
# %% [job]
e = 5
try:
    raise ValueError
except ValueError as e:
    e = 1
e = 7
print(e)

# === noop: bound before a loop over nothing
# %% [job]
def f(xs=()):
    out = None
    for x in []:
        out = x
    return out
print(f())

# === noop: two managers
# %% [job]
def f():
    with open("/dev/null") as f2, open("/dev/null") as g:
        return f2.read() + g.read()
print(f())

# === noop: a class in a function, used when it is there
# %% [job]
def f():
    class T:
        def m(self):
            return T
    return T().m()
print(f())

# === noop: a walrus in a comprehension
# %% [job]
def f():
    y = [last := i for i in [1, 2]]
    return last, y
print(f())

# === noop: an exception under another name
# %% [job]
ValueError = KeyError
try:
    raise ValueError("x")
except KeyError:
    v = 1
print(v)

# === noop: the name as the variable of a loop
# %% [job]
def f():
    try:
        raise ValueError
    except ValueError as e:
        keep = e
    for e in [1]:
        pass
    return e, keep
print(f())

# === noop: match: the second case matches
# %% [job]
mode = "fast"
match mode:
    case "full":
        rows = 1
    case "fast":
        rows = 2
print(rows)

# === noop: match: all kinds of patterns
# %% [job]
def f(x):
    match x:
        case int(n):
            r = n
        case str() as t:
            r = t
        case [a, *rest]:
            r = a
        case {"k": v}:
            r = v
        case None:
            r = 0
        case True | False:
            r = 1
    return r
print(f(1), f("a"), f([1]), f({"k": 2}), f(None))

# === noop: match: guards
# %% [job]
def f(x):
    match x:
        case 1 if x > 0:
            r = 1
        case n if n > 5:
            r = n
        case -1:
            r = 2
        case _:
            r = 3
    return r
print(f(1), f(7), f(-1), f(0))

# === noop: match: the subject changes in a loop
# %% [job]
x = 1
for i in range(3):
    match x:
        case 1:
            y = 0
        case 2:
            z = 1
    x += 1
print(y, z)

# === noop: match: a subject of two
# %% [job]
def f(x, *a):
    match x, a:
        case "k", ():
            r = 1
        case _:
            r = 2
    return r
print(f("k"))

# === noop: match: numbers that are equal
# %% [job]
x = 1.0
match x:
    case 1:
        r = 2
print(r)

# === noop: match: a case that goes on with the loop
# %% [job]
def f(cmd):
    for c in cmd:
        match c:
            case "a":
                last = 1
            case "b":
                continue
    return last
print(f("ab"))

# === found: a handler takes the name along, and certainly runs
# %% [job]
e = None
try:
    n = int("12a")
except ValueError as e:
    n = 0
print(n)
# %% [job]
print(e)  # NBJ104

# === found: what a literal cannot be parsed to
# %% [job]
try:
    parsed = int("12a")
except ValueError:
    print("bad")
# %% [job]
print(parsed)  # NBJ101

# === found: behind the handler of what is raised
# %% [job]
def main1():
    try:
        raise ValueError
    except ValueError as e:
        pass
    print(e)  # NBJ103
# %% [job]
main1()

# === found: a division by nothing
# %% [job]
def f():
    try:
        res = 1 / 0
        res = 42
    except ZeroDivisionError:
        print()
    return res  # NBJ103
# %% [job]
f()

# === found: a loop over nothing in a function
# %% [job]
def func():
    for x in []:
        a = 0
    print(a)  # NBJ103
func()

# === found: a loop over no numbers in a function, with an else
# %% [job]
def func():
    for x in range(0):
        a = 0
    else:
        b = 1
    return x  # NBJ103
func()

# === found: a loop over no numbers
# %% [job]
for x in range(0):
    a = 1
print(a)  # NBJ101

# === found: a with that needs what it binds
# %% [job]
import contextlib
@contextlib.contextmanager
def single(_):
    yield "C"
def used():
    with single(first) as (first, second):  # NBJ103
        print(first, second)
used()

# === found: a class in a function that needs itself
# %% [job]
def f():
    class T:
        print(T)  # NBJ103
f()

# === found: match: no case of a function matches
# %% [job]
def rate(kind):
    match kind:
        case "book" | "food":
            r = 0.07
        case "service":
            r = 0.19
    return r  # NBJ103
# %% [job]
print(rate("gift"))

# === found: match: no case matches
# %% [job]
mode = "fast"
match mode:
    case "full":
        rows = 1
    case "slow":
        rows = 2
print(rows)  # NBJ101

# === found: match: another case matches
# %% [job]
mode = "fast"
match mode:
    case "full":
        rows = 1
    case other:
        pass
print(rows)  # NBJ101
