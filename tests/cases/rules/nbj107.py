# === noop: modules whose names are known
# select: NBJ107
# %% [job]
from math import *
from os.path import *
from pylab import plot
# %%
from pylab import *

# === noop: not selected
# %% [job]
from pylab import *

# === noop: modules and packages beside the notebook
# select: NBJ1
# %% [job]
from helpers import *
from lib import *
from lib.inner.deep import *
print(public, Thing, os, perhaps, sqrt, other, from_sub, sub, Deep)
# --- helpers.py
import os
import sys
from math import *
from other import *
public = _private = 1
class Thing: pass
if sys.argv:
    perhaps = 1
# --- other.py
from helpers import *
other = 2
# --- lib/__init__.py
from .sub import from_sub
# --- lib/sub.py
from_sub = 1
# --- lib/inner/deep.py
from ..sub import *
from_sub
Deep = 1

# === noop: __all__ says what comes, in its many spellings
# select: NBJ1
# %% [job]
from a import *
from b import *
from c import *
print(_x, y, z, more, last, b, c1, c2)
# --- a.py
__all__ = ["_x", "y"] + ["z"]
__all__ += ("more",)
__all__.extend(["last"])
globals().update(load())
# --- b.py
__all__: list[str] = []
__all__.append("b")
# --- c.py
# "__all__" is not here
try:
    from d import *
except ImportError:
    pass
c2 = 1
# --- d.py
c1 = 1

# === noop: a module of the same name as one of Python's: nobody knows which is loaded
# select: NBJ1
# %% [job]
from random import *
print(randint, mine)
# --- random.py
mine = 1

# === found: modules beside the notebook that make their names as they run
# select: NBJ1
# %% [job]
from a import *  # NBJ107
from b import *  # NBJ107
from c import *  # NBJ107
from d import *  # NBJ107
from e import *  # NBJ107
print(anything)
# --- a.py
for name in load():
    globals()[name] = 1
# --- b.py
__all__ = [name for name in dir() if name[0] != "_"]
# --- c.py
from numpy import *
# --- d.py
from a import *
# --- e.py
this is no Python

# === found: names that are not there, or not public
# select: NBJ1
# %% [job]
from helpers import *
print(public, _private)  # NBJ101
print(hidden)  # NBJ101
print(gone)  # NBJ101
print(local)  # NBJ101
print(second)
# --- helpers.py
from second import *
public = _private = gone = 1
del gone
def f():
    local = 1
# --- second.py
__all__ = ["second"]
second = hidden = 1

# === found: a name that only an untagged cell imports so, and one that is imported too late
# select: NBJ1
# %%
from helpers import *
# %% [job]
print(public)  # NBJ102
print(sqrt)  # NBJ103
# %% [job]
from math import *
# --- helpers.py
public = 1

# === found: a star import of Python's own in a cell that is not production
# select: NBJ1
# %%
from math import *
# %% [job]
print(sqrt(2))  # NBJ102

# === found: modules that nobody knows
# select: NBJ107
# %% [job]
from math import *
from pylab import *  # NBJ107
from .math import *  # NBJ107
from . import *  # NBJ107
