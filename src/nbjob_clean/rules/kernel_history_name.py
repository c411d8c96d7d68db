"""NBJ106: a production cell reads what only a kernel remembers: `_`, `Out`, `In`, `_3`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.production_code import code_cells, source_cells
from nbjob_clean.rules.rule import Finding, Rule
from nbjob_clean.source.watch import unbound_uses

# `for _ in` alone is no reason to look closer. What stands before the name is asked behind its
# first letter: so a search leaps from one such letter to the next.
_HISTORY = re.compile(
    r"[_IO](?<![\w.].)(?<!for .)"
    r"(?:(?<=_)(?:_{0,2}|i{1,3}|i?\d+|[dio]h)|(?<=I)n|(?<=O)ut)(?!\w)"
)
# It installs `_` among the builtins.
_GETTEXT = "gettext"


def _find(context: Context) -> Iterator[Finding]:
    cells = {cell.index: cell for cell in code_cells(context)}
    names = {name for c in cells.values() for name in _HISTORY.findall(c.python.text)}
    if any(_GETTEXT in cell.python.text for cell in cells.values()):
        names.discard("_")
    names -= context.builtins
    # A cell that does not compile may bind whatever it mentions.
    broken = (context.cell(index) for index, cell in context.python.items() if cell.error)
    names.difference_update(*(_HISTORY.findall(cell.source) for cell in broken))
    if not names:
        return
    for use in unbound_uses(source_cells(context), frozenset(names), context.exports):
        if use.cell in cells:
            yield cells[use.cell].finding(
                use.node,
                f"`{use.name}` is {_meaning(use.name)}, which production does not have",
                help_text="give the value a name in the cell that computes it, and use that",
                symbol=use.name,
            )


def _meaning(name: str) -> str:
    if name == "_dh":
        return "the kernel's list of folders"
    if name.startswith("_i") or name == "In":
        return "the kernel's record of what was typed"
    return "the kernel's record of results"


RULE = Rule(
    "NBJ106",
    "kernel-history-name",
    "A production cell uses a name in which IPython keeps inputs and results (`_`, `__`, `_3`,\n"
    "`In`, `Out`, `_i`, `_oh` ...) and no production cell binds it before. Production has no\n"
    "history: the name does not exist there.",
    _find,
)
