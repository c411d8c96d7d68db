"""The `job_input` that a job's code is given: the interface of VDK's `IJobInput`, all of it."""

from __future__ import annotations

import _thread
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from nbjob_clean.runner.context import Context, active, alone

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, NoReturn

    from nbjob_clean.runner.ingest import Ingestion
    from nbjob_clean.runner.ingest_target import Target
    from nbjob_clean.runner.managed import ManagedConnection
    from nbjob_clean.runner.rows import Rows
    from nbjob_clean.runner.template import TemplateResult


_first = _thread.allocate_lock()  # threading would take longer to import than a job does


class SkipRemainingSteps(SystemExit):
    """Ends the run as done, or a process of plain Python. An `except Exception` lets it pass."""


def of_caller(frame: FrameType | None) -> JobInput:
    """That of the run that goes on; without one, what a file has that plain Python runs."""
    while frame and "__file__" not in frame.f_globals:  # the import machinery's own
        frame = frame.f_back
    file = frame.f_globals["__file__"] if frame else "."
    context = active() or alone(Path(file))
    if context.job_input is None:
        context.job_input = JobInput(context)
    return context.job_input


class JobInput:
    """The run that goes on, as a job's code sees it."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def get_name(self) -> str:
        return self._context.name

    def get_job_directory(self) -> Path:
        return self._context.directory

    def get_temporary_write_directory(self) -> Path:
        """A directory for this run alone. It is removed when the run ends, well or not."""
        return self._context.temporary_directory()

    def get_arguments(self) -> dict[str, Any]:
        """The arguments, defaults included; the same dict for every step of the run."""
        return self._context.arguments

    def get_execution_properties(self) -> dict[str, str]:
        """`pa__execution_id`, `pa__op_id`, and when the run began."""
        from nbjob_clean.runner.execution import execution_properties

        return execution_properties(self._context)

    def execute_query(
        self, sql: str, database: str | None = None, **parameters: object
    ) -> Rows | Any:  # not `| None`: who writes the query knows whether there are rows
        """Run SQL; the rows of the last statement that returns any, else None.

        `{{ name }}` and `:name` are bound from `parameters`, arguments and properties, in this
        order. `{name}` is pasted as VDK does it, quotes and all: never for a value from outside.
        """
        if not sql.strip():
            raise ValueError("execute_query: no SQL")
        from nbjob_clean.runner.query import Sql, run_statements

        values = {**self._context.properties(), **self._context.arguments}
        query = Sql(text=sql, connection=self._database(database), is_vdk=True)
        return run_statements(self._context, query, {**values, **parameters})

    def get_managed_connection(self, database: str | None = None) -> ManagedConnection:
        """A PEP 249 connection, in the step's transaction: committed when the step is done."""
        from nbjob_clean.runner.managed import ManagedConnection

        connection = self._context.connections.open(self._database(database))
        return ManagedConnection(self._context, connection)

    def get_property(self, name: str, default_value: Any = None) -> Any:
        return self.get_all_properties().get(name, default_value)

    def get_all_properties(self) -> dict[str, Any]:
        """A copy of the properties as last set, in this run or an earlier one."""
        from copy import deepcopy

        return deepcopy(self._context.properties())

    def set_all_properties(self, properties: Mapping[str, Any]) -> None:
        """Replace all properties. They last from run to run, in the job's state directory."""
        self._context.set_properties(properties)

    def get_secret(self, key: str, default_value: Any = None) -> Any:
        return self._context.secrets.get(key, default_value)

    def get_all_secrets(self) -> dict[str, Any]:
        return dict(self._context.secrets)

    def set_all_secrets(self, secrets: Mapping[str, Any]) -> None:
        """Replace the secrets of this run. They are written nowhere, and end with it."""
        import warnings

        for value in secrets.values():
            self._context.mask.add(str(value))
        self._context.secrets.clear()
        self._context.secrets.update(secrets)
        warnings.warn(
            "set_all_secrets: kept for this run alone; nothing is written to a disk",
            stacklevel=2,
        )

    def send_object_for_ingestion(
        self,
        payload: Any,
        destination_table: str | None = None,
        method: str | None = None,
        target: str | None = None,
        collection_id: str | None = None,  # noqa: ARG002 - VDK's; a batch is a step's here
    ) -> None:
        """Send one object, as a dict, or the rows of a data frame into a table.

        The table is created, and gets new columns, where it has to. `method` is a database's name
        or engine, or `http`; `target` a database's name or URL.
        """
        from nbjob_clean.runner.ingest import objects

        if destination_table is None and isinstance(payload, Mapping) and "@table" in payload:
            payload = dict(payload)
            destination_table = payload.pop("@table")
        rows = objects(payload)
        self._ingestion().send(rows, _table(destination_table), self._target(method, target))

    def send_tabular_data_for_ingestion(  # noqa: PLR0913 - VDK's signature
        self,
        rows: Iterable[Sequence[Any]],
        column_names: Iterable[str],
        destination_table: str | None = None,
        method: str | None = None,
        target: str | None = None,
        collection_id: str | None = None,  # noqa: ARG002 - as above
    ) -> None:
        """Send rows (lists, tuples, a cursor, anything to iterate over) into a table."""
        from nbjob_clean.runner.ingest import tabular

        found = tabular(rows, [str(name) for name in column_names])
        self._ingestion().send(found, _table(destination_table), self._target(method, target))

    def execute_template(
        self,
        template_name: str,
        template_args: Mapping[str, Any] | None = None,
        database: str = "default",
    ) -> TemplateResult:
        """Run another job directory, or one file of it, within this step.

        A path, seen from this job's directory, or a name of `[templates]` in `config.ini`. It
        works in this step's transaction; what it raises is raised here, as it is.
        """
        from nbjob_clean.runner.template import run_template

        return run_template(self._context, template_name, template_args or {}, database)

    def skip_remaining_steps(self) -> NoReturn:
        """End this step and the run (in a template: the template) here: it counts as done."""
        raise SkipRemainingSteps

    def _database(self, word: str | None) -> str:
        if not word:
            return ""
        from nbjob_clean.runner.database_name import database_name

        return database_name(self._context.connections, word)

    def _ingestion(self) -> Ingestion:
        with _first:  # of several threads, one makes it
            if self._context.ingestion is None:
                from nbjob_clean.runner.ingest import Ingestion

                self._context.ingestion = Ingestion(self._context)
            return self._context.ingestion

    def _target(self, method: str | None, target: str | None) -> Target:
        from nbjob_clean.runner.ingest_target import target_of

        return target_of(
            self._context.connections,
            method or self._context.setting("ingest_method_default"),
            target or self._context.setting("ingest_target_default"),
        )


def _table(name: str | None) -> str:
    if not name:
        raise ValueError("ingestion: destination_table is missing")
    return name
