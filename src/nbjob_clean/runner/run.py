"""Runs the steps of a job in order. Values in, a value out: nothing is printed here."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Mapping, Sequence
from types import ModuleType

from nbjob_clean.errors import UnavailableError
from nbjob_clean.record import changed
from nbjob_clean.runner.arguments import Arguments
from nbjob_clean.runner.connections import Connections
from nbjob_clean.runner.context import Context, activated
from nbjob_clean.runner.environment import in_job_directory, show_sources
from nbjob_clean.runner.identity import new_run_id
from nbjob_clean.runner.job import Job, Step
from nbjob_clean.runner.job_input import JobInput, SkipRemainingSteps
from nbjob_clean.runner.mask import HIDDEN
from nbjob_clean.runner.options import DEFAULTS, RunOptions
from nbjob_clean.runner.outcome import Event, Failure, Outcome, Run
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
    from nbjob_clean.runner.outcome import StepStatus

_FAILED = 1
_INTERRUPTED = 130
_LAST_EXIT_CODE = 255
_DONE = Outcome(status="done", exit_code=0)


def run(
    job: Job,
    arguments: Arguments,
    databases: Mapping[str, str],
    options: RunOptions = DEFAULTS,
) -> Outcome:
    """Run the steps of a job, all of them unless the options name some.

    Raises ArgumentError and UnavailableError for a database that is not there, before any step.
    """
    chosen = options.steps or job.steps
    connections = Connections(job.name, job.directory, databases)
    connections.check(query.connection for query in queries(job, chosen))
    context = Context(connections, job.sidecars, arguments.values, is_job=True)
    context.mask = options.mask or context.mask
    values = arguments.values
    context.secrets.update({name: values[name] for name in options.secrets if name in values})
    now = time.time()
    shown = {name: HIDDEN if name in options.secrets else v for name, v in values.items()}
    begun = Run(new_run_id(now), job, chosen, shown, now)
    return _Run(begun, arguments, context, options).to_its_end()


class _Run:
    """What goes on: the steps that were, and how each comes to its end."""

    def __init__(
        self, run: Run, arguments: Arguments, context: Context, options: RunOptions
    ) -> None:
        self.events: list[Event] = []
        self.is_well = False
        self._run = run
        self._job = run.job
        self._given = {name: arguments.values[name] for name in arguments.given}
        self._context = context
        self._options = options
        self._job_input = JobInput(context)

    def to_its_end(self) -> Outcome:
        started = time.perf_counter()
        for listener in self._options.listeners:
            listener.begin(self._run)
        with in_job_directory(self._job), activated(self._context):
            try:
                end = self._all()
            finally:
                self._context.close(keep=self.is_well)
        for step in self._run.steps[len(self.events) :]:
            self._tell(Event(step, "not run"))
        seconds = time.perf_counter() - started
        outcome = changed(end or _DONE, events=tuple(self.events), seconds=seconds)
        for listener in self._options.listeners:
            listener.end(outcome)
        return outcome

    def _tell(self, event: Event) -> None:
        for listener in self._options.listeners:
            listener.event(event)
        if event.status not in ("started", "retried"):
            self.events.append(event)

    def _all(self) -> Outcome | None:
        """Run them; None when they came to their end by themselves."""
        end = None
        for _, group in itertools.groupby(self._run.steps, key=lambda step: step.file):
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
        self._tell(Event(step, "started"))
        self._context.rows = None
        started, cpu = time.perf_counter(), _cpu_seconds()
        status: StepStatus = "ok"
        try:
            end = self._executed(step, module, is_first=is_first)
            self._context.commit()
        except BaseException as exc:  # noqa: BLE001 - whatever a step raises is its own outcome
            end = self._failure(step, exc)
            status = "interrupted" if end.status == "interrupted" else "failed"
            self._context.rollback()
        self._tell(
            Event(
                step,
                status,
                seconds=time.perf_counter() - started,
                rows=self._context.rows if step.language == "sql" else None,
                cpu_seconds=_cpu_seconds() - cpu,
                failure=end.failure if end else None,
            )
        )
        return end

    def _executed(self, step: Step, module: ModuleType | None, *, is_first: bool) -> Outcome | None:
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
        is_unavailable = isinstance(error, UnavailableError) or (
            self._context.connections.is_unavailable(error)
        )
        failure = self._described(error)
        return Outcome(
            status="failed",
            exit_code=UnavailableError.exit_code if is_unavailable else _FAILED,
            step=step,
            error=error,
            traceback=failure.traceback,
            failure=failure,
        )

    def _described(self, error: BaseException) -> Failure:
        from nbjob_clean.runner.failure import describe
        from nbjob_clean.runner.places import Places

        show_sources(self._job)
        found = describe(error, Places(self._job.directory, self._job.sidecars))
        return changed(
            found,
            message=self._context.mask(found.message),
            traceback=self._context.mask(found.traceback),
        )


def _cpu_seconds() -> float:
    """Of this process and of the children that it has waited for."""
    user, system, child_user, child_system, _ = os.times()
    return user + system + child_user + child_system


def _exit_code(error: SystemExit) -> int:
    """What the process would exit with. A number that a process cannot have must not become 0."""
    if error.code is None:
        return 0
    if isinstance(error.code, int) and 0 <= error.code <= _LAST_EXIT_CODE:
        return int(error.code)
    return _FAILED
