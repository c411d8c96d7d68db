# === noop: other words, and a cell that has the right tag too
# %% [job]
x = 1
# %% [jobless]
x = 1
# %% [my-job]
x = 1
# %% [jo]
x = 1
# %% [s]
x = 1
# %% [job, Job]
x = 1

# === noop: on markdown
# %% [markdown, Job]
text
# %% [job]
x = 1

# === found: case, plural, blanks
# %% [job]
x = 1
# %% [Job]
x = 1  # NBJ003
# %% [JOBS]
x = 1  # NBJ003
# %% [slow, jobs]
y = 1  # NBJ003
# %% [ job ]
x = 1  # NBJ003

# === found: once for a cell, and production has none  # NBJ004
# %% [Job, jobs]
x = 1  # NBJ003
