"""From a missing name to a finding: the place and the words that the rules on names share."""

from __future__ import annotations

from collections.abc import Iterator

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.rule import Finding
from nbjob_clean.source.names import Kind, MissingName
from nbjob_clean.source.state import Place


def missing_of_kind(context: Context, kind: Kind) -> Iterator[MissingName]:
    return (missing for missing in context.missing if missing.kind == kind)


def finding_at(missing: MissingName, message: str, help_text: str) -> Finding:
    """A finding at the place where the name is missing; the definition is its second place."""
    other = missing.definition
    return Finding(
        message=message,
        cell=missing.cell + 1,
        line=missing.line,
        column=missing.column,
        end_line=missing.end_line,
        end_column=missing.end_column,
        symbol=missing.name,
        help=help_text,
        other_cell=other.cell + 1 if other else 0,
        other_line=other.line if other else 0,
    )


def place_text(place: Place | None, missing: MissingName) -> str:
    """`cell 5, line 2`, or `line 2 of this cell`."""
    if place is None:
        return "another cell"
    if place.cell == missing.cell:
        return f"line {place.line} of this cell"
    return f"cell {place.cell + 1}, line {place.line}"
