# nbjob:sidecar 1 30_report.ipynb
# generated: edit the notebook, not this file
from nbjob_clean import job_input
from nbjob_clean.runner import run_sql

# %% [markdown] id=m0
# # What customers ordered
#
# Written for VDK: the production cells have the tag `vdk`.

# %% id=minimum tags=["vdk"]
minimum = float(job_input.get_arguments().get("minimum", 50))

# %% [sql] id=drop tags=["vdk"]
run_sql("30_report.sql", "drop")

# %% [sql] id=create tags=["vdk"]
run_sql("30_report.sql", "create", minimum=minimum)

# %% id=rows tags=["vdk"]
rows = job_input.execute_query("SELECT customer, amount FROM big_orders ORDER BY amount")

# %% id=total tags=["vdk"]
total = sum(amount for _, amount in rows)

# %% id=print tags=["vdk"]
for customer, amount in rows:
    print(f"{customer}: {amount:.2f}")

# %% id=skip tags=["vdk"]
if not rows:
    job_input.skip_remaining_steps()

# %% id=sum tags=["vdk"]
print(f"total {total:.2f} of orders from {minimum:.2f} on")
