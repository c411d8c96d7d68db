"""The dependencies of a notebook's cells as a picture: values in, SVG or HTML text out.

Cells stand in a column in running order. Each arrow arrives on a row of its own, and its names
are written on that row, so that no text can lie on another; vertical lines have lanes of their
own, to the right for production cells, to the left for untagged ones.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from html import escape

from nbjob_clean.record import Record
from nbjob_clean.source.needs import CellNeeds

_ROW, _HEAD, _GAP, _PAD = 18, 44, 16, 24
_BOX, _SIDE_BOX = 430, 250
_LANE, _CHARACTER, _LABEL_LIMIT = 14, 6.7, 34
_TITLE_CHARACTER = 7.3
_TOP, _BOTTOM = 64, 56
_LINES = ("#3b6fb6", "#2e7d5b", "#8a5a00", "#6a4fa3", "#00747d", "#8c4468")
_STYLE = """
  text { font-family: ui-sans-serif, "Segoe UI", "Helvetica Neue", "DejaVu Sans", sans-serif }
  .code { font: 12px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1b2a3d }
  .small { font-size: 11px; fill: #5a6778 }
  .label { font: 11px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace }
  .head { font-size: 17px; font-weight: 600; fill: #1b2a3d }
  .step { font-size: 12px; font-weight: 600; fill: #fff; text-anchor: middle }
  .line { fill: none; stroke-width: 1.5 }
  .wrong { stroke: #c62828; stroke-dasharray: 6 4; stroke-width: 1.8 }
"""


class _Lane:
    """One vertical line: everything that one cell gives on one side, right or wrong."""

    def __init__(
        self, start: int, ends: list[tuple[int, str]], *, is_wrong: bool, is_left: bool
    ) -> None:
        self.start = start
        self.is_wrong = is_wrong
        self.is_left = is_left
        self.ends = ends
        self.column = 0
        self.row = 0


class _Side(Record):
    """Where a lane leaves a box, runs and arrives; `forth`, `back`: which way it bends."""

    start: float
    lane: float
    edge: float
    tip: float
    label: float
    anchor: str
    forth: int
    back: int


class _Row(Record):
    """A row of a cell's box: the lane that arrives there (with the names), or leaves."""

    lane: _Lane
    label: str


def svg(cells: Sequence[CellNeeds], name: str) -> str:
    """A self-contained SVG; the same bytes for the same cells."""
    return _Picture(cells, name).text()


def html(cells: Sequence[CellNeeds], name: str) -> str:
    """The picture as a page of its own."""
    title = escape(name)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n"
        '<meta name="viewport" content="width=device-width">\n'
        "<style>body { margin: 0 } svg { max-width: 100%; height: auto }</style>\n"
        f"</head>\n<body>\n{svg(cells, name)}</body>\n</html>\n"
    )


class _Picture:
    """The layout, worked out once: rows, heights, lanes, and then the text."""

    def __init__(self, cells: Sequence[CellNeeds], name: str) -> None:
        self._cells = cells
        self._name = name
        self._order = {cell.number: place for place, cell in enumerate(cells)}
        self._lanes = list(_lanes(cells))
        self._left, self._right = self._rows(is_left=True), self._rows(is_left=False)
        self._tops: dict[int, int] = {}
        self._heights: dict[int, int] = {}
        self._bottom = self._stack()
        self._left_lanes = self._columns(is_left=True)
        self._right_lanes = self._columns(is_left=False)
        has_side = any(not cell.step for cell in cells)
        side = _SIDE_BOX + (self._left_lanes + 1) * _LANE + self._gutter(self._left)
        self._x = _PAD + (side if has_side else 0)
        self._lanes_x = self._x + _BOX + self._gutter(self._right)
        self._width = self._lanes_x + (self._right_lanes + 1) * _LANE + _PAD

    def text(self) -> str:
        height = self._bottom + _BOTTOM
        width = max(round(self._width), 640)
        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
            f' viewBox="0 0 {width} {height}" role="img">',
            f"<title>{escape(self._name)}</title>",
            f"<style>{_STYLE}</style>",
            f'<rect width="{width}" height="{height}" fill="#fff"/>',
            *self._head(),
            *(line for lane in self._lanes for line in self._lane(lane)),
            *(line for cell in self._cells for line in self._box(cell)),
            *self._legend(height),
            "</svg>",
        ]
        return "\n".join(lines) + "\n"

    def _rows(self, *, is_left: bool) -> dict[int, list[_Row]]:
        """For each cell its rows on one side: first what leaves it, then what arrives."""
        rows: dict[int, list[_Row]] = {cell.number: [] for cell in self._cells}
        for lane in self._lanes:
            if lane.is_left == is_left:
                lane.row = len(rows[lane.start])
                rows[lane.start].append(_Row(lane, ""))
        for lane in self._lanes:
            if lane.is_left == is_left:
                for end, label in lane.ends:
                    rows[end].append(_Row(lane, label))
        return rows

    def _stack(self) -> int:
        """Place the cells from top to bottom; returns where the last one ends."""
        y = _TOP
        for cell in self._cells:
            rows = max(len(self._left[cell.number]), len(self._right[cell.number]))
            self._tops[cell.number] = y
            self._heights[cell.number] = max(_HEAD, rows * _ROW + 10)
            y += self._heights[cell.number] + _GAP
        return y - _GAP if self._cells else y

    def _columns(self, *, is_left: bool) -> int:
        """Give lanes that do not overlap the same column, short ones first; how many there are."""
        taken: list[list[tuple[int, int]]] = []
        lanes = [lane for lane in self._lanes if lane.is_left == is_left]
        for lane in sorted(lanes, key=lambda lane: (self._reach(lane), lane.start)):
            low, high = self._span(lane)
            free = (n for n, used in enumerate(taken) if all(high < a or low > b for a, b in used))
            lane.column = next(free, len(taken))
            if lane.column == len(taken):
                taken.append([])
            taken[lane.column].append((low, high))
        return len(taken)

    def _span(self, lane: _Lane) -> tuple[int, int]:
        places = [self._order[lane.start], *(self._order[end] for end, _ in lane.ends)]
        return min(places), max(places)

    def _reach(self, lane: _Lane) -> int:
        low, high = self._span(lane)
        return high - low

    def _gutter(self, rows: dict[int, list[_Row]]) -> float:
        widest = max((_width(row.label) for found in rows.values() for row in found), default=0)
        return widest * _CHARACTER + 30

    def _y(self, number: int, row: int) -> int:
        return self._tops[number] + 14 + row * _ROW

    def _lane(self, lane: _Lane) -> Iterator[str]:
        """Out of the box, along the lane, and into each box that uses it."""
        color = "#c62828" if lane.is_wrong else _LINES[self._order[lane.start] % len(_LINES)]
        style = 'class="line wrong"' if lane.is_wrong else f'class="line" stroke="{color}"'
        side = self._side(lane)
        out = self._y(lane.start, lane.row)
        arrivals = list(self._arrivals(lane))
        # The line is drawn once, to the farthest cell each way; dashes would fill each other.
        farthest = {
            max(ys, key=lambda y: abs(y - out))
            for is_below in (False, True)
            if (ys := [y for _, y in arrivals if (y > out) == is_below])
        }
        for label, y in arrivals:
            turn = 5 if y > out else -5
            trunk = f"M{side.start:g} {out}H{side.lane - side.forth:g}Q{side.lane:g} {out}"
            trunk += f" {side.lane:g} {out + turn}V{y - turn}"
            start = trunk if y in farthest else f"M{side.lane:g} {y - turn}"
            bend = f"Q{side.lane:g} {y} {side.lane + side.back:g} {y}H{side.tip:g}"
            yield f'<path {style} d="{start}{bend}"/>'
            yield f'<path fill="{color}" d="M{side.edge:g} {y}L{side.tip:g} {y - 4}V{y + 4}Z"/>'
            yield (
                f'<text class="label" x="{side.label:g}" y="{y - 4}" fill="{color}"'
                f' text-anchor="{side.anchor}">{escape(label)}</text>'
            )

    def _arrivals(self, lane: _Lane) -> Iterator[tuple[str, int]]:
        rows = self._left if lane.is_left else self._right
        for end, label in lane.ends:
            row = next(n for n, r in enumerate(rows[end]) if r.lane is lane and r.label)
            yield label, self._y(end, row)

    def _side(self, lane: _Lane) -> _Side:
        if lane.is_left:
            start = _PAD + _SIDE_BOX
            x, edge = float(start + (lane.column + 1) * _LANE), self._x
            return _Side(start, x, edge, edge - 8, edge - 12, "end", forth=5, back=5)
        x, edge = self._lanes_x + (lane.column + 0.5) * _LANE, self._x + _BOX
        return _Side(edge, x, edge, edge + 8, edge + 12, "start", forth=5, back=-5)

    def _box(self, cell: CellNeeds) -> Iterator[str]:
        y, height = self._tops[cell.number], self._heights[cell.number]
        x, width = (float(self._x), _BOX) if cell.step else (_PAD, _SIDE_BOX)
        look = 'fill="#eaf2fd" stroke="#3b6fb6"' if cell.step else (
            'fill="#f6f6f6" stroke="#999" stroke-dasharray="4 3"'
        )  # fmt: skip
        if _lacks(cell):
            look = 'fill="#fdecec" stroke="#c62828"'
        yield f'<rect x="{x:g}" y="{y}" width="{width}" height="{height}" rx="6" {look}/>'
        left: float = x + 12
        if cell.step:
            yield f'<circle cx="{x + 22:g}" cy="{y + 22}" r="12" fill="#3b6fb6"/>'
            yield f'<text class="step" x="{x + 22:g}" y="{y + 26}">{cell.step}</text>'
            left = x + 44
        room = int((x + width - 12 - left) / _TITLE_CHARACTER)
        title = escape(_cut(cell.title, room))
        yield f'<text class="code" x="{left:g}" y="{y + 19}">{title}</text>'
        note = _cut(_note(cell), int((x + width - 12 - left) / 6.6))
        yield f'<text class="small" x="{left:g}" y="{y + 36}">{escape(note)}</text>'

    def _head(self) -> Iterator[str]:
        steps = sum(1 for cell in self._cells if cell.step)
        yield f'<text class="head" x="{_PAD}" y="30">{escape(_cut(self._name, 50))}</text>'
        names = dict.fromkeys(name for cell in self._cells for name in cell.arguments)
        told = f"{steps} cells run, from top to bottom" if self._cells else "no production cell"
        told += f" · arguments: {', '.join(names)}" if names else ""
        yield f'<text class="small" x="{_PAD}" y="49">{escape(_cut(told, 80))}</text>'

    def _legend(self, height: int) -> Iterator[str]:
        y = height - 22
        for x, look, told in (
            (_PAD, f'class="line" stroke="{_LINES[0]}"', "a name that another cell defines"),
            (_PAD + 250, 'class="line wrong"', "missing in production: from below, or not tagged"),
        ):
            yield f'<path {look} d="M{x} {y}h28"/>'
            yield f'<text class="small" x="{x + 36}" y="{y + 4}">{told}</text>'


def _lanes(cells: Sequence[CellNeeds]) -> Iterator[_Lane]:
    untagged = {cell.number for cell in cells if not cell.step}
    found: dict[tuple[int, bool], dict[int, list[str]]] = {}
    for cell in cells:
        for need in cell.needs:
            if need.cell and need.cell != cell.number:
                ends = found.setdefault((need.cell, need.is_wrong), {})
                ends.setdefault(cell.number, []).append(need.name)
    for (start, is_wrong), ends in sorted(found.items()):
        labels = [(end, _cut(", ".join(names), _LABEL_LIMIT)) for end, names in ends.items()]
        yield _Lane(start, labels, is_wrong=is_wrong, is_left=start in untagged)


def _note(cell: CellNeeds) -> str:
    parts = [f"cell {cell.number}"]
    parts += [cell.kind] if cell.kind != "python" else []
    parts += [] if cell.step else ["not tagged"]
    lacks = _lacks(cell)
    parts += [f"lacks {', '.join(lacks)}"] if lacks else []
    parts += [f"defines {', '.join(cell.defines)}"] if cell.defines else []
    return " · ".join(parts)


def _lacks(cell: CellNeeds) -> list[str]:
    """What no cell defines: there is no line that could show it."""
    return [need.name for need in cell.needs if need.origin == "nobody"]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _cut(text: str, room: int) -> str:
    if _width(text) <= room:
        return text
    while text and _width(text) >= room:
        text = text[:-1]
    return text.rstrip() + "…"
