# === noop: magics that production can do without
# %% [job]
%matplotlib inline
%load_ext autoreload
%autoreload 2
%config InlineBackend.figure_format = "retina"
%timeit 1
%env HOME
%who
# %% [job]
len?
?len
len??
# %% [job]
%%html
<b>text</b>
# %% [job]
%%time
x = 1
%time x = 2

# === noop: in a cell that is not production
# %%
!ls
%run other.py
# %% [job]
x = 1

# === noop: SQL is run, not skipped
# %% [job]
%sql SELECT 1
rows = %sql SELECT 2
# %% [job]
%%sql
SELECT 3

# === noop: text that is not at the start of a statement
# %% [job]
%matplotlib inline
text = """
!ls
%run x
"""
print("a = %d" % 1)
z = (7
     % 3)

# === noop: silenced
# %% [job]
!ls  # noqa: NBJ301

# === noop: somebody asks first whether there is a kernel
# %% [job]
if get_ipython():
    get_ipython().run_line_magic("matplotlib", "inline")
shell = get_ipython()

# === found: shell commands
# %% [job]
!pip install x  # NBJ301
files = !ls  # NBJ301
if files:
    !!ls  # NBJ301
# %% [job]
%%bash  # NBJ301
ls

# === found: magics that do something
# %% [job]
%run other.ipynb  # NBJ301
%cd /tmp  # NBJ301
%env A=1  # NBJ301
%pip install x  # NBJ301
%store x  # NBJ301
# %% [job]
%%writefile x.py  # NBJ301
x = 1

# === found: magics that nobody knows
# %% [job]
%frobnicate  # NBJ301
# %% [job]
%%frobnicate  # NBJ301
x = 1

# === found: a value that only IPython has
# %% [job]
result = %timeit -o 1  # NBJ301
query = %sqlcmd snippets x  # NBJ301

# === found: a connection that production does not open this way
# %% [job]
%sql duckdb:///my.db  # NBJ301

# === found: what JupySQL does beside running the text
# %% [job]
%%sql --save big --no-execute  # NBJ301
SELECT 1
# %% [job]
%%sql --with big  # NBJ301
SELECT * FROM big
# %% [job]
%%sql --persist frame  # NBJ301
# %% [job]
rows = %sql --with big SELECT * FROM big  # NBJ301
%sql --append frame  # NBJ301

# === found: a call of the kernel
# %% [job]
get_ipython().system("pip install x")  # NBJ301
if "get_ipython" in globals():
    get_ipython().run_line_magic("matplotlib", "inline")  # NBJ301
