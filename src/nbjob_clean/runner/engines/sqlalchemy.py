"""Any other database, by the SQLAlchemy dialect that its URL names.

Statements go to the driver as they are: `text()` would take the colon of a JSON value for a
parameter.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbjob_clean.errors import ArgumentError
from nbjob_clean.runner.engines import postgresql, sqlite
from nbjob_clean.runner.engines.engine import (
    Engine,
    ErrorKind,
    Syntax,
    is_array,
    is_passing,
    kind_of_state,
    reach,
    unavailable,
)
from nbjob_clean.runner.rows import Rows

_MARKS = {
    "qmark": "?",
    "numeric": ":{number}",
    "numeric_dollar": "${number}",
    "named": ":{name}",
    "format": "%s",
    "pyformat": "%({name})s",
}
_LIKE = {"postgresql": postgresql.PostgreSQL.syntax, "sqlite": sqlite.SQLite.syntax}
_PORTS = {"postgresql": 5432, "mysql": 3306, "mariadb": 3306, "mssql": 1433, "oracle": 1521}
# MySQL: deadlock, lock wait, too many connections, gone away, lost; SQL Server: deadlock.
_NUMBERS = frozenset([1205, 1213, 1040, 2003, 2006, 2013])
_WORDS = re.compile(
    r"deadlock|is locked|could not serialize|lost connection|gone away", re.IGNORECASE
)
_LINE = re.compile(r"^LINE (\d+):|\bat line (\d+)\b", re.MULTILINE)


def connect(url: str, directory: Path, options: Mapping[str, Any]) -> Engine:
    """Open the database; `options` are arguments of the driver's `connect`.

    Raises ArgumentError where no dialect has that name, and UnavailableError.
    """
    import sqlalchemy
    from sqlalchemy.exc import ArgumentError as BadUrl
    from sqlalchemy.exc import NoSuchModuleError, SQLAlchemyError

    try:
        place = _place(sqlalchemy.make_url(url), directory)
        if place.host and place.get_backend_name() in _PORTS:
            reach(url, place.host, place.port or _PORTS[place.get_backend_name()])
        engine = sqlalchemy.create_engine(
            place,
            connect_args=dict(options),
            hide_parameters=True,  # an error would show them, secrets included
            poolclass=sqlalchemy.pool.NullPool,
        )
        return SQLAlchemy(engine.connect())
    except (NoSuchModuleError, BadUrl) as exc:
        raise ArgumentError(f"no engine for this database: {exc}") from None
    except ImportError as exc:
        raise unavailable(url, exc, hint="install the driver that the URL names") from None
    except SQLAlchemyError as exc:
        raise unavailable(url, getattr(exc, "orig", None) or exc) from None


def _place(url: Any, directory: Path) -> Any:
    """A relative file is one of `directory`, as it is for the engines that are files."""
    if url.get_backend_name() in ("sqlite", "duckdb") and url.database not in (None, ":memory:"):
        return url.set(database=str(directory / url.database))
    return url


class SQLAlchemy(Engine):
    """An open connection of any dialect."""

    has_own_control = True

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        dialect = connection.dialect
        mark = _MARKS[dialect.paramstyle]
        like = _LIKE.get(dialect.name, Syntax(mark))
        self.syntax = Syntax(
            mark, like.outside, like.in_nothing, like.not_in_nothing, mark.startswith("%")
        )
        self._name = dialect.name
        self._is_begun = False

    def execute(self, statement: str, values: Any) -> Rows | None:
        connection = self.connection
        is_outside = not self._is_begun and self.syntax.outside.match(statement)
        if is_outside:
            connection.execution_options(isolation_level="AUTOCOMMIT")
        try:
            rows = self._run(statement, values)
            if not self._is_begun:
                connection.commit()
        except BaseException:
            if not self._is_begun:
                self.rollback()
            raise
        finally:
            if is_outside:
                level = connection.default_isolation_level
                connection.execution_options(isolation_level=level)
        return rows

    def _run(self, statement: str, values: Any) -> Rows | None:
        if values:
            values = values if self.syntax.is_named else tuple(values)
            result = self.connection.exec_driver_sql(statement, values)
        else:  # without values a driver must not look for marks
            options = {"no_parameters": True}
            result = self.connection.exec_driver_sql(statement, execution_options=options)
        if not result.returns_rows:
            return None
        columns = list(result.keys())
        return Rows((tuple(row) for row in result.fetchall()), columns)

    def adapt(self, value: object) -> object:
        """As the engines of our own do; elsewhere lists and dicts are JSON."""
        if self._name == "sqlite":
            return sqlite.adapted(value)
        if isinstance(value, list) and self._name == "postgresql" and is_array(value):
            return value
        if isinstance(value, (list, dict)):
            import json

            return json.dumps(value, default=str)
        return value

    def begin(self) -> None:
        self._is_begun = True  # the driver begins with the first statement

    def commit(self) -> None:
        self._is_begun = False
        self.connection.commit()

    def rollback(self) -> None:
        self._is_begun = False
        with contextlib.suppress(Exception):
            self.connection.rollback()

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self.connection.close()

    def is_lost(self) -> bool:
        return bool(self.connection.invalidated or self.connection.closed)

    def cancel(self) -> None:
        driver = self.connection.connection.driver_connection
        for name in ("cancel_safe", "cancel", "interrupt"):
            if hasattr(driver, name):
                getattr(driver, name)()
                return

    def lock(self, key: str) -> bool | None:
        if self._name != "postgresql":
            return None
        mark = self.syntax.mark.format(name="key", number=1)
        value = f"nbjob:{key}"
        rows = self.execute(
            f"SELECT pg_try_advisory_lock(hashtextextended({mark}, 0))",
            {"key": value} if self.syntax.is_named else [value],
        )
        return bool(rows and rows[0][0])

    def classify(self, error: BaseException) -> ErrorKind:
        from sqlalchemy.exc import DBAPIError, SQLAlchemyError

        if isinstance(error, DBAPIError):
            state = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", None)
            if error.connection_invalidated:
                return "transient"
            if state:
                return kind_of_state(state)
            number = (error.orig.args or (None,))[0] if error.orig else None
            words = str(error.orig)
            is_passing_away = number in _NUMBERS or _WORDS.search(words) or is_passing(words)
            return "transient" if is_passing_away else "statement"
        is_closed = isinstance(error, SQLAlchemyError) and self.is_lost()
        return "transient" if is_closed else "statement"

    def error_line(self, error: BaseException, statement: str) -> int:
        if self._name == "sqlite":
            return sqlite.line_of(error, statement)
        match = _LINE.search(str(getattr(error, "orig", error)))
        return int(match.group(1) or match.group(2)) if match else 0
