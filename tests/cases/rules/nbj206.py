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

# === noop: a comment or a blank in SQL and beside magics
# %% [job] id=a count=5
%%sql
-- the newest
SELECT  x FROM orders /* all */
# %% [job] id=b count=6
%time x = 2  # timed
# %% [job] id=c count=9
%timeit  f(1)
# --- committed
# %% [job] id=a count=5
%%sql
SELECT x FROM orders
# %% [job] id=b count=6
%time x = 2
# %% [job] id=c count=9
%timeit f(1)

# === noop: run again from the top, which gives the same counts
# %% [job] id=a count=1
x = 2
# %% [job] id=b count=2 output=2
x + 0
# %% [job] id=c count=3 output=3
x * 1
# %% [job] id=d count=4 output=stream
print(x)
# --- committed
# %% [job] id=a count=1
x = 1
# %% [job] id=b count=2 output=2
x
# %% [job] id=c count=3 output=3
x
# %% [job] id=d count=4 output=other
print(x)

# === found: edited, and the run is the old one
# %% [job] id=a count=1 output=1
x = 2  # NBJ206
# %% [job] id=c count=2
%%sql
SELECT 2  # noqa
# --- committed
# %% [job] id=a count=1 output=1
x = 1
# %% [job] id=c count=2
%%sql
SELECT 2  # noqa

# === found: a fresh run would have given it another count
# %% [job] id=a count=1
x = 1
# %% [job] id=b count=7
x = 2  # NBJ206
# %% [job] id=c count=9 output=9
x
# --- committed
# %% [job] id=a count=1
x = 1
# %% [job] id=b count=7
x = 1
# %% [job] id=c count=8 output=8
x

# === found: a text, a string and a command changed
# %% [job] id=a count=4
%%sql -- NBJ206
SELECT 'a  b'
# %% [job] id=b count=5
x = "a  b"  # NBJ206
# %% [job] id=c count=6
# nbjob: ignore[NBJ301] -- NBJ206
!ls -l
# %% [job] id=d count=7
%%sql lab -- NBJ206
SELECT 1
# --- committed
# %% [job] id=a count=4
%%sql
SELECT 'a b'
# %% [job] id=b count=5
x = "a b"
# %% [job] id=c count=6
# nbjob: ignore[NBJ301]
!ls
# %% [job] id=d count=7
%%sql
SELECT 1

# === found: SQL and IPython
# %% [job] id=a count=3
%%sql -- NBJ206
SELECT 2
# %% [job] id=b count=5
%time x = 2  # NBJ206
# --- committed
# %% [job] id=a count=3
%%sql
SELECT 1
# %% [job] id=b count=5
%time x = 1
