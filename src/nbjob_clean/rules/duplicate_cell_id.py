"""NBJ005: two cells share an id, which is what tools tell them apart by."""

from __future__ import annotations

from collections.abc import Iterator

from nbjob_clean.notebook.model import Cell
from nbjob_clean.rules.context import Context
from nbjob_clean.rules.production_code import finding_on_cell
from nbjob_clean.rules.rule import Finding, Rule


def _find(context: Context) -> Iterator[Finding]:
    first: dict[str, Cell] = {}
    for cell in context.notebook.cells:
        if cell.id is None:
            continue
        if (other := first.setdefault(cell.id, cell)) is not cell:
            yield finding_on_cell(
                cell,
                f"cell {cell.number} has the id of cell {other.number}: `{cell.id}`",
                help_text="give one of them a new id; Jupyter does when it saves the notebook",
                symbol=cell.id,
                other=other,
            )


RULE = Rule(
    "NBJ005",
    "duplicate-cell-id",
    "Two cells have the same id. Editors, diffs, merges and the sidecar tell cells apart by it,\n"
    "so what belongs to one cell may end up at the other.",
    _find,
    fix="give new ids",
)
