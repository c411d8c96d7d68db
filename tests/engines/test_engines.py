"""What every engine has to do, over the table of them; then what is one engine's own."""

from __future__ import annotations

import datetime
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from nbjob_clean.errors import ArgumentError, UnavailableError
from nbjob_clean.runner.connections import Connections
from nbjob_clean.runner.engines.engine import Engine, database_path
from nbjob_clean.runner.engines.table import ENGINES, absolute, connect, facts_of, require_driver

FILES = [scheme for scheme, facts in ENGINES.items() if facts.is_file]


@pytest.fixture(params=FILES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"{request.param}:///{tmp_path / 'data base.db'}"


@pytest.fixture
def engine(url: str, tmp_path: Path) -> Iterator[Engine]:
    found = connect(url, tmp_path)
    yield found
    found.close()


def test_rows_know_their_columns(engine: Engine) -> None:
    rows = engine.execute("SELECT 1 AS a, 'x' AS \"B c\"", {})
    assert rows == [(1, "x")]
    assert rows is not None
    assert rows.columns == ("a", "B c")


SILENT = [
    "CREATE TABLE t (x INTEGER)",
    "INSERT INTO t VALUES (1)",
    "UPDATE t SET x = 2",
    "CREATE TABLE u AS SELECT * FROM t",
    "DELETE FROM t",
    "DROP TABLE u",
]


def test_what_changes_something_returns_no_rows(engine: Engine) -> None:
    assert [engine.execute(statement, {}) for statement in SILENT] == [None] * len(SILENT)
    assert engine.execute("INSERT INTO t VALUES (5) RETURNING x", {}) == [(5,)]
    assert engine.execute('SELECT count(*) AS "Count" FROM t', {}) == [(1,)]
    assert engine.execute("SELECT x FROM t WHERE x > 99", {}) == []


VALUES = ["it's", "", "é\n", "3' or 1=1 --", 5, -(2**40), 1.5, None, b"\x00\xff", True]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_comes_back(engine: Engine, value: object) -> None:
    statement = f"SELECT {engine.placeholder.format('v')}"
    assert engine.execute(statement, {"v": value}) == [(value,)]


def test_dates_compare_with_dates(engine: Engine) -> None:
    engine.execute("CREATE TABLE d (day DATE, moment TIMESTAMP)", {})
    insert = (
        f"INSERT INTO d VALUES ({engine.placeholder.format('d')}, {engine.placeholder.format('t')})"
    )
    day, at = datetime.date(2024, 2, 29), datetime.datetime(2024, 2, 29, 12, 30)
    engine.execute(insert, {"d": day, "t": at})
    found = engine.execute(
        f"SELECT 1 FROM d WHERE day >= {engine.placeholder.format('d')}", {"d": day}
    )
    assert found == [(1,)]


def test_transactions(engine: Engine) -> None:
    engine.execute("CREATE TABLE t (x INTEGER)", {})
    engine.begin()
    engine.execute("INSERT INTO t VALUES (1)", {})
    engine.rollback()
    assert engine.execute("SELECT * FROM t", {}) == []
    engine.begin()
    engine.execute("INSERT INTO t VALUES (2)", {})
    engine.commit()
    assert engine.execute("SELECT * FROM t", {}) == [(2,)]


def test_ending_a_transaction_that_the_job_has_ended(engine: Engine) -> None:
    for end in ("COMMIT", "ROLLBACK"):
        engine.begin()
        engine.execute(end, {})
        engine.commit()
        engine.rollback()


def test_an_error_keeps_its_type_and_the_connection_goes_on(engine: Engine) -> None:
    with pytest.raises(Exception, match="(?i)nowhere") as caught:
        engine.execute("SELECT *\nFROM nowhere", {})
    assert type(caught.value).__module__.split(".")[0] in ("_duckdb", "duckdb", "sqlite3")
    assert engine.classify(caught.value) == "statement"
    assert engine.error_line(caught.value) in (0, 2)
    assert engine.execute("SELECT 1", {}) == [(1,)]


def test_a_database_that_cannot_be_opened(url: str, tmp_path: Path) -> None:
    scheme = url.partition("://")[0]
    with pytest.raises(UnavailableError, match="nowhere"):
        connect(f"{scheme}:///nowhere/a.db", tmp_path)


PATHS = [
    ("duckdb://", ":memory:"),
    ("duckdb://:memory:", ":memory:"),
    ("duckdb:///:memory:", ":memory:"),
    ("sqlite:///a.db", "{}/a.db"),
    ("sqlite:///b/a.db", "{}/b/a.db"),
    ("sqlite:////b/a.db", "/b/a.db"),
    ("duckdb:///a=b.db", "{}/a=b.db"),
]


@pytest.mark.parametrize(("given", "path"), PATHS)
def test_paths_of_urls(given: str, path: str, tmp_path: Path) -> None:
    assert database_path(given, tmp_path) == path.format(tmp_path)
    assert database_path(absolute(given, tmp_path), Path("/elsewhere")) == path.format(tmp_path)


@pytest.mark.parametrize(
    ("given", "hint"),
    [("duckbd:///a", "duckdb://"), ("postgres://x", "known"), ("a.db", "known"), ("", "known")],
)
def test_no_such_engine(given: str, hint: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        facts_of(given)
    assert hint in caught.value.hint


def test_a_driver_that_is_not_there() -> None:
    facts = ENGINES["duckdb"]
    missing = type(facts)(facts.module, driver="no_such_driver", extra="duckdb")
    with pytest.raises(UnavailableError) as caught:
        require_driver(missing)
    assert caught.value.hint == 'pip install "nbjob-clean[duckdb]"'


def test_connections_by_name(tmp_path: Path) -> None:
    connections = Connections("job", tmp_path, {"other": "sqlite:///other.db"})
    connections.check(["", "other", "sqlite://", "duckdb://"])
    with pytest.raises(ArgumentError, match="unknown database `third`; known: other"):
        connections.check(["third"])
    assert connections.open("other") is connections.open("other")
    assert connections.open("other") is connections.open("sqlite:///other.db")
    assert connections.open("sqlite://") is connections.open("sqlite://")
    connections.open("").execute("CREATE TABLE t (x INTEGER)", {})
    connections.commit()
    connections.close(keep=True)
    assert (tmp_path / ".nbjob" / "job.duckdb").is_file()
    assert (tmp_path / ".nbjob" / ".gitignore").read_text() == "*\n"
    assert (tmp_path / "other.db").is_file()


def test_a_duckdb_file_that_another_process_has_open(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    code = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(1, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout
        other.stdout.readline()
        with pytest.raises(UnavailableError) as caught:
            connect(f"duckdb:///{path}", tmp_path)
        other.communicate(b"\n")
    assert "one process at a time" in caught.value.hint


def test_sqlite_that_another_connection_has_locked(tmp_path: Path) -> None:
    one, other = (connect("sqlite:///a.db", tmp_path) for _ in range(2))
    one.execute("CREATE TABLE t (x INTEGER)", {})
    other.execute("PRAGMA busy_timeout = 10", {})
    one.execute("BEGIN EXCLUSIVE", {})
    with pytest.raises(Exception, match="locked") as caught:
        other.execute("INSERT INTO t VALUES (1)", {})
    assert other.classify(caught.value) == "unavailable"
    one.close()
    other.close()
