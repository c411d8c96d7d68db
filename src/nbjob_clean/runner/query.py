"""Runs SQL: a cell of a sidecar, a file, or a text, statement by statement, values bound."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from nbjob_clean.errors import ArgumentError
from nbjob_clean.record import Record, changed
from nbjob_clean.runner.connections import Connection
from nbjob_clean.runner.context import Context, active, standalone
from nbjob_clean.runner.database_name import database_line, database_name
from nbjob_clean.runner.queries import sql_block
from nbjob_clean.runner.rows import Rows
from nbjob_clean.runner.substitution import is_vdk, note_unknown, substituted
from nbjob_clean.sidecar.sql import Statement, statements

_LEADING = re.compile(r"(?:\s+|--[^\n]*|/\*.*?\*/)*", re.DOTALL)


class Sql(Record):
    """SQL text and where it stands: `line` of the file at `path` is its first.

    `is_vdk`: it may hold `{name}`, into which VDK pastes.
    """

    text: str
    path: str = "<sql>"
    line: int = 1
    connection: str = ""
    is_vdk: bool = False


def run_cell(file: str, cell: str, parameters: Mapping[str, object]) -> Rows:
    """What `run_sql` in a sidecar does, within the run that goes on or, without one, by itself."""
    # Two frames up is the sidecar; when plain Python runs it, its folder is the job.
    caller = sys._getframe(2).f_globals
    context = active() or standalone(Path(caller["__file__"]), file)
    block = sql_block(context.sidecars.get(file), file, cell)
    sql = Sql(
        text="\n".join(block.lines),
        path=str(context.directory / file),
        line=block.line + 1,
        connection=block.connection,
        is_vdk=is_vdk(block),
    )
    rows = run_statements(context, sql, parameters)
    if not context.is_job:
        context.connections.commit()
    return Rows() if rows is None else rows


def run_statements(
    context: Context, sql: Sql, parameters: Mapping[str, object] | None = None
) -> Rows | None:
    """Run all statements; the rows of the last one that returns any, None where none does.

    A parameter that is not passed is taken from the arguments of the run.
    """
    context.flush()
    if sql.is_vdk:
        sql = _resolved(sql, context)
    connection = context.connections.open(sql.connection)
    values = {**context.arguments, **(parameters or {})}
    result = None
    for statement in statements(sql.text):
        rows = _run(connection, statement, sql, values)
        result = result if rows is None else rows
    context.rows = None if result is None else len(result)
    return result


def _resolved(sql: Sql, context: Context) -> Sql:
    """VDK's SQL as it is to run: on the database that `[name]` above it says, names pasted."""
    word, text = database_line(sql.text)
    name = database_name(context.connections, word) or sql.connection
    return changed(sql, text=substituted(text, context), connection=name)


def _run(
    connection: Connection, statement: Statement, sql: Sql, values: Mapping[str, object]
) -> Rows | None:
    bound = {}
    for parameter in statement.parameters:
        if parameter.name not in values:
            raise ArgumentError(
                f"SQL parameter `{parameter.name}` has no value",
                hint=f"`nbjob run` takes it as -p {parameter.name}=VALUE",
            )
        bound[parameter.name] = values[parameter.name]
    text = statement.bound(connection.engine.placeholder)
    match = _LEADING.match(text)
    start = match.end() if match else 0  # DuckDB names no line after a comment
    try:
        return connection.execute(text[start:], bound)
    except Exception as exc:  # noqa: BLE001 - raised again, with the line it is about
        if sql.is_vdk:
            note_unknown(statement.text, exc)
        line = sql.line + statement.line - 1 + text.count("\n", 0, start)
        _raise_at(sql.path, line + max(connection.engine.error_line(exc) - 1, 0), exc)


def _raise_at(path: str, line: int, error: Exception) -> NoReturn:
    """Raise from a frame that stands on a line of SQL: the traceback shows it as any other line."""
    code = compile("\n" * (line - 1) + "raise error", path, "exec", dont_inherit=True)
    exec(code, {"error": error})  # noqa: S102 - the two words above
    raise AssertionError  # never reached
