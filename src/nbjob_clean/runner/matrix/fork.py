"""Runs on this machine: the parent imports what the job imports, and forks for each run.

So each run has a process of its own, and none of them pays for the imports again.
"""

from __future__ import annotations

import ast
import contextlib
import gc
import importlib
import os
import select
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence

from nbjob_clean.record import Record, changed
from nbjob_clean.runner.job import Job
from nbjob_clean.runner.last_resort import EXIT_CODE
from nbjob_clean.runner.matrix.task import Task, TaskResult, empty, killed, read_result, timed_out
from nbjob_clean.runner.source import syntax_tree

_ATTEMPTS = 3  # of a run whose process is killed: it may have been another one's memory
_GRACE = 30.0  # seconds from SIGTERM to SIGKILL


class _Child(Record):
    pid: int
    task: Task
    attempt: int


def can_fork() -> bool:
    return hasattr(os, "fork")


def import_what_is_imported(job: Job) -> None:
    """Load the modules that the steps import at their top level, but for the job's own.

    One that cannot be loaded is the step's to report.
    """
    for name in dict.fromkeys(_modules(job)):
        with contextlib.suppress(Exception):
            importlib.import_module(name)


def run_forked(
    tasks: Sequence[Task],
    count: int,
    body: Callable[[Task], int],
    done: Callable[[TaskResult], None],
    batch: str,
) -> None:
    """Run `body` in a child for each task, `count` at a time; `done` hears of each result.

    `body` leaves its result in the task's folder and gives an exit status. A child that is killed
    is started again. An exception in the parent ends the children first.
    """
    waiting = [(task, 1) for task in reversed(tasks)]
    children: dict[int, _Child] = {}
    gc.freeze()  # to look for garbage in what all share, each child would have to copy it
    ended: list[tuple[_Child, int]] = []
    try:
        while waiting or children or ended:
            while waiting and len(children) < count:
                task, attempt = waiting.pop()
                pipe, pid = _fork(task, body)
                children[pipe] = _Child(pid, task, attempt)
            # While the next ones run, what became of those before is said.
            for child, status in ended:
                result = _result(child, status, batch)
                if result.status == "killed" and child.attempt < _ATTEMPTS:
                    waiting.append((child.task, child.attempt + 1))
                else:
                    done(result)
            ended = list(_ended(children))
    finally:
        _end([child.pid for child in children.values()])
        gc.unfreeze()


def _ended(children: dict[int, _Child]) -> Iterator[tuple[_Child, int]]:
    """Wait for some of them. The end of the pipe is the end of the child, however it came."""
    for pipe in select.select(list(children), [], [])[0] if children else ():
        child = children.pop(pipe)
        os.close(pipe)
        _, status = os.waitpid(child.pid, 0)
        yield child, status


def _modules(job: Job) -> Iterator[str]:
    own = {name.removesuffix(".py") for name in job.files}
    for step in job.steps:
        if step.code is None:
            continue
        for node in syntax_tree(step.text).body:
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in names:
                root = name.partition(".")[0]
                if root not in own and not (job.directory / root).exists():
                    yield name


def _fork(task: Task, body: Callable[[Task], int]) -> tuple[int, int]:
    """The reading end of a pipe that the child holds as long as it lives, and the child."""
    sys.stdout.flush()
    sys.stderr.flush()
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # Threads of a numeric library, which sleep between calls and are made anew in a child.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid:
        os.close(writing)
        return reading, pid
    os.close(reading)
    status = 70
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT
                          else signal.SIG_DFL)  # fmt: skip
        _seed()
        status = _logged(task, body)
    finally:
        os._exit(status)


def _seed() -> None:
    """Python seeds its own generator anew after a fork; numpy's would be the same in each run."""
    numpy = sys.modules.get("numpy.random")
    if numpy is not None:
        numpy.seed()


def _logged(task: Task, body: Callable[[Task], int]) -> int:
    """Run with both streams in files of the task's folder, which is empty to begin with."""
    empty(task.folder)
    for name, stream in (("stdout.txt", 1), ("stderr.txt", 2)):
        descriptor = os.open(task.folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.dup2(descriptor, stream)
        os.close(descriptor)
    try:
        return body(task)
    except BaseException:  # noqa: BLE001 - the last word of a child
        import traceback

        traceback.print_exc()
        return 70
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def _result(child: _Child, status: int, batch: str) -> TaskResult:
    code = os.waitstatus_to_exitcode(status)
    found = read_result(child.task.folder)
    if found and found.batch == batch:
        return changed(found, attempts=child.attempt)
    name = signal.Signals(-code).name if code < 0 else f"exit status {code}"
    words = f"its process ended without a result: {name}"
    if code == EXIT_CODE:
        return timed_out(child.task, words, batch=batch, attempts=child.attempt)
    return killed(child.task, words, batch=batch, attempts=child.attempt)


def _end(pids: Sequence[int]) -> None:
    """Let the children clean up, as a run that is told to end does; kill who takes too long."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _GRACE
    left = list(pids)
    while left and time.monotonic() < deadline:
        left = [pid for pid in left if os.waitpid(pid, os.WNOHANG)[0] == 0]
        time.sleep(0.02)
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
