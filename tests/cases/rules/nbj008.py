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

# === noop: marks of different length, and a title below
# %% [markdown]
A longer mark
<<<<<<<< HEAD
ours
=======
theirs
>>>>>>>> branch
# %% [markdown]
A title below
<<<<<<< HEAD
Title
=========
>>>>>>> branch
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

# === found: a value that both sides changed, in the metadata of the notebook  # NBJ008
# metadata: {"nbjob-conflicts": [{"path": ["metadata", "title"], "theirs": "b"}]}
# %% [job]
x = 1

# === found: git's longer marks, with the base
# %% [markdown]
<<<<<<<<< ours  # NBJ008
ours
||||||||| base
text
=========
theirs
>>>>>>>>> theirs
# %% [job]
x = 1

# === found: a cell that one side deleted
# %% [job]
<<<<<<< ours (deleted this cell)  # NBJ001, NBJ008
=======
x = 1
>>>>>>> theirs

# === found: a markdown cell as a whole, with code blocks in it
# %% [markdown]
<<<<<<< ours  # NBJ008
```
ours
=======
```
theirs
```
>>>>>>> theirs
# %% [job]
x = 1

# === found: production cells that have no order yet
# %% [job]
y = 1
# %% [job]
<<<<<<< ours: cell 1 stands here  # NBJ001, NBJ008
=======
>>>>>>> theirs: this cell stands here
x = 1
