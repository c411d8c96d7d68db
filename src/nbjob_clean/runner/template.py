"""`execute_template`: another job, run within a step of this one, on the same databases."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from nbjob_clean.errors import InvalidJobError
from nbjob_clean.record import Record
from nbjob_clean.runner.arguments import from_objects, resolve
from nbjob_clean.runner.config_ini import FILE, TEMPLATES, read_config_ini
from nbjob_clean.runner.connection import Connection
from nbjob_clean.runner.connections import DEFAULT
from nbjob_clean.runner.context import Context, depth
from nbjob_clean.runner.database import Database
from nbjob_clean.runner.job import Job, Step
from nbjob_clean.runner.load import load_job
from nbjob_clean.runner.options import RunOptions
from nbjob_clean.runner.outcome import Outcome
from nbjob_clean.runner.result import Result
from nbjob_clean.runner.run import run
from nbjob_clean.runner.shared import SharedConnections
from nbjob_clean.runner.tables import Tables, named_rows

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any

_DEEPEST = 20
_STATUSES = {"ok": "success", "not run": "not_executed"}


class StepResult(Record):
    """How a step of a template ended, in VDK's words."""

    name: str
    status: str


class TemplateResult(Result):
    """What a template leaves behind, and how it went with the words of VDK's ExecutionResult."""

    def __init__(self, job: Job, outcome: Outcome, tables: Tables) -> None:
        super().__init__(outcome, tables)
        self.data_job_name = job.name
        self.status = "success"
        self.steps_list = tuple(
            StepResult(
                _name(event.step),
                "skip_requested"
                if outcome.said and outcome.step == event.step
                else _STATUSES.get(event.status, event.status),
            )
            for event in outcome.events
        )

    def is_success(self) -> bool:
        return True

    def is_failed(self) -> bool:
        """Never: a template that fails raises what its step raised."""
        return False

    def get_exception(self) -> None:
        """None, for the same reason."""


def run_template(
    context: Context, name: str, arguments: Mapping[str, Any], database: str
) -> TemplateResult:
    """Run it. Raises InvalidJobError for one that there is not, ArgumentError as any job does."""
    if depth() > _DEEPEST:
        raise InvalidJobError(f"template `{name}`: {_DEEPEST} calls deep", hint="is it a circle?")
    job = load_job(_path(context.directory, name))
    given = resolve(job, job.steps, from_objects(dict(arguments)))
    context.flush()
    connections = _Connections(context, job, database)
    options = RunOptions(
        caller=context, connections=connections, mask=context.mask, keeps_values=True
    )
    outcome = run(job, given, {}, options)
    if outcome.error:
        raise outcome.error
    return TemplateResult(job, outcome, Tables(connections, named_rows(outcome.values)))


class _Connections(SharedConnections):
    """The databases of the caller, with another one of them as the default."""

    def __init__(self, context: Context, job: Job, default: str) -> None:
        super().__init__(context.connections, job.name, job.directory, {})
        self._default = default or DEFAULT

    def database(self, name: str) -> Database:
        return super().database(self._meant(name))

    def open(self, name: str) -> Connection:
        return super().open(self._meant(name))

    def is_open(self, name: str) -> bool:
        return super().is_open(self._meant(name))

    def _meant(self, name: str) -> str:
        return self._default if name in ("", DEFAULT) else name


def _name(step: Step) -> str:
    cell = step.block.id if step.block else ""
    return f"{step.source_name}:{cell}" if cell else step.source_name


def _path(directory: Path, name: str) -> Path:
    named = read_config_ini(directory).sections.get(TEMPLATES, {})
    path = directory / Path(named.get(name.lower(), name)).expanduser()
    if path.suffix == ".ipynb":
        sidecars = (path.with_suffix(".py"), path.with_suffix(".sql"))
        path = next((sidecar for sidecar in sidecars if sidecar.is_file()), path)
    if path.exists():
        return path
    known = f"; known: {', '.join(named)}" if named else ""
    raise InvalidJobError(
        f"no template `{name}`: {path} is not there{known}",
        hint=f"a template is a job directory: give its path, or name it in {FILE}: "
        f"[{TEMPLATES}], then {name} = ../path/of/it",
    )
