# === noop: ids of their own, and cells without any
# %% [job] id=a
x = 1
# %% [job] id=b
y = 1
# %% [job]
z = 1
# %% [job]
w = 1

# === found: two cells with one id
# %% [job] id=a
x = 1
# %% [markdown] id=b
text
# %% [job] id=a
y = 1  # NBJ005

# === found: code and markdown, three times
# %% [job] id=a
x = 1
# %% [markdown] id=a
text  # NBJ005
# %% id=a
y = 1  # NBJ005
