"""Real tools over real sidecars: their results are reported at cells."""

from __future__ import annotations

import json
from typing import Any

from tests.conftest import GitRepo
from tests.notebooks import code, markdown, notebook

CELLS = notebook(
    markdown("# x", id="m"),
    code("import os\n\nx: int = 1", "job", id="a"),
    code("%%sql found <<\nSELECT {{ x }}", "job", id="q"),
    code("debug = undefined", id="d"),
    code("%matplotlib inline\ny = missing\nx = 'text'", "job", id="b"),
)


def _found(repo: GitRepo, tool: str, code: int = 1) -> list[tuple[Any, ...]]:
    said = repo.nbjob("check", "--with", tool, "--output-format", "json", code=code)
    return [(d["path"], d["code"], d["cell"], d["line"], d["column"]) for d in json.loads(said)]


def test_ruff_speaks_of_cells(repo: GitRepo) -> None:
    repo.write("jobs/etl.ipynb", CELLS)
    assert _found(repo, "ruff") == [
        ("jobs/etl.ipynb", "F401", 2, 1, 8),
        ("jobs/etl.ipynb", "F821", 5, 2, 5),
    ]
    repo.write("pyproject.toml", '[tool.ruff.lint]\nselect = ["W"]\n')
    assert _found(repo, "ruff", code=0) == []
    assert [path.name for path in (repo.path / "jobs").iterdir()] == ["etl.ipynb"]


def test_mypy_speaks_of_cells(repo: GitRepo) -> None:
    repo.write("etl.ipynb", CELLS)
    found = _found(repo, "mypy")
    assert ("etl.ipynb", "name-defined", 5, 2, 5) in found
    assert ("etl.ipynb", "assignment", 5, 3, 5) in found
    assert {cell for _, _, cell, _, _ in found} == {5}


def test_sqlfluff_speaks_of_cells(repo: GitRepo) -> None:
    repo.write(
        "jobs/etl.ipynb",
        notebook(
            code("x = 1", "job", id="a"),
            code("%%sql found <<\nselect a,b\nFROM t\nWHERE a > {{ x }}", "job", id="q"),
            code("y = 2\nn = %sql SELECT  1", "job", id="l"),
        ),
    )
    assert "[sqlfluff] dialect = duckdb" in repo.nbjob("check", "--with", "sqlfluff", code=2)
    settings = "[sqlfluff]\ndialect = duckdb\ntemplater = jinja\n"
    context = "[sqlfluff:templater:jinja:context]\nx = 1\n"
    repo.write("jobs/.sqlfluff", settings + context)
    found = _found(repo, "sqlfluff")
    assert ("jobs/etl.ipynb", "LT01", 2, 2, 10) in found
    assert ("jobs/etl.ipynb", "CP01", 2, 3, 1) in found
    assert ("jobs/etl.ipynb", "LT01", 3, 2, 16) in found
    assert not any(code.startswith("PRS") for _, code, *_ in found)


def test_results_are_at_lines_of_the_file_too(repo: GitRepo) -> None:
    path = repo.write("etl.ipynb", CELLS)
    said = repo.nbjob("check", "--with", "ruff", "--output-format", "github", code=1)
    number = 1 + path.read_text().split("\n").index('    "y = missing\\n",')
    assert f"::error file=etl.ipynb,line={number},col=10,endLine={number},title=F821 ruff" in said


def test_a_setting_that_a_tool_refuses_is_an_error(repo: GitRepo) -> None:
    repo.write("etl.ipynb", CELLS)
    repo.write("ruff.toml", "nonsense = 1\n")
    assert "error: ruff:" in repo.nbjob("check", "--with", "ruff", code=2)
