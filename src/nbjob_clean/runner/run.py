"""Runs the steps of a job in order. Values in, a value out: nothing is printed here."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Mapping, Sequence
from types import ModuleType

from nbjob_clean.record import changed
from nbjob_clean.runner.arguments import Arguments
from nbjob_clean.runner.connections import Connections
from nbjob_clean.runner.context import Context, activated
from nbjob_clean.runner.ending import TRANSIENT, Judge, exit_code
from nbjob_clean.runner.environment import in_job_directory
from nbjob_clean.runner.identity import new_run_id
from nbjob_clean.runner.job import Job, Step
from nbjob_clean.runner.job_input import JobInput, SkipRemainingSteps
from nbjob_clean.runner.mask import HIDDEN
from nbjob_clean.runner.options import DEFAULTS, RunOptions
from nbjob_clean.runner.outcome import Call, Event, Outcome, Run, shortened
from nbjob_clean.runner.parameters import parameters_of
from nbjob_clean.runner.places import Places
from nbjob_clean.runner.queries import queries
from nbjob_clean.runner.resume import file_keys
from nbjob_clean.runner.steps.python import (
    initial_names,
    open_file,
    run_preamble,
    run_python_step,
)
from nbjob_clean.runner.stop import Reason, Stop, Terminated, TimedOut
from nbjob_clean.runner.threads import threads_shown

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from nbjob_clean.runner.lock import JobLock
    from nbjob_clean.runner.outcome import StepStatus

_MOST_CALLS = 100  # of one step, in its report
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
    connections = options.connections or Connections(job.name, job.directory, databases)
    connections.check(query.connection for query in queries(job, chosen))
    context = Context(
        connections, job.sidecars, arguments.values, is_job=True, parent=options.caller
    )
    context.mask = context.mask if options.mask is None else options.mask
    values = arguments.values
    context.secrets.update(options.secrets)
    now = time.time()
    shown = {name: HIDDEN if name in options.secrets else v for name, v in values.items()}
    keys = file_keys(job, chosen, values, databases) if options.owns_process else {}
    begun = Run(
        new_run_id(now), job, chosen, shown, now, options.resumed_from, keys, arguments.sources
    )
    outcome = _Run(begun, arguments, context, options).to_its_end()
    if options.caller:
        _tell_caller(options.caller, context, begun, outcome)
    return outcome


def _tell_caller(caller: Context, context: Context, run: Run, outcome: Outcome) -> None:
    """What the caller's report says of the call: nothing that keeps the call's values alive."""
    if outcome.error:
        caller.called.append(Places(run.job.directory, run.job.sidecars, context.called))
        del caller.called[:-_MOST_CALLS]
    if len(caller.calls) < _MOST_CALLS:
        brief = changed(run, arguments={n: shortened(v) for n, v in run.arguments.items()})
        caller.calls.append(Call(brief, changed(outcome, values={}, returned=None, error=None)))


class _Run:
    """What goes on: the steps that were, and how each comes to its end."""

    def __init__(
        self, run: Run, arguments: Arguments, context: Context, options: RunOptions
    ) -> None:
        self.events: list[Event] = []
        self.is_well = False
        self.values: dict[str, dict[str, object]] = {}
        self.returned: object = None
        self._run = run
        self._job = run.job
        self._given = {name: arguments.values[name] for name in arguments.given}
        self._context = context
        self._options = options
        self._stop = Stop(options, context.connections.cancel, self._give_up)
        self._judge = Judge(run.job, context.mask, context.connections.classify, context.called)
        self._job_input = context.job_input = (options.job_input or JobInput)(context)

    def to_its_end(self) -> Outcome:
        self._started = time.perf_counter()
        self._context.connections.on_open = self._opened
        with self._stop:
            if self._options.lock == "off":
                return self._locked()
            from nbjob_clean.runner.lock import JobLock

            lock = JobLock(self._job, self._options, self._stop)
            try:
                end = self._lock(lock)
                return self._told(end) if end else self._locked()
            finally:
                self._context.connections.close(keep=False)
                lock.free()

    def _lock(self, lock: JobLock) -> Outcome | None:
        about = {"run_id": self._run.id, "pid": os.getpid(), "since": self._run.since}
        names = [query.connection for query in queries(self._job, self._run.steps)]
        return lock.take(about) or lock.take_in(self._context.connections, names)

    def _locked(self) -> Outcome:
        for listener in self._options.listeners:
            listener.begin(self._run)
        with (
            in_job_directory(self._job),
            activated(self._context),
            threads_shown(lambda error: self._judge.failure(error).traceback),
        ):
            try:
                end = self._all()
            finally:
                self._context.close(keep=self.is_well)
            return self._ended(end or _DONE)

    def _opened(self, url: str) -> None:
        """A database was opened: its password must not be seen, and a signal has to reach it."""
        from nbjob_clean.runner.engines.url import secrets

        for secret in secrets(url):
            self._context.mask.add(secret)
        self._stop.watch()

    def _ended(self, end: Outcome) -> Outcome:
        for step in self._run.steps[len(self.events) :]:
            self._tell(Event(step, "not run"))
        outcome = changed(
            end,
            events=tuple(self.events),
            seconds=time.perf_counter() - self._started,
            values=self.values,
            returned=self.returned,
        )
        return self._told(outcome)

    def _told(self, outcome: Outcome) -> Outcome:
        for listener in self._options.listeners:
            listener.end(outcome)
        return outcome

    def _give_up(self, reason: Reason) -> None:
        """The job does not end by itself: say how far it came, and take the process with it.

        Its databases lose their connection, and roll back what was not committed.
        """
        if not self._options.owns_process:
            return
        current = self._run.steps[len(self.events) : len(self.events) + 1]
        for step in current:
            self._tell(Event(step, "interrupted"))
        said = f"{reason.said}, and it did not end"
        outcome = Outcome(
            reason.status, reason.exit_code, step=next(iter(current), None), said=said
        )
        self._ended(outcome)
        os._exit(reason.exit_code)

    def _tell(self, event: Event) -> None:
        for listener in self._options.listeners:
            listener.event(event)
        if event.status not in ("started", "retried"):
            self.events.append(event)

    def _all(self) -> Outcome | None:
        """Run them; None when they came to their end by themselves."""
        end = None
        try:
            for _, group in itertools.groupby(self._run.steps, key=lambda step: step.file):
                end = self._file(list(group))
                if end:
                    break
        except (Terminated, TimedOut, KeyboardInterrupt):  # between two steps
            end = None
        reason = self._stop.reason
        if reason and (end is None or end.exit_code == 0):
            end = Outcome(reason.status, reason.exit_code, said=reason.said)
        self.is_well = end is None or end.exit_code == 0
        return end

    def _file(self, steps: Sequence[Step]) -> Outcome | None:
        """The steps of one file, which share a namespace where they are Python."""
        if steps[0].file in self._options.done:
            for step in steps:
                self._tell(Event(step, "skipped"))
            return None
        if steps[0].code is None:
            return self._one_by_one(steps, None)
        declared = {parameter.name for step in steps for parameter in parameters_of(step)}
        names = initial_names(self._context.arguments, declared) | {"job_input": self._job_input}
        with open_file(self._job, steps[0], names) as module:
            end = self._one_by_one(steps, module)
            if self._options.keeps_values:
                from nbjob_clean.runner.namespace import public_names

                self.values[steps[0].source_name] = public_names(vars(module))
            return end

    def _one_by_one(self, steps: Sequence[Step], module: ModuleType | None) -> Outcome | None:
        for step in steps:
            if self._stop.reason:
                return None
            end = self._step(step, module, is_first=step is steps[0])
            if end:
                return end
        return None

    def _step(self, step: Step, module: ModuleType | None, *, is_first: bool) -> Outcome | None:
        """A step to its end: again, where that may help and is wanted."""
        self._tell(Event(step, "started"))
        attempt = 1
        while True:
            event, end = self._attempt(step, module, is_first=is_first)
            event = changed(event, attempt=attempt)
            if not self._is_worth_another(end, attempt):
                break
            from nbjob_clean.runner.retry import delay

            wait = delay(self._options.retry_delay, attempt)
            self._tell(changed(event, status="retried", delay=wait))
            self._stop.sleep(wait)
            if end and self._stop.reason:
                end = self._stop.reason.instead_of(end)
                event = changed(event, status="interrupted")
                break
            attempt += 1
        if end and attempt > 1 and _may_pass(end):
            end = changed(end, exit_code=TRANSIENT)
        self._tell(event)
        return end

    def _is_worth_another(self, end: Outcome | None, attempt: int) -> bool:
        return end is not None and attempt <= self._options.retries and _may_pass(end)

    def _attempt(
        self, step: Step, module: ModuleType | None, *, is_first: bool
    ) -> tuple[Event, Outcome | None]:
        self._context.rows = None
        self._context.calls.clear()
        self._context.statements.clear()
        started, cpu = time.perf_counter(), _cpu_seconds()
        status: StepStatus = "ok"
        try:
            self._stop.enter()
            end = self._executed(step, module, is_first=is_first)
            self._context.flush()
            self._stop.leave()
            self._context.commit()
        except BaseException as exc:  # noqa: BLE001 - whatever a step raises is its own outcome
            self._stop.leave()
            end = self._judge.outcome(step, exc, self._stop.reason)
            status = "failed" if end.status in ("failed", "exited") else "interrupted"
            self._context.rollback()
        event = Event(
            step,
            status,
            seconds=time.perf_counter() - started,
            rows=self._context.rows if step.language == "sql" else None,
            cpu_seconds=_cpu_seconds() - cpu,
            failure=end.failure if end else None,
            calls=tuple(self._context.calls),
            statements=tuple(self._context.statements),
        )
        return event, end

    def _executed(self, step: Step, module: ModuleType | None, *, is_first: bool) -> Outcome | None:
        """Execute a step; an Outcome where it ends the whole run, and well."""
        try:
            if module is None:
                from nbjob_clean.runner.steps.sql import run_sql_step

                rows = run_sql_step(self._context, step)
                if self._options.keeps_values and step.block and step.block.out:
                    self.values.setdefault(step.source_name, {})[step.block.out] = rows
            else:
                if is_first:
                    run_preamble(self._job, step, module)
                self.returned = run_python_step(step, module, self._job_input, self._given)
        except SkipRemainingSteps:
            return Outcome(status="done", exit_code=0, step=step, said="skip_remaining_steps()")
        except SystemExit as exc:
            if exit_code(exc) != 0:
                raise
            # `sys.exit(main())` is how a script says that it is done; in a cell it ends the run.
            if step.entry == "cell":
                return Outcome(status="exited", exit_code=0, step=step, said="sys.exit(0)")
        return None


def _may_pass(end: Outcome) -> bool:
    return end.status == "failed" and end.failure is not None and end.failure.is_transient


def _cpu_seconds() -> float:
    """Of this process and of the children that it has waited for."""
    times = os.times()  # in ticks of 10 ms; of this process there is something finer
    return time.process_time() + times.children_user + times.children_system
