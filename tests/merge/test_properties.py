"""Whatever two people did to a notebook: the merge opens, loses nothing and says what it left."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbjob_clean.merge.core import Merged, Options, merge
from nbjob_clean.merge.text import Marks
from nbjob_clean.notebook.model import loads
from nbjob_clean.rules.core import check
from tests.conftest import CORPUS
from tests.merge.scenarios import Versions, lost_lines, sources
from tests.notebooks import code, markdown, notebook

OPTIONS = Options(("job",), Marks().whole)
Cells = list[dict[str, Any]]


class Person:
    """Somebody who changes a notebook; no two lines that are written are the same."""

    def __init__(self, cells: Cells, name: str, chance: random.Random, *, with_ids: bool) -> None:
        self.cells = copy.deepcopy(cells)
        self._with_ids = with_ids
        self._name, self._chance, self._lines = name, chance, 0
        self._made = 0

    def work(self, steps: int) -> Cells:
        for _ in range(steps):
            self._chance.choice(
                (self._edit, self._edit, self._insert, self._delete, self._move, self._tag, self._run, self._turn)
            )()  # fmt: skip
        return self.cells

    def cell(self) -> dict[str, Any]:
        text = "\n".join(self._line() for _ in range(self._chance.randint(0, 3)))
        self._made += 1
        identifier = f"{self._name}-{self._made}" if self._with_ids else ""
        if self._chance.random() < 0.3:
            return markdown(text, id=identifier)
        return code(text, *(["job"] if self._chance.random() < 0.5 else []), id=identifier)

    def _line(self) -> str:
        self._lines += 1
        return f"{self._name}_{self._lines} = load({self._lines})"

    def _some(self) -> int:
        return self._chance.randrange(len(self.cells))

    def _edit(self) -> None:
        if self.cells:
            cell = self.cells[self._some()]
            lines = "".join(cell["source"]).split("\n")
            lines[self._chance.randrange(len(lines))] = self._line()
            cell["source"] = "\n".join(lines).splitlines(keepends=True)

    def _insert(self) -> None:
        self.cells.insert(self._chance.randint(0, len(self.cells)), self.cell())

    def _delete(self) -> None:
        if self.cells:
            del self.cells[self._some()]

    def _move(self) -> None:
        if self.cells:
            self.cells.insert(self._some(), self.cells.pop(self._some()))

    def _tag(self) -> None:
        if self.cells:
            tags = ["job", "slow", self._name]
            self.cells[self._some()]["metadata"] = {
                "tags": self._chance.sample(tags, self._chance.randint(0, 3)),
                "name": self._chance.choice("ab"),
            }

    def _run(self) -> None:
        for number, cell in enumerate(self.cells):
            if cell["cell_type"] == "code":
                cell |= code("", count=number + self._chance.randint(1, 9)) | {
                    key: cell[key] for key in ("source", "metadata")
                }

    def _turn(self) -> None:
        """Make code markdown, and the other way round."""
        if self.cells:
            at = self._some()
            old = self.cells[at]
            new = markdown("") if old["cell_type"] == "code" else code("")
            kept = {key: old[key] for key in ("id", "source", "metadata") if key in old}
            self.cells[at] = new | kept


def versions(seed: int, *, with_ids: bool) -> Versions:
    chance = random.Random(seed)
    start = Person([], "base", chance, with_ids=with_ids)
    base = [start.cell() for _ in range(chance.randint(0, 8))]
    ours, theirs = (
        Person(base, name, chance, with_ids=with_ids).work(chance.randint(0, 5))
        for name in ("ours", "theirs")
    )
    extra = {"nbformat_minor": 5 if with_ids else 4}
    return Versions(*(notebook(*cells, **extra) for cells in (base, ours, theirs)))


def merged(found: Versions) -> Merged:
    return merge(found.base, found.ours, found.theirs, OPTIONS)


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32), with_ids=st.booleans())
def test_it_opens_loses_nothing_and_says_what_it_left(seed: int, *, with_ids: bool) -> None:
    found = versions(seed, with_ids=with_ids)
    result = merged(found)
    raw = json.loads(result.data)
    nbformat.validate(raw)
    identifiers = [cell["id"] for cell in raw["cells"] if with_ids]
    assert len(set(identifiers)) == len(raw["cells"]) * with_ids
    assert lost_lines(found, result.data) == set()
    left = check(loads(result.data), path="a.ipynb", tags=("job",), select=["NBJ008"])
    assert bool(left) == bool(result.conflicts)


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_what_a_side_took_away_is_gone(seed: int) -> None:
    found = versions(seed, with_ids=True)
    result = merged(found)
    if not result.conflicts:
        kept = _lines(found.ours) & _lines(found.theirs)
        assert _lines(found.base) & _lines(result.data) == _lines(found.base) & kept


def _lines(data: bytes) -> set[str]:
    return {line for source in sources(data) for line in source.split("\n") if line}


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32), with_ids=st.booleans())
def test_one_side_alone_is_taken_as_it_is(seed: int, *, with_ids: bool) -> None:
    found = versions(seed, with_ids=with_ids)
    for one in (found.base, found.ours):
        assert merged(Versions(one, one, one)).data == one
    assert merged(Versions(found.base, found.ours, found.base)).data == found.ours
    assert merged(Versions(found.base, found.base, found.theirs)).data == found.theirs
    # The same, but with a base of other bytes: no short cut is possible.
    base = json.dumps(json.loads(found.base)).encode()
    result = merged(Versions(base, found.ours, found.base))
    assert (result.data, result.conflicts) == (found.ours, ())
    result = merged(Versions(base, found.base, found.theirs))
    assert json.loads(result.data) == json.loads(found.theirs)
    assert result.conflicts == ()


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32), with_ids=st.booleans())
def test_both_directions_find_the_same_conflicts(seed: int, *, with_ids: bool) -> None:
    found = versions(seed, with_ids=with_ids)
    one, other = merged(found), merged(Versions(found.base, found.theirs, found.ours))
    assert bool(one.conflicts) == bool(other.conflicts)


def _book() -> list[Path]:
    """The real notebooks of version 4, without those that are broken on purpose."""
    raws = {path: json.loads(path.read_bytes()) for path in sorted(CORPUS.glob("*/*.ipynb"))}
    return [path for path, raw in raws.items() if _is_usual(raw)]


def _is_usual(raw: dict[str, Any]) -> bool:
    is_known = raw["nbformat"] == 4 and raw.get("nbformat_minor", 9) <= 5
    return is_known and bool(nbformat.validator.isvalid(raw))


@pytest.mark.parametrize("path", _book(), ids=lambda path: path.name)
def test_real_notebooks(path: Path) -> None:
    """Several random changes on both sides; with ids where the notebook has them."""
    raw = json.loads(path.read_bytes())
    with_ids = any("id" in cell for cell in raw["cells"])
    for seed in range(3):
        chance = random.Random(seed)
        ours, theirs = (
            Person(raw["cells"], name, chance, with_ids=with_ids).work(6)
            for name in ("ours", "theirs")
        )
        found = Versions(
            path.read_bytes(),
            *(json.dumps({**raw, "cells": cells}).encode() for cells in (ours, theirs)),
        )
        result = merged(found)
        assert lost_lines(found, result.data) == set()
        left = check(loads(result.data), path="a.ipynb", tags=("job",), select=["NBJ008"])
        assert bool(left) == bool(result.conflicts)
