"""NBJ207: between two production cells something was run that the notebook no longer shows."""

from __future__ import annotations

from collections.abc import Iterator

from nbjob_clean.notebook.model import Cell
from nbjob_clean.rules.context import Context
from nbjob_clean.rules.production_code import finding_on_cell
from nbjob_clean.rules.rule import Finding, Rule


def _find(context: Context) -> Iterator[Finding]:
    counts = {cell.execution_count for cell in context.notebook.cells if cell.execution_count}
    above: Cell | None = None
    for cell in context.production:
        count = cell.execution_count
        if not count or not cell.source.strip():
            continue
        last = above.execution_count if above else None
        if above and last and (lost := count - last - 1 - _between(counts, last, count)) > 0:
            runs = f"{lost} runs" if lost > 1 else "1 run"
            yield finding_on_cell(
                cell,
                f"{runs} between cell {above.number} (number {last}) and cell {cell.number}"
                f" (number {count}) {'are' if lost > 1 else 'is'} no longer in the notebook",
                help_text="restart the kernel and run all cells: then nothing of it was needed",
                other=above,
            )
        above = cell


def _between(counts: set[int], low: int, high: int) -> int:
    return sum(1 for count in counts if low < count < high)


RULE = Rule(
    "NBJ207",
    "count-gap",
    "The execution counts of two production cells that follow each other leave a gap that no cell\n"
    "of the notebook fills: cells were run more than once, or run and deleted.",
    _find,
    severity="note",
    is_default=False,
)
