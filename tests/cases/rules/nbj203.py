# === noop: the same number
# %% [job] count=3 output=3
x = 1
# %% [job] count=4 output=stream
x = 1
# %% [job] count=5
x = 1

# === noop: cleaned with its outputs kept
# %% [job] output=3
x = 1
# %% [job] output=stream
x = 1

# === noop: kept on purpose, and not production
# %% [job] count=1
x = 1
# %% [job, keep-output] output=3
x = 1
# %% count=4 output=3
x = 1

# === noop: a service that writes 0
# %% [job] count=0 output=3
x = 1

# === found: another number
# %% [job] count=4 output=3
x = 1  # NBJ203

# === found: outputs without a run
# %% count=1
x = 1
# %% [job] output=stream
x = 1  # NBJ203
