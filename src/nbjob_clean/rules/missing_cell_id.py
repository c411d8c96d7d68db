"""NBJ010: a cell without an id, so that moving it looks like deleting one and writing another."""

from __future__ import annotations

from collections.abc import Iterator

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.rule import Finding, Rule


def _find(context: Context) -> Iterator[Finding]:
    """Once for a notebook: a format before 4.5 has no ids at all."""
    without = [cell.number for cell in context.notebook.cells if cell.id is None]
    if without and context.production:
        count = "no cell has" if len(without) == len(context.notebook.cells) else (
            f"{len(without)} cells do not have"
        )  # fmt: skip
        yield Finding(
            message=f"{count} an id",
            cell=without[0],
            line=1,
            column=1,
            help="save the notebook with a recent Jupyter, or `nbjob check --select NBJ010 --fix`",
        )


RULE = Rule(
    "NBJ010",
    "missing-cell-id",
    "Cells carry ids since version 4.5 of the notebook format. With them a diff, a merge and a\n"
    "traceback know a cell again after it was moved; without them they count. Off by default.",
    _find,
    severity="warning",
    is_default=False,
    fix="give every cell an id",
)
