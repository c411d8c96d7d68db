# === noop: global counter initialised
# %% [job]
counter = 0
def bump():
    global counter
    counter += 1
# %% [job]
bump()
print(counter)

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

# === noop: guard for another name is dead
# %% [job]
if __name__ == "something":
    print(nowhere_to_be_found)
x = 1

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

# === found: global counter not initialised
# %% [job]
def bump():
    global counter
    counter += 1  # NBJ101
# %% [job]
bump()

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

# === found: static if 0, then used
# %% [job]
if 0:
    setup = 1
# %% [job]
print(setup)  # NBJ101

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
