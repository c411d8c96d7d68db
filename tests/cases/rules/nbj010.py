# === noop: nothing is production
# select: NBJ010
# %%
x = 1

# === noop: not selected
# %% [job]
x = 1

# === found: the format has none
# select: NBJ010
# %% [job]
x = 1  # NBJ010
# %%
y = 1
