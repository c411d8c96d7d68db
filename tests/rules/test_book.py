"""A finished book: what the rules on cells, stored state and habits find there, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from nbjob_clean.notebook.model import Notebook, loads
from nbjob_clean.record import changed
from nbjob_clean.rules.core import check
from tests.conftest import CORPUS

BOOK = sorted(CORPUS.glob("handbook/*.ipynb"))
RULES = (
    "NBJ002", "NBJ003", "NBJ005", "NBJ006", "NBJ007", "NBJ008", "NBJ106", "NBJ107", "NBJ108",
    "NBJ202", "NBJ203", "NBJ205", "NBJ303", "NBJ305", "NBJ306", "NBJ307",
)  # fmt: skip
# Each was looked at: the cells raise on purpose, or have outputs and no count.
FOUND = {
    "01.06-Errors-and-Debugging.ipynb": {(n, "NBJ205") for n in (5, 8, 11, 18)},
    "02.05-Computation-on-arrays-broadcasting.ipynb": {(29, "NBJ205")},
    "02.06-Boolean-Arrays-and-Masks.ipynb": {(69, "NBJ205"), (73, "NBJ205")},
    "03.01-Introducing-Pandas-Objects.ipynb": {(72, "NBJ205")},
    "03.04-Missing-Values.ipynb": {(12, "NBJ205")},
    "03.05-Hierarchical-Indexing.ipynb": {(74, "NBJ205")},
    "05.14-Image-Features.ipynb": {(n, "NBJ203") for n in (27, 29, 31, 33, 35)},
}


@pytest.mark.parametrize("path", BOOK, ids=lambda path: path.name)
def test_nothing_but_what_is_wrong_is_found(path: Path) -> None:
    found = check(_all_production(path), path="a.ipynb", tags=("job",), select=RULES)

    assert {(d.cell, d.code) for d in found} == FOUND.get(path.name, set())


def _all_production(path: Path) -> Notebook:
    notebook = loads(path.read_bytes())
    cells = tuple(
        changed(cell, raw={**cell.raw, "metadata": {**cell.metadata, "tags": ["job"]}})
        if cell.is_code
        else cell
        for cell in notebook.cells
    )
    return changed(notebook, cells=cells)
