# === noop: a production cell above defines it
# %% [job]
minimum = 10
# %% [job]
%%sql
SELECT * FROM orders WHERE amount > {{ minimum }}

# === noop: nothing defines it, so it is an argument of the job
# %% [job]
%%sql
SELECT * FROM orders WHERE amount > {{ minimum }} AND day = :day

# === noop: a parameters cell gives its default, whatever a debug cell does
# %% [parameters]
minimum = 10
# %%
minimum = 0
# %% [job]
%%sql
SELECT * FROM orders WHERE amount > {{ minimum }}

# === noop: only an untagged query takes it
# %%
minimum = 10
# %%
%sql SELECT :minimum
# %% [job]
%sql SELECT 1

# === noop: what looks like a parameter is a cast, a string, a comment
# %%
day = minimum = 1
# %% [job]
%%sql
SELECT x::day, ':minimum', a[1:2] -- :day
FROM orders

# === noop: the line above defines it
# %%
minimum = 1
# %% [job]
minimum = 2
%sql SELECT :minimum

# === noop: the result of a query above
# %%
orders = []
# %% [job]
%%sql orders <<
SELECT 1
# %% [job]
%%sql
SELECT {{ orders }}

# === noop: defined on one path of a production cell
# %%
minimum = 1
# %% [job]
import os
if os.environ.get("DEBUG"):
    minimum = 2
# %% [job]
%%sql
SELECT {{ minimum }}

# === found: an untagged cell above defines it
# %%
minimum = 10
# %% [job]
%%sql
SELECT *
FROM orders
WHERE amount > {{ minimum }} -- NBJ401

# === found: an untagged cell below defines it
# %% [job]
%%sql
SELECT :minimum -- NBJ401
# %%
minimum = 10

# === found: in a line of SQL, once for each name
# %%
day, shop = 1, 2
# %% [job]
first = 1
rows = %sql SELECT :first, :day, :day, :shop  -- NBJ401, NBJ401
print(rows)

# === found: a query that only was run by hand
# %%
%%sql newest <<
SELECT max(day) FROM orders
# %% [job]
%%sql
DELETE FROM orders WHERE day = {{ newest }} -- NBJ401

# === found: a later production cell is another finding
# %% [job]
%%sql
SELECT {{ minimum }} -- NBJ103
# %% [job]
minimum = 10

# === found: untagged above and production below is one finding
# %%
minimum = 1
# %% [job]
%%sql
SELECT {{ minimum }} -- NBJ103
# %% [job]
minimum = 10

# === found: deleted in production
# %%
minimum = 1
# %% [job]
minimum = 2
del minimum
# %% [job]
%%sql
SELECT {{ minimum }} -- NBJ104

# === found: a cell that does not compile may define it
# %%
minimum = 1
# %% [job]
minimum = = 2  # NBJ001
# %% [job]
%%sql
SELECT {{ minimum }}
