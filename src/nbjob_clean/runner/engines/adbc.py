"""ADBC: any database with an ADBC driver, its results as Arrow from end to end."""

from __future__ import annotations

import contextlib
import importlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbjob_clean.runner.engines import duckdb, postgresql, sqlite
from nbjob_clean.runner.engines.engine import (
    MEMORY,
    Engine,
    ErrorKind,
    Syntax,
    database_path,
    is_passing,
    kind_of_state,
    unavailable,
)
from nbjob_clean.runner.rows import Rows

_LINE = re.compile(r"^LINE (\d+):", re.MULTILINE)
_LOST = re.compile(
    r"server closed the connection|terminating connection|no connection to the server"
    r"|connection (?:is )?(?:lost|closed|not open)|SSL connection has been closed",
    re.IGNORECASE,
)
_SYNTAX = Syntax(mark="?")
_SYNTAXES = {
    "postgresql": postgresql.PostgreSQL.syntax,
    "duckdb": Syntax(mark="${number}"),
    "sqlite": Syntax(mark="?{number}", outside=sqlite.SQLite.syntax.outside),
}
_FILES = ("duckdb", "sqlite")


def connect(url: str, directory: Path, options: Mapping[str, Any]) -> Engine:
    """Open `adbc+DRIVER://…` or `flightsql://…`; `options` are the driver's own.

    Raises UnavailableError.
    """
    scheme, _, place = url.partition("://")
    name = scheme.removeprefix("adbc+")
    driver = importlib.import_module(f"adbc_driver_{name}.dbapi")
    if name in _FILES:
        path = database_path(url, directory)
        uri = "" if path == MEMORY else path
    elif name == "flightsql":
        # `flightsql+grpc://` would be no scheme of ours; TLS is what one has in production.
        uri = f"{options.get('transport', 'grpc+tls')}://{place}"
    else:
        uri = f"{name}://{place}"
    rest = {key: value for key, value in options.items() if key != "transport"}
    try:
        return ADBC(_open(driver, name, uri, rest), name)
    except driver.Error as exc:
        raise unavailable(url, exc) from None


def _open(driver: Any, name: str, uri: str, options: Mapping[str, Any]) -> Any:
    # autocommit: the step is the transaction; the driver must not begin its own.
    if name == "duckdb":
        return driver.connect(uri or None, autocommit=True, **options)
    arguments = (uri,) if uri else ()
    return driver.connect(
        *arguments, autocommit=True, **({"db_kwargs": options} if options else {})
    )


class ADBC(Engine):
    """An open connection of an ADBC driver."""

    has_arrow = True
    has_own_control = True

    def __init__(self, connection: Any, name: str) -> None:
        self.connection = connection
        self.syntax = _SYNTAXES.get(name, _SYNTAX)
        self._name = name
        self._is_begun = False
        self._is_lost = False

    def execute(self, statement: str, values: Any) -> Rows | None:
        table = self.arrow(statement, values)
        if table is None:
            return None
        columns = [column.to_pylist() for column in table.columns]
        rows = zip(*columns, strict=True) if columns else iter(() for _ in range(len(table)))
        return Rows(rows, table.column_names)

    def arrow(self, statement: str, values: Any) -> Any:
        try:
            with self.connection.cursor() as cursor:
                cursor.execute(statement, values or None)
                columns = [column[0] for column in cursor.description or ()]
                is_silent = self._name == "duckdb" and duckdb.is_acknowledgement(columns, statement)
                return cursor.fetch_arrow_table() if columns and not is_silent else None
        except Exception as exc:
            self._is_lost |= bool(_LOST.search(str(exc)))
            raise

    def adapt(self, value: object) -> object:
        """Lists and dicts are JSON; the rest is what Arrow has."""
        if self._name == "sqlite":
            return sqlite.adapted(value)
        if isinstance(value, (list, dict)):
            import json

            return json.dumps(value, default=str)
        return value

    def begin(self) -> None:
        try:
            self.connection.adbc_connection.set_autocommit(False)
        except Exception as exc:
            self._is_lost |= bool(_LOST.search(str(exc)))
            raise
        self._is_begun = True

    def commit(self) -> None:
        self._end(self.connection.adbc_connection.commit)

    def rollback(self) -> None:
        with contextlib.suppress(Exception):
            self._end(self.connection.adbc_connection.rollback)

    def _end(self, end: Any) -> None:
        if self._is_begun:
            self._is_begun = False
            try:
                end()
            finally:
                self.connection.adbc_connection.set_autocommit(True)

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self.connection.close()

    def is_lost(self) -> bool:
        return self._is_lost

    def cancel(self) -> None:
        self.connection.adbc_cancel()

    def classify(self, error: BaseException) -> ErrorKind:
        import adbc_driver_manager

        if not isinstance(error, adbc_driver_manager.Error):
            return "statement"
        words = str(error)
        if _LOST.search(words):
            return "transient"
        if error.sqlstate and error.sqlstate.strip("\0"):
            return kind_of_state(error.sqlstate)
        return "transient" if is_passing(words) or "is locked" in words else "statement"

    def error_line(self, error: BaseException, statement: str) -> int:
        if self._name == "sqlite":
            return sqlite.line_of(error, statement)
        match = _LINE.search(str(error))
        return int(match.group(1)) if match else 0
