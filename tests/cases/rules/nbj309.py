# === noop: a name of its own
# name: copy.ipynb
# %% [job]
x = 1

# === noop: a copy without production cells
# select: NBJ309
# name: etl-Copy1.ipynb
# %%
x = 1

# === noop: words that begin alike
# name: Untitled-study.ipynb
# %% [job]
x = 1

# === noop: nobody looked
# %% [job]
x = 1

# === noop: a name that only looks like one
# name: copy_of_orders.ipynb
# %% [job]
x = 1

# === found: Jupyter's copy  # NBJ309
# name: etl-Copy1.ipynb
# %% [job]
x = 1

# === found: a file manager's copy  # NBJ309
# name: etl copy 2.ipynb
# %% [job]
x = 1

# === found: no name yet  # NBJ309
# name: Untitled12.ipynb
# %% [job]
x = 1

# === found: a copy by Windows  # NBJ309
# name: etl - Copy (2).ipynb
# %% [job]
x = 1

# === found: downloaded twice  # NBJ309
# name: etl (1).ipynb
# %% [job]
x = 1

# === found: downloaded from Colab  # NBJ309
# name: Copy_of_etl.ipynb
# %% [job]
x = 1
