"""What `nbjob show` says: the text, the JSON, the flowchart and the picture."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from nbjob_clean.cli.show_picture import svg
from nbjob_clean.notebook.model import loads
from nbjob_clean.source.needs import CellNeeds, needs_of
from tests.conftest import GitRepo
from tests.notebooks import code, markdown, notebook

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"
JOB = notebook(
    markdown("# ETL", id="m"),
    code("import csv\nfrom pathlib import Path", "job", id="a"),
    code("minimum = 10", "job", "parameters", id="b"),
    code("look = 1", id="c"),
    code("%%sql orders <<\nSELECT * FROM t WHERE x > {{ minimum }} AND d = :day", "job", id="d"),
    code("print(Path, orders, look, late)", "job", id="e"),
    code("late = nowhere", "job", id="f"),
)


def _cells(*cells: dict[str, Any]) -> tuple[CellNeeds, ...]:
    return needs_of(loads(notebook(*cells)), ("job",))


def _needs(*cells: dict[str, Any]) -> list[tuple[int, str, str, int]]:
    found = _cells(*cells)
    return [(c.number, need.name, need.origin, need.cell) for c in found for need in c.needs]


def _job(source: str) -> dict[str, Any]:
    return code(source, "job")


NEEDS = [
    ("nothing", [_job("x = 1"), _job("y = 1")], []),
    ("from above", [_job("x = 1"), _job("print(x)")], [(2, "x", "above", 1)]),
    ("the nearest above", [_job("x = 1"), _job("x = 2"), _job("x")], [(3, "x", "above", 2)]),
    ("in a function", [_job("x = 1"), _job("def f(): return x")], [(2, "x", "above", 1)]),
    ("in a function, later", [_job("def f(): return x"), _job("x = 1\nf()")],
     [(1, "x", "late", 2), (2, "f", "above", 1)]),
    ("from below", [_job("print(x)"), _job("x = 1")], [(1, "x", "below", 2)]),
    ("from below in the same cell", [_job("print(x)\nx = 1")], [(1, "x", "below", 1)]),
    ("not tagged", [code("x = 1"), _job("print(x)")], [(2, "x", "untagged", 1)]),
    ("nowhere", [_job("print(x)")], [(1, "x", "nobody", 0)]),
    ("deleted", [_job("x = 1"), _job("del x"), _job("x")],
     [(2, "x", "above", 1), (3, "x", "deleted", 2)]),
    ("SQL", [_job("x = 1"), _job("%%sql\nSELECT :x, {{ y }}")],
     [(2, "x", "above", 1), (2, "y", "argument", 0)]),
    ("SQL from an untagged cell", [code("x = 1"), _job("%sql SELECT :x")],
     [(2, "x", "untagged", 1)]),
    ("called too early", [_job("def f(): return x"), _job("f()"), _job("x = 1")],
     [(1, "x", "late", 3), (2, "f", "above", 1), (2, "x", "below", 3)]),
    ("behind a star import", [_job("from somewhere import *"), _job("y = x"), _job("y")],
     [(3, "y", "above", 2)]),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "expected"), [n[1:] for n in NEEDS], ids=[n[0] for n in NEEDS])
def test_needs(cells: list[dict[str, Any]], expected: list[tuple[int, str, str, int]]) -> None:
    assert _needs(*cells) == expected


def test_a_cell_in_its_own_words() -> None:
    cells = needs_of(loads(JOB), ("job",))

    assert [(c.number, c.step, c.kind, c.title) for c in cells] == [
        (2, 1, "python", "import csv"),
        (3, 2, "parameters", "minimum = 10"),
        (4, 0, "python", "look = 1"),
        (5, 3, "sql", "SELECT * FROM t WHERE x > {{ minimum }} AND d = :day"),
        (6, 4, "python", "print(Path, orders, look, late)"),
        (7, 5, "python", "late = nowhere"),
    ]
    assert [c.defines for c in cells[:2]] == [("csv", "Path"), ("minimum",)]
    assert [(c.parameters, c.arguments) for c in cells if c.kind == "sql"] == [
        (("minimum", "day"), ("day",))
    ]


def test_the_text(repo: GitRepo) -> None:
    repo.write("etl.ipynb", JOB)

    said = repo.nbjob("show", "etl.ipynb")

    assert (
        said
        == """etl.ipynb: 5 of 6 code cells run

1  cell 2  import csv
   defines  csv, Path

2  cell 3  minimum = 10  [parameters]
   defines  minimum

3  cell 5  SELECT * FROM t WHERE x > {{ minimum }} AND d = :day  [sql]
   needs    minimum (2), day (argument)
   defines  orders

4  cell 6  print(Path, orders, look, late)
   needs    Path (1), orders (3), look (cell 4, not tagged), late (only in cell 7)

5  cell 7  late = nowhere
   needs    nowhere (defined nowhere)
   defines  late

arguments: minimum, day
"""
    )


def test_the_json(repo: GitRepo) -> None:
    repo.write("jobs/etl.ipynb", JOB)

    said = json.loads(repo.nbjob("show", "--output-format", "json", "jobs/etl.ipynb"))

    assert (said["notebook"], said["arguments"]) == ("jobs/etl.ipynb", ["minimum", "day"])
    assert [cell["step"] for cell in said["cells"]] == [1, 2, 3, 4, 5]
    assert said["cells"][3] == {
        "step": 4,
        "cell": 6,
        "cell_id": "e",
        "kind": "python",
        "title": "print(Path, orders, look, late)",
        "needs": [
            {"name": "Path", "from": "above", "cell": 2, "ok": True},
            {"name": "orders", "from": "above", "cell": 5, "ok": True},
            {"name": "look", "from": "untagged", "cell": 4, "ok": False},
            {"name": "late", "from": "below", "cell": 7, "ok": False},
        ],
        "defines": [],
        "sql_parameters": [],
        "arguments": [],
    }


def test_the_flowchart(repo: GitRepo) -> None:
    repo.write("etl.ipynb", JOB)

    lines = repo.nbjob("show", "--mermaid", "etl.ipynb").splitlines()

    assert lines[0] == "flowchart TD"
    assert '  c4["cell 4<br/>look = 1"]:::untagged' in lines
    assert [line.strip() for line in lines if "->" in line] == [
        'c3 -->|"minimum"| c5',
        'c2 -->|"Path"| c6',
        'c5 -->|"orders"| c6',
        'c4 -.->|"look"| c6',
        'c7 -.->|"late"| c6',
    ]
    assert lines[-1] == "  linkStyle 3,4 stroke:#c62828,color:#c62828"
    assert "x #62; #123;#123; minimum #125;#125;" in "\n".join(lines)


def test_a_notebook_without_production_cells(repo: GitRepo) -> None:
    repo.write("etl.ipynb", notebook(code("x = 1", id="a")))

    assert repo.nbjob("show", "etl.ipynb") == "etl.ipynb: 0 of 1 code cells run\n"
    assert repo.nbjob("show", "--mermaid", "etl.ipynb").startswith("flowchart TD\n")
    assert "no production cell" in svg((), "etl.ipynb")


def test_wrong_usage(repo: GitRepo) -> None:
    assert "no such notebook" in repo.nbjob("show", "gone.ipynb", code=2)
    repo.nbjob("show", code=2)


def test_the_picture_is_a_file(repo: GitRepo) -> None:
    repo.write("größe & <x>.ipynb", JOB)

    said = repo.nbjob("show", "größe & <x>.ipynb", "--svg", "a.svg", "--html", "a.html")
    first = (repo.path / "a.svg").read_bytes()
    repo.nbjob("show", "größe & <x>.ipynb", "--svg", "a.svg")

    assert said == "wrote a.svg\nwrote a.html\n"
    assert (repo.path / "a.svg").read_bytes() == first
    page = (repo.path / "a.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert first.decode() in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")


def test_wrong_arrows_are_red_and_dashed() -> None:
    picture = ET.fromstring(svg(needs_of(loads(JOB), ("job",)), "etl.ipynb"))
    paths = [p for p in picture.iter(f"{SVG}path") if "wrong" in p.get("class", "")]
    texts = [t for t in picture.iter(f"{SVG}text") if t.get("fill") == "#c62828"]

    assert len(paths) == 2 + 1  # and the legend's
    assert sorted(text.text or "" for text in texts) == ["late", "look"]
    assert [t.get("text-anchor") for t in texts if t.text == "look"] == ["end"]


@pytest.mark.parametrize("count", [0, 1, 2, 30])
def test_no_text_lies_on_another(count: int) -> None:
    cells = [_job(f"import os{n}") for n in range(min(count, 3))] + [code("debug = 1")]
    cells += [
        _job(f"x{n} = [{', '.join(f'x{m}' for m in range(max(0, n - 5), n))}, os0, debug, 'ä日本']")
        for n in range(count)
    ]

    boxes = sorted(_boxes(svg(_cells(*cells), "a long name of a notebook.ipynb")))

    for number, (x, y, end, bottom) in enumerate(boxes):
        for other_x, other_y, other_end, other_bottom in boxes[number + 1 :]:
            assert end <= other_x or other_end <= x or bottom <= other_y or other_bottom <= y


@pytest.mark.parametrize("path", sorted(ROOT.glob("examples/*/*.ipynb")), ids=lambda p: p.name)
def test_the_examples_have_nothing_wrong(path: Path) -> None:
    cells = needs_of(loads(path.read_bytes()), ("job", "vdk"))

    assert cells
    assert [need for cell in cells for need in cell.needs if need.is_wrong] == []
    assert 'class="line wrong" d=' in svg(cells, path.name)


def _boxes(text: str) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of each text, with room to spare."""
    picture = ET.fromstring(text)
    width = float(picture.get("width", "0"))
    found = []
    for node in picture.iter(f"{SVG}text"):
        kind = node.get("class", "")
        size = {"head": 10.5, "code": 7.3, "label": 6.7, "small": 6.4}.get(kind, 8)
        wide = len(re.findall(r"[\u3000-\u9fff]", node.text or ""))
        length = (len(node.text or "") + wide) * size
        x, y = float(node.get("x", "0")), float(node.get("y", "0"))
        x -= {"end": length, "middle": length / 2}.get(node.get("text-anchor", ""), 0)
        found.append((x, y - 9, x + length, y + 3))
        assert x >= 0
        assert x + length <= width + 1
    return found
