"""NBJ201: the stored execution counts say that the cells were run in another order."""

from __future__ import annotations

from collections.abc import Iterator

from nbjob_clean.notebook.model import Cell
from nbjob_clean.rules.context import Context
from nbjob_clean.rules.production_code import finding_on_cell
from nbjob_clean.rules.rule import Finding, Rule


def _find(context: Context) -> Iterator[Finding]:
    """Where the counts fall, each time once. Gaps are fine, and so are cells that were not run."""
    above: Cell | None = None
    for cell in context.production:
        count, last = cell.execution_count, above.execution_count if above else None
        if not count or not cell.source.strip():  # some services write 0 for every cell
            continue
        if above is not None and last is not None and count < last:
            yield finding_on_cell(
                cell,
                f"was run as number {count}, cell {above.number} above it as number {last}",
                help_text="restart the kernel and run all cells: then it is production's order",
                other=above,
            )
        above = cell


RULE = Rule(
    "NBJ201",
    "stale-order",
    "The execution counts of the production cells do not increase from top to bottom: what the\n"
    "notebook shows was not computed in the order in which production runs it.",
    _find,
    severity="warning",
)
