"""NBJ008: a merge conflict was left in a cell, or in the notebook's metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from nbjob_clean.notebook.model import Cell
from nbjob_clean.rules.context import Context
from nbjob_clean.rules.production_code import finding_on_cell
from nbjob_clean.rules.rule import Finding, Rule

# Where a merge left what it could not decide, by the tool that did.
_METADATA = {"nbdime-conflicts": "nbdime", "nbjob-conflicts": "git"}
# git's marks are longer in a repository with `conflict-marker-size`; those of one conflict are not.
_MARK = re.compile(r"(?P<sign>[<=>])(?P=sign){6,}(?=\s*$|(?P<label> ))")
_FENCE = re.compile(r" {0,3}(?:```|~~~)")
# nbdime puts whole cells between cells of its own.
_NBDIME_CELL = re.compile(r"\s*<span style=\"color:red\"><b>(?P<marker>[<>]{7}) .*</b></span>\s*")
_HELP = "keep one side, or join both, and delete the markers"


def _find(context: Context) -> Iterator[Finding]:
    for key, tool in _METADATA.items():
        message = f"the metadata of {{}} holds a merge conflict that {tool} left"
        if key in context.notebook.metadata:
            yield Finding(message=message.format("the notebook"), symbol=key, help=_HELP)
        for cell in context.notebook.cells:
            if key in cell.metadata:
                text = message.format(f"cell {cell.number}")
                yield finding_on_cell(cell, text, help_text=_HELP, symbol=key)
    for cell in context.notebook.cells:
        if "<<<<<<< " in cell.source:
            yield from _in_source(cell)
    yield from _between_cells(context.notebook.cells)


def _in_source(cell: Cell) -> Iterator[Finding]:
    """Each conflict once, from its opening to its closing marker."""
    lines = cell.lines
    found = list(_outside_code_blocks(cell))
    yield from found
    size = _mark(lines[0], "<")
    if size and size == _mark(lines[-1], ">") and not found:
        yield _finding(cell, 1, len(lines))  # all of the cell, code blocks and all


def _outside_code_blocks(cell: Cell) -> Iterator[Finding]:
    opening, size, has_middle = 0, 0, False
    for number, line in _outside_fences(cell).items():
        if _mark(line, "<"):
            opening, size, has_middle = number, _mark(line, "<"), False
        elif opening and _mark(line, "=") == size:
            has_middle = True
        elif has_middle and _mark(line, ">") == size:
            yield _finding(cell, opening, number)
            opening, has_middle = 0, False


def _mark(line: str, sign: str) -> int:
    """How long a mark is; 0 where the line is none. The outer two have a label."""
    match = _MARK.match(line)
    if match is None or match["sign"] != sign or (match["label"] is None) != (sign == "="):
        return 0
    return match.end()


def _finding(cell: Cell, opening: int, closing: int) -> Finding:
    return Finding(
        message=f"cell {cell.number} holds a merge conflict, from line {opening} to line {closing}",
        cell=cell.number,
        line=opening,
        column=1,
        end_line=closing,
        end_column=len(cell.lines[closing - 1]) + 1,
        help=_HELP,
    )


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
    "of lines), or the metadata holds what the merge of nbjob or of nbdime could not decide.",
    _find,
)
