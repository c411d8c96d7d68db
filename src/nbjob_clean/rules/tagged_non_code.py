"""NBJ002: a production tag is on a markdown or raw cell, which never runs."""

from __future__ import annotations

from collections.abc import Iterator

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.production_code import finding_on_cell
from nbjob_clean.rules.rule import Finding, Rule


def _find(context: Context) -> Iterator[Finding]:
    for cell in context.notebook.cells:
        if cell.is_code:
            continue
        tag = next((tag for tag in context.tags if tag in cell.tags), None)
        if tag is not None:
            yield finding_on_cell(
                cell,
                f"cell {cell.number} is tagged `{tag}` and never runs: it is {cell.kind}, not code",
                help_text="remove the tag, or make it a code cell",
                symbol=tag,
            )


RULE = Rule(
    "NBJ002",
    "tagged-non-code",
    "A production tag is on a markdown or raw cell. Such a cell never runs: either the tag is\n"
    "there by mistake, or the cell was code once and production lacks it now.",
    _find,
    severity="warning",
    fix="remove the tag",
)
