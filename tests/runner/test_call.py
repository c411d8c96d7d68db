"""A notebook is a function: what goes in, what comes out, and what it may not disturb."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import threading
import traceback
from pathlib import Path
from typing import Any

import pytest

from nbjob_clean import call, run
from nbjob_clean.errors import (
    ArgumentError,
    InvalidJobError,
    RunError,
    StaleSidecarError,
    UnavailableError,
)
from tests.notebooks import code, notebook
from tests.runner.jobs import (
    RUN_SQL,
    cell,
    markdown,
    names,
    nbjob,
    parameters,
    py,
    query,
    ran,
    sql,
    write,
)
from tests.runner.jobs import call as sql_call

PROCESS = notebook(
    code("rows = []\nfactor: int = 1", "job", "parameters", id="p"),
    code("1 / 0  # debug", id="d"),
    code("import math\n_private = 1\ntotal = sum(rows) * factor", "job", id="t"),
    code("def double(x):\n    return 2 * total + x", "job", id="f"),
)


@pytest.fixture
def process(tmp_path: Path) -> Path:
    path = tmp_path / "process.ipynb"
    path.write_bytes(PROCESS)
    return path


def test_values_come_back_as_they_are(process: Path) -> None:
    rows = (1, 2)
    result = call(process, rows=rows, factor=3)
    assert result["rows"] is rows
    assert result["total"] == result.total == 9
    assert result["double"](1) == 19
    assert list(result) == ["rows", "factor", "total", "double"]
    assert result.files["process.ipynb"] == dict(result)
    assert result.is_ok
    assert result.value is None
    assert names(process.parent) == ["process.ipynb"]


def test_a_name_that_there_is_not(process: Path) -> None:
    result = call(process)
    with pytest.raises(KeyError, match="did you mean 'total'"):
        result["totl"]
    with pytest.raises(AttributeError):
        _ = result.totl
    assert result.get("totl") is None
    assert pickle.loads(pickle.dumps({n: result[n] for n in ("rows", "total")})) == {
        "rows": [],
        "total": 0,
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"factor": "3"}, "is not of type int"),
        ({"factr": 3}, "unknown argument `factr`"),
        ({"total": 3}, "overwrite"),
        ({"rows": "abc"}, "not of type list"),
    ],
)
def test_arguments_are_those_of_the_job(
    process: Path, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(ArgumentError, match=message):
        call(process, **arguments)


def test_a_missing_argument(tmp_path: Path) -> None:
    write(tmp_path, py("a", parameters("day: date")))
    with pytest.raises(ArgumentError, match="`day` is missing"):
        call(tmp_path)


class Own(ValueError):
    """The test's own."""


def test_the_exception_is_the_jobs_own(tmp_path: Path) -> None:
    path = tmp_path / "fails.ipynb"
    source = "def check(x):\n    raise kind('bad', x)"
    path.write_bytes(
        notebook(code("kind = None", "job", "parameters"), code(source, "job"), code("check(1)", "job"))
    )  # fmt: skip
    with pytest.raises(Own) as caught:
        call(path, kind=Own)
    assert type(caught.value) is Own
    assert caught.value.args == ("bad", 1)
    shown = "".join(traceback.format_exception(caught.value))
    assert "    raise kind('bad', x)\n" in shown
    assert str(Path("nbjob_clean", "runner")) not in shown
    if sys.version_info >= (3, 11):
        assert shown.endswith("\nin fails.ipynb, cell 2, line 2\n    raise kind('bad', x)\n")
    files = [Path(frame.filename).name for frame in traceback.extract_tb(caught.tb)]
    assert files == ["test_call.py", "function.py", "fails.py", "fails.py"]


def test_run_gives_a_failure_as_a_result(tmp_path: Path) -> None:
    result = run(write(tmp_path, py("a", cell("x = 1"), cell("1 / 0"), cell("y = 1"))))
    assert not result.is_ok
    assert result.exit_code == 1
    assert isinstance(result.error, ZeroDivisionError)
    assert dict(result) == {"x": 1}
    assert [event.status for event in result.outcome.events] == ["ok", "failed", "not run"]
    with pytest.raises(ZeroDivisionError):
        result.raise_for_error()


ENDS: list[tuple[str, type[BaseException] | None]] = [
    ("import sys\nsys.exit(0)", None),
    ("import sys\nsys.exit(3)", SystemExit),
    ("raise KeyboardInterrupt", KeyboardInterrupt),
    ("job_input.skip_remaining_steps()", None),
]


@pytest.mark.parametrize(("text", "error"), ENDS)
def test_how_a_call_ends(tmp_path: Path, text: str, error: type[BaseException] | None) -> None:
    write(tmp_path, py("a", cell("x = 1"), cell(text), cell("x = 2")))
    if error:
        with pytest.raises(error):
            call(tmp_path)
    else:
        assert call(tmp_path)["x"] == 1


def test_directories_and_hand_written_files(tmp_path: Path) -> None:
    write(
        tmp_path,
        py("9_a", cell("x = 'nine'\na = 1")),
        py("10_b", cell("x = 'ten'")),
        {"20_c.py": "def run(job_input):\n    return job_input.get_arguments()['limit'] + 1"},
    )
    result = call(tmp_path, limit=4)
    assert (result["x"], result["a"], result.value) == ("ten", 1, 5)
    assert result.files["9_a.ipynb"]["x"] == "nine"
    assert call(tmp_path / "10_b.py")["x"] == "ten"
    assert run(tmp_path, only="9_a")["x"] == "nine"


def test_a_stale_directory_is_refused(process: Path) -> None:
    (process.parent / "process.py").write_text("# nbjob:sidecar 1 process.ipynb\n")
    assert call(process)["total"] == 0
    with pytest.raises(StaleSidecarError):
        call(process.parent)


def test_the_sidecar_stands_for_a_notebook_that_is_not_there(tmp_path: Path) -> None:
    write(tmp_path, py("process", parameters("x = 1"), cell("y = x + 1")))
    assert call(tmp_path / "process.ipynb", x=2)["y"] == 3
    with pytest.raises(InvalidJobError):
        call(tmp_path / "other.ipynb")


TABLES = {
    "1_create.sql": "CREATE TABLE orders (id INTEGER); INSERT INTO orders VALUES (1), (2);",
    **sql("2_read", query("SELECT id FROM orders WHERE id > {{ least }};")),
}
TABLES["2_read.sql"] = TABLES["2_read.sql"].replace('tags=["job"]', 'tags=["job"] out=found')


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///a.db", "duckdb://", "duckdb:///a.duckdb", None])  # fmt: skip
def test_tables(tmp_path: Path, url: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    job = write(tmp_path / "job", TABLES)
    result = run(job, {"least": 1}, databases={"default": url} if url else None)
    result.raise_for_error()
    assert result["found"] == result.tables["found"] == [(2,)]
    assert result.tables["orders"] == [(1,), (2,)]
    assert result.tables["orders"].columns == ("id",)
    assert list(result.tables) == ["found", "orders"]
    with pytest.raises(KeyError):
        result.tables["order"]
    if url and url.endswith("a.duckdb"):  # no lock of ours stays on the file
        program = (
            "import duckdb; print(duckdb.connect('a.duckdb').execute('FROM orders').fetchall())"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # fmt: skip
        assert done.stdout == "[(1,), (2,)]\n"


def test_tables_of_another_database(tmp_path: Path) -> None:
    text = '-- nbjob:sidecar 1 a.ipynb\n-- x\n\n-- %% id=q connection="other"\nCREATE TABLE t (x INTEGER);\n'
    write(tmp_path, {"a.sql": text})
    result = run(tmp_path, databases={"other": "sqlite://"})
    assert list(result.tables) == ["other.t"]
    assert result.tables["other.t"] == []


OUTER = "from nbjob_clean import call\n"


def test_from_another_job(tmp_path: Path, process: Path) -> None:
    """A relative path starts at the job's directory, wherever its code has gone to."""
    text = OUTER + "import os\nos.chdir('/')\nresult = call('../process.ipynb', rows=[1, 2])"
    write(tmp_path / "outer", py("a", cell(text), cell("assert result['total'] == 3")))
    assert ran(tmp_path / "outer").outcome.traceback == ""


def test_modules_of_a_shared_directory_stay_one(tmp_path: Path) -> None:
    files = {"common.py": "class Bad(ValueError): ...", **py("inner", cell("import common\nraise common.Bad"))}  # fmt: skip
    text = (
        OUTER
        + "try:\n    call('inner.py')\nexcept ValueError as exc:\n    import common\n    assert type(exc) is common.Bad"
    )
    write(tmp_path, files, py("outer", cell(text)))
    program = f"from nbjob_clean import call; call({str(tmp_path / 'outer.py')!r})"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_process_is_as_it_was(process: Path) -> None:
    before = (Path.cwd(), list(sys.path), list(sys.argv), sys.modules["__main__"])
    call(process)
    with pytest.raises(TypeError):
        call(process, rows=["a"])
    assert (Path.cwd(), sys.path, sys.argv, sys.modules["__main__"]) == before


INNER = py(
    "inner",
    parameters("x = 1"),
    sql_call('run_sql("inner.sql", "q", x=x)'),
    cell("if x < 0:\n    raise ValueError('x')"),
    preamble=RUN_SQL,
) | sql("inner", query("INSERT INTO t VALUES ({{ x }});"))


def _count(job: Path) -> int:
    write(job, {"count.py": "def run(job_input):\n    return job_input.execute_query('SELECT count(*) FROM t')[0][0]"})  # fmt: skip
    return int(run(job, only="count.py", databases={"default": f"sqlite:///{job}/test.db"}).value)


@pytest.mark.parametrize(("end", "kept"), [("pass", 2), ("1 / 0", 0)])
def test_a_call_works_in_the_callers_transaction(tmp_path: Path, end: str, kept: int) -> None:
    write(tmp_path / "inner", INNER)
    text = OUTER + "call('../inner', x=1)\ncall('../inner', x=2)\n" + end
    job = write(tmp_path / "job", {"1.sql": "CREATE TABLE t (x INTEGER)", "2.py": text})
    ran(job)
    for name in ("1.sql", "2.py"):
        (job / name).unlink()
    assert _count(job) == kept
    assert names(tmp_path / "inner") == ["inner.py", "inner.sql"]


def test_a_call_with_databases_of_its_own(tmp_path: Path) -> None:
    write(tmp_path / "inner", {"1.sql": "CREATE TABLE t (x INTEGER)"})
    text = (
        "from nbjob_clean import run\n"
        "result = run('../inner', databases={'default': 'sqlite:///own.db'})\n"
        "result.raise_for_error()\n"
        "assert list(result.tables) == ['t']\n"
        "1 / 0\n"
    )
    ran(write(tmp_path / "job", {"1.py": text}))
    assert (tmp_path / "job" / "own.db").is_file()
    assert result_names(tmp_path / "job" / "own.db") == ["t"]


def result_names(path: Path) -> list[str]:
    import contextlib
    import sqlite3

    with contextlib.closing(sqlite3.connect(path)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM sqlite_master")]


def test_a_failure_that_the_caller_catches(tmp_path: Path) -> None:
    write(tmp_path / "inner", INNER)
    text = OUTER + "try:\n    call('../inner', x=-1)\nexcept ValueError:\n    call('../inner', x=3)"
    job = write(tmp_path / "job", {"1.sql": "CREATE TABLE t (x INTEGER)", "2.py": text})
    found = ran(job)
    assert found.outcome.traceback == ""
    assert [c.outcome.status for c in found.outcome.events[1].calls] == ["failed", "done"]


def test_calls_are_in_the_events_and_places_in_the_traceback(tmp_path: Path) -> None:
    write(tmp_path / "inner", py("inner", parameters("x = 1"), markdown("# why"), cell("y = 1\nz = 1 / x")))  # fmt: skip
    write(tmp_path / "job", py("a", cell(OUTER + "call('../inner', x=4)\ncall('../inner', x=0)")))
    said = nbjob("run", tmp_path / "job", "--log-format", "json")
    events = [json.loads(line) for line in said.out.splitlines()]
    (finished,) = [event for event in events if event["event"] == "step-finished"]
    assert [found["status"] for found in finished["calls"]] == ["done", "failed"]
    inner = finished["calls"][1]
    assert (inner["job"], inner["arguments"]) == ("inner", {"x": 0})
    assert [step["status"] for step in inner["steps"]] == ["ok", "failed"]
    assert inner["error"]["line"] == 2
    assert finished["error"]["notebook"] == "inner.ipynb"
    shown = [line for line in finished["error"]["traceback"].splitlines() if "^" not in line]
    assert shown == [
        "Traceback (most recent call last):",
        "  a.ipynb, cell 1, line 3",
        "    call('../inner', x=0)",
        "  inner.ipynb, cell 3, line 2",
        "    z = 1 / x",
        "ZeroDivisionError: division by zero",
    ]


def test_a_job_that_calls_itself(tmp_path: Path) -> None:
    write(tmp_path, py("a", cell(OUTER + "call('a.py')")))
    with pytest.raises(InvalidJobError, match="20 calls deep"):
        call(tmp_path)


def test_a_job_may_call_itself_for_less(tmp_path: Path) -> None:
    text = OUTER + "total = n + (call('a.py', n=n - 1)['total'] if n else 0)"
    write(tmp_path, py("a", parameters("n = 0"), cell(text)))
    assert call(tmp_path, n=5)["total"] == 15


def test_a_second_thread_is_refused(tmp_path: Path, process: Path) -> None:
    errors: list[BaseException] = []

    def other() -> None:
        try:
            call(process)
        except BaseException as exc:  # noqa: BLE001 - looked at below
            errors.append(exc)

    write(tmp_path / "job", py("a", parameters("start = None"), cell("start()")))

    def start() -> None:
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()

    call(tmp_path / "job", start=start)
    assert [type(error) for error in errors] == [RunError]
    start()
    assert len(errors) == 1


def test_from_a_thread_of_a_job(tmp_path: Path, process: Path) -> None:
    text = (
        "from concurrent.futures import ThreadPoolExecutor\nfrom nbjob_clean import call\n"
        "with ThreadPoolExecutor(1) as pool:\n    found = pool.submit(call, '../process.ipynb', rows=[1]).result()\n"
        "assert found['total'] == 1"
    )
    write(tmp_path / "job", py("a", cell(text)))
    assert ran(tmp_path / "job").outcome.traceback == ""


def test_a_database_that_is_not_there(tmp_path: Path) -> None:
    write(tmp_path, {"a.sql": "SELECT 1"})
    result = run(tmp_path, databases={"default": "sqlite:////nowhere/a.db"})
    assert isinstance(result.error, UnavailableError)
    assert result.exit_code == 69


def test_importing_the_package_loads_nothing() -> None:
    program = (
        "import sys; before = set(sys.modules); import nbjob_clean;"
        "print(*sorted(set(sys.modules) - before)); print(nbjob_clean.call.__module__)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # fmt: skip
    assert done.stdout == "nbjob_clean\nnbjob_clean.function\n"


def test_in_a_plain_script(process: Path) -> None:
    script = process.parent / "script.py"
    script.write_text("from nbjob_clean import call\nprint(call('process.ipynb', rows=[4])['total'])\ncall('process.ipynb', rows=['a'])\n")  # fmt: skip
    done = subprocess.run(
        [sys.executable, script.name], cwd=process.parent, capture_output=True, text=True,
        check=False, env={**os.environ, "NO_COLOR": "1"},
    )  # fmt: skip
    assert done.stdout == "4\n"
    if sys.version_info >= (3, 11):
        end = "in process.ipynb, cell 3, line 3\n    total = sum(rows) * factor\n"
        assert done.stderr.endswith(end)
