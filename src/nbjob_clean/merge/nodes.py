"""The cells of three versions, brought together: which is which, and which stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from nbjob_clean.merge.align import Pairs, align, are_similar, by_id
from nbjob_clean.merge.cell import is_edited
from nbjob_clean.notebook.model import Cell
from nbjob_clean.record import Record

Cells = Sequence[Cell]


class Node(Record):
    """A cell in three versions, None where it is not there; `found` is one of them, ours first."""

    found: Cell
    base: Cell | None = None
    ours: Cell | None = None
    theirs: Cell | None = None


def nodes_of(base: Cells, ours: Cells, theirs: Cells) -> list[Node]:
    """Every cell of any version once, with what it is in the others."""
    in_ours, in_theirs = align(base, ours), align(base, theirs)
    new_ours = _others(ours, in_ours.values())
    new_theirs = _others(theirs, in_theirs.values())
    alike = _added_alike(new_ours, new_theirs, in_ours, in_theirs) if base else align(ours, theirs)
    nodes = []
    for n, cell in enumerate(base):
        one, other = _found(ours, in_ours.get(n)), _found(theirs, in_theirs.get(n))
        nodes.append(Node(one or other or cell, cell, one, other))
    nodes += [Node(c, None, c, _found(theirs, alike.get(c.index))) for c in new_ours]
    taken = set(alike.values())
    nodes += [Node(c, None, None, c) for c in new_theirs if c.index not in taken]
    return nodes


def is_kept(node: Node) -> bool:
    """Whether a cell is in the result; what one side deleted is, where the other edited it."""
    if node.base is None or (node.ours and node.theirs):
        return True
    return node.found is not node.base and is_edited(node.found, node.base)


def _others(cells: Cells, taken: Iterable[int]) -> list[Cell]:
    gone = set(taken)
    return [cell for cell in cells if cell.index not in gone]


def _found(cells: Cells, index: int | None) -> Cell | None:
    return None if index is None else cells[index]


def _added_alike(ours: Cells, theirs: Cells, in_ours: Pairs, in_theirs: Pairs) -> Pairs:
    """New cells that both sides have: picked from one another, or written twice at one place.

    An id alone is not enough: two different cells may have the same.
    """
    pairs = {
        ours[n].index: theirs[m].index
        for n, m in by_id(ours, theirs).items()
        if are_similar(ours[n], theirs[m])
    }
    taken = set(pairs.values())
    left = _keyed([c for c in ours if c.index not in pairs], in_ours)
    right = _keyed([c for c in theirs if c.index not in taken], in_theirs)
    return pairs | {index: right[key] for key, index in left.items() if key in right}


def _keyed(cells: Cells, pairs: Pairs) -> dict[tuple[int, str, str], int]:
    """The cells by where they were put and what they say; of those that say it once."""
    back = {place: row for row, place in pairs.items()}
    keys = {c.index: (_before(c.index, back), c.kind, c.source) for c in cells if c.source.strip()}
    counts = Counter(keys.values())
    return {key: index for index, key in keys.items() if counts[key] == 1}


def _before(index: int, base: Mapping[int, int]) -> int:
    """The cell of the base that comes before; -1 at the start."""
    return next((base[n] for n in range(index, -1, -1) if n in base), -1)
