"""NBJ104: a production cell uses a name that was deleted above."""

from __future__ import annotations

from collections.abc import Iterator

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.names_finding import finding_at, missing_of_kind, place_text
from nbjob_clean.rules.rule import Finding, Rule


def _find(context: Context) -> Iterator[Finding]:
    for missing in missing_of_kind(context, "deleted"):
        place = place_text(missing.definition, missing)
        yield finding_at(
            missing,
            f"`{missing.name}` no longer exists here: {place} deletes it",
            "delete it after its last use; `except ... as name` deletes the name at its end",
        )


RULE = Rule(
    "NBJ104",
    "deleted-name",
    "A production cell uses a name after `del`, after the `except ... as name` that bound it, or\n"
    "after `%xdel`, `%reset` or `%reset_selective` deleted it.\n"
    "In the kernel the cell that deletes was not run again, or not in this order.",
    _find,
)
