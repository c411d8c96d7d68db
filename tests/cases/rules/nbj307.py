# === noop: relative, computed, somebody else's
# %% [job]
import os, sys
sys.path.append("lib")
sys.path.insert(0, "..")
sys.path.append(os.getcwd())
os.path.join("/a", "b")
# %% [job]
class Robot:
    def chdir(self, path): ...
os2 = Robot()
os2.chdir("/srv")
def f(sys):
    sys.path.append("/srv")

# === noop: not production
# %%
import os
os.chdir("/srv")
# %% [job]
x = 1

# === found: the folder
# %% [job]
import os
os.chdir("data")  # NBJ307
# %% [job]
from os import chdir as go
go("/srv")  # NBJ307

# === found: where modules are
# %% [job]
import sys as system
from sys import path
system.path.append("/srv/lib")  # NBJ307
path.insert(0, "C:\\lib")  # NBJ307

# === found: more than one folder
# %% [job]
import sys
sys.path += ["lib", "/opt/x"]  # NBJ307
sys.path.extend(["/opt/z"])  # NBJ307
