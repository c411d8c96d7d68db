"""NBJ103: a production cell uses a name that is defined only further down."""

from __future__ import annotations

from collections.abc import Iterator

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.names_finding import finding_at, missing_of_kind, place_text
from nbjob_clean.rules.rule import Finding, Rule
from nbjob_clean.source.names import MissingName


def _find(context: Context) -> Iterator[Finding]:
    for missing in missing_of_kind(context, "later"):
        place = place_text(missing.definition, missing)
        message = f"`{missing.name}` is used before it is defined, in {place}"
        yield finding_at(missing, message, _help(missing))
    for missing in missing_of_kind(context, "own"):
        message = f"`{missing.name}` is a variable of this function and has no value here"
        yield finding_at(
            missing, message, f"give it a value first, or write `global {missing.name}`"
        )
    for missing in missing_of_kind(context, "unset"):
        message = f"`{missing.name}` has no value yet when this function is called, and reads it"
        advice = f"give `{missing.name}` a value before this function is called"
        if missing.function:
            advice = f"call `{missing.function}` first: it gives `{missing.name}` its value"
        yield finding_at(missing, message, advice)


def _help(missing: MissingName) -> str:
    definition = missing.definition
    if definition is None or definition.cell == missing.cell:
        return "move the definition above this line"
    return f"move cell {definition.cell + 1} above this one: production runs top-down"


RULE = Rule(
    "NBJ103",
    "used-before-defined",
    "A production cell uses a name that only a later production cell, or a later line, defines.\n"
    "In the kernel the cells were run in another order; production runs them top-down. A function\n"
    "that is called and reads a variable of its own before giving it a value counts too.",
    _find,
)
