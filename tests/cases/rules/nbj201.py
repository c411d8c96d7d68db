# === noop: increasing, with gaps
# %% [job] count=2
x = 1
# %% count=1
y = 1
# %% [job] count=7
z = 1

# === noop: not run, or cleaned
# %% [job]
x = 1
# %% [job] count=3
y = 1
# %% [job]
z = 1

# === noop: empty cells do not count
# %% [job] count=3
x = 1
# %% [job] count=1
# %% [job] count=4
y = 1

# === noop: ten comes after nine
# %% [job] count=9
x = 1
# %% [job] count=10
y = 1

# === found: the second was run first
# %% [job] count=3
x = 1
# %% [job] count=2
y = 1  # NBJ201
# %% [job] count=4
z = 1

# === found: two with one number
# %% [job] count=3
x = 1
# %% [job] count=3
y = 1  # NBJ202
