"""A `job_input` that sends nothing anywhere: what a job does with it can be looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from nbjob_clean.record import Record
from nbjob_clean.runner.connections import Connections
from nbjob_clean.runner.context import Context
from nbjob_clean.runner.ingest import objects, tabular
from nbjob_clean.runner.job_input import JobInput
from nbjob_clean.runner.rows import Rows

_NONE: Mapping[str, Any] = {}


class Ingested(Record):
    """One call of a `send_…_for_ingestion`: the rows, as dicts, and where they were to go."""

    table: str
    rows: tuple[Mapping[str, Any], ...]
    method: str = ""
    target: str = ""
    collection_id: str = ""


class FakeJobInput(JobInput):
    """All that a job's `job_input` has. `ingested` and `queries` are what the job did, in order.

    Properties and secrets live in memory, in `properties` and `secrets`. Queries run, in a database
    of its own in memory unless `database` names another; within a run they run in the run's.
    """

    def __init__(
        self,
        arguments: Mapping[str, Any] = _NONE,
        *,
        properties: Mapping[str, Any] = _NONE,
        secrets: Mapping[str, Any] = _NONE,
        database: str = "duckdb://",
        directory: Path | None = None,
    ) -> None:
        folder = directory or Path.cwd()
        connections = Connections(folder.name, folder, {"default": database})
        super().__init__(Context(connections, {}, arguments, is_job=True))
        self.ingested: list[Ingested] = []
        self.queries: list[str] = []
        self._is_alone = True
        self.properties = dict(properties)
        self.secrets = dict(secrets)

    def within(self, context: Context) -> FakeJobInput:
        """The same, as the `job_input` of a run: with its arguments and databases."""
        self._context.close(keep=False)
        self._context, self._is_alone = context, False
        context.secrets.update(self.secrets)
        return self

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows that were sent to a table."""
        return [dict(row) for sent in self.ingested if sent.table == table for row in sent.rows]

    def close(self) -> None:
        self._context.close(keep=False)

    def execute_query(
        self, sql: str, database: str | None = None, **parameters: object
    ) -> Rows | None:
        self.queries.append(sql)
        rows = super().execute_query(sql, database, **parameters)
        if self._is_alone:
            self._context.commit()
        return rows

    def get_all_properties(self) -> dict[str, Any]:
        return dict(self.properties)

    def set_all_properties(self, properties: Mapping[str, Any]) -> None:
        self.properties = dict(properties)

    def get_secret(self, key: str, default_value: Any = None) -> Any:
        return self.secrets.get(key, default_value)

    def get_all_secrets(self) -> dict[str, Any]:
        return dict(self.secrets)

    def set_all_secrets(self, secrets: Mapping[str, Any]) -> None:
        self.secrets = dict(secrets)

    def send_object_for_ingestion(
        self,
        payload: Any,
        destination_table: str | None = None,
        method: str | None = None,
        target: str | None = None,
        collection_id: str | None = None,
    ) -> None:
        if destination_table is None and isinstance(payload, Mapping) and "@table" in payload:
            payload = dict(payload)
            destination_table = payload.pop("@table")
        self._keep(objects(payload), destination_table, method, target, collection_id)

    def send_tabular_data_for_ingestion(  # noqa: PLR0913 - the interface is VDK's
        self,
        rows: Iterable[Sequence[Any]],
        column_names: Iterable[str],
        destination_table: str | None = None,
        method: str | None = None,
        target: str | None = None,
        collection_id: str | None = None,
    ) -> None:
        found = tabular(rows, [str(name) for name in column_names])
        self._keep(found, destination_table, method, target, collection_id)

    def _keep(
        self, rows: Iterable[Mapping[str, Any]], table: str | None, *place: str | None
    ) -> None:
        if not table:
            raise ValueError("ingestion: destination_table is missing")
        self.ingested.append(Ingested(table, tuple(rows), *(word or "" for word in place)))
