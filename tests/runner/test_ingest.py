from __future__ import annotations

import datetime
import http.server
import json
import sqlite3
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from nbjob_clean.runner.connections import Connections
from nbjob_clean.runner.ingest_table import Table
from tests.runner.jobs import SQLITE, Ran, ran, write

DUCKDB = {"default": "duckdb:///test.duckdb"}


def job(tmp_path: Path, body: str, databases: dict[str, str] = DUCKDB) -> Ran:
    lines = "".join(f"    {line}\n" for line in body.strip().split("\n"))
    head = "import datetime, decimal\n"
    return ran(
        write(tmp_path, {"10_a.py": f"{head}def run(job_input):\n{lines}"}), databases=databases
    )


def well(tmp_path: Path, body: str, databases: dict[str, str] = DUCKDB) -> None:
    found = job(tmp_path, body, databases)
    assert found.outcome.traceback == ""


def rows(tmp_path: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(tmp_path / "test.duckdb")) as connection:
        return connection.execute(query).fetchall()


def test_a_table_is_made_from_the_values(tmp_path: Path) -> None:
    well(tmp_path, """
job_input.send_object_for_ingestion({
    "truth": True, "n": 1, "x": 1.5, "price": decimal.Decimal("1.10"), "name": "it's", "raw": b"x",
    "at": datetime.datetime(2024, 1, 2, 3), "day": datetime.date(2024, 1, 2),
    "tags": ["a", {"b": 1}], "nothing": None, "order": 1}, "all kinds")
""")  # fmt: skip
    types = dict(rows(tmp_path, 'SELECT column_name, column_type FROM (DESCRIBE "all kinds")'))
    assert types == {
        "truth": "BOOLEAN", "n": "BIGINT", "x": "DOUBLE", "price": "DECIMAL(38,10)",
        "name": "VARCHAR", "raw": "BLOB", "at": "TIMESTAMP", "day": "DATE", "tags": "VARCHAR",
        "nothing": "VARCHAR", "order": "BIGINT",
    }  # fmt: skip
    (found,) = rows(tmp_path, 'SELECT * FROM "all kinds"')
    assert found[:4] == (True, 1, 1.5, Decimal("1.10"))
    assert found[4:8] == ("it's", b"x", datetime.datetime(2024, 1, 2, 3), datetime.date(2024, 1, 2))
    assert json.loads(found[8]) == ["a", {"b": 1}]


@pytest.mark.parametrize("databases", [SQLITE, DUCKDB], ids=["sqlite", "duckdb"])
def test_objects_need_not_be_alike(tmp_path: Path, databases: dict[str, str]) -> None:
    well(tmp_path, """
for n in range(2500):
    job_input.send_object_for_ingestion({"n": n}, destination_table="t")
job_input.send_object_for_ingestion({"N": 2500, "more": "x"}, destination_table="T")
job_input.send_object_for_ingestion({"@table": "t", "n": None}, method=None)
assert job_input.execute_query("SELECT count(*), sum(n), max(more) FROM t") == [(2502, 3126250, "x")]
""", databases)  # fmt: skip


@pytest.mark.parametrize("databases", [SQLITE, DUCKDB], ids=["sqlite", "duckdb"])
def test_rows_come_from_anything(tmp_path: Path, databases: dict[str, str]) -> None:
    well(tmp_path, """
job_input.send_tabular_data_for_ingestion(((n, n / 2) for n in range(3000)), ("n", "half"), "t")
cursor = job_input.get_managed_connection().cursor()
cursor.execute("SELECT n, half FROM t WHERE n < 2000")
job_input.send_tabular_data_for_ingestion(
    rows=cursor, column_names=[c[0] for c in cursor.description], destination_table="copy")
assert job_input.execute_query("SELECT count(*), max(half) FROM copy") == [(2000, 999.5)]
""", databases)  # fmt: skip


def test_a_data_frame_without_its_nan(tmp_path: Path) -> None:
    frame = """
class Frame:  # as pandas has it
    columns = ["n", "x", "s"]
    def itertuples(self, index, name):
        return iter([(1, 0.5, "a"), (2, float("nan"), float("nan"))])
job_input.send_object_for_ingestion(Frame(), destination_table="t")
"""
    well(tmp_path, frame)
    assert rows(tmp_path, "SELECT * FROM t") == [(1, 0.5, "a"), (2, None, None)]


def test_missing_values_that_will_not_be_compared(tmp_path: Path) -> None:
    well(tmp_path, """
class NAType:  # as pandas has it
    def __eq__(self, other): return self
    def __bool__(self): raise TypeError("boolean value of NA is ambiguous")
job_input.send_tabular_data_for_ingestion([[1], [NAType()], [float("nan")]], ["x"], "t")
""")  # fmt: skip
    assert rows(tmp_path, "SELECT * FROM t") == [(1,), (None,), (None,)]


def test_whole_numbers_become_others_in_a_table_of_this_run(tmp_path: Path) -> None:
    well(
        tmp_path,
        """
job_input.send_tabular_data_for_ingestion([[n] for n in range(1000)], ["x"], "t")
job_input.send_tabular_data_for_ingestion([[0.5]], ["x"], "t")
""",
    )
    assert rows(tmp_path, "SELECT max(x), min(x), count(*) FROM t WHERE x <> 0") == [
        (999.0, 0.5, 1000)
    ]


def test_a_number_is_never_rounded_in_silence(tmp_path: Path) -> None:
    found = job(
        tmp_path,
        """
job_input.execute_query("CREATE TABLE t (x INTEGER)")
job_input.send_object_for_ingestion({"x": 3.0}, "t")
job_input.send_object_for_ingestion({"x": 0.5}, "t")
""",
    )
    assert "ValueError: `t.x` is INTEGER: 0.5 does not fit" in found.outcome.traceback
    assert '10_a.py", line 5' in found.outcome.traceback


def test_a_failure_is_raised_at_the_line_that_sent_the_rows(tmp_path: Path) -> None:
    found = job(
        tmp_path,
        """
job_input.execute_query("CREATE TABLE t (x INTEGER NOT NULL)")
job_input.send_object_for_ingestion({"x": None}, "t")
done = True
""",
    )
    assert found.outcome.exit_code == 1
    assert isinstance(found.outcome.error, duckdb.ConstraintException)
    assert '10_a.py", line 4' in found.outcome.traceback
    assert "send_object_for_ingestion" in found.outcome.traceback
    assert rows(tmp_path, "SELECT count(*) FROM information_schema.tables") == [(0,)]


def test_a_failure_that_was_caught_still_fails_the_step(tmp_path: Path) -> None:
    found = job(tmp_path, """
job_input.execute_query("CREATE TABLE t (x INTEGER NOT NULL)")
try:
    job_input.send_tabular_data_for_ingestion([[None]] * 1000, ["x"], "t")
except Exception:
    pass
""", SQLITE)  # fmt: skip
    assert isinstance(found.outcome.error, sqlite3.IntegrityError)


def test_what_a_failed_step_sent_is_not_there(tmp_path: Path) -> None:
    found = job(
        tmp_path,
        """
job_input.send_tabular_data_for_ingestion([[1]] * 1500, ["x"], "t")
raise KeyError("x")
""",
    )
    assert isinstance(found.outcome.error, KeyError)
    assert rows(tmp_path, "SELECT count(*) FROM information_schema.tables") == [(0,)]


TARGETS = {
    "the default database": "",
    "an engine": "method='duckdb'",
    "an engine in capitals": "method='DUCKDB'",
    "a database by name": "method='second'",
    "a name as target": "target='second'",
    "a URL": "target='sqlite:///third.db'",
    "a file of an engine": "method='sqlite', target='third.db'",
    "a file of the default engine": "target='third.duckdb'",
}


@pytest.mark.parametrize("words", TARGETS.values(), ids=TARGETS)
def test_method_and_target(tmp_path: Path, words: str) -> None:
    well(
        tmp_path,
        f"job_input.send_object_for_ingestion({{'x': 1}}, 't'{words and ', ' + words})",
        {**DUCKDB, "second": "sqlite:///second.db"},
    )
    place = next(
        file for file in ("second.db", "third.db", "third.duckdb", "test.duckdb")
        if (tmp_path / file).exists()
    )  # fmt: skip
    module = duckdb if place.endswith("duckdb") else sqlite3
    connection = module.connect(str(tmp_path / place))
    assert connection.execute("SELECT x FROM t").fetchall() == [(1,)]
    connection.close()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            "{'x': 1}, 't', method='impala'",
            "ValueError: unknown ingestion method `impala`: a database of the run (default",
        ),
        ("{'x': 1}, 't', method='sqlite'", "ValueError: unknown ingestion method `sqlite`"),
        ("{'x': 1}, 't', method='http'", "needs target="),
        ("{'x': 1}", "destination_table is missing"),
        ("[1], 't'", "TypeError: ingestion takes a dict or a data frame, not list"),
        ("{}, 't'", "an object without keys"),
    ],
)
def test_what_cannot_be_sent(tmp_path: Path, arguments: str, message: str) -> None:
    found = job(tmp_path, f"job_input.send_object_for_ingestion({arguments})")
    assert message in found.outcome.traceback


def test_rows_have_as_many_values_as_there_are_columns(tmp_path: Path) -> None:
    found = job(tmp_path, "job_input.send_tabular_data_for_ingestion([[1, 2]], ['a'], 't')")
    assert "a row of 2 values for 1 columns: [1, 2]" in found.outcome.traceback


def test_sent_from_threads(tmp_path: Path) -> None:
    well(
        tmp_path,
        """
from concurrent.futures import ThreadPoolExecutor
def send(n):
    job_input.send_tabular_data_for_ingestion([[n, i] for i in range(300)], ["n", "i"], "t")
with ThreadPoolExecutor(4) as pool:
    list(pool.map(send, range(8)))
assert job_input.execute_query("SELECT count(*) FROM t") == [(2400,)]
""",
    )


class _Server(http.server.BaseHTTPRequestHandler):
    got: list[Any]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append(json.loads(body))
        self.send_response(200 if self.path == "/in" else 400)
        self.end_headers()
        if self.path != "/in":
            self.wfile.write(b"no such table")

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def server() -> Iterator[tuple[str, list[Any]]]:
    handler = type("Handler", (_Server,), {"got": []})
    with http.server.HTTPServer(("127.0.0.1", 0), handler) as found:
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{found.server_port}", handler.got
        found.shutdown()


def test_over_http(tmp_path: Path, server: tuple[str, list[Any]]) -> None:
    url, got = server
    well(
        tmp_path,
        f"""
job_input.send_object_for_ingestion({{"x": datetime.date(2024, 1, 2)}}, "t", "http", "{url}/in")
job_input.send_object_for_ingestion({{"x": 2}}, "t", method="http", target="{url}/in")
""",
    )
    assert got == [[{"x": "2024-01-02", "@table": "t"}, {"x": 2, "@table": "t"}]]
    found = job(
        tmp_path, f'job_input.send_object_for_ingestion({{"x": 1}}, "t", target="{url}/other")'
    )
    assert "400 Bad Request: no such table" in found.outcome.traceback


def test_defaults_from_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"config.ini": "[vdk]\nINGEST_METHOD_DEFAULT=second\n"})
    databases = {**DUCKDB, "second": "sqlite:///second.db"}
    body = "job_input.send_object_for_ingestion({'x': 1}, 't')"
    monkeypatch.setenv("INGEST_TARGET_DEFAULT", "nowhere")  # a bare name says nothing
    well(tmp_path, body, databases)
    assert (tmp_path / "second.db").exists()
    monkeypatch.setenv("VDK_INGEST_METHOD_DEFAULT", "duckdb")
    well(tmp_path, body, databases)
    assert rows(tmp_path, "SELECT x FROM t") == [(1,)]


def test_a_schema_is_part_of_the_name(tmp_path: Path) -> None:
    well(
        tmp_path,
        """
job_input.execute_query("CREATE SCHEMA s")
job_input.send_object_for_ingestion({"x": 1}, "s.t")
job_input.send_object_for_ingestion({"x": 2, "y": 1}, "s.t")
assert job_input.execute_query("SELECT sum(x) FROM s.t") == [(3,)]
""",
    )


def test_a_dialect_that_has_no_catalogue_we_know(tmp_path: Path) -> None:
    connections = Connections("job", tmp_path, {"default": "sqlite:///test.db"})
    connection = connections.open("")
    created: set[str] = set()
    Table(connection, "t", "mysql", created).write([{"x": 1, "s": "a"}])
    Table(connection, "t", "mysql", created).write([{"X": 2, "more": "b"}])
    assert connection.execute("SELECT * FROM t", {}) == [(1, "a", None), (2, None, "b")]
    connections.commit()
    connections.close(keep=True)
