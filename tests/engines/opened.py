"""An open database, as the SQL cells of a job have it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbjob_clean.runner.connections import Connections
from nbjob_clean.runner.context import Context
from nbjob_clean.runner.query import Sql, run_statements


class Open:
    """An open database of some kind, as the SQL cells of a job have it."""

    def __init__(self, kind: str, url: str, directory: Path) -> None:
        self.kind, self.url = kind, url
        self.connections = Connections("job", directory, {"default": url})
        self.context = Context(self.connections, {}, {}, is_job=True)

    def __call__(self, sql: str, **values: object) -> Any:
        return run_statements(self.context, Sql(sql), values)

    def step(self, sql: str, **values: object) -> Any:
        rows = self(sql, **values)
        self.connections.commit()
        return rows

    @property
    def engine(self) -> Any:
        return self.connections.open("").engine

    def count(self, table: str) -> int:
        return int(self.step(f"SELECT count(*) FROM {table}")[0][0])
