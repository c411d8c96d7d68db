# === noop: both are tagged
# %% [job]
rate = 2
# %% [job]
print(rate)

# === noop: a production cell defines it again, above
# %%
rate = 1
# %% [job]
rate = 2
# %% [job]
print(rate)

# === noop: the other tag that papermill gives
# %% [parameters]
rate = 2
# %% [job]
print(rate)

# === noop: a function that a later production cell completes
# %%
rate = 1
# %% [job]
def f():
    return rate
# %% [job]
rate = 2
f()

# === found: an untagged cell defines it
# %% [job]
text = "x"
# %%
scratch = 1
# %% [job]
total = scratch + 1  # NBJ102

# === found: an import in an untagged cell
# %%
import pandas as pd
# %% [job]
frame = pd.DataFrame()  # NBJ102

# === found: a name that is only worked on further in production
# %%
frame = 1
# %% [job]
frame = frame + 1  # NBJ102
print(frame)

# === found: defined untagged above, and again further down
# %%
frame = 1
# %% [job]
print(frame)  # NBJ102
# %% [job]
frame = 2

# === found: used in a function
# %%
rate = 1
# %% [job]
def f():
    return rate  # NBJ102
f()

# === found: an untagged cell below
# %% [job]
print(rate)  # NBJ102
# %%
rate = 1

# === found: an untagged cell of SQL, of %time, of a loop
# %%
%%sql orders <<
SELECT 1
# %%
%time slow = 1
for i in range(3):
    last = i
# %% [job]
print(orders)  # NBJ102
print(slow)  # NBJ102
print(i, last)  # NBJ102, NBJ102

# === found: an untagged cell whose text no sidecar could hold
# %%
# %% [markdown]
# %%
rate = 1
#%%time
# %% [job]
print(rate)  # NBJ102

# === found: a parameter of SQL is another finding: it may be an argument of the job
# %%
minimum = 10
# %% [job]
%%sql
SELECT {{ minimum }} -- NBJ401

# === found: below code that can define names unseen, the cell that does is known
# %% [job]
from pylab import *
# %%
rate = 2
# %% [job]
print(rate, linspace)  # NBJ102

# === found: what a script printed
# %%
%%bash --out listing --err=problems
ls
# %% [job]
print(listing)  # NBJ102
print(problems)  # NBJ102

# === found: an indexing with a function, too early
# %%
cutoff = 10
# %% [job]
import pandas as pd
df = pd.DataFrame({"x": [1, 20]})
df.loc[lambda d: d["x"] > cutoff]  # NBJ102
