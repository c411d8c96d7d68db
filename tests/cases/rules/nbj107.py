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

# === found: modules that nobody knows
# select: NBJ107
# %% [job]
from math import *
from pylab import *  # NBJ107
from .math import *  # NBJ107
from . import *  # NBJ107
