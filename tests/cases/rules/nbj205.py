# === noop: outputs of other kinds, and errors outside production
# %% [job] count=1 output=stream
x = 1
# %% [job] count=2 output=2
x = 1
# %% count=3 output=error
x = 1

# === found: the run failed
# %% [job] count=1 output=error
x = 1  # NBJ205
