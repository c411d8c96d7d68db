"""What happens to notebooks between two people: the scenarios that the tools of the field were tried on.

Each is a notebook in three versions and what a merge has to make of it.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.notebooks import code, markdown, notebook

Cell = dict[str, Any]
Cells = list[Cell]

PYTHON = {"language_info": {"name": "python", "version": "3.11.7"}}
TOTAL = "total = 0\nfor row in rows:\n    total += row\n\n# the report\nprint(total)\nprint(rows)"


def base_cells() -> Cells:
    return [
        markdown("# Orders", id="m1"),
        code("import csv", "job", id="a1", count=1),
        code("limit = 10\nrows = list(range(limit))", "job", id="a2", count=2),
        code("rows[:3]", id="a3", count=3),
        code(TOTAL, "job", id="a4", count=4),
        code("len(rows)", id="a5", count=5),
        code("report = {'total': total}", "job", id="a6", count=6),
    ]


@dataclass
class Side:
    """One person's notebook, to be changed by a scenario."""

    cells: Cells
    metadata: dict[str, Any]

    def edit(self, name: str, old: str, new: str) -> None:
        cell = self[name]
        text = "".join(cell["source"])
        assert old in text
        cell["source"] = text.replace(old, new).splitlines(keepends=True)

    def rerun(self, *names: str, start: int) -> None:
        """Run cells anew: other counts, other outputs."""
        for number, cell in enumerate(self.cells, start=start):
            if cell["cell_type"] == "code" and (not names or cell["id"] in names):
                cell["execution_count"] = number
                text = f"ran as {number}\n"
                cell["outputs"] = [{"name": "stdout", "output_type": "stream", "text": [text]}]

    def insert(self, after: str, cell: Cell) -> None:
        self.cells.insert(self.place(after) + 1, cell)

    def move(self, name: str, after: str) -> None:
        cell = self.cells.pop(self.place(name))
        self.insert(after, cell)

    def delete(self, name: str) -> None:
        del self.cells[self.place(name)]

    def place(self, name: str) -> int:
        return next(n for n, cell in enumerate(self.cells) if cell["id"] == name)

    def __getitem__(self, name: str) -> Cell:
        return self.cells[self.place(name)]

    def data(self, *, with_ids: bool) -> bytes:
        cells = copy.deepcopy(self.cells)
        if not with_ids:
            for cell in cells:
                cell.pop("id")
        return notebook(*cells, metadata=self.metadata)


@dataclass(frozen=True)
class Versions:
    base: bytes
    ours: bytes
    theirs: bytes


@dataclass(frozen=True)
class Scenario:
    """`change` makes two sides of one; `merged` gets the sources of a clean merge from the base's."""

    name: str
    change: Callable[[Side, Side], object]
    is_conflict: bool = False

    def versions(self, *, with_ids: bool = True) -> Versions:
        base, ours, theirs = (Side(base_cells(), copy.deepcopy(PYTHON)) for _ in range(3))
        self.change(ours, theirs)
        return Versions(*(side.data(with_ids=with_ids) for side in (base, ours, theirs)))


def _outputs(ours: Side, theirs: Side) -> None:
    ours.rerun(start=10)
    theirs.rerun(start=20)


def _counts(ours: Side, theirs: Side) -> None:
    for side, step in ((ours, 10), (theirs, 20)):
        for cell in side.cells:
            if "execution_count" in cell:
                cell["execution_count"] += step


def _same_line(ours: Side, theirs: Side) -> None:
    ours.edit("a4", "total = 0", "total = 1")
    theirs.edit("a4", "total = 0", "total = 2")


def _inserted(ours: Side, theirs: Side) -> None:
    ours.insert("a3", code("rows[-1]", id="n1", count=7))
    theirs.insert("a3", code("max(rows)", id="n2", count=8))


def _moved(ours: Side, theirs: Side) -> None:
    ours.move("a6", "a3")
    theirs.edit("a6", "total}", "total, 'rows': rows}")


def _tags(ours: Side, theirs: Side) -> None:
    ours["a4"]["metadata"]["tags"] = ["job", "slow"]
    theirs["a4"]["metadata"]["tags"] = ["job", "nightly"]
    ours.metadata["language_info"]["version"] = "3.12.1"
    theirs.metadata["language_info"]["version"] = "3.13.0"


def _edit_and_rerun(ours: Side, theirs: Side) -> None:
    ours.edit("a2", "limit = 10", "limit = 20")
    ours.rerun("a2", start=10)
    theirs.rerun("a2", start=20)


def _two_lines(ours: Side, theirs: Side) -> None:
    ours.edit("a4", "total = 0", "total = 1")
    theirs.edit("a4", "print(rows)", "print(rows[0])")


def _deleted(ours: Side, theirs: Side) -> None:
    ours.delete("a4")
    theirs.edit("a4", "print(total)", "print(total, limit)")


def _all(ours: Side, theirs: Side) -> None:
    ours.edit("a2", "limit = 10", "limit = 20")
    theirs.edit("a6", "report", "result")
    ours.rerun(start=10)
    theirs.rerun(start=20)
    ours.metadata["language_info"]["version"] = "3.12.1"
    theirs.metadata["language_info"]["version"] = "3.13.0"


SCENARIOS = (
    Scenario("outputs only, both re-ran", _outputs),
    Scenario("execution counts only", _counts),
    Scenario("same line edited twice", _same_line, is_conflict=True),
    Scenario("two cells inserted at one place", _inserted),
    Scenario("moved here, edited there", _moved),
    Scenario("tags and python version differ", _tags),
    Scenario("edited here, re-run there", _edit_and_rerun),
    Scenario("same cell, different lines", _two_lines),
    Scenario("deleted here, edited there", _deleted, is_conflict=True),
    Scenario("both edit other cells and re-run all", _all),
)


def sources(data: bytes) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(data)["cells"]]


def lines(data: bytes) -> set[str]:
    return {line for source in sources(data) for line in source.split("\n")}


def lost_lines(found: Versions, merged: bytes) -> set[str]:
    """The source lines that a side added and the merged notebook does not have."""
    added = (lines(found.ours) | lines(found.theirs)) - lines(found.base)
    return added - lines(merged)
