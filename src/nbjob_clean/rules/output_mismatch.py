"""NBJ203: a production cell's outputs are not those of the run that its count tells of."""

from __future__ import annotations

from collections.abc import Iterator

from nbjob_clean.notebook.model import Cell
from nbjob_clean.rules.context import Context
from nbjob_clean.rules.production_code import finding_on_cell
from nbjob_clean.rules.rule import Finding, Rule

_HELP = "run the cell again, or drop its outputs with `nbjob clean`"


def _find(context: Context) -> Iterator[Finding]:
    # Without any count, outputs were kept on purpose when the notebook was cleaned.
    has_counts = any(cell.execution_count for cell in context.notebook.cells)
    for cell in context.production:
        if not cell.outputs or cell.keeps_outputs:
            continue
        count, shown = cell.execution_count, _result_count(cell)
        if count is None and has_counts:
            message = f"cell {cell.number} shows outputs of a run that was not recorded"
        elif count and shown and count != shown:
            message = f"cell {cell.number} was run as number {count}, its result as number {shown}"
        else:
            continue
        yield finding_on_cell(cell, message, help_text=_HELP)


def _result_count(cell: Cell) -> int | None:
    for output in cell.outputs:
        if isinstance(output, dict) and output.get("output_type") == "execute_result":
            count = output.get("execution_count")
            return count if isinstance(count, int) else None
    return None


RULE = Rule(
    "NBJ203",
    "output-mismatch",
    "What a production cell shows is not from the run that the cell tells of: the result has\n"
    "another execution count, or there are outputs on a cell that has no count while others have\n"
    "one. A notebook that was cleaned with its outputs kept is fine.",
    _find,
    severity="warning",
)
