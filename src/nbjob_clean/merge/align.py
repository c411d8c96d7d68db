"""Which cell of one version is which of another: by id, by equal source, by similar source.

Ids that only count the cells (`"0"`, `"1"`, ... as some cleaners write them) say nothing: with an
inserted cell, all the following have another's.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from nbjob_clean.notebook.model import Cell
from nbjob_clean.record import Record

Pairs = dict[int, int]
_Key = tuple[object, ...]

_TOKEN = re.compile(r"\w+|[^\w\s]")
_WORD, _SIGN = 4, 1  # weights: `alpha()` and `beta()` have only their brackets in common
_SIMILAR = 0.5
_LARGEST_GAP = 10_000  # pairs of cells that are compared at one place


def align(one: Sequence[Cell], other: Sequence[Cell]) -> Pairs:
    """The positions of the cells of `one` that are in `other` too, and where they are there."""
    pairs = by_id(one, other)
    if len(pairs) == len(one) or len(pairs) == len(other):
        return pairs
    has_ids = bool(pairs)
    pairs |= _in_order(one, other, pairs)
    pairs |= _moved(one, other, pairs)
    for gap in _gaps(pairs, len(one), len(other)):
        pairs |= _similar(one, other, gap, has_ids=has_ids)
    return pairs


def by_id(one: Sequence[Cell], other: Sequence[Cell]) -> Pairs:
    """The pairs of cells that have the same id; one that a notebook has twice names no cell."""
    places = {name: index for index, name in _ids(other)}
    return {index: places[name] for index, name in _ids(one) if name in places}


def are_positional(cells: Sequence[Cell]) -> bool:
    """Whether the ids do nothing but count the cells."""
    return bool(cells) and all(cell.id == str(index) for index, cell in enumerate(cells))


def are_similar(one: Cell, other: Cell) -> bool:
    """Whether two cells can be versions of one, by the words and signs of their source."""
    return _Words(one).likeness(_Words(other)) >= _SIMILAR


class _Words:
    """A cell's source as a bag of words and signs."""

    def __init__(self, cell: Cell) -> None:
        self._kind = cell.kind
        self._source = cell.source
        self._counts = Counter(_TOKEN.findall(cell.source))
        for token in self._counts:
            self._counts[token] *= _WORD if token[0].isalnum() or token[0] == "_" else _SIGN
        self._weight = sum(self._counts.values())

    def likeness(self, other: _Words) -> float:
        """How much of the two is the same, from 0 to 1."""
        factor = 1.0 if self._kind == other._kind else 0.7
        if self._source == other._source:
            return factor
        total = self._weight + other._weight
        if 2 * min(self._weight, other._weight) < _SIMILAR * total or not total:
            return 0.0
        return factor * 2 * sum((self._counts & other._counts).values()) / total


def longest_chain(values: Sequence[int]) -> list[int]:
    """The positions of a longest run of values that only go up."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for position, value in enumerate(values):
        place = bisect_left(tails, value)
        before.append(ends[place - 1] if place else -1)
        tails[place : place + 1] = [value]
        ends[place : place + 1] = [position]
    chain = []
    position = ends[-1] if ends else -1
    while position >= 0:
        chain.append(position)
        position = before[position]
    return chain[::-1]


def _ids(cells: Sequence[Cell]) -> list[tuple[int, str]]:
    if len(cells) > 1 and are_positional(cells):
        return []
    counts = Counter(cell.id for cell in cells)
    return [(n, cell.id) for n, cell in enumerate(cells) if cell.id and counts[cell.id] == 1]


def _in_order(one: Sequence[Cell], other: Sequence[Cell], pairs: Mapping[int, int]) -> Pairs:
    """Cells with the same source, between neighbours that are the same too."""
    back = {column: row for row, column in pairs.items()}
    rows = [_key(cell, row if row in pairs else None, "one") for row, cell in enumerate(one)]
    columns = [_key(cell, back.get(column), "other") for column, cell in enumerate(other)]
    found: Pairs = {}
    parts = [(range(len(rows)), range(len(columns)))]
    while parts:
        left, right = _without_same_ends(rows, columns, *parts.pop(), found)
        anchors = _anchors(rows, columns, left, right)
        found |= anchors
        for row, column in reversed(anchors.items()):
            parts.append((range(row + 1, left.stop), range(column + 1, right.stop)))
            left, right = range(left.start, row), range(right.start, column)
        if anchors:
            parts.append((left, right))
    return found


def _without_same_ends(
    rows: Sequence[_Key], columns: Sequence[_Key], left: range, right: range, found: Pairs
) -> tuple[range, range]:
    """What is left of two ranges without the pairs at their ends, which go to `found`."""
    while left and right and rows[left[0]] == columns[right[0]]:
        found[left[0]] = right[0]
        left, right = left[1:], right[1:]
    while left and right and rows[left[-1]] == columns[right[-1]]:
        found[left[-1]] = right[-1]
        left, right = left[:-1], right[:-1]
    return left, right


def _anchors(rows: Sequence[_Key], columns: Sequence[_Key], left: range, right: range) -> Pairs:
    """The most pairs, without any that cross, of keys that are there once on each side."""
    row_of, column_of = _once(rows, left), _once(columns, right)
    both = [(row, column_of[key]) for key, row in row_of.items() if key in column_of]
    return dict(both[n] for n in longest_chain([column for _, column in both]))


def _once(keys: Sequence[_Key], places: range) -> dict[_Key, int]:
    counts = Counter(keys[place] for place in places)
    return {keys[place]: place for place in places if counts[keys[place]] == 1}


def _key(cell: Cell, row: int | None, side: str) -> _Key:
    """What makes two cells equal; a blank cell with an id of its own is like no other."""
    if row is not None:
        return (row,)
    if not cell.source.strip() and cell.id:
        return (side, cell.index)
    return (cell.kind, cell.source)


def _moved(one: Sequence[Cell], other: Sequence[Cell], pairs: Mapping[int, int]) -> Pairs:
    """Cells whose source is left over once on each side, wherever they stand."""
    rows, columns = _left(one, pairs.keys()), _left(other, pairs.values())
    row_of = _unique((row, one[row]) for row in rows)
    column_of = _unique((column, other[column]) for column in columns)
    return {row: column_of[key] for key, row in row_of.items() if key in column_of}


def _left(cells: Sequence[Cell], taken: Iterable[int]) -> list[int]:
    gone = set(taken)
    return [index for index in range(len(cells)) if index not in gone]


def _unique(cells: Iterable[tuple[int, Cell]]) -> dict[tuple[str, str], int]:
    found = [((cell.kind, cell.source), index) for index, cell in cells if cell.source.strip()]
    counts = Counter(key for key, _ in found)
    return {key: index for key, index in found if counts[key] == 1}


class _Gap(Record):
    """Cells without a partner on both sides of the same two pairs."""

    rows: tuple[int, ...]
    columns: tuple[int, ...]


def _gaps(pairs: Mapping[int, int], rows: int, columns: int) -> Iterator[_Gap]:
    taken = set(pairs.values())
    sorted_rows = sorted(pairs)
    chain = [sorted_rows[n] for n in longest_chain([pairs[row] for row in sorted_rows])]
    row = column = 0
    for end_row, end_column in [*((n, pairs[n]) for n in chain), (rows, columns)]:
        gap = _Gap(
            tuple(n for n in range(row, end_row) if n not in pairs),
            tuple(n for n in range(column, end_column) if n not in taken),
        )
        if gap.rows and gap.columns:
            yield gap
        row, column = end_row + 1, end_column + 1


def _similar(one: Sequence[Cell], other: Sequence[Cell], gap: _Gap, *, has_ids: bool) -> Pairs:
    """The pairs of a gap that are the most similar in all, without any that cross.

    Where ids tell cells apart elsewhere, two different ones do so here.
    """
    rows = [_Words(one[row]) for row in gap.rows]
    columns = [_Words(other[column]) for column in gap.columns]
    band = max(1, _LARGEST_GAP // len(rows))
    scores: dict[tuple[int, int], float] = {}
    for n, row in enumerate(gap.rows):
        middle = n * len(columns) // len(rows)
        for m in range(max(0, middle - band), min(len(columns), middle + band)):
            if not (has_ids and one[row].id and other[gap.columns[m]].id):
                score = rows[n].likeness(columns[m])
                scores[n, m] = score if score >= _SIMILAR else 0.0
    best = _best(scores, len(rows), len(columns)) if any(scores.values()) else ()
    return {gap.rows[n]: gap.columns[m] for n, m in best}


def _best(
    scores: Mapping[tuple[int, int], float], rows: int, columns: int
) -> Iterator[tuple[int, int]]:
    """The chain of pairs, going up on both sides, with the highest sum; from its end."""
    totals = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for n in range(rows):
        above, row = totals[n], totals[n + 1]
        for m in range(columns):
            row[m + 1] = max(above[m + 1], row[m], above[m] + scores.get((n, m), 0.0))
    n, m = rows, columns
    while n and m:
        if totals[n][m] == totals[n - 1][m]:
            n -= 1
        elif totals[n][m] == totals[n][m - 1]:
            m -= 1
        else:
            n, m = n - 1, m - 1
            yield n, m
