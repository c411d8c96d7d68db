# === noop: names of one's own
# %% [job]
def input(prompt):
    return prompt
breakpoint = print
input("a")
breakpoint()
# %% [job]
def run(getpass, code):
    getpass.getpass()
    code.interact()
# %% [job]
import getpass
print(getpass.getuser())
from ipywidgets import interact
interact(print)

# === noop: methods, parameters, and text
# %% [job]
def run(model, input):
    return model.input("x"), input("x")
print("input()", run)
model = 1
model.set_trace()
ask = input

# === noop: not production
# %%
input("a")
# %% [job]
x = 1

# === found: asks its user
# %% [job]
name = input("name")  # NBJ305
def ask():
    return input()  # NBJ305
# %% [job]
from getpass import getpass as secret
import getpass
secret()  # NBJ305
getpass.getpass("x")  # NBJ305

# === found: stops in a debugger
# %% [job]
import pdb, ipdb
import IPython as ip
breakpoint()  # NBJ305
pdb.set_trace()  # NBJ305
if True: ipdb.set_trace()  # NBJ305
ip.embed()  # NBJ305
# %% [job]
from IPython.core.debugger import set_trace
set_trace()  # NBJ305

# === found: a function's own does not shadow it
# %% [job]
def f(input):
    return input
input()  # NBJ305
