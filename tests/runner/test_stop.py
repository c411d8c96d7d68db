"""Signals and time limits, on real processes."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runner.jobs import Said, cell, nbjob, py, ran, write

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no signal for one process there")

SLEEP = "import time\nprint('here', flush=True)\ntime.sleep(60)"
# Nothing in SQLite ends this one but an interrupt.
ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"


def _wait_until_asleep(pid: int) -> None:
    """As any Python program: a signal just before a wait in C is heard only when that is over."""
    state = Path(f"/proc/{pid}/stat")
    end = time.monotonic() + 1
    if not state.exists():
        time.sleep(0.2)
    while state.exists() and state.read_text().split()[2] != "S" and time.monotonic() < end:
        time.sleep(0.01)


@contextlib.contextmanager
def running(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    """The program, from when the job has printed its first line and waits; killed at the end."""
    with subprocess.Popen(
        [sys.executable, "-m", "nbjob_clean", "run", *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            assert process.stdout
            assert process.stdout.readline()
            _wait_until_asleep(process.pid)
            yield process
        finally:
            process.kill()


def signalled(number: int, *arguments: object) -> Said:
    with running(*arguments) as process:
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
        return Said(process.returncode, out, err)


def test_sigterm(tmp_path: Path) -> None:
    said = signalled(signal.SIGTERM, write(tmp_path, {"a.py": SLEEP, "b.py": ""}))
    assert said.code == 143
    assert "terminated: SIGTERM in a.py, 1 step in" in said.err
    assert "Traceback" not in said.err


def test_the_jobs_finally_blocks_run(tmp_path: Path) -> None:
    text = (
        f"try:\n    {SLEEP.replace(chr(10), chr(10) + '    ')}\nfinally:\n    print('cleaned up')"
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        said = signalled(number, write(tmp_path, {"a.py": text}))
        assert (said.code, said.out) == (128 + number, "cleaned up\n")


HANDLER = """
import signal, time
def stop(number, frame):
    print("handler", signal.Signals(number).name)
before = signal.signal(signal.SIGTERM, stop)
assert before == signal.SIG_DFL and signal.getsignal(signal.SIGTERM) is stop
print("here", flush=True)
"""


def test_the_jobs_own_handler_runs_first(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": HANDLER + "time.sleep(60)"})
    started = time.monotonic()
    said = signalled(signal.SIGTERM, tmp_path, "--grace", "2")
    assert (said.code, said.out) == (143, "handler SIGTERM\n")
    assert time.monotonic() - started < 5


def test_a_handler_of_an_earlier_cell(tmp_path: Path) -> None:
    job = py("a", cell(HANDLER.replace('print("here", flush=True)', "")), cell(SLEEP))
    said = signalled(signal.SIGTERM, write(tmp_path, job), "--grace", "1")
    assert (said.code, said.out) == (143, "handler SIGTERM\n")


GRACEFUL = """
import signal, sqlite3, time
wanted = True
def stop(*_):
    global wanted
    wanted = False
signal.signal(signal.SIGTERM, stop)
print("here", flush=True)
while wanted:
    time.sleep(0.05)
job_input.execute_query("CREATE TABLE done (x)")
"""


def test_a_job_that_ends_by_itself_keeps_its_work(tmp_path: Path) -> None:
    write(tmp_path, py("a", cell(GRACEFUL), cell("open('next', 'w')")))
    said = signalled(signal.SIGTERM, tmp_path, "--db", f"sqlite:///{tmp_path}/a.db")
    assert said.code == 143
    assert "[1/2] a.ipynb cell 1" in said.err
    assert "[2/2] a.ipynb cell 2                       not run" in said.err
    with contextlib.closing(sqlite3.connect(tmp_path / "a.db")) as database:
        assert database.execute("SELECT name FROM sqlite_master").fetchall() == [("done",)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_sql_is_cancelled_and_rolled_back(tmp_path: Path, number: int) -> None:
    text = f"CREATE TABLE t (x);\n{ENDLESS};"
    write(tmp_path, {"a.py": "print('here', flush=True)", "b.sql": text})
    with running(tmp_path, "--db", f"sqlite:///{tmp_path}/a.db") as process:
        time.sleep(0.5)
        process.send_signal(number)
        assert process.wait(timeout=10) == 128 + number
    with contextlib.closing(sqlite3.connect(tmp_path / "a.db")) as database:
        assert database.execute("SELECT name FROM sqlite_master").fetchall() == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork there")
def test_signals_of_forked_children_are_their_own(tmp_path: Path) -> None:
    text = (
        "import multiprocessing, time\n"
        "def work(n):\n    return n * n\n"
        "with multiprocessing.get_context('fork').Pool(2) as pool:\n"  # ends with SIGTERM
        "    print(pool.map(work, [1, 2, 3]))"
    )
    said = nbjob("run", write(tmp_path, py("a", cell(text))))
    assert (said.code, said.out) == (0, "[1, 4, 9]\n")


def test_a_run_may_take_so_long(tmp_path: Path) -> None:
    write(tmp_path, py("a", cell("x = 1"), cell("import time\n\ntime.sleep(60)"), cell("y = 1")))
    said = nbjob("run", tmp_path, "--timeout", "0.5s")
    assert said.code == 124
    assert "  a.ipynb, cell 2, line 3\n    time.sleep(60)\n" in said.err
    assert "nbjob.TimedOut: timeout of 0.5 s\n" in said.err
    assert "timed out: timeout of 0.5 s in a.ipynb cell 2, 2 steps in" in said.err


def test_each_step_may_take_so_long(tmp_path: Path) -> None:
    cells = [cell("import time\ntime.sleep(0.4)") for _ in range(3)]
    assert nbjob("run", write(tmp_path, py("a", *cells)), "--step-timeout", "0.8").code == 0
    write(tmp_path, py("b", cell("while True: pass")))
    said = nbjob("run", tmp_path, "--step-timeout", "0.8")
    assert said.code == 124
    assert "timed out: step timeout of 0.8 s in b.ipynb cell 1, 4 steps in" in said.err


def test_a_limit_cancels_sql(tmp_path: Path) -> None:
    write(tmp_path, {"a.sql": f"CREATE TABLE t (x);\n{ENDLESS};"})
    said = nbjob("run", tmp_path, "--timeout", "0.5", "--db", f"sqlite:///{tmp_path}/a.db")
    assert said.code == 124
    with contextlib.closing(sqlite3.connect(tmp_path / "a.db")) as database:
        assert database.execute("SELECT name FROM sqlite_master").fetchall() == []


def test_a_limit_cancels_duckdb(tmp_path: Path) -> None:
    text = "SELECT sum(a.range * b.range % 7) FROM range(10000000) a, range(1000000) b"
    started = time.monotonic()
    said = nbjob("run", write(tmp_path, {"a.sql": text}), "--timeout", "1")
    assert said.code == 124
    assert time.monotonic() - started < 6


def test_what_swallows_everything_is_ended_all_the_same(tmp_path: Path) -> None:
    text = "import time\nwhile True:\n    try:\n        time.sleep(60)\n    except BaseException:\n        pass"
    said = nbjob("run", write(tmp_path, {"a.py": text, "b.py": ""}), "--timeout", "0.5", "--grace", "1")  # fmt: skip
    assert said.code == 124
    assert "timed out: timeout of 0.5 s, and it did not end in a.py" in said.err


IN_C: dict[str, tuple[str, str]] = {
    "that looks at signals": (
        "import re\ntry:\n    re.match(r'(a+)+$', 'a' * 60 + 'b')\nfinally:\n    print('cleaned')",
        "timed out: timeout of 0.5 s in a.py",
    ),
    "that looks at nothing": ("sum(range(10 ** 12))", 'a.py", line 1 in <module>'),
}


@pytest.mark.skipif(sys.platform != "linux", reason="faulthandler ends it elsewhere, with 1")
@pytest.mark.parametrize("limit", ["--timeout", "--step-timeout"])
@pytest.mark.parametrize(("text", "shown"), IN_C.values(), ids=IN_C)
def test_a_limit_holds_in_c_that_lets_no_python_run(
    tmp_path: Path, text: str, shown: str, limit: str
) -> None:
    job = write(tmp_path / "job", {"a.py": text})
    said = nbjob("run", job, limit, "0.5", "--grace", "0.5", "--report", tmp_path / "a.json")
    assert said.code == 124
    assert shown.replace("timeout", limit.strip("-").replace("-", " ")) in said.err
    assert said.out == ("cleaned\n" if "finally" in text else "")
    assert json.loads((tmp_path / "a.json").read_text())["steps"]


def test_threads_that_go_on_do_not_keep_the_process(tmp_path: Path) -> None:
    text = "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()\ntime.sleep(60)"
    started = time.monotonic()
    assert nbjob("run", write(tmp_path, {"a.py": text}), "--timeout", "0.5", "--grace", "1").code == 124  # fmt: skip
    assert time.monotonic() - started < 10


def test_a_limit_inside_another_program(tmp_path: Path) -> None:
    """Where the process is not ours, in any thread."""
    write(tmp_path, {"a.py": "import time\nwhile True:\n    time.sleep(0.01)"})
    assert ran(tmp_path, timeout=0.2).outcome.exit_code == 124
    found = []
    thread = threading.Thread(target=lambda: found.append(ran(tmp_path, step_timeout=0.2)))
    thread.start()
    thread.join(10)
    assert found[0].outcome.status == "timed out"


def test_handlers_are_given_back(tmp_path: Path) -> None:
    before = (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT), signal.signal)
    assert ran(write(tmp_path, {"a.py": "import signal"}), owns_process=True).outcome.exit_code == 0
    after = (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT), signal.signal)
    assert after == before


@pytest.mark.parametrize("value", ["x", "", "10 m", "-1", "1e3"])
def test_what_is_no_time_is_refused(tmp_path: Path, value: str) -> None:
    said = nbjob("run", write(tmp_path, {"a.py": ""}), f"--timeout={value}")
    assert said.code == 64
    assert said.err.startswith("error: --timeout: not a time")


@pytest.mark.parametrize("value", ["90", "10m", "1h30m", "0.5s", "1d"])
def test_times(tmp_path: Path, value: str) -> None:
    assert nbjob("run", write(tmp_path, {"a.py": ""}), "--timeout", value).code == 0
