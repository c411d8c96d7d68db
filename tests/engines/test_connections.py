"""Databases by name and URL, and what is one engine's own."""

from __future__ import annotations

import datetime
import decimal
import json
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from nbjob_clean.errors import ArgumentError, UnavailableError
from nbjob_clean.runner.binding import plain
from nbjob_clean.runner.connections import Connections
from nbjob_clean.runner.database import Database, database_of
from nbjob_clean.runner.engines.engine import database_path
from nbjob_clean.runner.engines.table import ENGINES, absolute, connect, facts_of, require_driver
from nbjob_clean.runner.engines.url import expanded, masked
from tests.engines.opened import Open
from tests.runner.jobs import RUN_SQL, call, cell, py, query, ran, sql, write

Opening = Callable[[str], Open]
pytestmark = pytest.mark.xdist_group("databases")
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
    [("duckbd:///a", "`duckdb://`"), ("postgre://x", "`postgres"), ("a.db", "known"), ("", "known"),
     ("nothing://x", "known")],
)  # fmt: skip
def test_no_such_engine(given: str, hint: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        facts_of(given)
    assert hint in caught.value.hint


MODULES = {
    "postgresql://x/y": "postgresql", "postgres://x/y": "postgresql", "sc://x": "spark",
    "spark://x": "spark", "trino://x": "trino", "adbc+snowflake://x": "adbc", "flightsql://x": "adbc",
    "mysql://x/y": "sqlalchemy", "mssql+pyodbc://x": "sqlalchemy", "postgresql+psycopg2://x": "sqlalchemy",
}  # fmt: skip


@pytest.mark.parametrize("url", MODULES)
def test_engines_of_urls(url: str) -> None:
    assert facts_of(url).module.rpartition(".")[2] == MODULES[url]


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
    connections.open("")
    connections.close(keep=True)
    assert (tmp_path / ".nbjob" / "job.duckdb").is_file()
    assert (tmp_path / ".nbjob" / ".gitignore").read_text() == "*\n"
    assert (tmp_path / "other.db").is_file()


EXPANDED = [
    ("postgresql://etl:$PW@db/x", "postgresql://etl:p%40s%2Fs%20%25@db/x"),
    ("postgresql://$USER:${PW}@$HOST/x", "postgresql://etl:p%40s%2Fs%20%25@h.example/x"),
    ("sqlite:///$FOLDER/a.db", "sqlite:////data/b c/a.db"),
    ("$URL", "postgresql://etl:x@h/y"),
    ("sqlite:///a$$b.db", "sqlite:///a$b.db"),
    ("sqlite:///a.db", "sqlite:///a.db"),
]
ENVIRONMENT = {
    "PW": "p@s/s %", "USER": "etl", "HOST": "h.example", "FOLDER": "/data/b c",
    "URL": "postgresql://etl:x@h/y",
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), EXPANDED)
def test_variables_of_the_environment(text: str, expected: str) -> None:
    assert expanded(text, ENVIRONMENT) == expected


def test_a_variable_that_is_not_set(tmp_path: Path) -> None:
    databases = {"w": Database("postgresql://etl:$NO_SUCH_VARIABLE@db/x")}
    with pytest.raises(ArgumentError, match="variable `NO_SUCH_VARIABLE` .* not set") as caught:
        Connections("job", tmp_path, databases).check(["w"])
    assert "etl:***@db" in caught.value.hint


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://etl:geheim@db/x", "postgresql://etl:***@db/x"),
        ("postgresql://etl:ge@he/im@db/x?sslmode=require", "postgresql://etl:***@db/x?sslmode=require"),
        ("postgresql://db/x?user=etl&password=geheim&a=b", "postgresql://db/x?user=etl&password=***&a=b"),
        ("sc://h:1/;token=geheim;user_id=me", "sc://h:1/;token=***;user_id=me"),
        ("postgresql://db:5432/x", "postgresql://db:5432/x"),
    ],
)  # fmt: skip
def test_passwords_are_not_shown(url: str, shown: str) -> None:
    assert masked(url) == shown


SETTINGS = [
    ({}, "has no url"),
    ({"url": 5}, "`url` is no str"),
    ({"url": "duckdb://", "option": {}}, "unknown setting `option`"),
    ({"url": "duckdb://", "results": "dask"}, "no results as `dask`"),
    ({"url": "duckbd://"}, "no engine"),
]


@pytest.mark.parametrize(("table", "words"), SETTINGS)
def test_settings_that_cannot_be(table: dict[str, object], words: str, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=words):
        database_of("w", table, tmp_path)


def test_settings(tmp_path: Path) -> None:
    table = {"url": "duckdb:///a.db", "options": {"config": {"threads": 1}}, "results": "arrow"}
    connections = Connections("job", tmp_path / "job", {"w": database_of("w", table, tmp_path)})
    connection = connections.open("w")
    assert connection.database.results == "arrow"
    rows = connection.engine.execute("SELECT current_setting('threads')", {})
    assert rows == [(1,)]
    connections.close(keep=True)
    assert (tmp_path / "a.db").is_file()


def test_values_of_pandas_and_numpy() -> None:
    import numpy
    import pandas

    assert plain(numpy.int64(5)) == 5
    assert type(plain(numpy.float64(5))) is float
    assert plain(numpy.array([1, 2])) == plain(pandas.Series([1, 2])) == [1, 2]
    assert plain(pandas.NaT) is plain(pandas.NA) is None
    assert type(plain(pandas.Timestamp("2024-01-01"))) is datetime.datetime


JSONS = [{"a": [1, None], "b": "it's"}, {}, [1, {"a": 2}], [{"a": 1}]]


@pytest.mark.parametrize("value", JSONS, ids=json.dumps)
def test_json(value: object, opening: Opening, postgres: object) -> None:
    urls = {
        "duckdb://": "JSON", "sqlite://": "TEXT", "adbc+duckdb://": "JSON", "sqlite+pysqlite://": "TEXT",
        postgres.url(): "JSONB", postgres.url(scheme="postgresql+psycopg"): "JSONB",  # type: ignore[attr-defined]
    }  # fmt: skip
    for url, kind in urls.items():
        database = opening(url)
        database("DROP TABLE IF EXISTS j")
        database(f"CREATE TABLE j (x {kind}); INSERT INTO j VALUES (:v)", v=value)
        ((found,),) = database("SELECT x FROM j")
        assert (json.loads(found) if isinstance(found, str) else found) == value, url
        database.connections.rollback()


def test_lists_that_an_engine_has(opening: Opening, postgres: object) -> None:
    for url, statement in {
        "duckdb://": "SELECT list_contains({{ v }}, 2)",
        postgres.url(): "SELECT 2 = ANY({{ v }})",  # type: ignore[attr-defined]
    }.items():
        database = opening(url)
        assert database(statement, v=[1, 2]) == [(True,)]


def test_what_sqlite_has_no_types_for(opening: Opening) -> None:
    database = opening("sqlite://")
    database("CREATE TABLE t (d DATE, n NUMERIC, u TEXT)")
    key = uuid.uuid4()
    values = {"d": datetime.date(2024, 2, 29), "n": decimal.Decimal("1.25"), "u": key}
    database("INSERT INTO t VALUES (:d, :n, :u)", **values)
    assert database("SELECT d, n, u FROM t WHERE d >= :d AND n = :n", **values) == [
        ("2024-02-29", 1.25, str(key))
    ]


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
    assert caught.value.is_transient


def test_sqlite_that_another_connection_has_locked(tmp_path: Path) -> None:
    one, other = (connect("sqlite:///a.db", tmp_path, {"timeout": 0.01}) for _ in range(2))
    one.execute("CREATE TABLE t (x INTEGER)", {})
    one.execute("BEGIN EXCLUSIVE", {})
    with pytest.raises(sqlite3.OperationalError, match="locked") as caught:
        other.execute("INSERT INTO t VALUES (1)", {})
    assert other.classify(caught.value) == "transient"
    one.close()
    other.close()


def test_two_writers_of_duckdb(tmp_path: Path) -> None:
    import duckdb

    one = connect("duckdb:///a.duckdb", tmp_path)
    other = duckdb.connect(tmp_path / "a.duckdb")
    one.execute("CREATE TABLE t AS SELECT 1 AS x", {})
    one.begin()
    one.execute("UPDATE t SET x = 2", {})
    other.begin()
    with pytest.raises(duckdb.Error) as caught:
        other.execute("UPDATE t SET x = 3")
    assert one.classify(caught.value) == "transient"
    one.rollback()
    one.close()
    other.close()


@pytest.mark.parametrize("results", ["pandas", "polars", "arrow"])
def test_what_a_sql_cell_gives(tmp_path: Path, results: str) -> None:
    check = "assert type(orders).__module__.split('.')[0] in ('pandas', 'polars', 'pyarrow')"
    job = py(
        "a",
        call('orders = run_sql("a.sql", "q")'),
        cell(f"{check}\nn = len(orders)"),
        preamble=RUN_SQL,
    )
    found = ran(
        write(tmp_path, job, sql("a", query("CREATE TABLE t AS SELECT 1 AS x; SELECT x FROM t"))),
        databases={"default": Database.of("duckdb://", results=results)},
    )
    assert found.outcome.exit_code == 0, found.outcome.traceback
