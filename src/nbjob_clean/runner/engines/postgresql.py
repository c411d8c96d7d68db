"""PostgreSQL, by psycopg 3."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbjob_clean.runner.engines.engine import (
    PATIENCE,
    Engine,
    ErrorKind,
    Syntax,
    is_array,
    kind_of_state,
    unavailable,
)
from nbjob_clean.runner.rows import Rows

_LINE = re.compile(r"^LINE (\d+):", re.MULTILINE)
# https://www.postgresql.org/docs/current/sql-commands.html, "cannot be executed inside a
# transaction block".
_OUTSIDE = re.compile(
    r"""
      VACUUM\b | ALTER\s+SYSTEM\b | CLUSTER\s*$
    | (?:CREATE|DROP)\s+(?:DATABASE|TABLESPACE|SUBSCRIPTION)\b
    | ALTER\s+DATABASE\s+\S+\s+SET\s+TABLESPACE\b
    | (?:CREATE|DROP)\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\b
    | REINDEX\b.*?\b(?:CONCURRENTLY|DATABASE|SYSTEM|SCHEMA)\b
    | ALTER\s+TABLE\b.*\bDETACH\s+PARTITION\b.*\bCONCURRENTLY\b
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_SYNTAX = Syntax(
    mark="${number}",
    outside=_OUTSIDE,
    # An empty subquery would be one of text.
    in_nothing="= ANY ('{}')",
    not_in_nothing="<> ALL ('{}')",
)


def connect(url: str, directory: Path, options: Mapping[str, Any]) -> Engine:  # noqa: ARG001
    """Open the database. Raises UnavailableError where it is not there, after a bounded time."""
    import psycopg

    own: dict[str, Any] = {"fallback_application_name": "nbjob"}
    if "connect_timeout" not in url:
        own["connect_timeout"] = PATIENCE
    try:
        # autocommit: the step is the transaction; the driver must not begin its own.
        connection = psycopg.connect(url, **{**own, **options, "autocommit": True})
    except psycopg.Error as exc:
        hint = "the user, the password and the database are those of the URL"
        raise unavailable(url, exc, hint if "FATAL" in str(exc) else "") from None
    return PostgreSQL(connection)


class PostgreSQL(Engine):
    """An open connection to PostgreSQL."""

    syntax = _SYNTAX

    def __init__(self, connection: Any) -> None:
        import psycopg

        self.connection = connection
        # The server's own `$1`: a per cent sign is nothing special. The job's cursors take `%s`.
        self._cursor = psycopg.RawCursor

    def execute(self, statement: str, values: Any) -> Rows | None:
        cursor = self._cursor(self.connection)
        cursor.execute(statement, values or None)
        if cursor.description is None:
            return None
        return Rows(cursor.fetchall(), [column.name for column in cursor.description])

    def adapt(self, value: object) -> object:
        """A list is an array, unless it holds more than one type, lists or dicts: then JSON."""
        if isinstance(value, dict) or (isinstance(value, list) and not is_array(value)):
            from psycopg.types.json import Jsonb

            return Jsonb(value)
        return value

    def begin(self) -> None:
        self.connection.execute("BEGIN")

    def commit(self) -> None:
        import psycopg

        if self.connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE:
            return
        if self.connection.execute("COMMIT").statusmessage == "ROLLBACK":
            raise psycopg.errors.InFailedSqlTransaction(
                "nothing is committed: a statement of this step failed, and the job went on"
            )

    def rollback(self) -> None:
        import psycopg

        with contextlib.suppress(psycopg.Error):
            self.connection.rollback()

    def close(self) -> None:
        self.connection.close()

    def is_lost(self) -> bool:
        return bool(self.connection.closed)

    def cancel(self) -> None:
        self.connection.cancel_safe(timeout=PATIENCE)

    def lock(self, key: str) -> bool:
        statement = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"
        return bool(self.connection.execute(statement, [f"nbjob:{key}"]).fetchone()[0])

    def classify(self, error: BaseException) -> ErrorKind:
        import psycopg

        if not isinstance(error, psycopg.Error):
            return "statement"
        if error.sqlstate:
            return kind_of_state(error.sqlstate)
        # Without a state the error is the driver's: the connection is closed, or broke.
        return "transient" if isinstance(error, psycopg.OperationalError) else "statement"

    def error_line(self, error: BaseException, statement: str) -> int:  # noqa: ARG002
        match = _LINE.search(str(error))
        return int(match.group(1)) if match else 0
