# === noop: tags of other kinds on markdown, production tags on code
# %% [markdown]
# Title
# %% [markdown, slide]
text
# %% [raw, Job]
text
# %% [job]
x = 1

# === found: a production tag on markdown
# %% [markdown, job]
# Title  # NBJ002
# %% [job]
x = 1

# === found: a production tag on a raw cell  # NBJ004
# %% [raw, job]
x = 1  # NBJ002
