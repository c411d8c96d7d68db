"""NBJ202: two production cells have the same execution count: no one session ran them both so."""

from __future__ import annotations

from collections.abc import Iterator

from nbjob_clean.notebook.model import Cell
from nbjob_clean.rules.context import Context
from nbjob_clean.rules.production_code import finding_on_cell
from nbjob_clean.rules.rule import Finding, Rule


def _find(context: Context) -> Iterator[Finding]:
    """A count of 0 says nothing: some services write it for every cell."""
    first: dict[int, Cell] = {}
    for cell in context.production:
        count = cell.execution_count
        if not count or not cell.source.strip():
            continue
        if (other := first.setdefault(count, cell)) is not cell:
            yield finding_on_cell(
                cell,
                f"cell {cell.number} was run as number {count}, and so was cell {other.number}",
                help_text="restart the kernel and run all cells: then one session ran them all",
                other=other,
            )


RULE = Rule(
    "NBJ202",
    "mixed-sessions",
    "Two production cells have the same execution count. A kernel gives each number once, so they\n"
    "were run in two sessions, or one is a copy of the other: the results do not belong together.",
    _find,
    severity="warning",
)
