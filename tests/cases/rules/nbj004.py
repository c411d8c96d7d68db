# === noop: one is enough
# %%
x = 1
# %% [job]
y = 1

# === found: no tag at all  # NBJ004
# %%
x = 1

# === found: a tag on markdown only  # NBJ004
# %% [markdown]
text
# %% [other]
x = 1

# === found: parameters alone are no production  # NBJ004
# %% [parameters]
x = 1
