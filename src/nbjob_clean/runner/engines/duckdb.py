"""DuckDB, the default: a database in a file, in this process."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbjob_clean.errors import UnavailableError
from nbjob_clean.runner.engines.engine import Engine, ErrorKind, Syntax, database_path, is_passing
from nbjob_clean.runner.rows import Rows

# What DuckDB answers to a statement that changes something is a table of one such column.
_ACKNOWLEDGEMENTS = (["Count"], ["Success"])
_QUERIES = re.compile(r"\(|(?:SELECT|FROM|VALUES|TABLE|PIVOT|UNPIVOT)\b", re.IGNORECASE)
_MAY_BE_QUERY = re.compile(r"WITH\b|.*\bRETURNING\b", re.IGNORECASE | re.DOTALL)
_LINE = re.compile(r"^LINE (\d+):", re.MULTILINE)
_SYNTAX = Syntax(
    mark="${name}", outside=re.compile(r"(?:VACUUM|(?:FORCE\s+)?CHECKPOINT)\b", re.IGNORECASE)
)


def connect(url: str, directory: Path, options: Mapping[str, Any]) -> Engine:
    """Open the database that `url` names; paths are relative to `directory`.

    Raises UnavailableError where it cannot be opened, a lock of another process included.
    """
    import duckdb

    path = database_path(url, directory)
    try:
        return DuckDB(duckdb.connect(path, **options))
    except duckdb.Error as exc:
        is_locked = "Could not set lock" in str(exc) or "used by another process" in str(exc)
        raise UnavailableError(
            f"{path}: {exc}",
            hint="DuckDB lets one process at a time open a file for writing" if is_locked else "",
            is_transient=is_locked,
        ) from exc


class DuckDB(Engine):
    """An open DuckDB database."""

    syntax = _SYNTAX
    has_arrow = True

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def execute(self, statement: str, values: Any) -> Rows | None:
        # No empty mapping: DuckDB would prepare the statement, which not all of them can be.
        cursor = self.connection.execute(statement, *([values] if values else ()))
        columns = [column[0] for column in cursor.description or ()]
        if not columns or is_acknowledgement(columns, statement):
            return None
        return Rows(cursor.fetchall(), columns)

    def arrow(self, statement: str, values: Any) -> Any:
        if not _QUERIES.match(statement) and not _is_query(statement):
            return self.execute(statement, values)
        relation = self.connection.sql(statement, params=values or None)
        return None if relation is None else relation.to_arrow_table()

    def adapt(self, value: object) -> object:
        """Lists and dicts are DuckDB's own; what cannot be a LIST is JSON."""
        if isinstance(value, list) and len({type(item) for item in value}) > 1:
            import json

            return json.dumps(value, default=str)
        return value

    def begin(self) -> None:
        self.connection.begin()

    def commit(self) -> None:
        import duckdb

        try:
            # COMMIT of a transaction that is aborted keeps nothing, and says nothing.
            self.connection.execute("SELECT 1")
        except duckdb.TransactionException as exc:
            raise duckdb.TransactionException(
                "nothing is committed: a statement of this step failed, and the job went on"
            ) from exc
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

    def classify(self, error: BaseException) -> ErrorKind:
        import duckdb

        if isinstance(error, duckdb.TransactionException) and "onflict" in str(error):
            return "transient"
        if isinstance(error, duckdb.HTTPException) and is_passing(str(error)):
            return "transient"
        is_gone = isinstance(error, (duckdb.ConnectionException, duckdb.FatalException))
        return "unavailable" if is_gone else "statement"

    def error_line(self, error: BaseException, statement: str) -> int:  # noqa: ARG002
        match = _LINE.search(str(error))
        return int(match.group(1)) if match else 0


def is_acknowledgement(columns: list[str], statement: str) -> bool:
    """Whether these are not columns that the job has asked for."""
    return columns in _ACKNOWLEDGEMENTS and not _is_query(statement)


def _is_query(statement: str) -> bool:
    """Tell `SELECT … AS "Count"` from the count that an INSERT answers with."""
    if _QUERIES.match(statement) or not _MAY_BE_QUERY.match(statement):
        return bool(_QUERIES.match(statement))
    import duckdb

    kinds = duckdb.extract_statements(statement)[0].expected_result_type
    return bool(kinds == [duckdb.ExpectedResultType.QUERY_RESULT])
