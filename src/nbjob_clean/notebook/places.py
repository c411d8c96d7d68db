"""Where the source of a cell stands in the `.ipynb` file: exact lines and columns of its text.

Lines are counted as git and GitHub count them: by `\\n` alone, which JSON never has in a string.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Mapping
from itertools import islice
from json.decoder import scanstring  # type: ignore[attr-defined]  # not in the stubs
from typing import NamedTuple

from nbjob_clean.notebook.model import Cell, Notebook
from nbjob_clean.notebook.splice import after_separator, skip_blank, value_end
from nbjob_clean.record import Record

_LINE_END = re.compile(r"\r\n|\r|\n")
# What stands for one character of the value; two escaped surrogates are one.
_WRITTEN = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]",
    re.DOTALL,
)


class FilePlace(Record):
    """A line and a column of a file, both from 1; a column counts characters."""

    line: int
    column: int


class FileLines:
    """Places in a notebook's file, by cell index (from 0) and line of the cell (from 1).

    Line 0, or one that the cell does not have, is the cell as a whole: where its `{` stands. A cell
    that is not there is the notebook as a whole: its first line.
    """

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook
        self._spots = _spots(notebook.text)
        self._starts = (0, *(match.end() for match in re.finditer("\n", notebook.text)))
        self._sources: dict[int, _Source] = {}

    def __call__(self, index: int, line: int) -> int:
        return self.place(index, line).line

    def place(self, index: int, line: int, column: int = 1) -> FilePlace:
        """Where a character of a cell stands; just after its line for a column beyond the end."""
        if not 0 <= index < len(self._spots):
            return FilePlace(1, 1)
        if index not in self._sources:
            cell = self._notebook.cells[index]
            self._sources[index] = _source(self._notebook.text, cell, self._spots[index])
        position = self._position(self._spots[index], self._sources[index], line, column)
        number = bisect_right(self._starts, position)
        return FilePlace(number, position - self._starts[number - 1] + 1)

    def _position(self, spot: _Spot, source: _Source, line: int, column: int) -> int:
        if not 0 < line <= len(source.lines) or spot.source is None:
            return spot.start
        if not source.pieces:
            return spot.source
        start, end = source.lines[line - 1]
        offset = min(start + max(column, 1) - 1, end)
        piece = source.pieces[bisect_right(source.pieces, (offset, sys.maxsize)) - 1]
        return _written(self._notebook.text, piece.position + 1, offset - piece.offset)


def file_lines(notebook: Notebook) -> FileLines:
    """Walk the notebook's text once; of one that was upgraded, the text that is in the file."""
    return FileLines(notebook.origin or notebook)


class _Spot(Record):
    """Where a cell and the values in it start in the text."""

    start: int
    members: Mapping[str, int]

    @property
    def source(self) -> int | None:
        """Where the source starts; versions 2 and 3 call it `input`."""
        return self.members.get("source", self.members.get("input"))


class _Piece(NamedTuple):
    """One JSON string of a source: where it starts in the source, and in the text."""

    offset: int
    position: int


class _Line(NamedTuple):
    """Where a line starts and ends in the source."""

    start: int
    end: int


class _Source(Record):
    """A cell's source: its lines, and the strings that it is written in."""

    lines: tuple[_Line, ...]
    pieces: tuple[_Piece, ...]


def _source(text: str, cell: Cell, spot: _Spot) -> _Source:
    ends = [match.span() for match in _LINE_END.finditer(cell.source)]
    starts = [0, *(end for _, end in ends)]
    stops = [*(start for start, _ in ends), len(cell.source)]
    lines = tuple(map(_Line, starts, stops))
    pieces = () if spot.source is None else tuple(_pieces(text, cell, spot.source))
    return _Source(lines, pieces)


def _pieces(text: str, cell: Cell, start: int) -> list[_Piece]:
    """The strings that make up a source, in both forms that the format allows."""
    if text[start] == '"':
        return [_Piece(0, start)]
    pieces: list[_Piece] = []
    length = 0

    def string(position: int) -> int:
        nonlocal length
        value, end = scanstring(text, position + 1)
        pieces.append(_Piece(length, position))
        length += len(value)
        return int(end)

    _array(text, start, string)
    # Version 2 wrote its lines without their ends: they were joined with one more character.
    between = 1 if length < len(cell.source) else 0
    return [_Piece(p.offset + n * between, p.position) for n, p in enumerate(pieces)]


def _written(text: str, start: int, count: int) -> int:
    """Where the character number `count` of a JSON string is written, which starts at `start`."""
    if "\\" not in text[start : start + count]:
        return start + count
    last = next(islice(_WRITTEN.finditer(text, start), count - 1, None))
    return last.end()


def _spots(text: str) -> list[_Spot]:
    """All cells, in the order in which the model numbers them: worksheets come last."""
    groups: dict[str, list[_Spot]] = {}

    def member(key: str, position: int) -> int:
        if key not in ("cells", "worksheets"):
            return value_end(text, position)
        groups[key] = []
        walk = _cells if key == "cells" else _worksheets
        return walk(text, position, groups[key])

    _object(text, skip_blank(text, 0), member)
    return groups.get("cells", []) + groups.get("worksheets", [])


def _worksheets(text: str, start: int, spots: list[_Spot]) -> int:
    def member(key: str, position: int) -> int:
        if key == "cells":
            return _cells(text, position, spots)
        return value_end(text, position)

    def sheet(position: int) -> int:
        if text[position] != "{":
            return value_end(text, position)
        return _object(text, position, member)

    return _array(text, start, sheet) if text[start] == "[" else value_end(text, start)


def _cells(text: str, start: int, spots: list[_Spot]) -> int:
    def cell(position: int) -> int:
        members: dict[str, int] = {}

        def member(key: str, at: int) -> int:
            members[key] = at
            return value_end(text, at)

        end = _object(text, position, member)
        spots.append(_Spot(position, members))
        return end

    return _array(text, start, cell)


def _array(text: str, start: int, item: Callable[[int], int]) -> int:
    """Go over an array; `item` is given where one starts and says where it ends."""
    position = skip_blank(text, start + 1)
    while text[position] != "]":
        position = after_separator(text, item(position))
    return position + 1


def _object(text: str, start: int, member: Callable[[str, int], int]) -> int:
    """Go over an object; `member` is given a key and where its value starts."""
    position = skip_blank(text, start + 1)
    while text[position] != "}":
        key, position = scanstring(text, position + 1)
        position = skip_blank(text, skip_blank(text, position) + 1)  # over the colon
        position = after_separator(text, member(key, position))
    return position + 1
