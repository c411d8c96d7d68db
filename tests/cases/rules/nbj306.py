# === noop: other paths
# %% [job]
a = open("/tmp/x"), open("data/x"), open("/srv/home/x/y"), open("/data/home/x/y")
b = "/home", "/home/", "/home/x", "/Users/Shared/x", "C:\\Users\\Public\\x", "~", "/rooted/x"
c = "https://example.org/home/x/y", "https://example.org/Users/x/y", "see /home/x/y"
d = f"{a}/home/x/y", "/home/{}/x".format(a), f"/home/{a}/x", "/Users/%s/x" % a
e = "~/.*", "/home/<user>/x", "/home/x/(a|b)", "/Users/$USER/x"

# === noop: text, and what only looks at text
# %% [job]
"""/home/x/y"""
def f(path):
    "/home/x/y"
    print("/home/x/y", path.startswith("/home/x/"), path == "/root/x")
    return path.replace("/Users/x/", ""), path.xpath("/root/item"), path["/root/x"]

# === noop: not production
# %%
open("/home/x/y")
# %% [job]
x = 1

# === noop: other paths in SQL, and homes that production has
# select: NBJ306
# %% [job]
%%sql
SELECT * FROM read_csv('data/x.csv') WHERE path LIKE '/home/%'
# %% [job]
con.execute("SELECT * FROM read_csv('data/home/x.csv')")
a = open("/home/airflow/gcs/data/x.csv"), open("/home/hadoop/conf.json")

# === found: somebody's home
# %% [job]
from pathlib import Path
a = open("/home/x/data.csv")  # NBJ306
b = Path("/Users/Jane Doe/data") / "a.csv"  # NBJ306
c = "C:\\Users\\x\\data.csv", r"c:\Users\x\data", "C:/Users/x/data"  # NBJ306, NBJ306, NBJ306
d = Path("~/data").expanduser()  # NBJ306
e = open("/root/data.csv")  # NBJ306
f = "sqlite:////home/x/a.db", "file:///Users/x/a"  # NBJ306, NBJ306
g = f"/home/x/{a}.csv"  # NBJ306

# === found: in SQL, and in the SQL of Python
# select: NBJ306
# %% [job]
%%sql
COPY orders FROM '/Users/ann/x.csv' -- NBJ306
# %% [job]
con.execute("SELECT * FROM read_csv('/home/ann/x.csv')")  # NBJ306
