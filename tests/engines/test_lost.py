"""A database that goes away and comes back: nothing half done, nothing done twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from nbjob_clean.errors import UnavailableError
from tests.engines.opened import Open
from tests.engines.trino_server import TrinoServer
from tests.postgres import PostgresServer
from tests.runner.jobs import nbjob, ran, write

Opening = Callable[[str], Open]
pytestmark = pytest.mark.xdist_group("databases")
SCHEMES = ["postgresql", "adbc+postgresql", "postgresql+psycopg"]


@pytest.fixture(params=SCHEMES)
def database(request: pytest.FixtureRequest, postgres: PostgresServer, opening: Opening) -> Open:
    postgres.empty()
    found = opening(postgres.url(scheme=request.param))
    found.step("CREATE TABLE t (x INTEGER)")
    return found


def _again(database: Open, sql: str) -> None:
    """What a retry does: some drivers learn only from the statement that there is no server."""
    try:
        database.step(sql)
    except Exception as error:
        if database.connections.classify(error) != "transient":
            raise
        database.connections.rollback()
        database.step(sql)


def test_a_connection_lost_between_two_steps(database: Open, postgres: PostgresServer) -> None:
    database.step("INSERT INTO t VALUES (1)")
    postgres.kill_others()
    _again(database, "INSERT INTO t VALUES (2)")
    assert database.step("SELECT x FROM t ORDER BY x") == [(1,), (2,)]


def test_a_connection_lost_in_a_step(database: Open, postgres: PostgresServer) -> None:
    database("INSERT INTO t VALUES (1)")
    postgres.kill_others()
    with pytest.raises(Exception, match=".") as caught:
        database("INSERT INTO t VALUES (1)")
    assert database.connections.classify(caught.value) == "transient"
    database.connections.rollback()
    assert database.count("t") == 0
    database.step("INSERT INTO t VALUES (2)")
    assert database.count("t") == 1


def test_what_was_set_is_not_forgotten(postgres: PostgresServer, opening: Opening) -> None:
    database = opening(postgres.url())
    database.step("SET search_path = pg_temp")
    postgres.kill_others()
    with pytest.raises((UnavailableError, psycopg.OperationalError)):
        database("SELECT 1")
    database.connections.rollback()
    with pytest.raises(UnavailableError, match="earlier steps have set") as caught:
        database("SELECT 1")
    assert database.connections.classify(caught.value) == "unavailable"


def test_a_connection_lost_in_commit(postgres: PostgresServer, opening: Opening) -> None:
    postgres.empty()
    database = opening(postgres.url())
    database.step("CREATE TABLE t (x INTEGER)")
    database("INSERT INTO t VALUES (1)")
    postgres.kill_others()
    with pytest.raises(UnavailableError, match="is not known") as caught:
        database.connections.commit()
    assert database.connections.classify(caught.value) == "unavailable"  # to repeat might double it


def test_a_failed_statement_that_the_job_went_over(
    postgres: PostgresServer, opening: Opening
) -> None:
    database = opening(postgres.url())
    with pytest.raises(psycopg.errors.UndefinedTable):
        database("SELECT 1; SELECT * FROM nowhere")
    with pytest.raises(psycopg.errors.InFailedSqlTransaction, match="nothing is committed"):
        database.connections.commit()


def test_a_lock_of_the_database(postgres: PostgresServer, opening: Opening) -> None:
    one, other = (opening(postgres.url(scheme=s)) for s in ("postgresql", "postgresql+psycopg"))
    assert one.connections.open("").lock("etl") is True
    assert other.connections.open("").lock("etl") is False
    assert other.connections.open("").lock("another job") is True
    assert opening("sqlite://").connections.open("").lock("etl") is None
    postgres.kill_others()
    assert one("SELECT 1") == [(1,)]  # connected again, and holds it again
    assert opening(postgres.url()).connections.open("").lock("etl") is False


def test_transient_failures_of_statements(postgres: PostgresServer, opening: Opening) -> None:
    """Two transactions that wait for each other: one of them is told to try again."""
    postgres.empty()
    one, other = (opening(postgres.url()) for _ in range(2))
    one.step("CREATE TABLE t (x INTEGER, y INTEGER); INSERT INTO t VALUES (1, 0), (2, 0)")
    kinds: list[str] = []

    def update(database: Open, first: int, second: int) -> None:
        try:
            database("UPDATE t SET y = 1 WHERE x = :x", x=first)
            barrier.wait()
            database("UPDATE t SET y = 1 WHERE x = :x", x=second)
        except psycopg.errors.DeadlockDetected as error:
            kinds.append(database.connections.classify(error))
        database.connections.rollback()

    barrier = threading.Barrier(2)
    threads = [threading.Thread(target=update, args=a) for a in ((one, 1, 2), (other, 2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kinds == ["transient"]


KILLER = """\
import os, psycopg
def run(job_input):
    job_input.execute_query("INSERT INTO t VALUES (2)")
    if not os.path.exists("killed"):
        open("killed", "w").close()
        with psycopg.connect({url!r}, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                          " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'")
    job_input.execute_query("INSERT INTO t VALUES (3)")
"""


def test_a_run_with_retries_survives(postgres: PostgresServer, tmp_path: Path) -> None:
    postgres.empty()
    files = {
        "10_make.sql": "CREATE TABLE t (x INTEGER); INSERT INTO t VALUES (1);",
        "20_add.py": KILLER.format(url=postgres.url()),
        "30_more.sql": "INSERT INTO t VALUES (4);",
    }
    databases = {"default": postgres.url()}
    found = ran(write(tmp_path, files), databases=databases, retries=2, retry_delay=0.01)
    assert found.outcome.exit_code == 0, found.outcome.traceback
    assert found.statuses == ["ok", "retried", "ok", "ok"]
    assert postgres.query("SELECT x FROM t ORDER BY x") == [(1,), (2,), (3,), (4,)]


RESTART = """\
import os, pathlib, time
def run(job_input):
    pathlib.Path("stop").touch()
    while not os.path.exists("stopped"):
        time.sleep(0.01)
"""


def test_a_server_that_restarts_between_two_steps(postgres: PostgresServer, tmp_path: Path) -> None:
    postgres.empty()
    files = {
        "10_make.sql": "CREATE TABLE t (x INTEGER); INSERT INTO t VALUES (1);",
        "20_wait.py": RESTART,
        "30_more.sql": "INSERT INTO t VALUES (2);",
    }

    def restart() -> None:
        while not (tmp_path / "stop").exists():
            time.sleep(0.01)
        postgres.stop()
        (tmp_path / "stopped").touch()
        time.sleep(0.5)
        postgres.start()

    thread = threading.Thread(target=restart)
    thread.start()
    databases = {"default": postgres.url()}
    found = ran(write(tmp_path, files), databases=databases, retries=5, retry_delay=0.2)
    thread.join()
    assert found.outcome.exit_code == 0, found.outcome.traceback
    assert postgres.query("SELECT x FROM t ORDER BY x") == [(1,), (2,)]


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    started = time.monotonic()
    said = nbjob(
        "run",
        write(tmp_path, {"a.sql": "SELECT 1"}),
        "--db",
        "postgresql://etl:geheim@127.0.0.1:1/x",
    )
    assert said.code == 69, said.err
    assert time.monotonic() - started < 10
    assert "postgresql://etl:***@127.0.0.1:1/x" in said.err
    assert "refused" in said.err
    assert "geheim" not in said.err + said.out


@pytest.mark.parametrize("code", [503, 502, 429])
def test_trino_that_is_busy(trino: TrinoServer, opening: Opening, code: int) -> None:
    database = opening(trino.url)
    trino.refusals += [code] * 9
    with pytest.raises(Exception, match=".") as caught:
        database("SELECT 1 AS one")
    assert database.connections.classify(caught.value) == "transient"
    trino.refusals.clear()
    assert database("SELECT 1 AS one") == [(1,)]
    assert {user for user, _ in trino.seen} == {"etl"}
