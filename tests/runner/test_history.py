"""`nbjob runs`, and runs that go on where another one ended."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import pytest

from nbjob_clean.runner import history
from tests.runner.jobs import cell, nbjob, parameters, py, write
from tests.runner.test_stop import running

JOB = py("a", parameters("n = 1"), cell("print(n)"), cell("1 / (n - 3)"))


def test_list_show_compare(tmp_path: Path) -> None:
    job = write(tmp_path / "job", JOB)
    for n in (1, 2, 3):
        nbjob("run", job, "-p", f"n={n}")
    lines = nbjob("runs", "list", job).out.splitlines()
    assert [line.split()[-1] for line in lines] == ["n=3", "n=2", "n=1"]
    assert "2/3 steps  failed (1)" in lines[0]
    assert nbjob("runs", "list", cwd=job).out.splitlines() == lines
    assert len(nbjob("runs", "list", job, "-n", "2").out.splitlines()) == 2

    shown = nbjob("runs", "show", job).out
    assert "  n = 3\n" in shown
    assert "a.ipynb, cell 3, line 1" in shown
    assert shown.endswith("failed, exit code 1\n")
    first = lines[2].split()[0]
    assert "  n = 1\n" in nbjob("runs", "show", job, first).out

    (job / "a.py").write_text(JOB["a.py"].replace("print(n)", "print(-n)"))
    assert nbjob("run", job).code == 0
    found = nbjob("runs", "compare", job).out
    assert "  n: 3 -> 1\n" in found
    assert "failed -> ok" in found
    assert "source changed" in found
    assert nbjob("runs", "compare", job, first, "last").out.startswith(f"- {first}")


def test_json(tmp_path: Path) -> None:
    job = write(tmp_path / "job", JOB)
    nbjob("run", job)
    (report,) = json.loads(nbjob("runs", "list", job, "--output-format", "json").out)
    assert (report["status"], report["steps"][0]["name"]) == ("done", "a.ipynb cell 1")
    assert json.loads(nbjob("runs", "show", job, "--output-format", "json").out) == report


def test_what_is_not_there(tmp_path: Path) -> None:
    job = write(tmp_path / "job", JOB)
    said = nbjob("runs", "list", job)
    assert (said.code, said.err.splitlines()[0]) == (2, f"error: {job}: no job has run here")
    nbjob("run", job)
    assert nbjob("runs", "show", job, "2001").err.startswith("error: no run `2001`\n  hint: the latest: 2")  # fmt: skip
    assert nbjob("runs", "compare", job).code == 1
    assert nbjob("runs", "show", job, "a", "b").code == 2


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_runs_that_go_on_and_that_were_killed(tmp_path: Path) -> None:
    text = "import time\nprint('here', flush=True)\ntime.sleep(60)"
    job = write(tmp_path / "job", {"a.py": "", "b.py": text})
    with running(job) as process:
        assert "1/2 steps  running" in nbjob("runs", "list", job).out
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    said = nbjob("runs", "show", job).out
    assert said.endswith("killed, exit code 137\n")
    assert "interrupted" in said


def test_journals_become_history_and_old_runs_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = write(tmp_path / "job", {"a.py": ""})
    for _ in range(4):
        nbjob("run", job)
    assert len(list((job / ".nbjob" / "runs").iterdir())) == 4
    monkeypatch.setattr(history, "_KEPT", 3)
    with history.History(job) as found:
        assert len(found.reports()) == 3
    assert list((job / ".nbjob" / "runs").iterdir()) == []


def test_a_journal_that_was_cut_off(tmp_path: Path) -> None:
    job = write(tmp_path / "job", JOB)
    nbjob("run", job)
    (journal,) = (job / ".nbjob" / "runs").iterdir()
    journal.write_bytes(journal.read_bytes()[:-20])
    (journal.parent / "20010101T000000-aaaaaa.jsonl").write_text("")
    assert len(nbjob("runs", "list", job).out.splitlines()) == 1


STEPS = {
    "10_a.py": "print('a')",
    "20_b.py": "print('b')\nfrom pathlib import Path\nif not Path('well').exists():\n    raise ValueError",
    "30_c.py": "print('c')",
}


def test_resume(tmp_path: Path) -> None:
    job = write(tmp_path / "job", STEPS)
    assert nbjob("run", job, "--resume", "last").code == 64
    assert nbjob("run", job).out == "a\nb\n"
    (job / "well").touch()
    said = nbjob("run", job, "--resume", "last")
    assert (said.code, said.out) == (0, "b\nc\n")
    assert "[1/3] 10_a.py" in said.err
    assert "skipped" in said.err.splitlines()[0]
    assert nbjob("run", job, "--resume", "last").out == ""  # all is done
    shown = json.loads(nbjob("runs", "show", job, "--output-format", "json").out)
    assert shown["resumed_from"]


CHANGED = {
    "its text": lambda job: (job / "10_a.py").write_text("print('A')"),
    "a module that it may import": lambda job: (job / "_common.py").write_text("x = 2"),
    "a file before it": lambda job: (job / "05_z.py").write_text("print('z')"),
}


@pytest.mark.parametrize("change", CHANGED.values(), ids=CHANGED)
def test_what_has_changed_runs_again(tmp_path: Path, change: object) -> None:
    job = write(tmp_path / "job", {**STEPS, "_common.py": "x = 1"})
    nbjob("run", job)
    (job / "well").touch()
    change(job)  # type: ignore[operator]
    assert nbjob("run", job, "--resume", "last").out.lower().replace("z\n", "") == "a\nb\nc\n"


def test_other_arguments_or_databases_run_again(tmp_path: Path) -> None:
    job = write(tmp_path / "job", {"a.py": "print(n)", "b.py": "1 / 0"})
    nbjob("run", job, "-p", "n=1")
    run = json.loads(nbjob("runs", "show", job, "--output-format", "json").out)["run_id"]
    assert nbjob("run", job, "-p", "n=2", "--resume", run).out == "2\n"
    assert nbjob("run", job, "-p", "n=1", "--resume", run).out == ""
    assert nbjob("run", job, "-p", "n=1", "--resume", run, "--db", "sqlite:///x.db").out == "1\n"
    said = nbjob("run", job, "-p", "n=1", "--resume", run, "--db", "sqlite://")
    assert (said.code, "was in memory" in said.err) == (64, True)


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of a file's size there")
def test_a_full_disk_takes_the_journal_and_not_the_run(tmp_path: Path) -> None:
    text = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (1_600, 1_600))\n"
    job = write(tmp_path / "job", {"a.py": text, **{f"b{n}.py": "print(1)" for n in range(6)}})
    said = nbjob("run", job)
    assert (said.code, said.out) == (0, "1\n" * 6)
    assert said.err.startswith("[1/7] a.py")
    assert said.err.splitlines()[-1].startswith(f"error: {job / '.nbjob' / 'runs'}")
    assert nbjob("runs", "list", job).out.count("\n") == 1


def test_a_step_that_did_not_run_is_no_faster(tmp_path: Path) -> None:
    text = "import os, time\nassert os.path.exists('ok')\ntime.sleep(0.2)"
    job = write(tmp_path / "job", {"a.py": text, "b.sql": "SELECT 1;"})
    (job / "ok").touch()
    nbjob("run", job, "--db", "sqlite://")
    (job / "ok").unlink()
    nbjob("run", job, "--db", "sqlite://")
    found = nbjob("runs", "compare", job).out
    assert "ok -> failed" in found
    assert " x " not in found
    assert "1 -> no rows" in found
