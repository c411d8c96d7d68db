"""NBJ102: a production cell uses a name that a cell without a production tag defines."""

from __future__ import annotations

from collections.abc import Iterator

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.names_finding import finding_at, missing_of_kind, place_text
from nbjob_clean.rules.rule import Finding, Rule


def _find(context: Context) -> Iterator[Finding]:
    for missing in missing_of_kind(context, "untagged"):
        place = place_text(missing.definition, missing)
        number = missing.definition.cell + 1 if missing.definition else 0
        yield finding_at(
            missing,
            f"`{missing.name}` is defined in {place}, which is not tagged",
            f"tag cell {number} `{context.tags[0]}`, or move the definition into a production cell",
        )


RULE = Rule(
    "NBJ102",
    "name-from-untagged-cell",
    "A production cell uses a name that only a cell without a production tag defines. In the\n"
    "kernel both have run; in production the untagged cell does not exist.",
    _find,
    fix="tag the cell that defines it",
)
