"""NBJ205: the stored run of a production cell ended with an error."""

from __future__ import annotations

from collections.abc import Iterator

from nbjob_clean.notebook.model import Cell
from nbjob_clean.rules.context import Context
from nbjob_clean.rules.production_code import finding_on_cell
from nbjob_clean.rules.rule import Finding, Rule


def _find(context: Context) -> Iterator[Finding]:
    for cell in context.production:
        if name := _error(cell):
            yield finding_on_cell(
                cell,
                f"the stored run of cell {cell.number} ended with {name}",
                help_text="mend the cell and run it again, or drop its outputs with `nbjob clean`",
                symbol=name,
            )


def _error(cell: Cell) -> str:
    """The name of the error; empty where there is none. `sys.exit()` is an end, not an error."""
    for output in cell.outputs:
        if isinstance(output, dict) and output.get("output_type") == "error":
            name = str(output.get("ename") or "an error")
            is_exit = name == "SystemExit" and output.get("evalue") in ("", "0", "None", None)
            return "" if is_exit else name
    return ""


RULE = Rule(
    "NBJ205",
    "stored-error",
    "The outputs of a production cell hold an error: the last time it was run, it failed. What\n"
    "stands below it was run without it, or not at all.",
    _find,
    severity="warning",
)
