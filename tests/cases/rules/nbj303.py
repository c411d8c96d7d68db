# === noop: names that are bound
# %% [job]
ls = [1]
history = time = 1
ls
history
time -history
# %% [job]
from shutil import move as mv
mv

# === noop: not at the start of a statement, and text
# %% [job]
text = """
pip install x
ls
"""
print(text)  # cd /srv
# %% [job]
# pip install x

# === noop: written as magics, which other rules know
# %% [job]
%ls
%who

# === noop: not production, and bound there
# %%
pip install x
ls = [1]
# %% [job]
x = 1

# === found: a word that is no Python
# %% [job]
pip install pandas  # NBJ001, NBJ303
# %% [job]
cd ..  # NBJ001, NBJ303
# %% [job]
run script.py  # NBJ001, NBJ303

# === found: what looks like Python
# %% [job]
ls  # NBJ101, NBJ303
# %% [job]
cd /srv  # NBJ101, NBJ101, NBJ303
# %% [job]
x = 1
ls -x  # NBJ101, NBJ303

# === found: another syntax error
# %% [job]
time = = 1  # NBJ001
# %% [job]
ls(1  # NBJ001
# %% [job]
foo install x  # NBJ001
