# === noop: it silences something
# %% [job]
print(rate)  # noqa: NBJ101

# === noop: the beginning of a code that silences something
# %% [job]
# nbjob: ignore[NBJ101]
print(rate)

# === noop: one comment for two findings
# %% [job]
# nbjob: ignore[NBJ101, NBJ301]
print(rate)
!ls

# === noop: other tools' codes, and a bare one
# %% [job]
import os  # noqa: F401
x = 1  # noqa
y = 1  # noqa: E501, W291

# === noop: a cell that is not production
# %%
x = 1  # noqa: NBJ101
# %% [job]
y = 1

# === noop: what a working copy holds and a commit does not
# %% [job]
x = 1  # noqa: NBJ201

# === noop: a code that no rule has
# %% [job]
x = 1  # noqa: NBJ999

# === noop: kept on purpose
# %% [job]
x = 1  # noqa: NBJ101, NBJ009

# === found: on a line
# %% [job]
x = 1
print(x)  # noqa: NBJ101  # NBJ009

# === found: one code of several
# %% [job]
print(rate)  # noqa: E501, NBJ101, NBJ102  # NBJ009

# === found: on the line above
# %% [job]
# noqa: NBJ101  # NBJ009
print(rate)  # NBJ101

# === found: in a cell
# %% [job]
# nbjob: ignore[NBJ101]  # NBJ009
x = 1
# %% [job]
print(rate)  # NBJ101

# === found: two that are needed no more
# %% [job]
# nbjob: ignore[NBJ101, NBJ301]  # NBJ009, NBJ009
x = 1

# === found: in SQL
# %% [job] sql
SELECT 1 -- noqa: NBJ103  # NBJ009
