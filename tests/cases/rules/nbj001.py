# === noop: cells that compile, with what IPython adds
# %% [job]
%matplotlib inline
x = 1
# %% [job]
    indented = 1
# %% [job]
>>> prompt = 1
# %% [job]
x?
# %% [job]

# === noop: an untagged cell that does not compile
# %%
x = = 1
# %% [job]
y = 1

# === noop: a warning is no error
# %% [job]
pattern = "\d"
x = 1
print(x is 1)

# === noop: comments that only look like markers
# %% [job]
#%matplotlib inline
# 100%% sure
x = 1  # %% here

# === found: no Python
# %% [job]
x = = 1  # NBJ001

# === found: what only the compiler refuses
# %% [job]
return 1  # NBJ001
# %% [job]
x = 1
break  # NBJ001
# %% [job]
def f():
    print(x)
    global x  # NBJ001
# %% [job]
yield 1  # NBJ001

# === found: await at the top level
# %% [job]
import asyncio
await asyncio.sleep(1)  # NBJ001

# === found: names beside an await
# %% [job]
import asyncio
async def fetch(n):
    return n + base
# %% [job]
first = await fetch(1)  # NBJ001, NBJ105
base = 1
# %% [job]
print(first, frist)  # NBJ101
# %% [job]
async with asyncio.Lock() as lock:  # NBJ001
    async for row in rows:  # NBJ102
        print(row, lock)
# %%
rows = await fetch(2)

# === found: brackets do not continue a magic
# %% [job]
%timeit f(1,
    2)  # NBJ001

# === found: a cell marker within a cell
# %% [job]
x = 1
#%%time  # NBJ001
# %% [job]
text = """
  # %% a  # NBJ001
"""

# === found: a statement that ends nowhere
# %% [job]
x = (1,  # NBJ001
