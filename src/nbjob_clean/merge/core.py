"""Merging: three notebooks in, one out, which opens whatever happened, and what is left to decide.

Nothing is lost: what cannot be merged stands in the result twice, between marks in a cell's source
or as theirs' value in the metadata, and NBJ008 refuses both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from nbjob_clean.clean import volatile
from nbjob_clean.clean.options import DEFAULTS
from nbjob_clean.errors import NotebookFormatError
from nbjob_clean.merge.align import are_positional
from nbjob_clean.merge.cell import (
    MergedCell,
    Pair,
    Sides,
    Survivor,
    as_found,
    kept_cell,
    merge_cell,
    said_of,
    sides_of,
    source_of,
    with_theirs,
)
from nbjob_clean.merge.counts import without_mixed_counts
from nbjob_clean.merge.ids import with_ids
from nbjob_clean.merge.nodes import Node, is_kept, nodes_of
from nbjob_clean.merge.order import Order, Sequences, merge_order
from nbjob_clean.merge.text import Marks, TextMerge
from nbjob_clean.merge.values import Names, is_same, is_volatile, merge_values
from nbjob_clean.merge.write import Planned, write
from nbjob_clean.notebook.model import Cell, Notebook, loads
from nbjob_clean.notebook.splice import Json
from nbjob_clean.record import Record, changed

# Never a conflict: what a kernel or a widget writes into a notebook. The first are taken whole.
_WHOLE = frozenset(("metadata", name) for name in volatile.KERNEL)
_QUIET = _WHOLE | {("nbformat_minor",)} | {("metadata", name) for name in volatile.WIDGETS}
_IDS_SINCE = 5  # the minor version of nbformat 4 whose cells must have ids


class Options(Record):
    """`tags` mark production cells; `merge_text` merges a source that both sides edited."""

    tags: tuple[str, ...]
    merge_text: TextMerge
    marks: Marks = Marks()


class Conflict(Record):
    """What is left to decide; `number` counts cells from 1 in the result, 0 is the notebook."""

    number: int
    id: str | None
    message: str

    def __str__(self) -> str:
        if not self.number:
            return f"notebook: {self.message}"
        name = f" (id {self.id})" if self.id else ""
        return f"cell {self.number}{name}: {self.message}"


class Left(Record):
    """Three notebooks, as JSON, that agree wherever the merge decided."""

    base: Json
    ours: Json
    theirs: Json


class Merged(Record):
    """`left` is there where conflicts are: what another merge tool has to be shown."""

    data: bytes
    conflicts: tuple[Conflict, ...] = ()
    left: Left | None = None


def merge(base: bytes, ours: bytes, theirs: bytes, options: Options) -> Merged:
    """Merge two versions of a notebook. An empty base has no cells: both sides added the file.

    Raises NotebookFormatError where one of them is no notebook of version 4.
    """
    if theirs in (base, ours):
        return Merged(ours)
    if ours == base:
        return Merged(theirs)
    empty = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 0}'
    notebooks = (
        _read(base if base.strip() else empty, "base"),
        _read(ours, "ours"),
        _read(theirs, "theirs"),
    )
    return _Merge(*notebooks, options).result()


def _read(data: bytes, side: str) -> Notebook:
    try:
        notebook = loads(data)
    except NotebookFormatError as exc:
        raise NotebookFormatError(f"{side}: {exc}", line=exc.line) from exc
    if notebook.nbformat != 4 or "cells" not in notebook.raw or "worksheets" in notebook.raw:
        raise NotebookFormatError(f"{side}: a notebook of version {notebook.nbformat}")
    return notebook


class _Merge:
    """One merge. Nodes are positions in `_nodes`; `_cells` has those that the result keeps."""

    def __init__(self, base: Notebook, ours: Notebook, theirs: Notebook, options: Options) -> None:
        self._base, self._ours, self._theirs = base, ours, theirs
        self._options = options
        self._nodes = nodes_of(base.cells, ours.cells, theirs.cells)
        self._cells = {n: self._cell(node) for n, node in enumerate(self._nodes) if is_kept(node)}
        self._sequences = Sequences(
            base=tuple(n for n, node in enumerate(self._nodes) if node.base),
            ours=self._kept(node.ours for node in self._nodes),
            theirs=self._kept(node.theirs for node in self._nodes),
        )

    def result(self) -> Merged:
        """The merged notebook. What is written is read again and must be what was meant."""
        rest = self._rest()
        production = [node for node in self._cells if self._is_production(node)]
        order = merge_order(self._sequences, production)
        self._mark_orders(order, production)
        cells = [self._cells[node] for node in order.nodes]
        nodes = [self._nodes[node] for node in order.nodes]
        values = without_mixed_counts(nodes, self._with_ids(order.nodes))
        plan = [Planned(node, value) for node, value in zip(nodes, values, strict=True)]
        written = write(self._ours, self._theirs, rest.value, plan)
        if not is_same([cell.raw for cell in written.cells], [dict(cell.value) for cell in plan]):
            raise AssertionError("the merged notebook is not what was meant")
        conflicts = [Conflict(0, None, words) for words in rest.conflicts]
        for cell, merged in zip(written.cells, cells, strict=True):
            conflicts += [Conflict(cell.number, cell.id, words) for words in merged.conflicts]
        left = _left(rest, cells, values) if conflicts else None
        return Merged(written.data, tuple(conflicts), left)

    def _cell(self, node: Node) -> MergedCell:
        options = self._options
        if node.ours and node.theirs:
            pair = Pair(node.base, node.ours, node.theirs)
            return merge_cell(pair, options.merge_text, options.marks)
        if node.base:
            survivor = Survivor(node.base, node.found, node.ours is not None)
            return kept_cell(survivor, options.merge_text, options.marks)
        return MergedCell(node.found.raw)

    def _kept(self, side: Iterable[Cell | None]) -> tuple[int, ...]:
        """The nodes of the result that a side has, in its order."""
        found = [(cell.index, n) for n, cell in enumerate(side) if cell and n in self._cells]
        return tuple(node for _, node in sorted(found))

    def _rest(self) -> MergedCell:
        """What is not cells, and in words what both sides changed there."""
        sides = (self._base, self._ours, self._theirs)
        merged = merge_values(
            *({key: value for key, value in side.raw.items() if key != "cells"} for side in sides),
            is_whole=_WHOLE.__contains__,
        )
        value = dict(merged.value)
        if "nbformat_minor" in value:
            value["nbformat_minor"] = max(self._minors())
        found = [d for d in merged.disagreements if not _is_quiet(d.path)]
        return MergedCell(
            with_theirs(value, found), tuple(map(said_of, found)), sides_of(value, found)
        )

    def _with_ids(self, order: Sequence[int]) -> list[Mapping[str, Json]]:
        values = [self._cells[node].value for node in order]
        if are_positional(self._ours.cells) and are_positional(self._theirs.cells):
            return [{**value, "id": str(n)} for n, value in enumerate(values)]
        return with_ids(
            values,
            are_ours=[self._nodes[node].ours is not None for node in order],
            must_have=min(self._minors()) < _IDS_SINCE <= max(self._minors()),
        )

    def _minors(self) -> tuple[int, int]:
        ours, theirs = (side.raw.get("nbformat_minor") for side in (self._ours, self._theirs))
        return (ours if isinstance(ours, int) else 0, theirs if isinstance(theirs, int) else 0)

    def _mark_orders(self, order: Order, production: Sequence[int]) -> None:
        """Mark production cells that have no order yet: which runs first is a person's decision."""
        numbers = {node: number for number, node in enumerate(order.nodes, start=1)}
        pairs: list[tuple[int, int]] = []
        for place in order.places:
            ours = [node for node in place.ours if node in production]
            theirs = [node for node in place.theirs if node in production]
            if ours and theirs:
                pairs.append((ours[-1], theirs[0]))
                self._put_apart(ours, theirs)
        marked: set[int] = set()
        for one, other in (*pairs, *order.lost):
            if other not in marked:
                self._mark_order(other, numbers[one])
                marked.add(other)

    def _put_apart(self, ours: Iterable[int], theirs: Iterable[int]) -> None:
        """Say of new cells at one place that they are left to decide, each with its side."""
        for node in ours:
            if self._nodes[node].base is None:
                cell = self._cells[node]
                self._cells[node] = changed(cell, sides=Sides(None, cell.value, None))
        for node in theirs:
            if self._nodes[node].base is None:
                cell = self._cells[node]
                self._cells[node] = changed(cell, sides=Sides(None, None, cell.value))

    def _mark_order(self, node: int, before: int) -> None:
        """Put an empty conflict on top of the cell: it does not run until the lines are gone."""
        cell = self._cells[node]
        marks = self._options.marks.around(
            "", "", said=(f": cell {before} stands here", ": this cell stands here")
        )
        source = as_found(marks + source_of(cell.value), self._nodes[node].found)
        words = f"both sides put a production cell here: decide whether cell {before} runs first"
        self._cells[node] = MergedCell(
            {**cell.value, "source": source}, (words, *cell.conflicts), cell.sides
        )

    def _is_production(self, node: int) -> bool:
        value = self._cells[node].value
        metadata = value.get("metadata")
        tags = metadata.get("tags") if isinstance(metadata, dict) else None
        return (
            value.get("cell_type") == "code"
            and isinstance(tags, list)
            and any(tag in self._options.tags for tag in tags)
        )


def _left(
    rest: MergedCell, cells: Sequence[MergedCell], values: Sequence[Mapping[str, Json]]
) -> Left:
    """The three notebooks that differ in nothing but what is left to decide."""
    notebooks = []
    for name in Sides.fields:
        found = []
        for cell, value in zip(cells, values, strict=True):
            side = getattr(cell.sides, name) if cell.sides else value
            if side is not None:
                found.append({**side, "id": value["id"]} if "id" in value else side)
        notebooks.append({**getattr(rest.sides, name), "cells": found})
    return Left(*notebooks)


def _is_quiet(path: Names) -> bool:
    is_machine = any(path[: len(name)] == name for name in _QUIET)
    return is_machine or is_volatile(path, DEFAULTS.notebook_metadata)
