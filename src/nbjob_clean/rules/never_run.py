"""NBJ204: a production cell was not run, while cells below it were."""

from __future__ import annotations

from collections.abc import Iterator

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.production_code import finding_on_cell
from nbjob_clean.rules.rule import Finding, Rule


def _find(context: Context) -> Iterator[Finding]:
    run = [cell for cell in context.production if cell.execution_count]
    for cell in context.production:
        later = next((other for other in run if other.index > cell.index), None)
        if cell.execution_count is None and cell.source.strip() and later:
            yield finding_on_cell(
                cell,
                f"cell {cell.number} was not run, and cell {later.number} below it was",
                help_text="restart the kernel and run all cells",
                other=later,
            )


RULE = Rule(
    "NBJ204",
    "never-run",
    "A production cell has no execution count while production cells below it have one: what\n"
    "they show was computed without it, or with what it was before it was edited.",
    _find,
    severity="warning",
    is_default=False,
)
