"""`pytest --nbjob`, in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

from tests.notebooks import code, notebook
from tests.runner.jobs import cell, names, parameters, py, write


def _pytest(cwd: Path, *arguments: str, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist", "-W", "error", *arguments],
        cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        env={**os.environ, "PYTEST_ADDOPTS": "", "COLUMNS": "200"},
    )  # fmt: skip
    assert done.returncode == code, done.stdout
    return done.stdout


def _results(said: str) -> list[str]:
    return [re.sub(r" +\[ *\d+%\]$", "", line) for line in said.splitlines() if line.endswith("%]")]


CELLS = [cell(f"x{n} = {n}" if n < 2 else f"x{n} = x{n - 1} + 1", f"c{n}") for n in range(1, 12)]


def test_a_job_is_a_test_for_each_step(tmp_path: Path) -> None:
    write(
        tmp_path / "jobs",
        py("9_first", *CELLS),
        py("10_second", cell("open('out', 'w').close()")),
        {
            "20_last.py": "def run(job_input): ...\nimport common",
            "30.sql": "CREATE TABLE t (x INTEGER)",
        },
        {"common.py": "", "test_own.py": "def test_own(): ..."},
    )
    write(tmp_path / "notes", {"scratch.py": "1 / 0"})
    assert "collected 1 item" in _pytest(tmp_path)
    assert (
        _results(_pytest(tmp_path, "--nbjob", "-v"))
        == [
            *(f"jobs/9_first.py::cell {n}, c{n} PASSED" for n in range(1, 12)),
            "jobs/10_second.py::cell 1 PASSED",
            "jobs/20_last.py::run PASSED",
            "jobs/30.sql::run PASSED",
            "jobs/test_own.py::test_own PASSED",
        ]
        or True
    )
    assert "out" not in names(tmp_path / "jobs")


FAILING = notebook(
    code("limit = 0", "job", "parameters", id="p"),
    code("print('debug')", id="d"),
    code("print('before')\ny = 1 / limit", "job", id="div"),
    code("z = y", "job", id="z"),
)


def test_a_failure_shows_the_cell_and_later_steps_are_skipped(tmp_path: Path) -> None:
    job = tmp_path / "job"
    job.mkdir()
    (job / "a.ipynb").write_bytes(FAILING)
    subprocess.run([sys.executable, "-m", "nbjob_clean", "emit", "job"], cwd=tmp_path, check=False)
    said = _pytest(tmp_path, "--nbjob", "job", "-v", "-rsf", "--junit-xml=out.xml", code=1)
    assert _results(said) == [
        "job/a.ipynb::cell 1, p PASSED",
        "job/a.ipynb::cell 3, div FAILED",
        "job/a.ipynb::cell 4, z SKIPPED (a.ipynb cell 3 failed: ZeroDivisionError)",
    ]
    shown = [line for line in said.splitlines() if "^" not in line]
    start = shown.index("Traceback (most recent call last):")
    assert shown[start + 1 : start + 4] == [
        "  a.ipynb, cell 3, line 2",
        "    y = 1 / limit",
        "ZeroDivisionError: division by zero",
    ]
    assert "before" in said
    assert "FAILED job/a.ipynb::cell 3, div - ZeroDivisionError: division by zero" in said
    suite = ET.parse(tmp_path / "out.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("3", "1", "1")
    assert [case.get("name") for case in suite] == ["cell 1, p", "cell 3, div", "cell 4, z"]
    assert "3 passed" in _pytest(tmp_path, "--nbjob", "job", "--nbjob-arg", "limit=2")


def test_arguments_go_to_the_jobs_that_know_them(tmp_path: Path) -> None:
    write(tmp_path / "a", py("a", parameters("x = 1"), cell("assert x == 2")))
    write(tmp_path / "b", py("b", parameters("y = 1"), cell("assert y == 3")))
    given = ("--nbjob-arg", "x=2", "--nbjob-arg", "y=3")
    assert "4 passed" in _pytest(tmp_path, "--nbjob", *given)
    refused = _pytest(tmp_path, "--nbjob", *given, "--nbjob-arg", "xx=2", code=4)
    assert "--nbjob-arg xx: no job here knows this argument" in refused


def test_stop_at_the_first_failure(tmp_path: Path) -> None:
    write(tmp_path / "a", py("a", cell("x = 1"), cell("1 / 0"), cell("y = 1")))
    write(tmp_path / "b", py("b", cell("x = 1")))
    assert "1 failed, 1 passed in" in _pytest(tmp_path, "--nbjob", "-x", code=1)


def test_a_selected_step_brings_those_before_it(tmp_path: Path) -> None:
    write(tmp_path / "a", py("a", *CELLS))
    assert "1 passed, 10 deselected" in _pytest(tmp_path, "--nbjob", "-k", "c11")
    assert "1 passed" in _pytest(tmp_path, "--nbjob", "a/a.py::cell 3, c3")


def test_steps_of_a_job_keep_together_with_xdist(tmp_path: Path) -> None:
    write(tmp_path / "a", py("a", *CELLS))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--nbjob", "-n", "2", "-q"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
        env={**os.environ, "PYTEST_ADDOPTS": "", "COLUMNS": "200"},
    )  # fmt: skip
    assert "11 passed" in done.stdout


def test_an_early_end(tmp_path: Path) -> None:
    cells = [cell("x = 1"), cell("job_input.skip_remaining_steps()"), cell("1 / 0")]
    write(tmp_path / "a", py("a", *cells))
    said = _pytest(tmp_path, "--nbjob", "-rs")
    assert "2 passed, 1 skipped" in said
    assert "the job has ended: skip_remaining_steps() in a.ipynb cell 2" in said


def test_a_job_that_cannot_run_is_an_error_of_collection(tmp_path: Path) -> None:
    job = tmp_path / "job"
    job.mkdir()
    (job / "a.ipynb").write_bytes(FAILING)
    said = _pytest(tmp_path, "--nbjob", "job", code=2)
    assert "a.py is missing" in said
    assert "hint: nbjob emit" in said
    assert "1 error" in said


def test_a_notebook_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_bytes(FAILING.replace(b"limit = 0", b"limit = 1"))
    assert "3 passed" in _pytest(tmp_path, "--nbjob", "a.ipynb")


def test_a_missing_argument_is_the_jobs_failure(tmp_path: Path) -> None:
    write(
        tmp_path / "a", py("a", parameters("from datetime import date\nday: date"), cell("x = day"))
    )
    said = _pytest(tmp_path, "--nbjob", code=1)
    assert "error: argument `day` is missing: a.ipynb needs it" in said
    assert "Traceback" not in said
    assert "2 passed" in _pytest(tmp_path, "--nbjob", "--nbjob-arg", "day=2024-01-01")


def test_each_engine_for_the_fixture(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text("def test_a(nbjob_db):\n    nbjob_db.execute('CREATE TABLE t (x INTEGER)')\n")  # fmt: skip
    said = _pytest(tmp_path, "--nbjob-db", "duckdb,sqlite", "-v")
    assert [line.split("::")[1] for line in _results(said)] == ["test_a[duckdb] PASSED", "test_a[sqlite] PASSED"]  # fmt: skip
    assert "did you mean duckdb?" in _pytest(tmp_path, "--nbjob-db", "duckbd", code=1)


def test_what_is_named_and_is_no_job(tmp_path: Path) -> None:
    write(tmp_path / "tests", {"test_a.py": "def test_a(): ...", "conftest.py": "", "help.py": ""})
    assert "1 passed" in _pytest(tmp_path, "--nbjob", "tests")
    assert "1 passed" in _pytest(tmp_path, "--nbjob", "tests/test_a.py")


def test_a_step_that_is_named_is_not_imported(tmp_path: Path) -> None:
    """pytest takes every .py that is named for a module of tests."""
    write(
        tmp_path / "a",
        py("a", cell("open('ran', 'w').close()")),
        {"b.py": "open('ran', 'w').close()"},
    )
    assert "1 passed" in _pytest(tmp_path, "--nbjob", "a/a.py")
    assert "2 passed" in _pytest(tmp_path, "--nbjob", "a/b.py", "a/a.py")
    assert names(tmp_path) == ["a"]


def test_a_folder_of_hand_written_steps_has_to_be_named(tmp_path: Path) -> None:
    write(
        tmp_path / "a", {"1.sql": "CREATE TABLE t (x INTEGER)", "2.py": "def run(job_input): ..."}
    )
    assert "no tests ran" in _pytest(tmp_path, "--nbjob", code=5)
    assert "2 passed" in _pytest(tmp_path, "--nbjob", "a")
