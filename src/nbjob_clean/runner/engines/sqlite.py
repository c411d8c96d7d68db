"""SQLite, of the standard library: a database in a file, in this process."""

from __future__ import annotations

import contextlib
import datetime
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from nbjob_clean.errors import UnavailableError
from nbjob_clean.runner.engines.engine import ErrorKind, database_path
from nbjob_clean.runner.rows import Rows

_UNAVAILABLE = ("database is locked", "unable to open database file", "disk I/O error")


def connect(url: str, directory: Path) -> SQLite:
    """Open the database that `url` names; paths are relative to `directory`.

    Raises UnavailableError where it cannot be opened.
    """
    path = database_path(url, directory)
    try:
        # isolation_level=None: the step is the transaction; the driver must not open its own.
        # The threads of a cell may use it: `connections` lets one at a time through.
        return SQLite(sqlite3.connect(path, isolation_level=None, check_same_thread=False))
    except sqlite3.Error as exc:
        raise UnavailableError(f"{path}: {exc}", hint="is the directory there?") from exc


class SQLite:
    """An open SQLite database."""

    placeholder = ":{}"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def execute(self, statement: str, parameters: Mapping[str, object]) -> Rows | None:
        values = {name: _plain(value) for name, value in parameters.items()}
        cursor = self.connection.execute(statement, values)
        if cursor.description is None:
            return None
        return Rows(cursor.fetchall(), [column[0] for column in cursor.description])

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

    def is_lost(self) -> bool:
        return False

    def classify(self, error: BaseException) -> ErrorKind:
        is_unavailable = isinstance(error, sqlite3.OperationalError) and any(
            words in str(error) for words in _UNAVAILABLE
        )
        return "unavailable" if is_unavailable else "statement"

    def error_line(self, error: BaseException) -> int:  # noqa: ARG002 - SQLite does not say
        return 0


def _plain(value: object) -> object:
    """Dates as ISO text, which SQLite's own date functions read; the driver's way is deprecated."""
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ")
    return value.isoformat() if isinstance(value, datetime.date) else value
