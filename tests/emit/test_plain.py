"""A plain script runs where nbjob is not: `python -I -S` sees the standard library alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from nbjob_clean.emit.plain import plain_script
from nbjob_clean.errors import SidecarError
from nbjob_clean.notebook.model import loads
from nbjob_clean.runner.values import untyped
from tests.notebooks import code, markdown, notebook

JOB = notebook(
    markdown("# Orders", id="m"),
    code("from __future__ import annotations\nlow = 1\nloud = False", "parameters", id="p"),
    code("debug", id="d"),
    code("%%sql\nCREATE TABLE orders (id);\nINSERT INTO orders VALUES (1), (2), (3)", "job", id="c"),
    code("%%sql found <<\nSELECT id FROM orders WHERE id > {{ low }} AND id < :top", "job", id="q"),
    code("%matplotlib inline\nprint(found.dicts(), loud, found.columns)\ndisplay('x')", "job", id="s"),
)  # fmt: skip
SQLITE = {"default": "sqlite:///:memory:"}


def _run(script: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    path = folder / "script.py"
    path.write_text(script, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-I", "-S", str(path), *arguments],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def _script(data: bytes = JOB, **options: object) -> str:
    return plain_script(loads(data), "etl.ipynb", tags=("job",), **{"databases": SQLITE, **options})  # type: ignore[arg-type]


def test_it_runs_without_nbjob(tmp_path: Path) -> None:
    script = _script()
    assert "import nbjob" not in script
    assert "from nbjob" not in script
    done = _run(script, tmp_path, "--top", "9")
    assert done.stdout == "[{'id': 2}, {'id': 3}] False ('id',)\nx\n", done.stderr
    done = _run(script, tmp_path, "--top", "9", "--low", "2", "--loud", "true")
    assert done.stdout == "[{'id': 3}] True ('id',)\nx\n", done.stderr


def test_arguments_are_refused_before_anything_runs(tmp_path: Path) -> None:
    assert "--top" in _run(_script(), tmp_path).stderr
    assert "invalid int value" in _run(_script(), tmp_path, "--top", "1", "--low", "x").stderr
    assert "unrecognized" in _run(_script(), tmp_path, "--top", "1", "--nope", "x").stderr


@pytest.mark.parametrize(
    "word", ["4", "-1", "2.5", "007", "1_0", "true", "null", "x", "nan", "1e999"]
)
def test_a_value_of_no_known_type_is_what_a_run_makes_of_it(tmp_path: Path, word: str) -> None:
    data = notebook(
        code("start = None", "parameters", id="p"),
        code("%%sql found <<\nSELECT :top", "job", id="q"),
        code("print([found[0][0], start])", "job", id="s"),
    )
    done = _run(_script(data), tmp_path, f"--top={word}", f"--start={word}")
    value = untyped(word)
    from_sqlite = int(value) if value is True else value  # which has no truth values
    assert done.stdout == f"{[from_sqlite, value]}\n", done.stderr


def test_the_head_is_metadata_of_scripts() -> None:
    head = _script(databases={}, requirements="# all\npandas==2.2  # why\n\nrich\n").split(
        "\n# ///"
    )[0]
    assert head.splitlines() == [
        "# /// script", '# requires-python = ">=3.10"', "# dependencies = [", '#   "pandas==2.2",',
        '#   "rich",', '#   "duckdb>=1.0",', "# ]",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        (JOB, {"databases": {"default": "postgresql://x/y"}}, "no plain script for the database"),
        (notebook(code("%%sql shop\nSELECT 1", "job", id="q")), {}, "database `shop`"),
        (JOB, {"requirements": "rich\n-r more.txt"}, "requirements.txt:2"),
        (notebook(code("x = 1", id="q")), {}, "no production cell"),
        (notebook(code("%%vdksql\nSELECT {x}", "job", id="q")), {}, "pasted into SQL"),
        (notebook(code("job_input.get_name()", "job", id="q")), {}, "`job_input` is VDK's"),
    ],
)
def test_what_cannot_be_written_plainly_is_refused(
    data: bytes, options: dict[str, object], message: str
) -> None:
    with pytest.raises(SidecarError, match=message):
        _script(data, **options)


def test_queries_alone_are_a_script_too(tmp_path: Path) -> None:
    data = notebook(code("%%sql\nSELECT 1", "job", id="q"))
    assert _run(_script(data), tmp_path).returncode == 0
