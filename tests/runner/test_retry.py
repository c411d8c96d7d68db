"""Steps that are tried again, and what a failure that may pass ends with."""

from __future__ import annotations

import contextlib
import http.client
import sqlite3
import time
import urllib.error
from pathlib import Path

import pytest

from nbjob_clean.errors import UnavailableError
from nbjob_clean.runner.retry import delay, is_transient
from tests.runner.jobs import cell, nbjob, py, ran, write

FAILS_TWICE = """
from pathlib import Path
tries = Path("tries")
tries.write_text(tries.read_text() + "x" if tries.exists() else "x")
job_input.execute_query("INSERT INTO t VALUES (1)")
if len(tries.read_text()) < 3:
    raise ConnectionResetError("the peer has gone")
print("done")
"""
JOB = {"0.sql": "CREATE TABLE IF NOT EXISTS t (x)", **py("a", cell(FAILS_TWICE))}


def test_a_step_is_tried_again_from_a_clean_transaction(tmp_path: Path) -> None:
    write(tmp_path, JOB)
    said = nbjob("run", tmp_path, "--retries", "2", "--retry-delay", "0.1", "--db", f"sqlite:///{tmp_path}/a.db")  # fmt: skip
    assert (said.code, said.out) == (0, "done\n")
    lines = said.err.splitlines()
    assert "failed, attempt 1 of 3: ConnectionResetError: the peer has gone" in lines[1]
    assert "again in 0.1 s" in lines[1]
    assert "again in 0.2 s" in lines[2]
    with contextlib.closing(sqlite3.connect(tmp_path / "a.db")) as database:
        assert database.execute("SELECT count(*) FROM t").fetchone() == (1,)


def test_the_last_attempt_counts(tmp_path: Path) -> None:
    write(tmp_path, JOB)
    said = nbjob("run", tmp_path, "--retries", "1", "--retry-delay", "0", "--db", "sqlite://")
    assert said.code == 75
    assert (tmp_path / "tries").read_text() == "xx"
    assert "ConnectionResetError: the peer has gone" in said.err


def test_what_will_not_pass_is_not_tried_again(tmp_path: Path) -> None:
    text = "from pathlib import Path\nPath('tries').open('a').write('x')\n1 / 0"
    said = nbjob("run", write(tmp_path, {"a.py": text}), "--retries", "3")
    assert said.code == 1
    assert (tmp_path / "tries").read_text() == "x"


def test_without_retries_it_is_said_that_it_may_pass(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "raise TimeoutError('slow')"})
    assert nbjob("run", tmp_path).code == 75


def test_the_events_tell_of_attempts(tmp_path: Path) -> None:
    write(tmp_path, JOB)
    found = ran(tmp_path, retries=2, retry_delay=0)
    assert [(e.status, e.attempt) for e in found.events[2:]] == [
        ("started", 1), ("retried", 1), ("retried", 2), ("ok", 3)
    ]  # fmt: skip
    assert found.outcome.exit_code == 0


def test_a_limit_holds_between_attempts(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "raise ConnectionError"})
    started = time.monotonic()
    said = nbjob("run", tmp_path, "--retries", "5", "--retry-delay", "30", "--timeout", "0.5")
    assert said.code == 124
    assert time.monotonic() - started < 5


class Response:
    status_code = 503


class HTTPStatusError(Exception):
    response = Response()


def _caused() -> BaseException:
    error = ValueError("no data")
    error.__cause__ = ConnectionRefusedError()
    return error


TRANSIENT = [
    ConnectionError(), BrokenPipeError(), TimeoutError(), http.client.IncompleteRead(b""),
    urllib.error.URLError(ConnectionRefusedError()), HTTPStatusError(), _caused(),
]  # fmt: skip
PERMANENT = [
    ValueError(), OSError(), FileNotFoundError(), urllib.error.URLError("no host given"),
    UnavailableError("the package `x` is not installed"), KeyboardInterrupt(), SystemExit(1),
]  # fmt: skip


@pytest.mark.parametrize("error", TRANSIENT, ids=lambda e: type(e).__name__)
def test_transient(error: BaseException) -> None:
    assert is_transient(error)


@pytest.mark.parametrize("error", PERMANENT, ids=lambda e: type(e).__name__)
def test_permanent(error: BaseException) -> None:
    assert not is_transient(error)


def test_http_errors() -> None:
    kinds = [urllib.error.HTTPError("http://x", n, "", {}, None) for n in (503, 404)]  # type: ignore[arg-type]
    assert [is_transient(error) for error in kinds] == [True, False]
    for error in kinds:
        error.close()


def test_delays_grow_and_end() -> None:
    assert [delay(1, n) for n in (1, 2, 3, 4)] == [1, 2, 4, 8]
    assert delay(1, 40) == 300
    assert delay(600, 1) == 600
