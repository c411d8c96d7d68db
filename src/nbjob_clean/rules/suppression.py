"""What a cell's author has silenced: `# noqa: NBJ101` and `# nbjob: ignore[NBJ101]`.

Codes are always named: a bare `# noqa` is other tools' business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nbjob_clean.notebook.model import Cell
from nbjob_clean.record import Record

_LINE = re.compile(r"(?:#|--)\s*noqa\s*:\s*(?P<codes>[A-Z]+\d+(?:[\s,]+[A-Z]+\d+)*)", re.IGNORECASE)
_CELL = re.compile(r"(?:#|--)\s*nbjob\s*:\s*ignore\[(?P<codes>[^\]]*)\]")
_CODE = re.compile(r"[^\s,]+")


class Suppression(Record):
    """One code in a comment, and where it stands; `prefix` may be the beginning of several codes.

    `noqa` is for its line, and for a statement that reaches over it; `ignore[...]` for the whole
    cell. Cell, line and columns count from 1.
    """

    prefix: str
    cell: int
    line: int
    column: int
    end_column: int
    is_for_cell: bool

    def covers(self, code: str, lines: range) -> bool:
        return code.startswith(self.prefix) and (self.is_for_cell or self.line in lines)


def suppressions(cell: Cell) -> Iterator[Suppression]:
    """Every code that a comment of the cell names, other tools' too."""
    if "noqa" not in cell.source.lower() and "nbjob" not in cell.source:
        return
    for number, line in enumerate(cell.lines, start=1):
        for pattern in (_LINE, _CELL):
            for comment in pattern.finditer(line):
                for code in _CODE.finditer(line, *comment.span("codes")):
                    yield Suppression(
                        prefix=code.group().upper(),
                        cell=cell.number,
                        line=number,
                        column=code.start() + 1,
                        end_column=code.end() + 1,
                        is_for_cell=pattern is _CELL,
                    )
