from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from nbjob_clean.emit.core import emit_sidecars
from nbjob_clean.emit.plan import changes
from nbjob_clean.errors import SidecarError
from nbjob_clean.notebook.model import loads
from nbjob_clean.sidecar.format import parse, render
from tests.conftest import CORPUS
from tests.notebooks import code, markdown, notebook

TAGS = ("job", "vdk")
ROOT = Path(__file__).parents[2]
DESIGN = notebook(
    markdown("# Load orders", id="m1"),
    code("minimum = 10", "job", id="imp1"),
    code("minimum, 'debug'", id="d1"),
    code(
        "%%sql orders <<\nSELECT id, amount\nFROM orders\nWHERE amount > {{ minimum }}",
        "job",
        id="q1",
    ),
    code("%matplotlib inline\ntotal: float = sum(row[1] for row in orders)\n", "job", id="sum1"),
    code("total", id="d2"),
    markdown("Nothing below is production."),
)


def _emitted(data: bytes, name: str = "10_etl.ipynb") -> dict[str, str]:
    found = emit_sidecars(loads(data), name, tags=TAGS)
    return {key: value.decode() for key, value in found.items()}


def test_the_sidecars_are_those_of_the_docs() -> None:
    page = (ROOT / "docs/sidecar.md").read_text(encoding="utf-8")
    blocks = {
        kind: re.search(rf"^```{kind}\n(.*?)^```", page, re.M | re.S) for kind in ("python", "sql")
    }
    assert _emitted(DESIGN) == {
        "10_etl.py": blocks["python"].group(1),  # type: ignore[union-attr]
        "10_etl.sql": blocks["sql"].group(1),  # type: ignore[union-attr]
    }


@pytest.mark.parametrize("suffix", [".py", ".sql"])
def test_what_is_rendered_is_parsed_again(suffix: str) -> None:
    text = _emitted(DESIGN)["10_etl" + suffix]
    assert render(parse(text, suffix=suffix)) == text


def test_a_debug_cell_changes_no_byte() -> None:
    other = DESIGN.replace(b"'debug'", b"'something else'")
    assert _emitted(other) == _emitted(DESIGN) != {}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ((code("x = 1", id="a"),), set()),
        ((markdown("x"),), set()),
        ((code("%%sql\nSELECT 1", "vdk", id="q"),), {".sql"}),
        ((code("%%vdksql\nSELECT 1", "vdk", id="q"),), {".sql"}),
        ((code("x = 1", "job"),), {".py"}),
        ((code("x = 1", "job"), code("%%sql\nSELECT 1", "job")), {".py", ".sql"}),
        ((code("%sql SELECT 1", "job"),), {".py", ".sql"}),
        (
            (
                {
                    **code("SELECT 1", "job"),
                    "metadata": {"tags": ["job"], "vscode": {"languageId": "sql"}},
                },
            ),
            {".sql"},
        ),
    ],
)
def test_which_files_there_are(cells: tuple[dict[str, object], ...], expected: set[str]) -> None:
    assert {Path(name).suffix for name in _emitted(notebook(*cells))} == expected


@pytest.mark.parametrize(
    ("source", "body"),
    [
        ("%%sql\nSELECT 1", "SELECT 1;"),
        ("%%sql\nSELECT 1;", "SELECT 1;"),
        ("%%sql\nSELECT 1;  -- done", "SELECT 1;  -- done"),
        ("%%sql\nSELECT 1 -- one", "SELECT 1 -- one\n;"),
        ("%%sql\nSELECT ';'\n\n", "SELECT ';';"),
        ("%%sql\nSELECT 1;\nSELECT 2", "SELECT 1;\nSELECT 2;"),
    ],
)
def test_the_last_statement_is_terminated(source: str, body: str) -> None:
    text = _emitted(notebook(code(source, "job", id="q")))["10_etl.sql"]
    assert text.split('-- %% id=q tags=["job"]\n')[1] == body + "\n"


def test_lines_keep_their_places() -> None:
    source = "def f():\n    %time x = 1\n\n    return x\n!ls -l\ny = f()"
    found = _emitted(notebook(code("a = 0", "job"), code(source, "job", id="c")))["10_etl.py"]
    block = parse(found, suffix=".py").blocks[-1]
    lines = found.split("\n")
    for number, line in enumerate(source.split("\n"), start=1):
        word = line.strip().split(" ")[-1]
        assert word in lines[block.line + number - 1]
    compile(found, "10_etl.py", "exec")


def test_future_imports_come_first() -> None:
    found = _emitted(
        notebook(
            code("%%sql\nSELECT 1", "job", id="q"),
            code("from __future__ import annotations\nx: Later = 1", "job", id="c"),
        )
    )["10_etl.py"]
    compile(found, "10_etl.py", "exec")
    assert found.index("from __future__") < found.index("from nbjob_clean.runner")
    assert "pass  # from __future__ import annotations" in found


def test_sql_takes_values_from_production_cells_and_the_rest_from_arguments() -> None:
    found = _emitted(
        notebook(
            code("debug = 1", id="d"),
            code("a = 1", "job", id="a"),
            code("%%sql\nSELECT {{ a }}, :b, {{ debug }}, ':c', x::int", "job", id="q"),
            code("b = 2", "job", id="b"),
        )
    )
    assert 'run_sql("10_etl.sql", "q", a=a)' in found["10_etl.py"]


def test_queries_of_cells_without_ids_are_told_apart() -> None:
    found = _emitted(notebook(*(code(f"%%sql\nSELECT {n}", "job") for n in range(12))))[
        "10_etl.sql"
    ]
    assert [b.id for b in parse(found, suffix=".sql").blocks] == [f"sql-{n}" for n in range(1, 13)]


def test_a_marker_inside_sql_is_refused() -> None:
    with pytest.raises(SidecarError, match="cell 1, line 2"):
        _emitted(notebook(code("%%sql\n-- %% x\nSELECT 1", "job")))


def test_a_file_that_is_not_ours_is_not_overwritten() -> None:
    with pytest.raises(SidecarError, match=r"a\.py is in the way"):
        changes({"a.py": b"x"}, {"a.py": b"print()", "a.sql": None}, notebook="a.ipynb")


def test_a_sidecar_that_is_no_longer_given_goes_and_others_stay() -> None:
    ours, foreign = b"-- nbjob:sidecar 1 a.ipynb\n", b"SELECT 1"
    assert [c.verb for c in changes({}, {"a.sql": ours}, notebook="a.ipynb")] == ["removed"]
    assert changes({}, {"a.sql": foreign}, notebook="a.ipynb") == []


HANDBOOK = sorted((CORPUS / "handbook").glob("*.ipynb"))


@pytest.mark.parametrize("path", HANDBOOK, ids=lambda p: p.name)
def test_real_notebooks_give_sidecars_that_compile(path: Path) -> None:

    data = loads(path.read_bytes())
    raw = {**data.raw, "cells": [
        {**cell, "metadata": {**cell["metadata"], "tags": ["job"]}} for cell in data.raw["cells"]
    ]}  # fmt: skip

    found = _emitted(json.dumps(raw).encode())
    has_code = any(cell.is_code for cell in data.cells)
    assert bool(found) == has_code
    for name, text in found.items():
        assert render(parse(text, suffix=Path(name).suffix)) == text
        if name.endswith(".py"):
            compile(text, name, "exec", dont_inherit=True)


def test_what_a_kernel_provides_is_imported_where_it_is_used() -> None:
    used = notebook(code("display('x')\nget_ipython()\nobj.display(1)", "job", id="a"))
    assert "from nbjob_clean.runner import display, get_ipython\n" in _emitted(used)["10_etl.py"]
    own = notebook(code("def display(x): ...\ndisplay(1)", "job", id="a"))
    assert "import" not in _emitted(own)["10_etl.py"]


@pytest.mark.parametrize(
    "source",
    [
        "x = 1\nif x:\n    y = %sql SELECT {{ x }}",
        "def f(x):\n    %sql SELECT {{ x }}",
        "x = 1\n%sql SELECT :x",
    ],
)
def test_a_sql_line_takes_names_of_its_own_cell(source: str) -> None:
    assert 'run_sql("10_etl.sql", "q-' in (
        found := _emitted(notebook(code(source, "job", id="q")))["10_etl.py"]
    )
    assert ", x=x)" in found


def test_a_cell_that_raises_its_way_out_is_emitted() -> None:
    source = "try:\n    pass\nexcept Exception as e:\n    raise"
    assert source in _emitted(notebook(code(source, "job", id="a")))["10_etl.py"]


def test_a_name_that_would_be_code_is_refused() -> None:
    with pytest.raises(SidecarError, match="rename|cannot be written"):
        _emitted(notebook(code("x = 1", "job")), "20\nimport os\n.ipynb")


@pytest.mark.parametrize(
    ("cells", "times"),
    [
        (["x = job_input.get_name()"], 1),
        (["def f():\n    return job_input.get_name()"], 1),
        (["print(job_input)", "print(job_input)"], 1),
        (["def f(job_input):\n    return job_input.get_name()"], 0),
        (["f = lambda job_input: job_input"], 0),
        (["x = 1  # job_input"], 0),
        (["job_input = 1", "print(job_input)"], 0),
        (["x = y.job_input", "f(job_input=1)"], 0),
    ],
)
def test_job_input_is_imported_where_it_is_read(cells: list[str], times: int) -> None:
    found = _emitted(notebook(*(code(text, "job", id=f"c{n}") for n, text in enumerate(cells))))
    assert found["10_etl.py"].count("from nbjob_clean import job_input\n") == times
