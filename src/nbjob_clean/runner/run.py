"""Runs the steps of a job in order. Values in, a value out: nothing is printed here."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType

from nbjob_clean.errors import UnavailableError
from nbjob_clean.record import Record, changed
from nbjob_clean.runner.arguments import Arguments
from nbjob_clean.runner.connections import Connections
from nbjob_clean.runner.context import Context, activated
from nbjob_clean.runner.environment import in_job_directory, show_sources
from nbjob_clean.runner.job import Job, Step
from nbjob_clean.runner.job_input import JobInput, SkipRemainingSteps
from nbjob_clean.runner.parameters import parameters_of
from nbjob_clean.runner.queries import queries
from nbjob_clean.runner.steps.python import (
    initial_names,
    open_file,
    run_preamble,
    run_python_step,
)

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Literal

    StepStatus = Literal["started", "ok", "failed", "interrupted", "not run"]
    RunStatus = Literal["done", "failed", "exited", "interrupted"]

_FAILED = 1
_INTERRUPTED = 130
_LAST_EXIT_CODE = 255


class Event(Record):
    """A step has come to a status; `rows` is what a SQL step has fetched."""

    step: Step
    status: StepStatus
    seconds: float = 0.0
    rows: int | None = None


class Outcome(Record):
    """How a run ended: by itself, or in `step`, with what it `said` there.

    `error` is the exception as it was raised, `traceback` what a person should see of it.
    """

    status: RunStatus
    exit_code: int
    events: tuple[Event, ...] = ()
    seconds: float = 0.0
    step: Step | None = None
    said: str = ""
    error: BaseException | None = None
    traceback: str = ""


_DONE = Outcome(status="done", exit_code=0)


def run(
    job: Job,
    arguments: Arguments,
    databases: Mapping[str, str],
    report: Callable[[Event], None],
    *,
    steps: Sequence[Step] | None = None,
) -> Outcome:
    """Run the steps of a job, all of them unless some are named; `report` hears of each.

    Raises ArgumentError and UnavailableError for a database that is not there, before any step.
    """
    chosen = tuple(job.steps if steps is None else steps)
    connections = Connections(job.name, job.directory, databases)
    connections.check(query.connection for query in queries(job, chosen))
    context = Context(connections, job.sidecars, arguments.values, is_job=True)
    going = _Run(job, arguments, context, report)
    started = time.perf_counter()
    with in_job_directory(job), activated(context):
        try:
            end = going.all(chosen)
        finally:
            connections.close(keep=going.is_well)
    for step in chosen[len(going.events) :]:
        going.tell(Event(step, "not run"))
    seconds = time.perf_counter() - started
    return changed(end or _DONE, events=tuple(going.events), seconds=seconds)


class _Run:
    """What goes on: the steps that were, and how each comes to its end."""

    def __init__(
        self, job: Job, arguments: Arguments, context: Context, report: Callable[[Event], None]
    ) -> None:
        self.events: list[Event] = []
        self.is_well = False
        self._job = job
        self._given = {name: arguments.values[name] for name in arguments.given}
        self._context = context
        self._report = report
        self._job_input = JobInput(context)

    def tell(self, event: Event) -> None:
        self._report(event)
        if event.status != "started":
            self.events.append(event)

    def all(self, steps: Sequence[Step]) -> Outcome | None:
        """Run them; None when they came to their end by themselves."""
        end = None
        for _, group in itertools.groupby(steps, key=lambda step: step.file):
            end = self._file(list(group))
            if end:
                break
        self.is_well = end is None or end.exit_code == 0
        return end

    def _file(self, steps: Sequence[Step]) -> Outcome | None:
        """The steps of one file, which share a namespace where they are Python."""
        if steps[0].code is None:
            return self._one_by_one(steps, None)
        declared = {parameter.name for step in steps for parameter in parameters_of(step)}
        names = initial_names(self._context.arguments, declared) | {"job_input": self._job_input}
        with open_file(self._job, steps[0], names) as module:
            return self._one_by_one(steps, module)

    def _one_by_one(self, steps: Sequence[Step], module: ModuleType | None) -> Outcome | None:
        for step in steps:
            end = self._step(step, module, is_first=step is steps[0])
            if end:
                return end
        return None

    def _step(self, step: Step, module: ModuleType | None, *, is_first: bool) -> Outcome | None:
        self.tell(Event(step, "started"))
        self._context.rows = None
        started = time.perf_counter()
        status: StepStatus = "ok"
        try:
            end = self._to_its_end(step, module, is_first=is_first)
            self._context.connections.commit()
        except BaseException as exc:  # noqa: BLE001 - whatever a step raises is its own outcome
            end = self._failure(step, exc)
            status = "interrupted" if end.status == "interrupted" else "failed"
            self._context.connections.rollback()
        rows = self._context.rows if step.language == "sql" else None
        self.tell(Event(step, status, time.perf_counter() - started, rows))
        return end

    def _to_its_end(
        self, step: Step, module: ModuleType | None, *, is_first: bool
    ) -> Outcome | None:
        """Execute a step; an Outcome where it ends the whole run, and well."""
        try:
            if module is None:
                from nbjob_clean.runner.steps.sql import run_sql_step

                run_sql_step(self._context, step)
            else:
                if is_first:
                    run_preamble(self._job, step, module)
                run_python_step(step, module, self._job_input, self._given)
        except SkipRemainingSteps:
            return Outcome(status="done", exit_code=0, step=step, said="skip_remaining_steps()")
        except SystemExit as exc:
            if _exit_code(exc) != 0:
                raise
            # `sys.exit(main())` is how a script says that it is done; in a cell it ends the run.
            if step.entry == "cell":
                return Outcome(status="exited", exit_code=0, step=step, said="sys.exit(0)")
        return None

    def _failure(self, step: Step, error: BaseException) -> Outcome:
        if isinstance(error, KeyboardInterrupt):
            return Outcome(status="interrupted", exit_code=_INTERRUPTED, step=step, error=error)
        if isinstance(error, SystemExit):
            code = _exit_code(error)
            said = f"sys.exit({error.code!r})"
            return Outcome(status="exited", exit_code=code, step=step, said=said, error=error)
        from nbjob_clean.runner.failure import render
        from nbjob_clean.runner.places import Places

        show_sources(self._job)
        is_unavailable = isinstance(error, UnavailableError) or (
            self._context.connections.is_unavailable(error)
        )
        return Outcome(
            status="failed",
            exit_code=UnavailableError.exit_code if is_unavailable else _FAILED,
            step=step,
            error=error,
            traceback=render(error, Places(self._job.directory, self._job.sidecars)),
        )


def _exit_code(error: SystemExit) -> int:
    """What the process would exit with. A number that a process cannot have must not become 0."""
    if error.code is None:
        return 0
    if isinstance(error.code, int) and 0 <= error.code <= _LAST_EXIT_CODE:
        return int(error.code)
    return _FAILED
