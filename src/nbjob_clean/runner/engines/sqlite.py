"""SQLite, of the standard library: a database in a file, in this process."""

from __future__ import annotations

import contextlib
import datetime
import re
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbjob_clean.errors import UnavailableError
from nbjob_clean.runner.engines.engine import Engine, ErrorKind, Syntax, database_path
from nbjob_clean.runner.rows import Rows

_TRANSIENT = ("is locked", "is busy")
_UNAVAILABLE = ("unable to open database file", "disk I/O error", "disk is full", "readonly")
_WORD = re.compile(r'near "(.+?)": syntax error|no such \w+: (?:\w+\.)?(\w+)')
_SYNTAX = Syntax(
    mark=":{name}",
    # A PRAGMA that sets something is ignored in a transaction, silently.
    outside=re.compile(r"(?:VACUUM|ATTACH|DETACH|PRAGMA\s+[\w.]+\s*=)", re.IGNORECASE),
)


def connect(url: str, directory: Path, options: Mapping[str, Any]) -> Engine:
    """Open the database that `url` names; paths are relative to `directory`.

    Raises UnavailableError where it cannot be opened.
    """
    path = database_path(url, directory)
    try:
        # isolation_level=None: the step is the transaction; the driver must not open its own.
        # The threads of a cell may use it: `Connection` lets one at a time through.
        own = {"isolation_level": None, "check_same_thread": False}
        return SQLite(sqlite3.connect(path, **{**options, **own}))
    except sqlite3.Error as exc:
        raise UnavailableError(f"{path}: {exc}", hint="is the directory there?") from exc


class SQLite(Engine):
    """An open SQLite database."""

    syntax = _SYNTAX

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def execute(self, statement: str, values: Any) -> Rows | None:
        cursor = self.connection.execute(statement, values)
        if cursor.description is None:
            return None
        return Rows(cursor.fetchall(), [column[0] for column in cursor.description])

    def adapt(self, value: object) -> object:
        return adapted(value)

    def begin(self) -> None:
        self.connection.execute("BEGIN")

    def commit(self) -> None:
        if self.connection.in_transaction:
            self.connection.execute("COMMIT")

    def rollback(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")

    def close(self) -> None:
        self.connection.close()

    def cancel(self) -> None:
        self.connection.interrupt()

    def classify(self, error: BaseException) -> ErrorKind:
        if not isinstance(error, sqlite3.OperationalError):
            return "statement"
        if any(words in str(error) for words in _TRANSIENT):
            return "transient"
        return "unavailable" if any(w in str(error) for w in _UNAVAILABLE) else "statement"

    def error_line(self, error: BaseException, statement: str) -> int:
        return line_of(error, statement)


def adapted(value: object) -> object:
    """Dates as ISO text, which SQLite's own date functions read; lists and dicts as JSON."""
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (list, dict)):
        import json

        return json.dumps(value, default=str)
    # Decimals, UUIDs: a column's affinity makes a number of text that is one.
    return value if isinstance(value, (bytearray, memoryview)) else str(value)


def line_of(error: BaseException, statement: str) -> int:
    """SQLite says only which word it stumbled over: its line, if it is there once."""
    match = _WORD.search(str(error))
    word = next(filter(None, match.groups()), "") if match else ""
    if not word:
        return 0
    places = [m.start() for m in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", statement)]
    return statement.count("\n", 0, places[0]) + 1 if len(places) == 1 else 0
