"""`nbjob run --matrix`: many runs, isolated, none lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from nbjob_clean.runner.lock import NAME, FileLock
from nbjob_clean.runner.state import state_directory
from tests.runner.jobs import RUN_SQL, Said, call, cell, nbjob, parameters, py, query, sql, write

FORK = pytest.mark.skipif(not hasattr(os, "fork"), reason="runs are forked where that can be")


def _job(tmp_path: Path, *cells: str) -> Path:
    return write(tmp_path / "job", py("10_a", parameters("n = 0"), *map(cell, cells)))


def _rows(tmp_path: Path, count: int) -> Path:
    path = tmp_path / "rows.csv"
    path.write_text("n\n" + "".join(f"{n}\n" for n in range(1, count + 1)), encoding="utf-8")
    return path


def _run(job: Path, rows: Path, *options: str) -> Said:
    return nbjob("run", job, "--matrix", str(rows), *options)


def _report(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def test_all_rows_run_and_say_so(tmp_path: Path) -> None:
    job = _job(tmp_path, "print('n is', n)")
    said = _run(job, _rows(tmp_path, 12), "-j", "3")
    assert said.code == 0
    assert sorted(said.out.split("\n")) == sorted(["", *(f"n is {n}" for n in range(1, 13))])
    assert "[12/12] n=" in said.err
    assert "done: 12 of 12 runs done in" in said.err


def test_one_that_fails_stops_no_other(tmp_path: Path) -> None:
    job = _job(tmp_path, "if n == 2: raise ValueError('two')")
    said = _run(job, _rows(tmp_path, 4), "-j", "2", "--report", str(tmp_path / "r.json"))
    assert said.code == 1
    assert "10_a.ipynb, cell 2, line 1" in said.err
    assert "failed: 3 of 4 runs done" in said.err
    report = _report(tmp_path / "r.json")
    assert (report["total"], report["done"], report["failed"]) == (4, 3, 1)
    assert [run["index"] for run in report["runs"]] == [1, 2, 3, 4]
    assert report["runs"][1]["error"]["type"] == "ValueError"
    assert report["runs"][1]["arguments"] == {"n": 2}


def test_the_exit_status_that_all_failed_runs_agree_on(tmp_path: Path) -> None:
    job = _job(tmp_path, "import sys\nif n > 2: sys.exit(17)\nif n == 1: sys.exit(n)")
    rows = _rows(tmp_path, 4)
    assert _run(job, rows).code == 1
    job = _job(tmp_path, "import sys\nif n > 2: sys.exit(17)")
    assert _run(job, rows).code == 17


def test_a_row_that_is_refused_runs_none(tmp_path: Path) -> None:
    job = _job(tmp_path, "print('ran')")
    rows = tmp_path / "rows.json"
    rows.write_text('[{"n": 1}, {"n": "x"}]')
    said = _run(job, rows)
    assert (said.code, said.out) == (64, "")
    assert "row 2: argument `n`" in said.err
    rows.write_text('[{"n": 1}, {"m": 1}]')
    assert "row 2: unknown argument `m`" in _run(job, rows).err
    rows.write_text('[{"n": 1}, {"n": 1}]')
    assert "rows 1 and 2 are the same run" in _run(job, rows).err


@FORK
def test_runs_share_imports_and_nothing_else(tmp_path: Path) -> None:
    write(tmp_path / "job", {"helper.py": "seen = []\n"})
    job = _job(
        tmp_path, "import json, random, helper",
        "helper.seen.append(n); json.mark = getattr(json, 'mark', 0) + 1",
        "print(len(helper.seen), json.mark, random.random())",
    )  # fmt: skip
    said = _run(job, _rows(tmp_path, 6), "-j", "2")
    lines = [line.split() for line in said.out.splitlines()]
    assert {tuple(line[:2]) for line in lines} == {("1", "1")}
    assert len({line[2] for line in lines}) == 6


def test_each_run_has_a_database_of_its_own_each_time(tmp_path: Path) -> None:
    job = write(
        tmp_path / "job",
        py("10_a", parameters("n = 0"), call('made = run_sql("10_a.sql", "q", n=n)', "q"),
           cell("print(made[0][0])"), preamble=RUN_SQL),
        sql("10_a", query("CREATE TABLE t AS SELECT {{ n }} * 2 AS m;\nSELECT m FROM t")),
    )  # fmt: skip
    rows = _rows(tmp_path, 3)
    for _ in range(2):
        said = _run(job, rows, "-j", "2")
        assert said.code == 0, said.err
        assert sorted(said.out.split()) == ["2", "4", "6"]
    refused = _run(job, rows, "-j", "2", "--db", "duckdb:///shared.duckdb")
    assert refused.code == 64
    assert "runs would share `default`" in refused.err


@FORK
def test_a_run_that_is_killed_is_started_again(tmp_path: Path) -> None:
    killing = "import os\nif n == 2 and not os.path.exists('mark'):\n    open('mark', 'w').close()\n    os.kill(os.getpid(), 9)"
    job = _job(tmp_path, killing)
    said = _run(job, _rows(tmp_path, 3), "-j", "2", "--report", str(tmp_path / "r.json"))
    assert said.code == 0, said.err
    assert [run["attempts"] for run in _report(tmp_path / "r.json")["runs"]] == [1, 2, 1]


@FORK
def test_a_run_that_is_always_killed_is_reported(tmp_path: Path) -> None:
    job = _job(tmp_path, "import os\nif n == 2: os.kill(os.getpid(), 9)")
    said = _run(job, _rows(tmp_path, 3), "-j", "2")
    assert said.code == 137
    assert "Killed: its process ended without a result: SIGKILL" in said.err


@FORK
@pytest.mark.skipif(sys.platform != "linux", reason="faulthandler ends it elsewhere, with 1")
def test_a_run_that_hangs_in_c_is_not_started_again(tmp_path: Path) -> None:
    job = _job(tmp_path, "if n == 2: sum(range(10 ** 12))")
    files = ("--report", str(tmp_path / "r.json"))
    said = _run(job, _rows(tmp_path, 2), "-j", "1", "--timeout", "0.5", "--grace", "0", *files)
    assert said.code == 124
    assert [run["status"] for run in _report(tmp_path / "r.json")["runs"]] == ["done", "timed out"]
    assert _report(tmp_path / "r.json")["runs"][1]["attempts"] == 1


def test_reports_of_all_kinds(tmp_path: Path) -> None:
    job = _job(tmp_path, "if n == 2: raise ValueError('<two> & \\x1b[31m')")
    files = [tmp_path / f"r{suffix}" for suffix in (".json", ".xml", ".html")]
    options = [option for file in files for option in ("--report", str(file))]
    assert _run(job, _rows(tmp_path, 3), *options).code == 1
    suite = ElementTree.fromstring(files[1].read_text(encoding="utf-8"))[0]
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")
    assert [case.get("name") for case in suite] == ["n=1", "n=2", "n=3"]
    page = files[2].read_text(encoding="utf-8")
    assert "2 of 3 runs done · 1 failed" in page
    assert "&lt;two&gt; &amp;" in page
    assert "<two>" not in page


def test_what_is_done_is_done_once_with_resume(tmp_path: Path) -> None:
    job = _job(
        tmp_path, "import os\nprint('ran', n)\nif n == 2 and not os.path.exists('ok'): 1 / 0"
    )
    rows = _rows(tmp_path, 3)
    assert _run(job, rows).code == 1
    (job / "ok").touch()
    said = _run(job, rows, "--resume", "last")
    assert (said.code, said.out) == (0, "ran 2\n")
    assert "3 of 3 runs done" in said.err
    assert "2 of them before" in said.err
    assert _run(job, rows).out.count("ran") == 3, "a new night runs all of them"


def test_shards_and_events(tmp_path: Path) -> None:
    job = _job(tmp_path, "print('x')")
    said = _run(job, _rows(tmp_path, 5), "--shard", "2/2", "--log-format", "json")
    events = [json.loads(line) for line in said.out.splitlines()]
    assert [event["event"] for event in events] == [
        "matrix-started", "run-finished", "run-finished", "matrix-finished",
    ]  # fmt: skip
    assert sorted(event["index"] for event in events[1:3]) == [2, 4]
    assert events[1]["stdout"] == "x\n"


def test_secrets_are_not_seen(tmp_path: Path) -> None:
    job = _job(
        tmp_path,
        "print('it is', job_input.get_secret('token'))\nraise ValueError(job_input.get_secret('token'))",
    )
    (tmp_path / "token").write_text("hunter2hunter2")
    report = tmp_path / "r.json"
    said = _run(
        job,
        _rows(tmp_path, 1),
        "--secret",
        f"token=file:{tmp_path / 'token'}",
        "--report",
        str(report),
    )
    assert said.code == 1
    assert "hunter2" not in said.out + said.err + report.read_text()
    assert "it is ***" in said.out


@FORK
@pytest.mark.slow
def test_sigterm_ends_the_runs_that_go_on(tmp_path: Path) -> None:
    job = _job(
        tmp_path,
        "import time\ntry:\n    open(f'started{n}', 'w').close()\n    time.sleep(60)\nfinally:\n    open(f'cleaned{n}', 'w').close()",
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "nbjob_clean", "run", str(job), "--matrix", str(_rows(tmp_path, 4)), "-j", "2"],
        stderr=subprocess.PIPE,
    )  # fmt: skip
    deadline = time.monotonic() + 30
    while len(list(job.glob("started*"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 143
    assert len(list(job.glob("cleaned*"))) == 2
    assert len(list(job.glob("started*"))) == 2


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (("-j", "2"), "-j goes with --matrix"),
        (("--shard", "1/2"), "--shard goes with --matrix"),
        (("--executor", "dask:x"), "--executor goes with --matrix"),
        (("--executor", "ray"), "--executor ray: unknown"),
    ],
)
def test_options_of_a_matrix(tmp_path: Path, options: tuple[str, ...], word: str) -> None:
    said = nbjob("run", _job(tmp_path, "x = 1"), *options)
    assert said.code == 64
    assert word in said.err


def test_two_matrices_of_a_job_do_not_run_at_once(tmp_path: Path) -> None:
    job = _job(tmp_path, "print('ran')")
    rows = _rows(tmp_path, 1)
    assert _run(job, rows).code == 0
    lock = FileLock(state_directory(job) / NAME)
    assert lock.take({})
    try:
        said = _run(job, rows)
        assert (said.code, said.out) == (73, "")
        assert "another run of this job goes on" in said.err
        assert _run(job, rows, "--lock", "skip").code == 99
        assert _run(job, rows, "--lock", "off").out == "ran\n"
    finally:
        lock.free()
    assert _run(job, rows).out == "ran\n"
