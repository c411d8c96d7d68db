"""Outputs and counts never conflict, and never stand below a source that they do not come from."""

from __future__ import annotations

from collections.abc import Mapping

from nbjob_clean.merge.values import is_same
from nbjob_clean.notebook.model import Cell
from nbjob_clean.notebook.splice import Json

RUN = ("outputs", "execution_count")


def merge_run(base: Cell | None, ours: Cell, theirs: Cell, text: str) -> dict[str, Json]:
    """Outputs and count of the side whose source it is; none where no side ran this source."""
    if text == ours.source:
        is_rerun = base is None or not is_same(run_of(ours.raw), run_of(base.raw))
        return run_of((ours if is_rerun or text != theirs.source else theirs).raw)
    if text == theirs.source:
        return run_of(theirs.raw)
    return {"outputs": [], "execution_count": None}


def run_of(value: Mapping[str, Json]) -> dict[str, Json]:
    """The run in a cell's JSON."""
    return {key: value[key] for key in RUN if key in value}
