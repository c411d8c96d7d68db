"""SQL: what we add to the driver, and how long it takes to split a dump."""

from __future__ import annotations

import atexit
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.postgres import PostgresServer

from bench.commands import NBJOB, PYTHON
from bench.core import Bar, Contender, Work

_ROWS = 500
# So many cells of 500 statements that starting up counts for little.
_CELLS = {"sqlite": 40, "duckdb": 6, "postgresql": 10}
_TABLE = "CREATE TABLE t (a VARCHAR(20), b INTEGER, c VARCHAR(20))"
_OURS = """\
import json, sys
from pathlib import Path
from nbjob_clean.runner.connections import Connections
from nbjob_clean.runner.context import Context
from nbjob_clean.runner.query import Sql, run_statements
cells = json.loads(Path("ours.json").read_text())
connections = Connections("job", Path.cwd(), {"default": sys.argv[1]})
context = Context(connections, {}, {"a": "it's"}, is_job=True)
run_statements(context, Sql(sys.argv[2]))
for cell in cells:
    run_statements(context, Sql(cell))
connections.commit()
rows = run_statements(context, Sql("SELECT count(*) FROM t"))
print(rows[0][0])
connections.rollback()
connections.close(keep=False)
"""
_DRIVER = """\
import json, sys
from pathlib import Path
cells = json.loads(Path("driver.json").read_text())
{connect}
connection.execute("BEGIN")
connection.execute("DROP TABLE IF EXISTS t")
connection.execute(sys.argv[2].split("; ")[-1])
for cell in cells:
    for statement in cell:
        connection.execute(statement, {{"a": "it's"}})
connection.execute("COMMIT")
print(connection.execute("SELECT count(*) FROM t").fetchall()[0][0])
"""
_OURS_AGAIN = """\
import sys
from pathlib import Path
from nbjob_clean.runner.connections import Connections
from nbjob_clean.runner.context import Context
from nbjob_clean.runner.query import Sql, run_statements
connections = Connections("job", Path.cwd(), {"default": sys.argv[1]})
context = Context(connections, {}, {}, is_job=True)
run_statements(context, Sql(sys.argv[2]))
for row in range(int(sys.argv[3])):
    values = {"a": "x", "b": row}
    run_statements(context, Sql("INSERT INTO t VALUES ({{ a }}, {{ b }}, 'c')"), values)
connections.commit()
print(run_statements(context, Sql("SELECT count(*) FROM t"))[0][0])
connections.rollback()
connections.close(keep=False)
"""
_DRIVER_AGAIN = """\
import sys
{connect}
connection.execute("BEGIN")
connection.execute("DROP TABLE IF EXISTS t")
connection.execute(sys.argv[2].split("; ")[-1])
for row in range(int(sys.argv[3])):
    connection.execute("INSERT INTO t VALUES ({a}, {b}, 'c')", {{"a": "x", "b": row}})
connection.execute("COMMIT")
print(connection.execute("SELECT count(*) FROM t").fetchall()[0][0])
"""
_CONNECT = {
    "sqlite": "import sqlite3\nconnection = sqlite3.connect(':memory:', isolation_level=None)",
    "duckdb": "import duckdb\nconnection = duckdb.connect()",
    "postgresql": "import psycopg\nconnection = psycopg.connect(sys.argv[1], autocommit=True)",
}
_MARKS = {"sqlite": ":a", "duckdb": "$a", "postgresql": "%(a)s"}
_SPLIT = """\
from pathlib import Path
from nbjob_clean.sidecar.sql import statements
print(len(statements(Path("dump.sql").read_text())))
"""
_SPLIT_IN = 0.5  # seconds, start-up included


def works() -> tuple[Work, ...]:
    server = PostgresServer()
    atexit.register(server.close)
    urls = {"sqlite": "sqlite://", "duckdb": "duckdb://", "postgresql": server.url()}
    return (
        *(_inserts(kind, url) for kind, url in urls.items()),
        *(_one_by_one(kind, url) for kind, url in urls.items()),
        _job(),
        Work(
            "10,000 statements, 0.6 MB: split",
            (Contender("nbjob", (PYTHON, "-c", _SPLIT), _dump, has_done=_says(10_000)),),
            (Bar("nbjob", _SPLIT_IN, is_seconds=True),),
        ),
    )


def _inserts(kind: str, url: str) -> Work:
    number = _CELLS[kind]
    table = f"DROP TABLE IF EXISTS t; {_TABLE}"
    ours, driver = "nbjob", f"{kind}'s driver alone"
    code = _DRIVER.format(connect=_CONNECT[kind])
    done = _says(number * _ROWS)
    return Work(
        f"{number} cells of 500 parametrised INSERTs, {kind}",
        (
            Contender(ours, (PYTHON, "-c", _OURS, url, table), partial(_ours, kind), has_done=done),
            Contender(
                driver, (PYTHON, "-c", code, url, table), partial(_driver, kind), has_done=done
            ),
        ),
        (Bar(ours, 2, (driver,)),),
    )


def _one_by_one(kind: str, url: str) -> Work:
    """One statement with other values each time, as a loop in a Python cell has it."""
    number = str(_CELLS[kind] * _ROWS)
    table = f"DROP TABLE IF EXISTS t; {_TABLE}"
    ours, driver = "nbjob", f"{kind}'s driver alone"
    marks = {name: _MARKS[kind].replace("a", name) for name in "ab"}
    code = _DRIVER_AGAIN.format(connect=_CONNECT[kind], **marks)
    done = _says(int(number))
    return Work(
        f"one INSERT {number} times, {kind}",
        (
            Contender(ours, (PYTHON, "-c", _OURS_AGAIN, url, table, number), has_done=done),
            Contender(driver, (PYTHON, "-c", code, url, table, number), has_done=done),
        ),
        (Bar(ours, 2, (driver,)),),
    )


def _job() -> Work:
    """A whole job of one such cell, starting up included."""
    code = _DRIVER.format(connect=_CONNECT["sqlite"])
    return Work(
        "a job of 500 parametrised INSERTs, sqlite",
        (
            Contender(
                "nbjob run", (*NBJOB, "run", "a.sql", "--db", "sqlite://", "-p", "a=x"), _cell
            ),
            Contender(
                "python script.py",
                (PYTHON, "-c", code, "", _TABLE),
                partial(_driver, "sqlite", cells=1),
                has_done=_says(_ROWS),
            ),
        ),
    )


def _ours(kind: str, folder: Path) -> None:
    cells = [_text(number, "{{ a }}") for number in range(_CELLS[kind])]
    (folder / "ours.json").write_text(json.dumps(cells))


def _driver(kind: str, folder: Path, *, cells: int = 0) -> None:
    texts = [_text(number, _MARKS[kind]) for number in range(cells or _CELLS[kind])]
    (folder / "driver.json").write_text(json.dumps([text.split(";\n")[:-1] for text in texts]))


def _cell(folder: Path) -> None:
    (folder / "a.sql").write_text(f"{_TABLE};\n{_text(0, '{{ a }}')}")


def _text(number: int, mark: str) -> str:
    """No statement is like another one: no cache of anybody's helps."""
    first = number * _ROWS
    rows = range(first, first + _ROWS)
    return "".join(
        f"INSERT INTO t (a, b, c) VALUES ({mark}, {row}, 'row {row}');\n" for row in rows
    )


def _dump(folder: Path) -> None:
    rows = "".join(
        f"INSERT INTO orders (id, name) VALUES ({n}, 'it''s {n}');\n" for n in range(10_000)
    )
    (folder / "dump.sql").write_text(rows)


def _says(number: int) -> Callable[[Path, bytes], bool]:
    return lambda _, said: said.split()[-1:] == [str(number).encode()]
