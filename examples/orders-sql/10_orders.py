# nbjob:sidecar 1 10_orders.ipynb
# generated: edit the notebook, not this file
from nbjob_clean.runner import run_sql

# %% [markdown] id=title
# # Orders
#
# The orders that are worth a call, from a CSV file, in DuckDB. Works in Jupyter with JupySQL.

# %% id=imports tags=["job"]
from datetime import date

# %% id=arguments tags=["job", "parameters"]
minimum = 100
since: date = date(2024, 1, 1)

# %% [sql] id=load tags=["job"]
run_sql("10_orders.sql", "load")

# %% [markdown] id=pick
# The values of `minimum` and `since` are bound, never pasted into the text.

# %% [sql] id=pick-sql tags=["job"] out=orders
orders = run_sql("10_orders.sql", "pick-sql", minimum=minimum, since=since)

# %% id=total tags=["job"]
total = sum(amount for _, _, amount in orders)
print(orders)
print(f"{len(orders)} orders of {minimum} and more since {since}: {total:.2f}")

# %% [sql] id=keep tags=["job"]
run_sql("10_orders.sql", "keep", since=since, total=total, minimum=minimum)
