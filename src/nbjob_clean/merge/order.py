"""The order of the merged cells: three-way merge of sequences, in which cells may move.

What stands where both sides left it is fixed. Between two fixed cells come those that ours has
there, then those that theirs has there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import accumulate, combinations

from nbjob_clean.merge.align import longest_chain
from nbjob_clean.record import Record, changed

Node = int


class Sequences(Record):
    """The cells of three versions as nodes; of ours and theirs those that the result keeps."""

    base: tuple[Node, ...]
    ours: tuple[Node, ...]
    theirs: tuple[Node, ...]


class Place(Record):
    """What both sides put between the same two cells; `ours` and `theirs` came or moved there."""

    ours: tuple[Node, ...]
    theirs: tuple[Node, ...]


class Order(Record):
    """The result's order; `lost` are pairs of production cells that a side ordered otherwise."""

    nodes: tuple[Node, ...]
    places: tuple[Place, ...]
    lost: tuple[tuple[Node, Node], ...] = ()


def merge_order(sequences: Sequences, production: Collection[Node]) -> Order:
    """The nodes of both sides in one order, and what of it a person has to decide.

    What both sides moved stands where ours has it; or where theirs has it, if only there every
    change that a side made to the order of production cells is in the result.
    """
    first, second = (
        _ordered(sequences, production, prefers_theirs=prefers) for prefers in (False, True)
    )
    return second if first.lost and not second.lost else first


def _ordered(sequences: Sequences, production: Collection[Node], *, prefers_theirs: bool) -> Order:
    merged = _merged(sequences, prefers_theirs=prefers_theirs)
    return changed(merged, lost=tuple(_lost(sequences, merged.nodes, production)))


def _merged(sequences: Sequences, *, prefers_theirs: bool) -> Order:
    ours_moved = _moved(sequences.base, sequences.ours)
    theirs_moved = _moved(sequences.base, sequences.theirs)
    fixed = _fixed(sequences, ours_moved, theirs_moved)
    in_ours, in_base = frozenset(sequences.ours), frozenset(sequences.base)
    is_ours = in_ours - (theirs_moved if prefers_theirs else theirs_moved - ours_moved)
    nodes: list[Node] = []
    places = []
    ours_runs = _runs(sequences.ours, fixed)
    theirs_runs = _runs(sequences.theirs, fixed)
    for ours_run, theirs_run, end in zip(ours_runs, theirs_runs, [*fixed, None], strict=True):
        ours = [node for node in ours_run if node in is_ours]
        theirs = [node for node in theirs_run if node not in is_ours]
        nodes += ours + theirs + ([] if end is None else [end])
        place = Place(
            tuple(node for node in ours if node not in in_base or node in ours_moved),
            tuple(node for node in theirs if node not in in_base or node in theirs_moved),
        )
        if place.ours and place.theirs:
            places.append(place)
    return Order(tuple(nodes), tuple(places))


def _lost(
    sequences: Sequences, merged: Sequence[Node], among: Collection[Node]
) -> Iterator[tuple[Node, Node]]:
    """Pairs of nodes whose order a side changed and the result does not have."""
    common = set(among).intersection(sequences.ours, sequences.theirs)
    if _only(sequences.ours, common) == _only(sequences.theirs, common):
        return
    base, ours, theirs, found = (
        _positions(nodes) for nodes in (sequences.base, sequences.ours, sequences.theirs, merged)
    )
    for one, other in combinations([node for node in merged if node in common], 2):
        before = _is_before(base, one, other)
        for side in (ours, theirs):
            wanted = _is_before(side, one, other)
            if wanted != before and wanted != _is_before(found, one, other):
                yield one, other
                break


def _moved(base: Sequence[Node], side: Sequence[Node]) -> frozenset[Node]:
    """The fewest nodes that have to move to get from the base's order to the side's."""
    position = _positions(base)
    common = [node for node in side if node in position]
    chain = {common[n] for n in longest_chain([position[node] for node in common])}
    return frozenset(common) - chain


def _fixed(
    sequences: Sequences, ours_moved: frozenset[Node], theirs_moved: frozenset[Node]
) -> list[Node]:
    """The nodes that neither side moved, and new or moved ones that both have between them."""
    stayed = _chain(sequences, lambda node: node not in ours_moved | theirs_moved)
    before_ours = _before(sequences.ours, stayed)
    before_theirs = _before(sequences.theirs, stayed)
    both_moved = {
        node
        for node in ours_moved & theirs_moved
        if before_ours.get(node) == before_theirs.get(node, -1)
    }
    agreed = both_moved.union(stayed)
    return _chain(sequences, agreed.__contains__) if both_moved else stayed


def _chain(sequences: Sequences, is_wanted: Callable[[Node], bool]) -> list[Node]:
    """The longest run of nodes of both sides that is in the same order on both."""
    position = _positions(sequences.theirs)
    common = [node for node in sequences.ours if node in position and is_wanted(node)]
    return [common[n] for n in longest_chain([position[node] for node in common])]


def _before(nodes: Sequence[Node], fixed: Collection[Node]) -> dict[Node, int]:
    """How many fixed nodes stand before each node."""
    ends = frozenset(fixed)
    counts = accumulate((node in ends for node in nodes), initial=0)
    return dict(zip(nodes, counts, strict=False))


def _runs(nodes: Sequence[Node], fixed: Sequence[Node]) -> list[list[Node]]:
    """What stands before, between and behind the fixed nodes."""
    runs: list[list[Node]] = [[]]
    ends = frozenset(fixed)
    for node in nodes:
        if node in ends:
            runs.append([])
        else:
            runs[-1].append(node)
    return runs


def _only(nodes: Sequence[Node], wanted: Collection[Node]) -> list[Node]:
    return [node for node in nodes if node in wanted]


def _positions(nodes: Sequence[Node]) -> dict[Node, int]:
    return {node: position for position, node in enumerate(nodes)}


def _is_before(positions: Mapping[Node, int], one: Node, other: Node) -> bool | None:
    if one not in positions or other not in positions:
        return None
    return positions[one] < positions[other]
