"""A database as PEP 249 has it, for pandas and other libraries; all in the step's transaction."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from nbjob_clean.runner.connection import Connection
from nbjob_clean.runner.context import Context


class ManagedConnection:
    """What `get_managed_connection` gives. All else is an attribute of the driver's connection."""

    def __init__(self, context: Context, connection: Connection) -> None:
        self._context = context
        self._connection = connection

    def cursor(self) -> ManagedCursor:
        return ManagedCursor(self._context, self._connection)

    def execute(self, statement: str, parameters: Any = None) -> ManagedCursor:
        return self.cursor().execute(statement, parameters)

    def execute_query(self, query: str) -> list[Any] | None:
        """The rows of a query; None for a statement that returns none."""
        cursor = self.execute(query)
        return cursor.fetchall() if cursor.description else None

    def connect(self) -> Any:
        """The driver's own connection, as VDK's method of this name."""
        return self._connection.engine.connection

    def commit(self) -> None:
        """Commit what the step has done so far; what follows is a new transaction."""
        self._context.flush()
        self._connection.commit()

    def rollback(self) -> None:
        self._connection.rollback()

    def close(self) -> None:
        """Do nothing: it is the run's connection, and the run closes it."""

    def __enter__(self) -> ManagedConnection:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the transaction to the step."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection.engine.connection, name)


class ManagedCursor:
    """A cursor; placeholders are the driver's own."""

    arraysize = 1

    def __init__(self, context: Context, connection: Connection) -> None:
        self._context = context
        self._connection = connection
        self._rows: Iterator[Any] | None = None
        driver = connection.engine.connection
        cursor = driver.cursor()
        # DuckDB's is a second connection, which would not see what the step has done.
        self._is_shared = type(cursor) is type(driver)
        self._cursor = driver if self._is_shared else cursor

    def execute(self, statement: str, parameters: Any = None) -> ManagedCursor:
        return self._run("execute", statement, parameters)

    def executemany(self, statement: str, parameters: Sequence[Any]) -> ManagedCursor:
        return self._run("executemany", statement, parameters)

    def fetchone(self) -> Any:
        return self._cursor.fetchone() if self._rows is None else next(self._rows, None)

    def fetchmany(self, size: int | None = None) -> list[Any]:
        wanted = self.arraysize if size is None else size
        if self._rows is None:
            return list(self._cursor.fetchmany(wanted))
        return list(itertools.islice(self._rows, wanted))

    def fetchall(self) -> list[Any]:
        return list(self._cursor.fetchall() if self._rows is None else self._rows)

    def close(self) -> None:
        self._rows = iter(())
        if not self._is_shared:
            self._cursor.close()

    def __iter__(self) -> Iterator[Any]:
        return iter(self.fetchone, None)

    def __enter__(self) -> ManagedCursor:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def _run(self, method: str, statement: str, parameters: Any) -> ManagedCursor:
        self._context.flush()
        arguments = (statement,) if parameters is None else (statement, parameters)
        with self._connection.prepared(statement):
            getattr(self._cursor, method)(*arguments)
            if self._is_shared:
                # The next statement of anybody would take the rows away.
                self.description = self._cursor.description
                self._rows = iter(self._cursor.fetchall() if self.description else ())
        return self
