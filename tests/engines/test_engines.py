"""What every engine has to do, over the table of them: real databases, real servers."""

from __future__ import annotations

import datetime
import decimal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from nbjob_clean.errors import ArgumentError, UnavailableError
from nbjob_clean.runner.binding import bind, prepared
from nbjob_clean.runner.connections import Connections
from nbjob_clean.runner.database import Database
from nbjob_clean.runner.engines.table import ENGINES, connect
from tests.engines.opened import Open

pytestmark = pytest.mark.xdist_group("databases")

FILES = {
    "duckdb": "duckdb:///{}/data base.db",
    "sqlite": "sqlite:///{}/data base.db",
    "adbc+duckdb": "adbc+duckdb:///{}/a.duckdb",
    "adbc+sqlite": "adbc+sqlite:///{}/a.db",
    "sqlalchemy sqlite": "sqlite+pysqlite:///{}/a.db",
}
SERVERS = {
    "postgresql": "postgresql",
    "adbc+postgresql": "adbc+postgresql",
    "sqlalchemy postgresql": "postgresql+psycopg",
}
KINDS = (*FILES, *SERVERS, "spark", "trino")
TRANSACTIONAL = (*FILES, *SERVERS)
SQLITES = ("sqlite", "adbc+sqlite", "sqlalchemy sqlite")


def opened(kind: str, request: pytest.FixtureRequest, directory: Path) -> Open:
    if kind in FILES:
        url = FILES[kind].format(directory)
    elif kind == "spark":
        url = request.getfixturevalue("spark_url")
    elif kind == "trino":
        url = request.getfixturevalue("trino").url
    else:
        server = request.getfixturevalue("postgres")
        server.empty()
        url = server.url(scheme=SERVERS[kind])
    return Open(kind, url, directory)


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    found = opened(request.param, request, tmp_path)
    yield found
    found.connections.close(keep=False)


only = pytest.mark.parametrize


def test_every_engine_is_tested() -> None:
    modules = {facts.module.rpartition(".")[2] for facts in ENGINES.values()} | {"sqlalchemy"}
    tested = {kind.partition("+")[0].partition(" ")[0] for kind in KINDS}
    assert modules == tested


def test_rows_know_their_columns(database: Open) -> None:
    rows = database("SELECT 1 AS a, 'x' AS b")
    assert rows == [(1, "x")]
    assert rows.columns == ("a", "b")


def test_several_statements_and_what_has_no_rows(database: Open) -> None:
    name = f"t_{time.monotonic_ns()}"
    database.step(
        f"-- first\nCREATE TABLE {name} (x INTEGER);\nINSERT INTO {name} VALUES (1), (2);"
    )
    assert database(f"INSERT INTO {name} VALUES (3)") is None
    assert database(f"SELECT 1; SELECT x FROM {name} ORDER BY x; INSERT INTO {name} VALUES (4);") == [
        (1,), (2,), (3,),
    ]  # fmt: skip
    assert database(f"SELECT x FROM {name} WHERE x > 99") == []
    assert database(
        f'SELECT count(*) AS "Count" FROM {name}'.replace(
            '"', "" if database.kind == "spark" else '"'
        )
    ) == [(4,)]


VALUES = ["it's", "", "é\n", "3' or 1=1 --", "a:b ::c {{ d }} %s", 5, -(2**40), 1.5, None, True]


@only("value", VALUES, ids=repr)
def test_a_value_comes_back(database: Open, value: object) -> None:
    (row,) = database("SELECT {{ v }} AS v", v=value)
    assert row == (value,)


@only(
    "value",
    [b"\x00\xff", datetime.date(2024, 2, 29), datetime.datetime(2024, 2, 29, 12, 30, 5), decimal.Decimal("1.50")],
    ids=repr,
)  # fmt: skip
def test_dates_decimals_and_bytes(database: Open, value: object) -> None:
    (row,) = database("SELECT {{ v }} AS v", v=value)
    if database.kind == "trino" and isinstance(value, datetime.datetime):
        assert row == (str(value),)  # our server has no types of time
    elif database.kind in SQLITES and not isinstance(value, bytes):
        assert row == (str(value),)
    elif database.kind == "adbc+postgresql" and isinstance(value, decimal.Decimal):
        assert row == ("1.5",)  # Arrow has no numbers of any precision
    else:
        assert row == (value,)


def test_values_are_those_of_every_mark(database: Open) -> None:
    sql = "SELECT {{ a }} AS p, :b AS q, {{ a }} AS r, 'a:b %s' AS s, 7 % 4 AS t"
    assert database(sql, a="x", b="y", c="unused") == [("x", "y", "x", "a:b %s", 3)]


def test_a_parameter_without_a_value(database: Open) -> None:
    with pytest.raises(ArgumentError, match="`missing` has no value"):
        database("SELECT {{ missing }}")


MEMBERS = [
    ("x IN {{ ids }}", [1, 3], [1, 3]),
    ("x IN (:ids)", (2,), [2]),
    ("x NOT IN {{ ids }}", {1, 2}, [3]),
    ("x IN {{ ids }}", [], []),
    ("x NOT IN (:ids)", [], [1, 2, 3]),
    ("x IN (:one, 3)", 1, [1, 3]),
]


@only(("condition", "ids", "expected"), MEMBERS, ids=[f"{c} {i}" for c, i, _ in MEMBERS])
def test_lists(database: Open, condition: str, ids: object, expected: list[int]) -> None:
    sql = f"SELECT x FROM (SELECT 1 AS x UNION ALL SELECT 2 UNION ALL SELECT 3) t WHERE {condition} ORDER BY x"
    assert [x for (x,) in database(sql, ids=ids, one=ids)] == expected


@only("kind", TRANSACTIONAL)
def test_transactions(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> None:
    database = opened(kind, request, tmp_path)
    database.step("CREATE TABLE t (x INTEGER)")
    database("INSERT INTO t VALUES (1)")
    database.connections.rollback()
    assert database.count("t") == 0
    database.step("INSERT INTO t VALUES (2)")
    with pytest.raises(Exception, match="(?i)nowhere"):
        database("INSERT INTO t VALUES (3); SELECT * FROM nowhere")
    database.connections.rollback()
    assert database.step("SELECT * FROM t") == [(2,)]
    database.connections.close(keep=True)
    again = Open(kind, database.url, tmp_path)
    assert again.count("t") == 1
    again.connections.close(keep=True)


@only("kind", TRANSACTIONAL)
def test_transactions_of_the_job_itself(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    database = opened(kind, request, tmp_path)
    database.step("CREATE TABLE t (x INTEGER)")
    database.step("BEGIN; INSERT INTO t VALUES (1); COMMIT")
    database.step("BEGIN; INSERT INTO t VALUES (2); ROLLBACK")
    database.step("INSERT INTO t VALUES (3); COMMIT; INSERT INTO t VALUES (4)")
    database.connections.rollback()
    assert database.step("SELECT x FROM t ORDER BY x") == [(1,), (3,), (4,)]
    database("BEGIN; INSERT INTO t VALUES (5)")
    database.connections.commit()  # the step ends, the job's transaction goes on
    database("ROLLBACK")
    assert database.count("t") == 3
    database.connections.close(keep=True)


@only(
    "kind",
    [
        "duckdb",
        "sqlite",
        "postgresql",
        "sqlalchemy sqlite",
        "sqlalchemy postgresql",
        "adbc+postgresql",
    ],
)
def test_what_no_transaction_may_hold(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    database = opened(kind, request, tmp_path)
    database(
        "CREATE TABLE t (x INTEGER); INSERT INTO t VALUES (1); VACUUM; INSERT INTO t VALUES (2)"
    )
    database.connections.rollback()
    assert database.count("t") == 1
    database.connections.close(keep=True)


def test_an_error_says_where(database: Open) -> None:
    with pytest.raises(Exception, match="(?i)nowhere") as caught:
        database("SELECT 1;\nSELECT *\nFROM nowhere")
    assert database.connections.classify(caught.value) == "statement"
    assert not type(caught.value).__module__.startswith("nbjob_clean")
    at = caught.traceback[-1]
    assert str(at.path) == "<sql>"  # no line of the driver
    assert at.lineno + 1 == (2 if database.kind == "spark" else 3)  # Sail does not say
    database.connections.rollback()
    assert database("SELECT 1 AS one") == [(1,)]


def test_a_name_cannot_be_bound(database: Open) -> None:
    with pytest.raises(Exception, match=".") as caught:
        database("SELECT * FROM {{ table }}", table="orders")
    assert "no name of a table" in "".join(
        getattr(caught.value, "__notes__", ["no name of a table"])
    )


SLEEPS = {
    "duckdb": "SELECT count(*) FROM range(100000000000)",
    "sqlite": "WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t) SELECT count(*) FROM t",
    "postgresql": "SELECT pg_sleep(60)",
    "adbc+postgresql": "SELECT pg_sleep(60)",
    "sqlalchemy postgresql": "SELECT pg_sleep(60)",
    "sqlalchemy sqlite": "WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t) SELECT count(*) FROM t",
    "spark": "SELECT count(*) FROM range(1000000) a CROSS JOIN range(100000) b WHERE a.id * b.id % 7 = 3",
    "trino": "SELECT sleep",
}


@only("kind", SLEEPS)
def test_another_thread_cancels(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> None:
    database = opened(kind, request, tmp_path)
    database("SELECT 1 AS one")
    is_done = threading.Event()

    def cancel() -> None:  # more than once: the statement may not have come to the server yet
        while not is_done.wait(0.3):
            database.connections.cancel()

    thread = threading.Thread(target=cancel)
    thread.start()
    started = time.monotonic()
    with pytest.raises(Exception, match="."):
        database(SLEEPS[kind])
    is_done.set()
    thread.join()
    assert time.monotonic() - started < 20
    database.connections.rollback()
    assert database("SELECT 1 AS one") == [(1,)]
    database.connections.cancel()  # nothing runs: nothing happens
    assert database("SELECT 2 AS two") == [(2,)]
    database.connections.close(keep=True)


FRAMES = ["pandas", "polars", "arrow"]


@only("results", FRAMES)
def test_results(database: Open, results: str, tmp_path: Path) -> None:
    settings = Database.of(database.url, results=results)
    connections = Connections("job", tmp_path, {"default": settings})
    connection = connections.open("")
    sql = "SELECT x, y FROM (SELECT 1 AS x, 'a' AS y UNION ALL SELECT 2, 'b') t ORDER BY x"
    (statement,) = prepared(sql, connection.engine.syntax)
    frame = connection.run(statement, bind(statement, {}, connection.engine), results)
    rows = database(sql)
    names = {"pandas": "pandas", "polars": "polars", "arrow": "pyarrow"}
    assert type(frame).__module__.partition(".")[0] == names[results]
    for found in (frame, getattr(rows, {"pandas": "DataFrame"}.get(results, results))()):
        listed = (
            found.to_dict("list")
            if results == "pandas"
            else found.to_pydict()
            if results == "arrow"
            else found.to_dict(as_series=False)
        )
        assert listed == {"x": [1, 2], "y": ["a", "b"]}
    connections.close(keep=False)


NOT_THERE = {
    "duckdb": "duckdb:///nowhere/a.db",
    "sqlite": "sqlite:///nowhere/a.db",
    "adbc": "adbc+sqlite:///nowhere/a.db",
    "sqlalchemy file": "sqlite+pysqlite:///nowhere/a.db",
    "postgresql": "postgresql://etl:geheim@127.0.0.1:1/x",
    "postgres": "postgres://etl:ge%20heim@127.0.0.1:1/x",
    "adbc server": "adbc+postgresql://etl:geheim@127.0.0.1:1/x",
    "sqlalchemy server": "postgresql+psycopg://etl:geheim@127.0.0.1:1/x",
    "spark": "sc://127.0.0.1:1/;token=geheim",
    "trino": "trino://etl:geheim@127.0.0.1:1/memory",
}


@only("url", NOT_THERE.values(), ids=NOT_THERE)
def test_a_database_that_is_not_there(url: str, tmp_path: Path) -> None:
    started = time.monotonic()
    with pytest.raises(UnavailableError) as caught:
        connect(url, tmp_path)
    assert time.monotonic() - started < 30  # most of it a driver's import, on a busy machine
    assert "heim" not in str(caught.value) + caught.value.hint
    assert caught.value.is_transient is ("127.0.0.1" in url)
    connections = Connections("job", tmp_path, {})
    assert connections.classify(caught.value) == (
        "transient" if "127.0.0.1" in url else "unavailable"
    )
