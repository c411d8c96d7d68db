"""Which cells are production, and what they are written in."""

from __future__ import annotations

import pytest

from nbjob_clean.notebook.model import loads
from nbjob_clean.source.production import cell_language, production_cells
from tests.notebooks import code, markdown, notebook


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([], []),
        ([code("x", "job"), code("y"), code("z", "vdk", "slow")], [1, 3]),
        ([markdown("x") | {"metadata": {"tags": ["job"]}}, code("y", "job")], [2]),
        ([code("x", "parameters"), code("y", "job")], [1, 2]),
        ([code("x", "parameters"), code("y")], []),
        ([code(str(n), "job") for n in range(12)], list(range(1, 13))),
    ],
)
def test_production_cells(cells: list[dict[str, object]], expected: list[int]) -> None:
    found = production_cells(loads(notebook(*cells)), ("job", "vdk"))

    assert [cell.number for cell in found] == expected


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({}, "python"),
        ({"vscode": {"languageId": "SQL"}}, "sql"),
        ({"polyglot_notebook": {"kernelName": "sql"}}, "sql"),
        ({"dotnet_interactive": {"language": "sql"}}, "sql"),
        ({"language": "sql", "name": "cell1"}, "sql"),
        ({"language": 1}, "python"),
        ({"vscode": 1}, "python"),
    ],
)
def test_cell_language(metadata: dict[str, object], expected: str) -> None:
    found = loads(notebook(code("x") | {"metadata": metadata}))

    assert cell_language(found.cells[0], found) == expected
