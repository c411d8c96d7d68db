"""DuckDB, the default: a database in a file, in this process."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbjob_clean.errors import UnavailableError
from nbjob_clean.runner.engines.engine import ErrorKind, database_path
from nbjob_clean.runner.rows import Rows

# What DuckDB answers to a statement that changes something is a table of one such column.
_ACKNOWLEDGEMENTS = (["Count"], ["Success"])
_LINE = re.compile(r"^LINE (\d+):", re.MULTILINE)


def connect(url: str, directory: Path) -> DuckDB:
    """Open the database that `url` names; paths are relative to `directory`.

    Raises UnavailableError where it cannot be opened, a lock of another process included.
    """
    import duckdb

    path = database_path(url, directory)
    try:
        return DuckDB(duckdb.connect(path))
    except duckdb.Error as exc:
        raise UnavailableError(
            f"{path}: {exc}", hint="DuckDB lets one process at a time open a file for writing"
        ) from exc


class DuckDB:
    """An open DuckDB database."""

    placeholder = "${}"

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def execute(self, statement: str, parameters: Mapping[str, object]) -> Rows | None:
        # No empty mapping: DuckDB would prepare the statement, which not all of them can be.
        values = (dict(parameters),) if parameters else ()
        cursor = self.connection.execute(statement, *values)
        columns = [column[0] for column in cursor.description or ()]
        if not columns or (columns in _ACKNOWLEDGEMENTS and not _is_query(statement)):
            return None
        return Rows(cursor.fetchall(), columns)

    def begin(self) -> None:
        self.connection.begin()

    def commit(self) -> None:
        import duckdb

        try:
            self.connection.commit()
        except duckdb.TransactionException as exc:
            if "no transaction is active" not in str(exc):
                raise

    def rollback(self) -> None:
        import duckdb

        with contextlib.suppress(duckdb.Error):
            self.connection.rollback()

    def close(self) -> None:
        self.connection.close()

    def cancel(self) -> None:
        self.connection.interrupt()

    def is_lost(self) -> bool:
        return False

    def classify(self, error: BaseException) -> ErrorKind:
        import duckdb

        return "unavailable" if isinstance(error, duckdb.ConnectionException) else "statement"

    def error_line(self, error: BaseException) -> int:
        match = _LINE.search(str(error))
        return int(match.group(1)) if match else 0


def _is_query(statement: str) -> bool:
    """Tell `SELECT … AS "Count"` from the count that an INSERT answers with."""
    import duckdb

    kinds = duckdb.extract_statements(statement)[0].expected_result_type
    return bool(kinds == [duckdb.ExpectedResultType.QUERY_RESULT])
