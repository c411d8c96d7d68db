# === noop: first
# select: NBJ007
# %% [parameters]
rate = 1
# %% [job]
x = rate

# === noop: below imports, settings and what is not production
# select: NBJ007
# %% [markdown]
# Title
# %%
scratch = 1
# %% [job]
"""A text."""
import sys
import os.path
from datetime import date as day
# %% [job]
%matplotlib inline
os.environ["A"] = "1"
print(sys.version, day)
# %% [job]
try:
    import tomllib
except ImportError:
    tomllib = None
# %% [job]
from os.path import *
x = 1
# %% [parameters, job]
rate = 1

# === noop: no such cell
# select: NBJ007
# %% [job]
x = 1

# === noop: a cell above that does not compile binds nobody knows what
# select: NBJ007
# %% [job]
x = = 1
# %% [parameters]
rate = 1

# === noop: definitions and a logger above
# select: NBJ007
# %% [job]
import logging
log = logging.getLogger(__name__)
def clean(text):
    return text
class Shop:
    pass
# %% [parameters]
rate = 1

# === found: a value is computed above
# select: NBJ007
# %% [job]
total = 1
# %% [parameters]
rate = 1  # NBJ007

# === found: a query and a function above
# select: NBJ007
# %% [job]
%%sql
SELECT 1
# %% [job, parameters]
rate = 1  # NBJ007

# === found: a second one
# select: NBJ007
# %% [parameters]
rate = 1
# %% [job]
x = rate
# %% [parameters]
other = 1  # NBJ007
