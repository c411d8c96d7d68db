"""One run of a job at a time, with real processes."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import pytest

from nbjob_clean.runner.lock import FileLock
from tests.runner.jobs import nbjob, write
from tests.runner.test_stop import running

WAITS = "from pathlib import Path\nimport time\nprint('here', flush=True)\nwhile not Path('go').exists():\n    time.sleep(0.05)"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no signal for one process there")


def test_what_a_second_run_does(tmp_path: Path) -> None:
    job = write(tmp_path / "job", {"a.py": WAITS})
    with running(job) as first:
        said = nbjob("run", job)
        assert said.code == 73
        assert "of this job goes on: process" in said.err
        assert "hint: --lock wait" in said.err
        said = nbjob("run", job, "--lock", "skip")
        assert (said.code, said.out) == (99, "")
        assert said.err.startswith("skipped: run ")
        end = json.loads(nbjob("run", job, "--lock", "fail", "--log-format", "json").out)
        assert (end["status"], end["exit_code"]) == ("refused", 73)
        assert nbjob("run", job, "--lock", "wait", "--timeout", "0.5").code == 124
        with running(job, "--lock", "off") as both:  # it prints: so it runs
            (job / "go").touch()
            assert both.wait(timeout=10) == 0
        assert first.wait(timeout=10) == 0
    assert nbjob("run", job).code == 0


def test_who_waits_comes_next(tmp_path: Path) -> None:
    job = write(tmp_path / "job", {"a.py": WAITS + "\nopen('ran', 'a').write('x')"})
    with running(job) as first:
        import subprocess

        command = [sys.executable, "-m", "nbjob_clean", "run", str(job), "--lock", "wait"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as second:  # fmt: skip
            assert second.stderr
            assert "goes on" in second.stderr.readline()
            (job / "go").touch()
            assert first.wait(timeout=10) == 0
            assert second.wait(timeout=10) == 0
    assert (job / "ran").read_text() == "xx"


def test_a_run_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    text = "import multiprocessing\nmultiprocessing.get_context('fork').Process(target=__import__('time').sleep, args=(30,)).start()\n"  # fmt: skip
    job = write(tmp_path / "job", {"a.py": text + WAITS})
    with running(job) as first:
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        (job / "go").touch()
        (job / "a.py").write_text("print('runs')")
        assert nbjob("run", job).out == "runs\n"


def test_the_lock_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    lock = FileLock(path)
    assert lock.take({"run_id": "one"})
    assert FileLock(path).holder() == {"run_id": "one"}
    lock.free()
    lock.free()
    path.write_text("nonsense")
    assert lock.holder() == {}
    assert lock.take({"run_id": "two"})
    lock.free()


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    """As root everything can be: a file stands where the directory would."""
    job = write(tmp_path / "job", {"a.py": "print('ran')", ".nbjob": ""})
    said = nbjob("run", job)
    assert (said.code, said.out) == (0, "ran\n")
    assert said.err.startswith("note: ")
    assert "no lock, and no history of this run" in said.err
    assert nbjob("run", job, "--lock", "fail").code == 69
