# === noop: run from top to bottom, as far as it went
# select: NBJ204
# %% [job] count=1
x = 1
# %%
y = 1
# %% [job]
# %% [job] count=2
x = 1
# %% [job]
x = 1

# === noop: cleaned
# select: NBJ204
# %% [job]
x = 1
# %% count=3
x = 1

# === noop: not selected
# %% [job]
x = 1
# %% [job] count=3
x = 1

# === found: left out
# select: NBJ204
# %% [job] count=1
x = 1
# %% [job]
y = 1  # NBJ204
# %% [job] count=2
z = 1
