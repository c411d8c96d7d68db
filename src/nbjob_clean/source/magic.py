"""IPython's magics as facts: which ones production can do without, and which it cannot.

A name that is in no table is *needed*: what nobody knows is never skipped silently.
"""

from __future__ import annotations

from typing import Literal

from nbjob_clean.record import Record
from nbjob_clean.source.sql_cell import SqlCell
from nbjob_clean.source.table import words

MagicKind = Literal["harmless", "needed", "transparent", "sql"]


class Magic(Record):
    """One piece of IPython syntax. Line and column are those of the cell, from 1.

    `text` is as written, a continued line joined; `name` is `matplotlib`, `!`, `?` and so on.
    `sql`, `target` and `indent` are what it takes to write a `%sql` line out as a call.
    """

    line: int
    column: int
    text: str
    name: str
    kind: MagicKind
    is_cell: bool = False
    sql: SqlCell | None = None
    target: str = ""
    indent: str = ""


# Looks, help, measurements and the kernel's own settings: without them a job does the same.
HARMLESS_LINES = words("""
    aimport alias_magic automagic autoawait autoreload autosave clear cls colors config
    connect_info dhist dirs doctest_mode gui hist history i18n lab_black ll load_ext logoff logon
    logstart logstate logstop lprun ls lsmagic magic man matplotlib memit more less mprun nb_black
    notebook page pdb pdef pdoc pfile pinfo pinfo2 popup pprint precision prun psearch psource
    pwd pycat qtconsole quickref rehashx reload_ext snakeviz sqlcmd sqlplot subplots tb tensorboard
    timeit unalias unload_ext watermark who who_ls whos xmode
    """)
HARMLESS_CELLS = words("html HTML javascript js latex markdown SVG svg timeit memit mprun mermaid")
TRANSPARENT_CELLS = words("time capture prun")
SQL_MAGICS = words("sql vdksql")

SCRIPTS = words("bash cmd perl pypy python python2 python3 ruby script sh")
# Needed magics that certainly bind no Python name; any other may have bound whatever is used.
_BINDING_NOTHING = words("""
    ! !! bash bookmark cd cmd conda debug dhist dirs env file javascript ll ls lsmagic mamba mkdir
    node perl pip popd pushd pwd pypy python python2 python3 reset reset_selective ruby save script
    set_env sh sx system timeit uv who who_ls whos writefile xdel
    """)


def line_kind(name: str, arguments: str) -> MagicKind:
    """What production makes of `%name arguments` as a statement of its own."""
    if name == "time":
        return "transparent"
    if name == "env":
        # `%env` and `%env A` only show; `%env A=b` and `%env A b` set.
        return "harmless" if "=" not in arguments and len(arguments.split()) < 2 else "needed"
    return "harmless" if name in HARMLESS_LINES else "needed"


def cell_kind(name: str) -> MagicKind:
    """What production makes of `%%name` and the lines below it."""
    if name in TRANSPARENT_CELLS:
        return "transparent"
    return "harmless" if name in HARMLESS_CELLS else "needed"


def may_bind(text: str) -> bool:
    """Whether IPython text that production needs could bind names nobody can see in it."""
    name = magic_name(text)
    return name not in _BINDING_NOTHING or (text.startswith("%%") and "--out" in text)


def magic_name(text: str) -> str:
    """`matplotlib` of `%matplotlib inline`, `!` of `!ls`."""
    if text.startswith("%"):
        words = text.lstrip("%").split(None, 1)
        return words[0] if words else "%"
    return "!!" if text.startswith("!!") else text[:1]
