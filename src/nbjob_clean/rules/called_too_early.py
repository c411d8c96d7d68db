"""NBJ105: a call runs a function's body before a name exists that the body needs."""

from __future__ import annotations

from collections.abc import Iterator

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.names_finding import finding_at, missing_of_kind, place_text
from nbjob_clean.rules.rule import Finding, Rule
from nbjob_clean.source.names import MissingName
from nbjob_clean.source.state import Place


def _find(context: Context) -> Iterator[Finding]:
    for missing in missing_of_kind(context, "called-early"):
        yield finding_at(missing, _message(missing), "move the call below the definition")


def _message(missing: MissingName) -> str:
    use = place_text(missing.use, missing)
    definition = place_text(missing.definition, missing)
    call = Place(missing.cell, missing.line, missing.column)
    is_deleted = missing.definition is not None and missing.definition < call
    verb = "deletes" if is_deleted else "defines"
    order = "after" if is_deleted else "before"
    return (
        f"`{missing.function}` needs `{missing.name}` ({use}), and is called here"
        f" {order} {definition} {verb} it"
    )


RULE = Rule(
    "NBJ105",
    "called-too-early",
    "A function is called before a name is defined that its body certainly uses. Defining the\n"
    "function above is fine; calling it above is not.",
    _find,
)
