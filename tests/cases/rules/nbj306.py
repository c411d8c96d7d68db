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
