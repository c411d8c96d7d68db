# === noop: a number each
# %% [job] count=1
x = 1
# %% count=1
x = 1
# %% [job] count=2
x = 1
# %% [job]
x = 1
# %% [job]
x = 1

# === noop: empty cells, and services that write 0
# select: NBJ202
# %% [job] count=3
x = 1
# %% [job] count=3
# %% [job] count=0
x = 1
# %% [job] count=0
x = 1

# === found: one number for two
# %% [job] count=3
x = 1
# %% [job] count=4
y = 1
# %% [job] count=3
z = 1  # NBJ201, NBJ202
