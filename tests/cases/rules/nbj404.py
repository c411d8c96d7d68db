# === noop: Python reads it
# %% [job]
%%sql orders <<
SELECT 1
# %% [job]
print(orders)

# === noop: SQL reads it, as a parameter or by its name
# %% [job]
%%sql newest <<
SELECT max(day) FROM orders
# %% [job]
%%sql orders <<
SELECT * FROM orders WHERE day = {{ newest }}
# %% [job]
%sql SELECT count(*) FROM orders

# === noop: an f-string, a text and a namespace read it
# %% [job]
%%sql a <<
SELECT 1
# %% [job]
%%sql b <<
SELECT 1
# %% [job]
print(f"{a}")
con.sql("SELECT * FROM b")  # noqa: NBJ101

# === noop: a function reads it later
# %% [job]
def report():
    return orders
# %% [job]
%sql orders << SELECT 1
report()

# === noop: whoever has all names may read it
# select: NBJ404
# %% [job]
%%sql orders <<
SELECT 1
# %% [job]
print(globals()[input()])

# === noop: no name, or one that says that nobody wants it
# %% [job]
%%sql
SELECT 1
# %% [job]
%%sql _ <<
SELECT 1

# === noop: an assignment is Python's own matter
# %% [job]
orders = %sql SELECT 1

# === noop: an untagged query
# %%
%%sql orders <<
SELECT 1
# %% [job]
x = 1

# === found: nothing reads it
# %% [job]
%%sql orders << -- NBJ404
SELECT 1
# %% [job]
x = 1

# === found: only an untagged cell, its own text and a comment have the name
# %% [job]
%%sql orders << -- NBJ404
SELECT * FROM orders
# %%
print(orders)
# %% [job]
x = 1  # orders

# === found: a line of SQL
# %% [job]
x = 1
print(x)
%sql counts << SELECT 1  -- NBJ404
