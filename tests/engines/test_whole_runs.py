"""Limits, signals, retries and the lock of whole runs, with a PostgreSQL server."""

from __future__ import annotations

import contextlib
import signal
import socket
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.postgres import PostgresServer
from tests.runner.jobs import nbjob, write
from tests.runner.test_stop import running

pytestmark = pytest.mark.xdist_group("databases")
SLEEP = "CREATE TABLE half (x INTEGER);\nSELECT pg_sleep(60);"
BUSY = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(60)' AND pid <> pg_backend_pid()"


@pytest.fixture
def server(postgres: PostgresServer) -> PostgresServer:
    postgres.empty()
    return postgres


def _is_rolled_back(server: PostgresServer) -> bool:
    return server.query("SELECT to_regclass('half'), 1") == [(None, 1)] and server.query(BUSY) == [(0,)]  # fmt: skip


def test_a_limit_cancels_the_query_in_the_server(tmp_path: Path, server: PostgresServer) -> None:
    started = time.monotonic()
    said = nbjob("run", write(tmp_path / "job", {"a.sql": SLEEP}), "--db", server.url(), "--step-timeout", "1")  # fmt: skip
    assert said.code == 124, said.err
    assert time.monotonic() - started < 10
    assert "a.sql" in said.err
    assert _is_rolled_back(server)


@pytest.mark.skipif(sys.platform == "win32", reason="no signal for one process there")
def test_sigterm_cancels_the_query_in_the_server(tmp_path: Path, server: PostgresServer) -> None:
    job = write(tmp_path / "job", {"a.py": "print('here', flush=True)", "b.sql": SLEEP})
    with running(job, "--db", server.url()) as process:
        deadline = time.monotonic() + 10
        while server.query(BUSY) != [(1,)] and time.monotonic() < deadline:
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 143
    assert _is_rolled_back(server)


def test_a_server_that_comes_back_while_a_step_is_tried_again(
    tmp_path: Path, server: PostgresServer
) -> None:
    job = write(
        tmp_path / "job",
        {"1.sql": "CREATE TABLE t (x INTEGER)", "2.py": "print('here', flush=True)\nimport time\ntime.sleep(1.5)", "3.sql": "INSERT INTO t VALUES (1)", "4.sql": "SELECT * FROM t"},
    )  # fmt: skip
    with running(job, "--db", server.url(), "--retries", "8", "--retry-delay", "0.3") as process:
        server.stop()
        timer = threading.Timer(3, server.start)
        timer.start()
        _, said = process.communicate(timeout=60)
        timer.join()  # whatever came of it: the next test needs the server
    assert process.returncode == 0, said
    assert "again in" in said
    assert server.query("SELECT x FROM t") == [(1,)]


def test_a_server_that_hangs_up_may_be_back_soon(tmp_path: Path) -> None:
    """As one does that is just going down, or coming up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def hang_up() -> None:
            with contextlib.suppress(OSError):
                while True:
                    listening.accept()[0].close()

        threading.Thread(target=hang_up, daemon=True).start()
        url = f"postgresql://nobody@127.0.0.1:{listening.getsockname()[1]}/x?sslmode=disable"
        job = write(tmp_path / "job", {"a.sql": "SELECT 1"})
        said = nbjob("run", job, "--db", url, "--retries", "1", "--retry-delay", "0")
    assert said.code == 75, said.err


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    job = write(tmp_path / "job", {"a.sql": "SELECT 1"})
    url = "postgresql://nobody@127.0.0.1:9/x"
    assert nbjob("run", job, "--db", url).code == 69
    said = nbjob("run", job, "--db", url, "--retries", "1", "--retry-delay", "0")
    assert said.code == 75, said.err


@pytest.mark.skipif(sys.platform == "win32", reason="no signal for one process there")
def test_the_databases_lock_holds_between_machines(tmp_path: Path, server: PostgresServer) -> None:
    """Two copies of a job, as on two machines: no file that both could lock."""
    files = {"a.sql": "SELECT 1", "b.py": "from pathlib import Path\nimport time\nprint('here', flush=True)\nwhile not Path('go').exists():\n    time.sleep(0.05)"}  # fmt: skip
    one = write(_folder(tmp_path / "one") / "etl", files)
    two = write(_folder(tmp_path / "two") / "etl", files)
    (two / "go").touch()
    with running(one, "--db", server.url()) as process:
        said = nbjob("run", two, "--db", server.url())
        assert said.code == 73, said.err
        assert "holds its lock in postgresql://" in said.err
        assert nbjob("run", two, "--db", server.url(), "--lock", "skip").code == 99
        assert nbjob("run", two, "--db", server.url(), "--lock", "off").code == 0
        process.kill()
        process.wait()
    assert nbjob("run", two, "--db", server.url()).code == 0


def test_the_password_of_a_database_is_seen_nowhere(tmp_path: Path, server: PostgresServer) -> None:
    url = server.url().replace("postgres@", "postgres:pass%2Fw0rd@")
    text = f"job_input.execute_query('SELECT 1')\nraise ValueError('pass/w0rd and pass%2Fw0rd in {url}')"
    report = tmp_path / "r.json"
    said = nbjob("run", write(tmp_path / "job", {"a.py": text}), "--db", url, "--report", report)
    assert said.code == 1
    shown = said.err.replace(text.split("\n")[1], "") + report.read_text().partition('"source"')[0]
    assert "ValueError: *** and *** in postgresql://postgres:***@" in shown


def _folder(path: Path) -> Path:
    path.mkdir()
    return path
