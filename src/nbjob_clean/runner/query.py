"""Runs SQL: a cell of a sidecar, a file, or a text, statement by statement, values bound."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from nbjob_clean.record import Record, changed
from nbjob_clean.runner.binding import Prepared, bind, names_identifier, prepared
from nbjob_clean.runner.connection import Connection
from nbjob_clean.runner.context import Context, active, standalone
from nbjob_clean.runner.database_name import database_line, database_name
from nbjob_clean.runner.outcome import MOST_STATEMENTS, Ran
from nbjob_clean.runner.queries import sql_block
from nbjob_clean.runner.rows import Rows
from nbjob_clean.runner.substitution import is_vdk, note_unknown, substituted


class Sql(Record):
    """SQL text and where it stands: `line` of the file at `path` is its first.

    `is_vdk`: it may hold `{name}`, into which VDK pastes.
    """

    text: str
    path: str = "<sql>"
    line: int = 1
    connection: str = ""
    is_vdk: bool = False


def run_cell(file: str, cell: str, parameters: Mapping[str, object]) -> Any:
    """What `run_sql` in a sidecar does, within the run that goes on or, without one, by itself.

    The rows, or what else the database's `results` says, of the last statement that has any.
    """
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
    found = _run_all(context, sql, parameters)
    if not context.is_job:
        context.connections.commit()
    return Rows() if found is None else found


def run_statements(
    context: Context, sql: Sql, parameters: Mapping[str, object] | None = None
) -> Rows | None:
    """Run all statements; the rows of the last one that returns any, None where none does.

    A parameter that is not passed is taken from the arguments of the run.
    """
    rows: Rows | None = _run_all(context, sql, parameters or {}, as_rows=True)
    return rows


def _run_all(
    context: Context, sql: Sql, parameters: Mapping[str, object], *, as_rows: bool = False
) -> Any:
    context.flush()
    if sql.is_vdk:
        sql = _resolved(sql, context)
    connection = context.connections.open(sql.connection)
    results = "rows" if as_rows else connection.database.results
    values = {**context.arguments, **parameters}
    result = None
    for statement in prepared(sql.text, connection.engine.syntax):
        bound = bind(statement, values, connection.engine)
        started = time.perf_counter()
        try:
            found = connection.run(statement, bound, results)
        except Exception as exc:  # noqa: BLE001 - raised again, with the line it is about
            _fail(connection, statement, sql, exc)
        result = result if found is None else found
        if len(context.statements) < MOST_STATEMENTS:
            rows = None if found is None else len(found)
            line = sql.line + statement.line - 1
            took = time.perf_counter() - started
            context.statements.append(Ran(Path(sql.path).name, line, rows, took))
    context.rows = None if result is None else len(result)
    return result


def _resolved(sql: Sql, context: Context) -> Sql:
    """VDK's SQL as it is to run: on the database that `[name]` above it says, names pasted."""
    word, text = database_line(sql.text)
    name = database_name(context.connections, word) or sql.connection
    return changed(sql, text=substituted(text, context), connection=name)


def _fail(connection: Connection, statement: Prepared, sql: Sql, error: Exception) -> NoReturn:
    """Raise the error at its line, with a word on what a person may not know."""
    if sql.is_vdk:
        note_unknown(statement.text, error)
    name = names_identifier(statement.statement)
    if name and hasattr(error, "add_note"):  # Python 3.11
        error.add_note(
            f"`{name}` is bound as a value, which no name of a table or column can be: write the "
            "name out, or check it against a list in Python and run `job_input.execute_query`"
        )
    line = sql.line + statement.line - 1
    within = max(connection.engine.error_line(error, statement.text) - 1, 0)
    _raise_at(sql.path, line + within, error)


def _raise_at(path: str, line: int, error: Exception) -> NoReturn:
    """Raise from a frame that stands on a line of SQL: the traceback shows it as any other line.

    And it ends there: how the driver went about it is none of the job's lines.
    """
    cause: BaseException | None = error
    while cause is not None:
        cause = cause.with_traceback(None).__cause__
    code = compile("\n" * (line - 1) + "raise error", path, "exec", dont_inherit=True)
    exec(code, {"error": error})  # noqa: S102 - the two words above
    raise AssertionError  # never reached
