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
