# === noop: the same source, a new run, no run
# %% [job] id=a count=1 output=1
x = 1
# %% [job] id=b count=4
y = 2
# %% [job] id=c
z = 2
# %% [job] id=d count=9 output=stream
w = 2
# --- committed
# %% [job] id=a count=1 output=1
x = 1
# %% [job] id=b count=2
y = 1
# %% [job] id=c
z = 1
# %% [job] id=d count=9 output=9
w = 1

# === noop: only a comment and blanks changed
# %% [job] id=a count=1
# a number
x = (1 +
     1)
# --- committed
# %% [job] id=a count=1
x = (1 + 1)

# === noop: new cells, cells without an id, cells that are not production
# %% [job] id=a count=1
x = 1
# %% [job] count=2
y = 1
# %% id=c count=3
z = 1
# --- committed
# %% [job] id=b count=1
x = 2
# %% [job] count=2
y = 2
# %% id=c count=3
z = 2

# === noop: nothing is known of the last commit
# %% [job] id=a count=1
x = 1

# === found: edited, and the run is the old one
# %% [job] id=a count=1 output=1
x = 2  # NBJ206
# %% [job] id=b count=2
%%sql
SELECT 2  # noqa
# --- committed
# %% [job] id=a count=1 output=1
x = 1
# %% [job] id=b count=2
%%sql
SELECT 2  # noqa

# === found: SQL and IPython
# %% [job] id=a count=1
%%sql -- NBJ206
SELECT 2
# %% [job] id=b count=2
%time x = 2  # NBJ206
# --- committed
# %% [job] id=a count=1
%%sql
SELECT 1
# %% [job] id=b count=2
%time x = 1
