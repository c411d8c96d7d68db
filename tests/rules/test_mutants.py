"""Mistakes as life makes them, in a finished book: a cell loses its tag, is moved, deleted, a name
is changed. The truth is what its execution says, with stand-ins for the packages.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nbjob_clean.notebook.model import loads
from nbjob_clean.rules.core import check
from nbjob_clean.source.ipython import to_python
from tests.conftest import CORPUS
from tests.notebooks import code, notebook
from tests.rules import stand_in

Cells = list[tuple[str, bool]]  # sources, and whether they are production

BOOK = sorted(CORPUS.glob("handbook/*.ipynb"))
_EACH = 6  # mutants of a notebook
_NAMES = ("NBJ101", "NBJ102", "NBJ103", "NBJ104", "NBJ105")
_ABOUT_BODIES = ("NBJ101", "NBJ102")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="no fork there"),
]


@pytest.mark.parametrize("path", BOOK, ids=lambda path: path.name)
def test_mutants(path: Path, tmp_path: Path) -> None:
    cells = _sources(path)
    cells = cells[: _ends([cells], tmp_path)[0][0]]  # where a stand-in does not do, it ends
    mutants = [*_mutants(cells, random.Random(path.name))] if len(cells) > 1 else []

    for mutant, (index, raised, name, names) in zip(mutants, _ends(mutants, tmp_path), strict=True):
        found = _found(mutant)
        if raised == "NameError":
            cell = [n for n, (_, is_production) in enumerate(mutant, 1) if is_production][index]
            assert (cell, name) in [(d.cell, d.symbol) for d in found], mutant[cell - 1]
        elif not raised:
            # What a body lacks is a mistake, though nothing here has called it.
            wrong = [d for d in found if d.code not in _ABOUT_BODIES or d.symbol in names]
            assert not wrong, [(d.code, d.cell, d.message) for d in wrong]


def _sources(path: Path) -> Cells:
    cells = loads(path.read_bytes()).cells
    return [(cell.source, True) for cell in cells if cell.is_code and cell.source.strip()]


def _mutants(cells: Cells, draw: random.Random) -> Iterator[Cells]:
    for _ in range(_EACH):
        index = draw.randrange(len(cells) - 1)
        kind = draw.choice(("untagged", "untagged", "moved", "deleted", "renamed"))
        yield _mutant(cells, index, kind, draw)


def _mutant(cells: Cells, index: int, kind: str, draw: random.Random) -> Cells:
    source = cells[index][0]
    rest = [*cells[:index], *cells[index + 1 :]]
    if kind == "untagged":
        return [*cells[:index], (source, False), *cells[index + 1 :]]
    if kind == "moved":
        place = draw.randrange(index + 1, len(cells))
        return [*rest[:place], cells[index], *rest[place:]]
    if kind == "renamed" and (names := sorted(set(re.findall(r"(?m)^([a-z]\w*) = ", source)))):
        name = draw.choice(names)
        other = re.sub(rf"\b{name}\b", f"{name}_2", source)
        return [*cells[:index], (other, True), *cells[index + 1 :]]
    return rest


def _ends(runs: list[Cells], folder: Path) -> list[tuple[int, str, str, list[str]]]:
    """What production would make of the cells: the kernel's own magics are left out."""
    texts = [[to_python(s).text for s, is_production in cells if is_production] for cells in runs]
    done = subprocess.run(
        [sys.executable, stand_in.__file__],
        input=json.dumps(texts), cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: list[tuple[int, str, str, list[str]]] = json.loads(done.stdout)
    return found


def _found(cells: Cells) -> list[Any]:
    raw = [
        code(source, *(["job"] if is_production else []), id=f"c{number}")
        for number, (source, is_production) in enumerate(cells)
    ]
    return check(loads(notebook(*raw)), path="a", tags=("job",), select=_NAMES)
