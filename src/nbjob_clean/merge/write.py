"""The merged notebook as text: ours, edited; a cell that is all theirs in theirs' own bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nbjob_clean.merge.nodes import Node
from nbjob_clean.merge.values import edits_between, is_same
from nbjob_clean.notebook.arrange import arranged, cell_texts
from nbjob_clean.notebook.model import Notebook, edited
from nbjob_clean.notebook.splice import Edit, Json, layout_of
from nbjob_clean.record import Record

_DEPTH = 2  # of a cell in a notebook


class Planned(Record):
    """A cell of the result: where it comes from, and its JSON."""

    node: Node
    value: Mapping[str, Json]


def write(
    ours: Notebook, theirs: Notebook, rest: Mapping[str, Json], cells: Sequence[Planned]
) -> Notebook:
    """The notebook with these cells and, apart from them, the values of `rest`."""
    foreign = _Foreign(ours, theirs, cells)
    around = {key: value for key, value in ours.raw.items() if key != "cells"}
    edits = list(edits_between((), around, rest))
    order: list[int | str] = []
    for cell in cells:
        own = cell.node.ours
        if own is None or foreign.has(cell):
            order.append(foreign.text(cell))
        else:
            edits += edits_between(own.path, own.raw, cell.value)
            order.append(own.index)
    return arranged(edited(ours, edits), order)


class _Foreign:
    """Cells in theirs' own bytes, where both files are laid out alike; else as ours would be."""

    def __init__(self, ours: Notebook, theirs: Notebook, cells: Sequence[Planned]) -> None:
        self._layout = layout_of(ours.text)
        other = layout_of(theirs.text)
        self._is_alike = (self._layout.newline, self._layout.unit, self._layout.is_ascii) == (
            other.newline,
            other.unit,
            other.is_ascii,
        )
        edits: list[Edit] = []
        for cell in cells:
            found = cell.node.theirs
            if found and cell.node.ours is None:
                edits += edits_between(found.path, found.raw, cell.value)
        self._texts: tuple[str, ...] = ()
        self._theirs = theirs
        self._edits = edits

    def has(self, cell: Planned) -> bool:
        """Whether the result is what theirs has and ours has not, to the letter."""
        ours, theirs = cell.node.ours, cell.node.theirs
        if theirs is None or ours is None or not self._is_alike:
            return False
        return is_same(cell.value, theirs.raw) and not is_same(cell.value, ours.raw)

    def text(self, cell: Planned) -> str:
        if not self._is_alike:
            return self._layout.written(cell.value, _DEPTH)
        if not self._texts:
            self._texts = cell_texts(edited(self._theirs, self._edits))
        return self._texts[(cell.node.theirs or cell.node.found).index]
