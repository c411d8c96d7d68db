# === noop: rulers, quotes and half a conflict
# %% [markdown]
Title
=======
>>>>>>> quoted
# %% [markdown]
<<<<<<< HEAD
# %% [job]
text = """
<<<<<<<HEAD
=======
>>>>>>>
 <<<<<<< HEAD
"""
x = 1 << 2

# === noop: a text about conflicts
# %% [markdown]
```
<<<<<<< HEAD
ours
=======
theirs
>>>>>>> branch
```
# %% [job]
x = 1

# === found: in markdown, in a string, twice
# %% [markdown]
<<<<<<< HEAD  # NBJ008
ours
=======
theirs
>>>>>>> branch
<<<<<<< HEAD  # NBJ008
ours
||||||| base
text
=======
theirs
>>>>>>> branch
# %% [job]
text = """
<<<<<<< HEAD  # NBJ008
ours
=======
theirs
>>>>>>> branch
"""

# === found: in code, which then does not compile
# %% [job]
x = 1
<<<<<<< local  # NBJ001, NBJ008
y = 1
=======
y = 2
>>>>>>> remote

# === found: cells that nbdime put around others
# %% [markdown]
<span style="color:red"><b><<<<<<< local</b></span>  # NBJ008
# %% [job]
x = 1
# %% [markdown]
<span style="color:red"><b>=======</b></span>
# %% [job]
x = 2
# %% [markdown]
<span style="color:red"><b>>>>>>>> remote</b></span>

# === found: in the metadata  # NBJ008
# metadata: {"nbdime-conflicts": {}}
# %% [job]
x = 1
