from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from nbjob_clean.sidecar.format import Block
from tests.notebooks import code, notebook
from tests.notebooks import markdown as markdown_cell
from tests.runner.jobs import RUN_SQL, call, cell, markdown, py, query, ran, sql, write

CARETS = sys.version_info >= (3, 11)


def _traceback(directory: Path, *files: dict[str, str]) -> str:
    found = ran(write(directory, *files)).outcome.traceback
    # Marks under the line are Python's own affair and differ from version to version.
    return "\n".join(line for line in found.split("\n") if not set(line) <= set(" ~^") or not line)


def test_each_frame_in_a_cell_is_shown_as_the_cell(tmp_path: Path) -> None:
    job = py(
        "10_etl",
        markdown("Load"),
        cell("def parse(row):\n    return 1 / row"),
        cell("total = 0\nfor row in [1, 0]:\n    total += parse(row)"),
    )
    assert _traceback(tmp_path, job) == (
        "Traceback (most recent call last):\n"
        "  10_etl.ipynb, cell 3, line 3\n"
        "    total += parse(row)\n"
        "  10_etl.ipynb, cell 2, line 2, in parse\n"
        "    return 1 / row\n"
        "ZeroDivisionError: division by zero"
    )


@pytest.mark.skipif(not CARETS, reason="Python 3.10 marks no columns")
def test_the_marks_under_the_line_are_kept(tmp_path: Path) -> None:
    found = ran(write(tmp_path, py("a", cell("x = 0\ny = 1 + (2 / x)")))).outcome.traceback
    assert "    y = 1 + (2 / x)\n             ~~^~~\n" in found


def test_library_frames_are_shown_as_usual(tmp_path: Path) -> None:
    found = _traceback(tmp_path, py("a", cell("import json\n\njson.loads('{')")))
    assert "  a.ipynb, cell 1, line 3\n    json.loads('{')\n  File" in found
    assert f'File "{json.decoder.__file__}", line' in found
    assert "nbjob_clean" not in found
    assert found.endswith("json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)") or found.endswith("(char 1)")  # fmt: skip


def test_hand_written_files_are_shown_by_path(tmp_path: Path) -> None:
    found = _traceback(tmp_path, {"a.py": "def run(job_input):\n    assert 1 == 2"})
    assert found == (
        "Traceback (most recent call last):\n"
        f'  File "{tmp_path / "a.py"}", line 2, in run\n'
        "    assert 1 == 2\n"
        "AssertionError"
    )


def test_chains_and_notes(tmp_path: Path) -> None:
    text = "try:\n    {}['a']\nexcept KeyError as exc:\n    raise ValueError('no a') from exc"
    found = _traceback(tmp_path, py("a", cell("x = 1"), cell(text)))
    assert found == (
        "Traceback (most recent call last):\n"
        "  a.ipynb, cell 2, line 2\n"
        "    {}['a']\n"
        "KeyError: 'a'\n"
        "\n"
        "The above exception was the direct cause of the following exception:\n"
        "\n"
        "Traceback (most recent call last):\n"
        "  a.ipynb, cell 2, line 4\n"
        "    raise ValueError('no a') from exc\n"
        "ValueError: no a"
    )


@pytest.mark.skipif(sys.version_info < (3, 11), reason="groups are new in Python 3.11")
def test_groups(tmp_path: Path) -> None:
    text = "def f():\n    1 / 0\ntry:\n    f()\nexcept Exception as exc:\n    raise ExceptionGroup('two', [exc])"
    found = _traceback(tmp_path, py("a", cell(text)))
    assert "  | " in found
    assert "|   a.ipynb, cell 1, line 2, in f" in found.replace("    |   a", "|   a")


def test_syntax_errors_of_what_a_job_imports(tmp_path: Path) -> None:
    found = _traceback(tmp_path, py("a", cell("import broken")), {"broken.py": "x = = 1"})
    assert "  a.ipynb, cell 1, line 1\n    import broken\n" in found
    assert f'  File "{tmp_path / "broken.py"}", line 1\n    x = = 1\n' in found
    assert found.endswith("SyntaxError: invalid syntax")


def test_needs_ipython(tmp_path: Path) -> None:
    text = 'needs_ipython("%run other.ipynb")'
    preamble = "from nbjob_clean.runner import needs_ipython"
    assert _traceback(tmp_path, py("a", cell(text), preamble=preamble)) == (
        "Traceback (most recent call last):\n"
        "  a.ipynb, cell 1, line 1\n"
        f"    {text}\n"
        "RuntimeError: `%run other.ipynb` needs IPython and has no meaning in production"
    )


BROKEN = "SELECT 1;\n\n-- who\n/* is */ SELECT x\nFROM nowhere;"


def test_sql_of_a_cell_beside_python(tmp_path: Path) -> None:
    job = py("a", cell("y = 1"), call('rows = run_sql("a.sql", "q")'), preamble=RUN_SQL)
    assert _traceback(tmp_path, job, sql("a", query(BROKEN))) == (
        "Traceback (most recent call last):\n"
        "  a.ipynb, cell 2, line 6\n"
        "    FROM nowhere;\n"
        "sqlite3.OperationalError: no such table: nowhere"
    )


def test_sql_of_a_line_in_a_python_cell_keeps_the_call(tmp_path: Path) -> None:
    job = py("a", cell('y = 1\nrows = run_sql("a.sql", "q")'), preamble=RUN_SQL)
    block = Block(
        kind="sql", lines=("SELECT x FROM nowhere;",), id="q", tags=("job",), first_line=2
    )
    found = _traceback(tmp_path, job, sql("a", block))
    assert found == (
        "Traceback (most recent call last):\n"
        "  a.ipynb, cell 1, line 2\n"
        '    rows = run_sql("a.sql", "q")\n'
        "  a.ipynb, cell 1, line 2\n"
        "    SELECT x FROM nowhere;\n"
        "sqlite3.OperationalError: no such table: nowhere"
    )


def test_sql_alone_and_by_hand(tmp_path: Path) -> None:
    assert "  a.ipynb, cell 1, line 6\n" in _traceback(tmp_path / "a", sql("a", query(BROKEN)))
    found = _traceback(tmp_path / "b", {"b.sql": BROKEN})
    assert f'  File "{tmp_path / "b" / "b.sql"}", line 5\n    FROM nowhere;\n' in found


def test_an_engine_that_names_the_line(tmp_path: Path) -> None:
    write(tmp_path, sql("a", query(BROKEN)))
    found = ran(tmp_path, databases={"default": "duckdb://"}).outcome.traceback
    assert "  a.ipynb, cell 1, line 6\n    FROM nowhere;\n" in found


def test_the_query_of_a_call_by_hand(tmp_path: Path) -> None:
    found = _traceback(tmp_path, py("a", cell("job_input.execute_query('SELECT')")))
    assert "  a.ipynb, cell 1, line 1\n    job_input.execute_query('SELECT')\n" in found
    assert "nbjob_clean" not in found


WITH_IDS = notebook(
    markdown_cell("# A", id="m"), code("1", id="d"), code("x = 1", "job", id="a"),
    code("2", id="e"), code("1 / 0", "job", id="b"),
)  # fmt: skip
WITHOUT_IDS = notebook(
    markdown_cell("# A"), code("1"), code("x = 1", "job"), code("2", "other"), code("1 / 0", "job")
)
NOTEBOOKS = {
    "by id": (WITH_IDS, 5),
    "by order": (WITHOUT_IDS, 5),
    "none": (None, 3),
    "not JSON": (b"<<<<<<< HEAD", 3),
    "not a notebook": (b"[1]", 3),
}


@pytest.mark.parametrize(("data", "number"), NOTEBOOKS.values(), ids=NOTEBOOKS)
def test_the_number_of_a_cell_is_the_notebooks(
    tmp_path: Path, data: bytes | None, number: int
) -> None:
    if data:
        (tmp_path / "a.ipynb").write_bytes(data)
    has_ids = data != WITHOUT_IDS
    blocks = [markdown("A"), cell("x = 1", "a" * has_ids), cell("1 / 0", "b" * has_ids)]
    assert f"  a.ipynb, cell {number}, line 1\n" in _traceback(tmp_path, py("a", *blocks))


def test_the_number_of_a_sql_cell_without_id(tmp_path: Path) -> None:
    data = notebook(
        code("1"), code("%%sql\nSELECT 1", "job"), code("2"), code("%%sql\nSELECT x", "job")
    )
    (tmp_path / "a.ipynb").write_bytes(data)
    job = py(
        "a",
        call('run_sql("a.sql", "sql-1")', ""),
        call('run_sql("a.sql", "sql-2")', ""),
        preamble=RUN_SQL,
    )
    queries = sql("a", query("SELECT 1;", "sql-1"), query("SELECT x;", "sql-2"))
    assert "  a.ipynb, cell 4, line 2\n" in _traceback(tmp_path, job, queries)
