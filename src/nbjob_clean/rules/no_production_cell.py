"""NBJ004: no cell is tagged for production, so there is nothing to check, emit or run."""

from __future__ import annotations

from collections.abc import Iterator

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.rule import Finding, Rule


def _find(context: Context) -> Iterator[Finding]:
    if not context.production:
        tags = " or ".join(f"`{tag}`" for tag in context.tags)
        yield Finding(
            message=f"no code cell is tagged {tags}",
            help="in JupyterLab: select a cell, open Property Inspector > Cell Tags, add the tag",
        )


RULE = Rule(
    "NBJ004",
    "no-production-cell",
    "No code cell has a production tag (`job` or `vdk`, unless configured otherwise), so the\n"
    "notebook has no part in production.",
    _find,
)
