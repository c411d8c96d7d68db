"""The program itself, in a process of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.notebooks import code, notebook
from tests.notebooks import markdown as markdown_cell
from tests.runner.jobs import RUN_SQL, call, cell, names, nbjob, parameters, py, query, sql, write
from tests.runner.test_stop import running

EXAMPLES = Path(__file__).parents[2] / "examples"
SECONDS = re.compile(r" +\d+\.\d\d s")


def _lines(said: str) -> list[str]:
    return [re.sub(r"  +", "  ", SECONDS.sub("", line)) for line in said.splitlines()]


def test_output_and_step_lines(tmp_path: Path) -> None:
    cells = [cell("print('out')" if n % 5 == 0 else f"x = {n}") for n in range(1, 14)]
    said = nbjob("run", write(tmp_path, py("10_a", *cells)))
    assert (said.code, said.out) == (0, "out\nout\n")
    assert _lines(said.err) == [
        *(f"[{n:2}/13] 10_a.ipynb cell {n}  ok" for n in range(1, 14)),
        "done: 13 steps in",
    ]


def test_a_failing_step(tmp_path: Path) -> None:
    said = nbjob("run", write(tmp_path, py("a", cell("x = 0"), cell("1 / x"), cell("y = 1"))))
    assert said.code == 1
    lines = [line for line in _lines(said.err) if "^" not in line]
    assert lines == [
        "[1/3] a.ipynb cell 1  ok",
        "[2/3] a.ipynb cell 2  failed",
        "[3/3] a.ipynb cell 3  not run",
        "Traceback (most recent call last):",
        "  a.ipynb, cell 2, line 1",
        "  1 / x",
        "ZeroDivisionError: division by zero",
        "failed: a.ipynb cell 2, 2 steps in, 1 step not run, exit code 1",
    ]


CODES = {
    "done": ({"a.py": "x = 1"}, (), 0),
    "raised": ({"a.py": "1 / 0"}, (), 1),
    "exit": ({"a.py": "import sys\nsys.exit(17)"}, (), 17),
    "exit with words": ({"a.py": "import sys\nsys.exit('no')"}, (), 1),
    "interrupted": ({"a.py": "raise KeyboardInterrupt"}, (), 130),
    "unknown argument": ({"a.py": "open('ran', 'w')"}, ("-p", "x=1"), 64),
    "not name=value": ({"a.py": "open('ran', 'w')"}, ("-p", "x"), 64),
    "not JSON": ({"a.py": "open('ran', 'w')"}, ("--arguments", "x"), 64),
    "no arguments file": ({"a.py": "open('ran', 'w')"}, ("--arguments-file", "x.json"), 64),
    "no such step": ({"a.py": "open('ran', 'w')"}, ("--only", "b"), 64),
    "two selections": ({"a.py": "open('ran', 'w')"}, ("--only", "a", "--from", "a"), 64),
    "unknown engine": ({"a.py": "open('ran', 'w')"}, ("--db", "orakel://x"), 64),
    "unknown database": (
        {"0.py": "open('ran', 'w')", **sql("a", query("SELECT 1;"))},
        (),
        0,
    ),
    "missing argument": ({"0.py": "open('ran', 'w')", "a.sql": "SELECT :x"}, (), 64),
    "syntax error": ({"0.py": "open('ran', 'w')", "a.py": "1 +"}, (), 65),
    "template": ({"0.py": "open('ran', 'w')", "a.sql": "SELECT {% if %}"}, (), 65),
    "nothing to run": ({}, (), 65),
    "no database there": ({"a.sql": "SELECT 1"}, ("--db", "sqlite:////nowhere/a.db"), 69),
}


@pytest.mark.parametrize(("files", "options", "code"), CODES.values(), ids=CODES)
def test_exit_codes(
    tmp_path: Path, files: dict[str, str], options: tuple[str, ...], code: int
) -> None:
    said = nbjob("run", write(tmp_path, files), *options)
    assert said.code == code, said.err
    if code in (64, 65):
        assert not (tmp_path / "ran").exists()
        assert said.err.startswith("error: ")
        assert "Traceback" not in said.err


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    said = nbjob("run", tmp_path / "nowhere")
    assert said.code == 65
    assert "no such file or directory" in said.err


def test_ends_before_the_last_step_are_said(tmp_path: Path) -> None:
    cells = [cell("import sys"), cell("sys.exit(0)"), cell("x = 1"), cell("y = 1")]
    said = nbjob("run", write(tmp_path, py("a", *cells)))
    assert said.code == 0
    assert (
        _lines(said.err)[-1] == "exited: sys.exit(0) in a.ipynb cell 2, 2 steps in, 2 steps not run"
    )


def test_a_message_of_sys_exit(tmp_path: Path) -> None:
    said = nbjob("run", write(tmp_path, {"a.py": "import sys\nsys.exit('no rows today')"}))
    assert "\nno rows today\n" in said.err


def test_an_unknown_database_is_refused_before_anything_runs(tmp_path: Path) -> None:
    query_elsewhere = (
        '-- nbjob:sidecar 1 b.ipynb\n-- x\n\n-- %% id=q connection="wharehouse"\nSELECT 1;\n'
    )
    write(tmp_path, {"a.py": "open('ran', 'w')", "b.sql": query_elsewhere})
    said = nbjob("run", tmp_path, "--db", "warehouse=sqlite://")
    assert said.code == 64
    assert "unknown database `wharehouse`; known: warehouse" in said.err
    assert not (tmp_path / "ran").exists()
    assert nbjob("run", tmp_path, "--db", "wharehouse=sqlite://").code == 0


def test_databases_of_the_configuration(tmp_path: Path) -> None:
    settings = "[tool.nbjob.databases.default]\nurl = 'sqlite:///data.db'\n"
    (tmp_path / "pyproject.toml").write_text(settings)
    job = write(tmp_path / "job", {"a.sql": "CREATE TABLE t (x INTEGER)"})
    assert nbjob("run", job, cwd=job).code == 0
    assert (tmp_path / "data.db").is_file()


def test_a_path_on_the_command_line_is_the_shells(tmp_path: Path) -> None:
    job = write(tmp_path / "job", {"a.sql": "CREATE TABLE t (x INTEGER)"})
    assert nbjob("run", "job", "--db", "sqlite:///here.db", cwd=tmp_path).code == 0
    assert (tmp_path / "here.db").is_file()
    assert names(job) == [".nbjob", "a.sql"]
    assert not list((job / ".nbjob").glob("*.duckdb"))


def test_where_arguments_come_from(tmp_path: Path) -> None:
    cells = [parameters("a = b = c = d = ''"), cell("print(a, b, c, d)")]
    job = write(tmp_path / "job", py("a", *cells))
    (tmp_path / "f.json").write_text('{"a": "file", "b": "file", "c": "file"}')
    (tmp_path / "f.toml").write_text('a = "toml"\n')
    options = ("--arguments", '{"b": "json", "c": "json"}', "-p", "c=x=y", "-p", "d=1", "-p", "d=2")
    assert (
        nbjob("run", job, "--arguments-file", tmp_path / "f.json", *options).out
        == "file json x=y 2\n"
    )
    assert nbjob("run", job, "--arguments-file", tmp_path / "f.toml").out == "toml   \n"


def test_plan(tmp_path: Path) -> None:
    write(
        tmp_path,
        py("10_a", parameters("least = 2"), call('run_sql("10_a.sql", "q")'), preamble=RUN_SQL),
        sql("10_a", query("SELECT {{ day }};")),
        {"20_b.py": "import common\ndef run(job_input): ...", "common.py": "1 / 0"},
    )
    said = nbjob("run", tmp_path, "--plan", "-p", "least=5", "--db", "sqlite://")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        f"steps of {tmp_path}",
        "    1  10_a.ipynb cell 1  python",
        "    2  10_a.ipynb cell 2  sql",
        "    3  20_b.py            run(job_input)",
        "arguments",
        "  least: int = 5 (given by -p)  [10_a.ipynb]",
        "  day: any (required)  [10_a.ipynb, cell 2]",
        "databases",
        "  default = sqlite://",
        "not steps",
        "  10_a.sql: runs through 10_a.py",
        "  common.py: imported by 20_b.py",
    ]
    as_json = json.loads(nbjob("run", tmp_path, "--plan", "--output-format", "json").out)
    assert [step["title"] for step in as_json["steps"]][2] == "20_b.py"
    assert as_json["arguments"][1] == {
        "name": "day", "type": "any", "default": None, "required": True,
        "declared_in": "10_a.ipynb, cell 2", "description": None,
    }  # fmt: skip
    assert ".nbjob" not in names(tmp_path)


def test_from_to_only(tmp_path: Path) -> None:
    files = {f"{n}_a.py": f"print({n})" for n in range(1, 13)}
    write(tmp_path, files)
    assert nbjob("run", tmp_path, "--from", "9_a", "--to", "11").out == "9\n10\n11\n"
    said = nbjob("run", tmp_path, "--only", "10_a.py")
    assert said.out == "10\n"
    assert said.err.startswith("[10/12] 10_a.py")


def test_colours_only_where_they_are_wanted(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "x = 1"})
    plain = dict(os.environ) | {"NO_COLOR": ""}
    assert "\x1b" not in nbjob("run", tmp_path, env=plain).err
    assert "\x1b[32mok\x1b[0m" in nbjob("run", tmp_path, env=plain | {"FORCE_COLOR": "1"}).err


DATA = notebook(
    markdown_cell("# A", id="m"), code("print('debug')", id="d"), code("x = 1", "job", id="a"),
    code("%%sql rows <<\nSELECT {{ x }} AS y", "job", id="q"), code("print(rows[0])", "job", id="b"),
)  # fmt: skip


def test_a_notebook_runs_without_its_sidecars(tmp_path: Path) -> None:
    (tmp_path / "10_a.ipynb").write_bytes(DATA)
    said = nbjob("run", tmp_path / "10_a.ipynb", "--db", "sqlite://")
    assert (said.code, said.out) == (0, "(1,)\n")
    assert _lines(said.err)[1] == "[2/3] 10_a.ipynb cell 4  1 row  ok"
    assert names(tmp_path) == [".nbjob", "10_a.ipynb"]


def test_a_notebook_in_memory_shows_its_lines(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_bytes(notebook(code("x = 0\n1 / x", "job")))
    (tmp_path / "a.py").write_text("# stale\n" * 9)
    assert "  a.ipynb, cell 1, line 2\n    1 / x\n" in nbjob("run", tmp_path / "a.ipynb").err


@pytest.mark.parametrize("cells", [[code("x = 1")], []])
def test_a_notebook_without_production_cells(
    tmp_path: Path, cells: list[dict[str, object]]
) -> None:
    (tmp_path / "a.ipynb").write_bytes(notebook(*cells))
    said = nbjob("run", tmp_path / "a.ipynb")
    assert said.code == 65
    assert "no production cell" in said.err


def _emitted(tmp_path: Path) -> Path:
    (tmp_path / "10_a.ipynb").write_bytes(DATA)
    assert nbjob("emit", tmp_path / "10_a.ipynb", cwd=tmp_path).code in (0, 1)
    assert nbjob("run", tmp_path, "--db", "sqlite://").code == 0
    return tmp_path


def test_fresh_sidecars_run_and_a_debug_cell_may_change(tmp_path: Path) -> None:
    job = _emitted(tmp_path)
    (job / "10_a.ipynb").write_bytes(DATA.replace(b"debug", b"other"))
    (job / "scratch.ipynb").write_bytes(notebook(code("1 +")))
    assert nbjob("run", job, "--db", "sqlite://").code == 0


STALE = {
    "the notebook was edited": lambda job: (job / "10_a.ipynb").write_bytes(
        DATA.replace(b"x = 1", b"x = 2")
    ),
    "a sidecar was edited": lambda job: (job / "10_a.py").write_text(
        "# nbjob:sidecar 1 10_a.ipynb\n"
    ),
    "a sidecar is missing": lambda job: (job / "10_a.sql").unlink(),
    "a sidecar is left over": lambda job: (job / "10_a.ipynb").write_bytes(
        notebook(code("x = 1", "job", id="a"))
    ),
}


@pytest.mark.parametrize("spoil", STALE.values(), ids=STALE)
@pytest.mark.parametrize("target", [".", "10_a.py"])
def test_stale_sidecars_are_refused(tmp_path: Path, spoil: object, target: str) -> None:
    job = _emitted(tmp_path)
    spoil(job)  # type: ignore[operator]
    said = nbjob("run", job / target)
    assert said.code == 66
    assert "10_a." in said.err
    assert f"hint: nbjob emit {job}" in said.err


def test_a_notebook_that_is_none(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "x = 1", "b.ipynb": "<<<<<<< HEAD"})
    said = nbjob("run", tmp_path)
    assert said.code == 65
    assert "b.ipynb" in said.err


def test_a_sidecar_runs_with_plain_python(tmp_path: Path) -> None:
    job = write(
        tmp_path / "job",
        py("a", cell("x = 5"), call('rows = run_sql("a.sql", "q", x=x)'), cell("print(rows)"), preamble=RUN_SQL),
        sql("a", query("CREATE OR REPLACE TABLE t AS SELECT {{ x }} AS y;\nSELECT y FROM t;")),
    )  # fmt: skip
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, str(job / "a.py")],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == "y\n-\n5\n(1 row)\n"
    assert (job / ".nbjob" / "job.duckdb").is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for one process there")
def test_ctrl_c(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "import time\nprint('here', flush=True)\ntime.sleep(60)", "b.py": ""})
    with running(tmp_path) as run:
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=30)
    assert run.returncode == 130
    assert _lines(said)[-1] == "interrupted: a.py, 1 step in, 1 step not run, exit code 130"
    assert "Traceback" not in said


@pytest.mark.parametrize("example", sorted(p.name for p in EXAMPLES.iterdir() if p.is_dir()))
@pytest.mark.parametrize("where", ["its folder", "elsewhere"])
def test_the_examples_run_twice_with_and_without_arguments(
    tmp_path: Path, example: str, where: str
) -> None:
    job = tmp_path / "job here"
    shutil.copytree(EXAMPLES / example, job, ignore=shutil.ignore_patterns(".nbjob", "output"))
    cwd = job if where == "its folder" else tmp_path
    for options in [(), (), ("-p", "since=2024-02-01")]:
        said = nbjob("run", os.path.relpath(job, cwd), *options, cwd=cwd)
        assert said.code == 0, said.err
        assert "2024-" in said.out


PROBE = """
import sys
from nbjob_clean.cli import main
code = main(["run", sys.argv[1]])
print(code, *sorted(sys.modules))
"""


# What is not here is loaded where it is needed: each module costs a small job half a percent.
AT_START_UP = """
cli errors jobs record runner sidecar
cli.paint cli.quick_arguments cli.run cli.run_arguments cli.run_audience cli.run_lines
cli.run_options
runner.arguments runner.config_ini runner.connections runner.context runner.database
runner.declarations runner.ending runner.environment runner.events runner.identity runner.job
runner.job_input runner.journal runner.load runner.lock runner.mask runner.options runner.outcome
runner.parameters runner.places runner.queries runner.resume runner.run runner.scratch
runner.source runner.state runner.steps runner.steps.main runner.steps.python runner.stop
runner.threads
sidecar.format sidecar.percent
"""


def test_what_a_run_of_sidecars_loads(tmp_path: Path) -> None:
    write(tmp_path, py("a", parameters("x = 1"), cell("y = x")))
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(tmp_path)], capture_output=True, text=True, check=True
    )
    code, *loaded = done.stdout.split()
    assert code == "0"
    heavy = {"argparse", "typing", "threading", "socket", "select", "hashlib", "datetime"}
    heavy |= {"git", "nbformat", "duckdb", "sqlite3", "subprocess", "logging", "importlib.util"}
    assert heavy & set(loaded) == set()
    ours = {name.removeprefix("nbjob_clean.") for name in loaded if "nbjob_clean." in name}
    assert ours - set(AT_START_UP.split()) == set()


def test_no_garbage_is_looked_for_at_start_up(tmp_path: Path) -> None:
    code = "import gc; print(gc.isenabled(), gc.get_freeze_count() > 1000)"
    write(tmp_path, {"a.py": code})
    assert nbjob("run", ".", cwd=tmp_path).out == "True True\n"


def test_importing_the_runner_loads_nothing() -> None:
    probe = "import sys; before = set(sys.modules); from nbjob_clean.runner import run_sql; print(*set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == {"nbjob_clean", "nbjob_clean.runner"}


@pytest.mark.skipif(sys.version_info >= (3, 11), reason="tomllib is part of Python there")
def test_settings_without_a_reader_of_toml(tmp_path: Path) -> None:
    missing = "raise ModuleNotFoundError('none', name='tomli')"
    write(tmp_path / "path", {"tomli.py": missing})
    job = write(tmp_path / "job", py("a", cell("pass")), {"nbjob.toml": ""})
    said = nbjob("run", job, env={**os.environ, "PYTHONPATH": str(tmp_path / "path")})
    assert said.code == 69
    assert said.err.startswith("error: the package `tomli` is not installed")


REFUSED: dict[str, tuple[str, ...]] = {
    "an unknown option": ("run", "JOB", "--bogus"),
    "no such choice": ("run", "JOB", "--lock", "maybe"),
    "no job": ("run",),
    "a variable that was not set": ("run", ""),
    "settings": ("run", "JOB"),
    "test": ("test", "JOB", "--bogus"),
    "test with settings": ("test", "JOB"),
}


@pytest.mark.parametrize("words", REFUSED.values(), ids=REFUSED)
def test_what_is_refused_is_told_from_an_exit_status_of_the_job(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    job = write(tmp_path / "job", py("a", cell("exit(2)")), {"nbjob.toml": "bogus = 1"})
    said = nbjob(*(job if word == "JOB" else word for word in words), cwd=job)
    assert said.code == 64, said.err
    assert "error: " in said.err
