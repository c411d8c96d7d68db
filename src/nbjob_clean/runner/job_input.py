"""The `job_input` that a job's code is given: the part of VDK's that means something here."""

from __future__ import annotations

from collections.abc import Mapping

from nbjob_clean.runner.context import Context

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from nbjob_clean.runner.rows import Rows


class SkipRemainingSteps(BaseException):
    """Ends the run as done. Like SystemExit, an `except Exception` of the job lets it pass."""


class JobInput:
    """Arguments, databases and properties of the run that goes on."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def get_name(self) -> str:
        return self._context.name

    def get_job_directory(self) -> str:
        return str(self._context.directory)

    def get_arguments(self) -> dict[str, Any]:
        """The arguments, defaults included; the same dict for every step of the run."""
        return self._context.arguments

    def execute_query(
        self, sql: str, database: str | None = None, **parameters: object
    ) -> Rows | None:
        """Run SQL; the rows of the last statement that returns any, else None.

        `{{ name }}` and `:name` are bound from `parameters`, arguments and properties, in this
        order.
        """
        from nbjob_clean.runner.query import Sql, run_statements

        values = {**self.get_all_properties(), **self._context.arguments}
        query = Sql(text=sql, connection=database or "")
        return run_statements(self._context, query, {**values, **parameters})

    def get_managed_connection(self, database: str | None = None) -> Any:
        """The driver's connection, in the step's transaction: committed when the step is done."""
        connection = self._context.connections.open(database or "")
        connection.begin()
        return connection.engine.connection

    def get_property(self, name: str, default_value: Any = None) -> Any:
        return self.get_all_properties().get(name, default_value)

    def get_all_properties(self) -> dict[str, Any]:
        from nbjob_clean.runner.state import read_properties

        return read_properties(self._context.directory)

    def set_all_properties(self, properties: Mapping[str, Any]) -> None:
        """Replace all properties. They last from run to run, in the job's state directory."""
        from nbjob_clean.runner.state import write_properties

        write_properties(self._context.directory, properties)

    def skip_remaining_steps(self) -> NoReturn:
        """End this step and the run here: it counts as done."""
        raise SkipRemainingSteps
