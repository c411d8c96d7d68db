"""NBJ108: a name is bound on some paths only, and used after."""

from __future__ import annotations

from collections.abc import Iterator

from nbjob_clean.record import changed
from nbjob_clean.rules.context import Context
from nbjob_clean.rules.production_code import code_cells, source_cells
from nbjob_clean.rules.rule import Finding, Rule
from nbjob_clean.source.state import Place
from nbjob_clean.source.watch import doubtful_uses


def _find(context: Context) -> Iterator[Finding]:
    cells = {cell.index: cell for cell in code_cells(context)}
    for use in doubtful_uses(source_cells(context), context.builtins, context.exports):
        if use.cell in cells:
            place = _place_text(use.definition, use.cell)
            found = cells[use.cell].finding(
                use.node,
                f"`{use.name}` is perhaps not defined here: {place} is not reached on every path",
                help_text=f"define `{use.name}` before the condition or the loop, too",
                symbol=use.name,
            )
            other = use.definition or Place(-1, 0)
            yield changed(found, other_cell=other.cell + 1, other_line=other.line)


def _place_text(place: Place | None, cell: int) -> str:
    if place is None:
        return "its definition"
    if place.cell == cell:
        return f"line {place.line} of this cell"
    return f"cell {place.cell + 1}, line {place.line},"


RULE = Rule(
    "NBJ108",
    "possibly-undefined",
    "A production cell uses a name that only one branch of a condition, a loop that may not run\n"
    "or a handler defines. Whether it is there depends on the data of the day.",
    _find,
    severity="warning",
    is_default=False,
)
