"""Counts of two kernels in one notebook would tell of an order that never was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nbjob_clean.merge.nodes import Node
from nbjob_clean.merge.runs import run_of
from nbjob_clean.merge.values import is_same
from nbjob_clean.notebook.model import Cell
from nbjob_clean.notebook.splice import Json


def without_mixed_counts(
    nodes: Sequence[Node], values: Sequence[Mapping[str, Json]]
) -> list[Mapping[str, Json]]:
    """The cells' JSON without theirs' counts, where both sides ran cells."""
    if not any(node.ours and _is_rerun(node.ours, node.base) for node in nodes):
        return list(values)
    return [
        _without_counts(value) if _is_theirs(node, run_of(value)) else value
        for node, value in zip(nodes, values, strict=True)
    ]


def _is_theirs(node: Node, run: dict[str, Json]) -> bool:
    """Whether a run was made by theirs alone."""
    if node.theirs is None or not _is_rerun(node.theirs, node.base):
        return False
    is_ours_too = node.ours is not None and is_same(run_of(node.ours.raw), run)
    return not is_ours_too and is_same(run_of(node.theirs.raw), run)


def _is_rerun(cell: Cell, base: Cell | None) -> bool:
    if cell.execution_count is None:
        return False
    return base is None or not is_same(run_of(cell.raw), run_of(base.raw))


def _without_counts(value: Mapping[str, Json]) -> Mapping[str, Json]:
    outputs = value.get("outputs")
    cleared = [
        {**output, "execution_count": None}
        if isinstance(output, dict) and "execution_count" in output
        else output
        for output in (outputs if isinstance(outputs, list) else ())
    ]
    return {**value, "outputs": cleared, "execution_count": None}
