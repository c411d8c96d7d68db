"""NBJ008: a merge conflict was left in a cell, or in the notebook's metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from nbjob_clean.notebook.model import Cell
from nbjob_clean.rules.context import Context
from nbjob_clean.rules.production_code import finding_on_cell
from nbjob_clean.rules.rule import Finding, Rule

_NBDIME = "nbdime-conflicts"
_OPENING, _MIDDLE, _CLOSING = "<<<<<<< ", "=======", ">>>>>>> "
_FENCE = re.compile(r" {0,3}(?:```|~~~)")
# nbdime puts whole cells between cells of its own.
_NBDIME_CELL = re.compile(r"\s*<span style=\"color:red\"><b>(?P<marker>[<>]{7}) .*</b></span>\s*")
_HELP = "keep one side, or join both, and delete the markers"


def _find(context: Context) -> Iterator[Finding]:
    if _NBDIME in context.notebook.metadata:
        yield Finding(message=_metadata_message("the notebook"), symbol=_NBDIME, help=_HELP)
    for cell in context.notebook.cells:
        if _NBDIME in cell.metadata:
            yield finding_on_cell(
                cell,
                _metadata_message(f"cell {cell.number}"),
                help_text=_HELP,
                symbol=_NBDIME,
            )
        if _OPENING in cell.source:
            yield from _in_source(cell)
    yield from _between_cells(context.notebook.cells)


def _metadata_message(owner: str) -> str:
    return f"the metadata of {owner} holds a merge conflict that nbdime left"


def _in_source(cell: Cell) -> Iterator[Finding]:
    """Each conflict once, from its opening to its closing marker."""
    lines = _outside_fences(cell)
    opening, has_middle = 0, False
    for number, line in lines.items():
        if line.startswith(_OPENING):
            opening, has_middle = number, False
        elif opening and line.rstrip() == _MIDDLE:
            has_middle = True
        elif has_middle and line.startswith(_CLOSING):
            yield Finding(
                message=f"cell {cell.number} holds a merge conflict, from line {opening}"
                f" to line {number}",
                cell=cell.number,
                line=opening,
                column=1,
                end_line=number,
                end_column=len(line) + 1,
                help=_HELP,
            )
            opening, has_middle = 0, False


def _outside_fences(cell: Cell) -> Mapping[int, str]:
    """The lines by number; in markdown without code blocks, which may explain what git does."""
    found: dict[int, str] = {}
    is_fenced = False
    for number, line in enumerate(cell.lines, start=1):
        if cell.kind == "markdown" and _FENCE.match(line):
            is_fenced = not is_fenced
        elif not is_fenced:
            found[number] = line
    return found


def _between_cells(cells: Sequence[Cell]) -> Iterator[Finding]:
    opening: Cell | None = None
    for cell in cells:
        if cell.is_code or (match := _NBDIME_CELL.fullmatch(cell.source)) is None:
            continue
        if match["marker"][0] == "<":
            opening = cell
        elif opening is not None:
            yield finding_on_cell(
                opening,
                f"cells {opening.number} to {cell.number} are a merge conflict that nbdime left",
                help_text=_HELP,
                other=cell,
            )
            opening = None


RULE = Rule(
    "NBJ008",
    "conflict-markers",
    "A cell holds the markers of a merge conflict (`<<<<<<<`, `=======`, `>>>>>>>` at the start\n"
    "of lines), or the metadata holds the conflict that nbdime could not resolve.",
    _find,
)
