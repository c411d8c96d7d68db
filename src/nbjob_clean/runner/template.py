"""`execute_template`: another job, run within a step of this one, on the same databases."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType

from nbjob_clean.errors import InvalidJobError
from nbjob_clean.record import Record
from nbjob_clean.runner.arguments import Arguments, from_mapping, resolve
from nbjob_clean.runner.config_ini import FILE, TEMPLATES, read_config_ini
from nbjob_clean.runner.connections import Connection, Connections
from nbjob_clean.runner.context import Context, activated
from nbjob_clean.runner.environment import in_job_directory
from nbjob_clean.runner.job import Job, Step
from nbjob_clean.runner.job_input import JobInput, SkipRemainingSteps
from nbjob_clean.runner.load import load_job
from nbjob_clean.runner.parameters import parameters_of
from nbjob_clean.runner.steps.python import (
    initial_names,
    open_file,
    run_preamble,
    run_python_step,
)
from nbjob_clean.runner.steps.sql import run_sql_step

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any

    from nbjob_clean.runner.engines.engine import ErrorKind


class StepResult(Record):
    """How a step of a template ended: `success`, or `skip_requested` and `not_executed` after."""

    name: str
    status: str


class TemplateResult(Record):
    """What a template did, with the words of VDK's ExecutionResult, and what its code has made.

    `values` are the public names of its Python files, and what a `run` returned as a dict.
    """

    data_job_name: str
    status: str
    steps_list: tuple[StepResult, ...]
    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

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
    job = load_job(_path(context.directory, name))
    given = resolve(job, job.steps, from_mapping(dict(arguments), f"template {name}"))
    context.flush()
    nested = Context(
        _Within(context.connections, job, database),
        job.sidecars,
        given.values,
        is_job=True,
        parent=context,
    )
    going = _Run(job, given, nested)
    with in_job_directory(job), activated(nested):
        try:
            going.all()
        finally:
            nested.close(keep=False)
    return TemplateResult(job.name, "success", tuple(going.results()), going.values)


class _Within(Connections):
    """The databases of the step that calls. They are committed and closed by those who opened."""

    def __init__(self, outer: Connections, job: Job, default: str) -> None:
        super().__init__(job.name, job.directory, outer.urls)
        self._outer = outer
        self._default = default

    def url(self, name: str) -> str:
        return self._outer.url(self._resolved(name))

    def open(self, name: str) -> Connection:
        return self._outer.open(self._resolved(name))

    def _resolved(self, name: str) -> str:
        return self._default if name in ("", "default") else name

    def classify(self, error: BaseException) -> ErrorKind:
        return self._outer.classify(error)


class _Run:
    """The steps of a template, one after the other; what they raise is not caught."""

    def __init__(self, job: Job, arguments: Arguments, context: Context) -> None:
        self.values: dict[str, Any] = {}
        self._job = job
        self._context = context
        self._given = {name: arguments.values[name] for name in arguments.given}
        self._job_input = JobInput(context)
        self._statuses: list[str] = []

    def results(self) -> Iterator[StepResult]:
        missing = len(self._job.steps) - len(self._statuses)
        statuses = (*self._statuses, *["not_executed"] * missing)
        for step, status in zip(self._job.steps, statuses, strict=True):
            cell = step.block.id if step.block else ""
            yield StepResult(f"{step.source_name}:{cell}" if cell else step.source_name, status)

    def all(self) -> None:
        for _, group in itertools.groupby(self._job.steps, key=lambda step: step.file):
            if not self._file(list(group)):
                return

    def _file(self, steps: Sequence[Step]) -> bool:
        if steps[0].code is None:
            return all(self._step(step, None) for step in steps)
        declared = {parameter.name for step in steps for parameter in parameters_of(step)}
        before = initial_names(self._context.arguments, declared)
        before["job_input"] = self._job_input
        with open_file(self._job, steps[0], before) as module:
            run_preamble(self._job, steps[0], module)
            provided = set(vars(module)) - declared
            try:
                return all(self._step(step, module) for step in steps)
            finally:
                self.values |= _values(module, provided)

    def _step(self, step: Step, module: ModuleType | None) -> bool:
        """Run a step; False where it ends the template, and well."""
        status = "success"
        try:
            if module is None:
                run_sql_step(self._context, step)
            else:
                returned = run_python_step(step, module, self._job_input, self._given)
                if isinstance(returned, dict):
                    self.values |= returned
        except SkipRemainingSteps:
            status = "skip_requested"
        except SystemExit as exc:
            if exc.code not in (None, 0):
                raise
            status = "success" if step.entry != "cell" else "skip_requested"
        self._context.commit()
        self._statuses.append(status)
        return status == "success"


def _values(module: ModuleType, provided: set[str]) -> dict[str, Any]:
    return {
        name: value
        for name, value in vars(module).items()
        if name not in provided and name[0] != "_" and not isinstance(value, ModuleType)
    }


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
