# === noop: Python under another name kernel=IPython
# %% [job]
x = 1

# === noop: no kernel at all
# %% [job]
x = 1

# === noop: SQL cells in another kernel's notebook kernel=scala
# %% [job]
%%sql
SELECT 1

# === noop: another kernel, and no production cell of it kernel=julia
# %%
x = 1
# %% [job] python
x = 1

# === noop: a notebook of SQL kernel=sql
# %% [job]
SELECT 1

# === noop: Python that runs elsewhere kernel=pyspark
# %% [job]
x = 1

# === found: once, at the first cell kernel=julia
# %%
x = 1
# %% [job]
x = 1  # NBJ006
# %% [job]
y = 1
