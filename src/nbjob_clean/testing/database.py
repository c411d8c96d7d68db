"""A database for one test: tables in, rows out, nothing held open in between."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from nbjob_clean.runner.connections import Connections
from nbjob_clean.runner.context import Context
from nbjob_clean.runner.job_input import JobInput
from nbjob_clean.runner.query import Sql, run_statements
from nbjob_clean.runner.rows import Rows
from nbjob_clean.runner.tables import Tables


class ScratchDatabase:
    """A database by its URL. Every call opens it, commits, and closes it again."""

    def __init__(self, url: str, directory: Path) -> None:
        self.url = url
        self._directory = directory

    @property
    def engine(self) -> str:
        """`duckdb`, `sqlite`, `postgresql`: the scheme of the URL."""
        return self.url.partition("://")[0]

    def execute(self, sql: str, **parameters: object) -> Rows:
        """Run SQL of one or more statements; the rows of the last one that returns any."""
        with self._opened() as context:
            found = run_statements(context, Sql(text=sql), parameters)
            return Rows() if found is None else found

    def table(self, name: str, order_by: str = "") -> Rows:
        """All rows of a table. Raises KeyError where there is none of this name."""
        with self._opened() as context:
            if order_by:
                sql = f'SELECT * FROM "{name}" ORDER BY {order_by}'  # noqa: S608 - the test's own
                return run_statements(context, Sql(text=sql)) or Rows()
            context.connections.open("")
            return Tables(context.connections, {}, owns=False)[name]

    def tables(self) -> list[str]:
        with self._opened() as context:
            context.connections.open("")
            return list(Tables(context.connections, {}, owns=False))

    def load(
        self,
        name: str,
        rows: Iterable[Mapping[str, Any]] | Iterable[Sequence[Any]],
        columns: Sequence[str] = (),
    ) -> None:
        """Add rows, as dicts or as tuples of `columns`. A table that is not there is made."""
        with self._opened() as context:
            send = JobInput(context)
            if columns:
                send.send_tabular_data_for_ingestion(rows, columns, name)  # type: ignore[arg-type]
            else:
                for row in rows:
                    send.send_object_for_ingestion(row, name)

    @contextlib.contextmanager
    def _opened(self) -> Iterator[Context]:
        connections = Connections("test", self._directory, {"default": self.url})
        context = Context(connections, {}, {}, is_job=True)
        try:
            yield context
            context.commit()
        finally:
            context.close(keep=True)
