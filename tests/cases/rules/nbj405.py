# === noop: Python, SQL and the cell itself read them
# %% [job, parameters]
day = "2024-01-01"
shop: str = "porto"
minimum = 10
double = 2 * minimum
# %% [job]
print(day, double)
# %% [job]
%%sql
SELECT * FROM orders WHERE shop = {{ shop }}

# === noop: in a place that VDK fills
# %% [job, parameters]
table = "orders"
# %% [job]
%%sql
SELECT * FROM {table}

# === noop: by way of the arguments, or of all names
# %% [job, parameters]
day = "2024-01-01"
# %% [job]
arguments = job_input.get_arguments()

# === noop: in a function, in a text
# %% [parameters]
day = shop = "x"
# %% [job]
def f(names):
    return day, names["shop"]

# === noop: imports, private names and functions are no parameters
# %% [job, parameters]
from datetime import date
_day = date(2024, 1, 1)
def f(): pass
# %% [job]
x = 1

# === noop: any other cell
# %% [job]
day = 1

# === found: nothing reads it
# %% [job, parameters]
day = "2024-01-01"  # NBJ405
shop: str = "porto"  # NBJ405
minimum = 10
# %% [job]
print(minimum)

# === found: only an untagged cell reads it
# %% [job, parameters]
day = "2024-01-01"  # NBJ405
# %%
print(day)
# %% [job]
x = 1  # day

# === found: assigned again is not read
# %% [job, parameters]
day = 1  # NBJ405
day = 2
# %% [job]
day = 3
