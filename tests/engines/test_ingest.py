"""What `job_input` does on a real PostgreSQL server."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.postgres import PostgresServer
from tests.runner.jobs import ran, write

KINDS = """
import datetime
import decimal


def run(job_input):
    row = {
        "truth": True, "n": 1, "x": 1.5, "price": decimal.Decimal("1.10"), "Name": "it's",
        "raw": b"x", "at": datetime.datetime(2024, 1, 2, 3), "day": datetime.date(2024, 1, 2),
        "moment": datetime.datetime(2024, 1, 2, tzinfo=datetime.timezone.utc),
        "time": datetime.time(3, 4), "tags": '["a"]', "nothing": None, "order": 1, "pct%": 5,
        "Two Words": 1,
    }
    job_input.send_object_for_ingestion(row, "All_Kinds")
    (found,) = job_input.execute_query("SELECT * FROM all_kinds").dicts()
    assert found == {("name" if key == "Name" else key): value for key, value in row.items()}
"""
BATCHES = """
def run(job_input):
    for n in range(2500):
        job_input.send_object_for_ingestion({"n": n}, "t", method="POSTGRES")
    job_input.send_object_for_ingestion({"N": 0.5, "more": "x"}, "T")
    found = job_input.execute_query("SELECT count(*), sum(n), max(more) FROM t", database="Postgres")
    assert found == [(2501, 3123750.5, "x")]
    job_input.execute_query("CREATE SCHEMA s")
    job_input.send_tabular_data_for_ingestion([[1, None], [2, "b"]], ["a", "b"], "s.u")
    assert job_input.execute_query("SELECT * FROM s.u ORDER BY a") == [(1, None), (2, "b")]
    job_input.execute_query("DROP SCHEMA s CASCADE")
"""
MANAGED = """
def run(job_input):
    cursor = job_input.get_managed_connection().cursor()
    cursor.execute("CREATE TABLE t (n INTEGER)")
    cursor.executemany("INSERT INTO t VALUES (%s)", [(n,) for n in range(5)])
    cursor.execute("SELECT n FROM t WHERE n > %s ORDER BY n", (1,))
    assert cursor.fetchmany(2) == [(2,), (3,)] and list(cursor) == [(4,)]
    assert job_input.execute_query("SELECT count(*) FROM t") == [(5,)]
"""


@pytest.mark.parametrize("text", [KINDS, BATCHES, MANAGED], ids=["kinds", "batches", "managed"])
def test_job_input_on_postgresql(postgres: PostgresServer, tmp_path: Path, text: str) -> None:
    postgres.empty()
    found = ran(write(tmp_path, {"10_a.py": text}), databases={"default": postgres.url()})
    assert found.outcome.traceback == ""


CAUGHT = """
def run(job_input):
    try:
        job_input.execute_query("SELECT * FROM nowhere")
    except Exception:
        job_input.execute_query("CREATE TABLE nowhere (x INTEGER)")
    assert job_input.execute_query("SELECT * FROM nowhere") == []
"""
TOO_LATE = """
def run(job_input):
    job_input.execute_query("CREATE TABLE kept (x INTEGER)")
    try:
        job_input.execute_query("SELECT * FROM nowhere")
    except Exception:
        pass
"""


@pytest.mark.parametrize("engine", ["duckdb", "sqlite", "postgresql"])
def test_a_job_may_catch_the_failure_of_a_steps_first_statement(
    postgres: PostgresServer, tmp_path: Path, engine: str
) -> None:
    postgres.empty()
    url = postgres.url() if engine == "postgresql" else f"{engine}:///a.db"
    found = ran(write(tmp_path, {"10_a.py": CAUGHT}), databases={"default": url})
    assert found.outcome.traceback == ""


@pytest.mark.parametrize("engine", ["duckdb", "postgresql"])
def test_a_step_that_lost_its_work_by_a_caught_failure_says_so(
    postgres: PostgresServer, tmp_path: Path, engine: str
) -> None:
    postgres.empty()
    url = postgres.url() if engine == "postgresql" else f"{engine}:///a.db"
    found = ran(write(tmp_path, {"10_a.py": TOO_LATE}), databases={"default": url})
    assert found.outcome.exit_code == 1
    assert "nothing is committed: a statement of this step failed" in found.outcome.traceback
