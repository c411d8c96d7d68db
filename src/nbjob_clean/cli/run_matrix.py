"""`nbjob run --matrix FILE`: the job once for each row, here or on a cluster's workers."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from nbjob_clean.cli.matrix_lines import MatrixLines
from nbjob_clean.cli.run_arguments import given
from nbjob_clean.cli.run_lines import StepLines
from nbjob_clean.cli.run_options import run_options
from nbjob_clean.errors import ArgumentError, LockedError, NbjobError
from nbjob_clean.record import Record, changed
from nbjob_clean.runner.arguments import Given, resolve
from nbjob_clean.runner.atomic import write_whole
from nbjob_clean.runner.connections import DEFAULT, Connections
from nbjob_clean.runner.engines.table import facts_of
from nbjob_clean.runner.events import failure_json
from nbjob_clean.runner.identity import new_run_id
from nbjob_clean.runner.job import Job, Step
from nbjob_clean.runner.lock import NAME, SKIPPED, FileLock
from nbjob_clean.runner.mask import Mask
from nbjob_clean.runner.matrix.fork import can_fork, import_what_is_imported, run_forked
from nbjob_clean.runner.matrix.report import MatrixReport
from nbjob_clean.runner.matrix.rows import read_matrix, shard
from nbjob_clean.runner.matrix.task import (
    Task,
    TaskResult,
    folder_of,
    key_of,
    read_result,
    write_result,
)
from nbjob_clean.runner.queries import queries
from nbjob_clean.runner.report.writer import report_paths
from nbjob_clean.runner.run import run as run_job
from nbjob_clean.runner.state import state_directory
from nbjob_clean.runner.stop import Terminated

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    import argparse

    from nbjob_clean.runner.options import RunOptions

_INTERVAL = 0.2  # seconds between two attempts of one that waits
_DASK = "dask:"
_MEMORY = ":memory:"


class Setting(Record):
    """What all runs of a matrix have in common."""

    args: argparse.Namespace
    job: Job
    steps: tuple[Step, ...]
    databases: Mapping[str, str]
    secrets: Mapping[str, str]
    mask: Mask
    batch: str = ""

    def databases_of(self, task: Task) -> dict[str, str]:
        """The default database is a file of the run's own: runs at once cannot share one."""
        own = task.folder / f"{self.job.name}.duckdb"
        return {DEFAULT: f"duckdb:///{own}", **self.databases}


def run_matrix(setting: Setting) -> int:
    """Run the matrix as the only one of its job, unless `--lock off`: runs have places by key.

    Raises LockedError where another run of the job goes on.
    """
    mode = run_options(setting.args, setting.job, setting.steps).lock
    if mode == "off":
        return _run_matrix(setting)
    lock = FileLock(state_directory(setting.job.directory) / NAME)
    while not lock.take({"run_id": "of a matrix", "pid": os.getpid()}):
        if mode == "skip":
            return SKIPPED
        if mode == "fail":
            raise LockedError(
                "another run of this job goes on",
                hint="--lock wait waits for its end, skip ends with 99",
            )
        time.sleep(_INTERVAL)
    try:
        return _run_matrix(setting)
    finally:
        lock.free()


def _run_matrix(setting: Setting) -> int:
    """Run all rows, with the lock of the job; the exit status is what all failed runs agree on.

    Raises ArgumentError before anything runs for a row that the job would refuse.
    """
    started_at = time.time()
    setting = changed(setting, batch=new_run_id(started_at))
    count = _count(setting.args.jobs)
    tasks = _tasks(setting)
    if count > 1:
        _refuse_shared_file(setting.databases)
    collected = _Collected(setting, tasks, started_at)
    try:
        _run_all(setting, [t for t in tasks if not collected.has(t)], count, collected)
    except (KeyboardInterrupt, Terminated) as exc:
        return collected.end(130 if isinstance(exc, KeyboardInterrupt) else 143)
    return collected.end()


def _count(text: str | None) -> int:
    if text is None:
        return os.cpu_count() or 1
    if not text.isdecimal() or not int(text):
        raise ArgumentError(f"-j {text}: not a number of runs at a time")
    return int(text)


def _tasks(setting: Setting) -> list[Task]:
    args, job = setting.args, setting.job
    common = given(args, job, dict(setting.secrets))
    tasks: dict[str, Task] = {}
    for index, row in shard(read_matrix(Path(args.matrix)), args.shard or ""):
        task = _task(setting, index, row, common)
        if task.key in tasks:
            first = tasks[task.key].index
            raise ArgumentError(f"{args.matrix}: rows {first} and {index} are the same run")
        tasks[task.key] = task
    return list(tasks.values())


def _task(
    setting: Setting, index: int, row: Mapping[str, Given], common: Mapping[str, Given]
) -> Task:
    job = setting.job
    try:
        arguments = resolve(job, setting.steps, {**common, **row})
    except ArgumentError as exc:
        raise ArgumentError(f"{setting.args.matrix}, row {index}: {exc}", hint=exc.hint) from exc
    values = {n: v for n, v in arguments.values.items() if n not in setting.secrets}
    key = key_of(job, setting.steps, values, setting.databases)
    shown = json.loads(json.dumps({n: values[n] for n in row if n in values}, default=str))
    return Task(index, key, arguments, row, setting.mask.deep(shown), folder_of(job, key))


def _refuse_shared_file(databases: Mapping[str, str]) -> None:
    for name, url in databases.items():
        if url.startswith("duckdb:") and not url.endswith(_MEMORY):
            raise ArgumentError(
                f"DuckDB lets one process at a time write to a file, and runs would share `{name}`",
                hint="-j 1, a database on a server, or none: each run then has a file of its own",
            )


class _Collected:
    """The results so far: said, kept and reported as they come."""

    def __init__(self, setting: Setting, tasks: Sequence[Task], started_at: float) -> None:
        self._setting = setting
        self._total = len(tasks)
        self._paths = report_paths(setting.args.reports)
        self._started_at = started_at
        self._folders = {task.key: task.folder for task in tasks}
        self._results: list[TaskResult] = []
        self._problems: dict[Path, str] = {}
        self._before: set[str] = set()
        if setting.args.resume:
            self._take_over(tasks)
        is_json = setting.args.log_format == "json"
        self._lines = MatrixLines(setting.job.name, self._total, as_events=is_json)

    def has(self, task: Task) -> bool:
        return task.key in self._before

    def _take_over(self, tasks: Sequence[Task]) -> None:
        """A run that went well with the same steps and arguments is not done again."""
        for task in tasks:
            found = read_result(task.folder)
            if found and found.is_well:
                self._results.append(changed(found, index=task.index))
                self._before.add(task.key)

    def add_local(self, result: TaskResult) -> None:
        """Of a run here: what it leaves lies in its folder, unless it was killed."""
        folder = self._folders[result.key]
        if result.attempts > 1 or result.status == "killed":
            write_result(folder, result)
        self._add(result, _text(folder / "stdout.txt"), _text(folder / "stderr.txt"))

    def add(self, result: TaskResult, out: str, err: str) -> None:
        write_result(self._folders[result.key], result)
        self._add(result, out, err)

    def _add(self, result: TaskResult, out: str, err: str) -> None:
        mask = self._setting.mask
        self._results.append(result)
        self._lines.result(result, mask(out), mask(err))
        self._write_reports()

    def end(self, code: int | None = None) -> int:
        """Say how it ended; `code` where it was ended from outside."""
        codes = {result.exit_code for result in self._results if not result.is_well}
        if code is None:
            code = codes.pop() if len(codes) == 1 else min(len(codes), 1)
        self._write_reports()
        self._lines.end(self._report(), code, len(self._before))
        for path, problem in self._problems.items():
            print(f"error: {path}: {problem}", file=sys.stderr)
        return code

    def _report(self) -> MatrixReport:
        return MatrixReport(
            job=self._setting.job.name,
            batch=self._setting.batch,
            started_at=self._started_at,
            seconds=time.time() - self._started_at,
            total=self._total,
            shard=self._setting.args.shard or "",
            results=tuple(self._results),
        )

    def _write_reports(self) -> None:
        """After each run, whole: what is done stays known, whatever happens next."""
        if not self._paths:
            return
        from nbjob_clean.runner.matrix.render import RENDERERS

        for path in self._paths:
            text = RENDERERS[path.suffix.lower()](self._report())
            try:
                write_whole(path, self._setting.mask(text).encode())
                self._problems.pop(path, None)
            except OSError as exc:  # the runs go on; it is said at the end
                self._problems[path] = exc.strerror or str(exc)


def _run_all(setting: Setting, tasks: Sequence[Task], count: int, collected: _Collected) -> None:
    executor = setting.args.executor
    if executor.startswith(_DASK):
        from nbjob_clean.runner.matrix.dask import run_on_dask

        orders = [_order(setting, task) for task in tasks]
        address = executor.removeprefix(_DASK)
        with _ending_on_sigterm():
            run_on_dask(address, tasks, orders, collected.add, setting.batch)
    elif can_fork():
        import_what_is_imported(setting.job)
        _import_engines(setting)
        options = _options(setting)
        with _ending_on_sigterm():
            run_forked(
                tasks, count, lambda task: _run_here(setting, task, options), collected.add_local,
                setting.batch,
            )  # fmt: skip
    else:
        from nbjob_clean.runner.matrix.processes import run_in_processes

        run_in_processes([_order(setting, task) for task in tasks], count, collected.add)


def _import_engines(setting: Setting) -> None:
    """And their drivers. No connection is opened: one must not be shared by processes."""
    names = {query.connection for query in queries(setting.job, setting.steps)}
    connections = Connections(setting.job.name, setting.job.directory, setting.databases)
    for url in {connections.url(name) for name in names}:
        with contextlib.suppress(ImportError):
            importlib.import_module(facts_of(url).driver)
            importlib.import_module(facts_of(url).module)
            importlib.import_module("nbjob_clean.runner.steps.sql")


def _options(setting: Setting) -> RunOptions:
    return changed(
        run_options(setting.args, setting.job, setting.steps),
        lock="off",
        secrets=setting.secrets,
        mask=setting.mask,
        listeners=(StepLines(sys.stderr),),
    )


def _run_here(setting: Setting, task: Task, options: RunOptions) -> int:
    """In a child: run a row, leave the result in its folder."""
    result = TaskResult(task.index, task.key, task.shown, "refused", 70, setting.batch)
    try:
        outcome = run_job(setting.job, task.arguments, setting.databases_of(task), options)
        result = changed(
            result,
            status=outcome.status,
            exit_code=outcome.exit_code,
            seconds=outcome.seconds,
            error=setting.mask.deep(failure_json(outcome.failure)),
        )
    except NbjobError as exc:
        error = {"type": type(exc).__name__, "message": setting.mask(str(exc))}
        result = changed(result, exit_code=exc.exit_code, error=error)
    write_result(task.folder, result)
    return result.exit_code


def _order(setting: Setting, task: Task) -> dict[str, object]:
    """A run as a worker is asked for it."""
    args, job = setting.args, setting.job
    path = Path(args.job)
    options = ["--lock", "off", "--env", "none"]
    for name, url in {DEFAULT: f"duckdb:///{{folder}}/{job.name}.duckdb",
                      **setting.databases}.items():  # fmt: skip
        options += ["--db", f"{name}={url}"]
    for secret in args.secrets:
        options += ["--secret", secret]
    values = {n: g.value for n, g in task.given.items() if g.form == "value"}
    options += ["--arguments", json.dumps(values, default=str)]
    for pair in (
        *args.pairs,
        *(f"{n}={g.value}" for n, g in task.given.items() if g.form == "text"),
    ):
        options += ["-p", pair]
    for name in ("timeout", "step_timeout", "retries", "retry_delay", "grace"):
        if getattr(args, name) is not None:
            options += [f"--{name.replace('_', '-')}", getattr(args, name)]
    return {
        "index": task.index, "key": task.key, "batch": setting.batch, "shown": dict(task.shown),
        "directory": str(job.directory), "files": dict(job.files), "options": options,
        "job": "" if path.is_dir() else path.name, "folder": str(task.folder),
    }  # fmt: skip


@contextlib.contextmanager
def _ending_on_sigterm() -> Iterator[None]:
    """SIGTERM raises, so that the runs that go on are ended with the matrix."""

    def end(*_: object) -> None:
        raise Terminated

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
