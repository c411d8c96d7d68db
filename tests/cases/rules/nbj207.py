# === noop: other cells fill the gap
# select: NBJ207
# %% [job] count=1
x = 1
# %% count=2
y = 1
# %% [job] count=3
z = 1
# %% [job]
w = 1

# === noop: falling is another rule's
# select: NBJ207
# %% [job] count=7
x = 1
# %% [job] count=3
y = 1

# === noop: not selected
# %% [job] count=1
x = 1
# %% [job] count=9
y = 1

# === found: runs that are gone
# select: NBJ207
# %% [job] count=1
x = 1
# %% count=3
y = 1
# %% [job] count=9
z = 1  # NBJ207
