"""`%%sql` and `%%vdksql` in a notebook, as production runs them: same text, values and errors."""

from __future__ import annotations

import linecache
import re
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from nbjob_clean.errors import NbjobError, UsageError
from nbjob_clean.jobs import JobSettings, job_settings
from nbjob_clean.runner.connections import Connections
from nbjob_clean.runner.context import Context
from nbjob_clean.runner.job_input import JobInput
from nbjob_clean.runner.query import Sql, run_statements
from nbjob_clean.runner.rows import Rows
from nbjob_clean.runner.substitution import substituted
from nbjob_clean.sidecar.sql import statements
from nbjob_clean.source.sql_call import sql_parameters
from nbjob_clean.source.sql_cell import SqlCell, parse_sql_cell, parse_sql_line

# What lives as long as its connection, and is lost when that is closed.
_LASTING = re.compile(
    r"\s*(?:ATTACH|BEGIN|DECLARE|LOAD|PRAGMA|PREPARE|SET|START|USE"
    r"|CREATE\s+(?:OR\s+REPLACE\s+)?(?:LOCAL\s+|GLOBAL\s+)?TEMP(?:ORARY)?)\b",
    re.IGNORECASE,
)


class Session:
    """The databases of a notebook's kernel: a cell is a step, and its transaction ends with it.

    Connections are closed after each cell, so that a run of the job finds the database free,
    unless a statement has left something that only its connection holds.
    """

    def __init__(
        self,
        names: dict[str, Any],
        notebook: Path | None,
        arguments: Callable[[], Collection[str]],
    ) -> None:
        directory = notebook.parent if notebook else Path.cwd()
        settings = _settings(notebook or directory)
        connections = Connections(directory.name or "job", directory, settings.databases)
        self.context = Context(connections, {}, {}, is_job=False)
        self.job_input = _JobInput(self)
        self._names = names
        self._arguments = arguments
        self._is_lasting = False

    def run(self, cell: SqlCell, path: str, *, is_vdk: bool = False) -> Rows | None:
        """Run SQL; the rows of the last statement that returns any. Raises what that raises."""
        self.take_arguments()
        text = substituted(cell.text, self.context) if is_vdk else cell.text
        self.note(text)
        given = {name: self._names[name] for name in sql_parameters(cell) if name in self._names}
        sql = Sql(text=text, path=path, line=cell.first_line, connection=cell.connection)
        rows = run_statements(self.context, sql, given)
        if cell.out:
            self._names[cell.out] = Rows() if rows is None else rows
            return None
        return rows

    def take_arguments(self) -> None:
        """The arguments are the variables of the `parameters` cells, as they are now."""
        found = {name: self._names[name] for name in self._arguments() if name in self._names}
        self.context.arguments.clear()
        self.context.arguments.update(found)

    def note(self, text: str) -> None:
        """Remember whether SQL leaves behind what only its connection holds."""
        self._is_lasting |= any(_LASTING.match(found.text) for found in statements(text))

    def keep_open(self) -> None:
        self._is_lasting = True

    def end_cell(self, *, is_well: bool) -> None:
        """Commit what the cell has done, or take it back where it failed."""
        if is_well:
            self.context.commit()
        else:
            self.context.rollback()
        if not self._is_lasting:
            self.context.connections.close(keep=True)

    def close(self) -> None:
        self.context.close(keep=True)


class _JobInput(JobInput):
    """`job_input` as a step has it. Who holds the driver's connection finds it open later."""

    def __init__(self, session: Session) -> None:
        super().__init__(session.context)
        self._session = session

    def get_arguments(self) -> dict[str, Any]:
        self._session.take_arguments()
        return super().get_arguments()

    def execute_query(
        self, sql: str, database: str | None = None, **parameters: object
    ) -> Rows | None:
        self._session.take_arguments()
        self._session.note(sql)
        return super().execute_query(sql, database, **parameters)

    def get_managed_connection(self, database: str | None = None) -> Any:
        self._session.keep_open()
        return super().get_managed_connection(database)


class SqlMagic:
    """The magic: `%%sql [CONNECTION] [name <<]` with SQL below, or `%sql SELECT …` in a line."""

    def __init__(self, session: Session, name: str) -> None:
        self._session = session
        self._is_vdk = name == "vdksql"
        self._count = 0

    def __call__(self, line: str, cell: str | None = None) -> Rows | None:
        self._count += 1
        text = line if cell is None else f"%%sql {line}\n{cell}"
        parsed = parse_sql_line(line, 1) if cell is None else parse_sql_cell(text)
        if parsed and not parsed.is_plain:
            options = ", ".join(f"--{name}" for name, _ in parsed.options)
            raise UsageError(
                f"production runs the text of the cell alone: {options} has no meaning there",
                hint="nbjob check --explain NBJ301",
            )
        if parsed is None or not parsed.text.strip():
            print("nbjob: no SQL here; a connection is opened when it is needed")  # noqa: T201
            return None
        path = f"<sql {self._count}>"
        linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)
        rows = self._session.run(parsed, path, is_vdk=self._is_vdk)
        if cell is not None:
            self._session.end_cell(is_well=True)  # what only a commit finds is this cell's error
        return rows


def _settings(path: Path) -> JobSettings:
    try:
        return job_settings(path)
    except NbjobError:
        return JobSettings({})
