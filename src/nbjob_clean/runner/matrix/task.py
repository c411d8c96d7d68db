"""One run of many as values: what it is given, how it ended, and where that is kept."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from nbjob_clean.record import Record, changed
from nbjob_clean.runner.arguments import Arguments, Given
from nbjob_clean.runner.job import Job, Step
from nbjob_clean.runner.last_resort import EXIT_CODE
from nbjob_clean.runner.resume import digest
from nbjob_clean.runner.state import state_directory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_FOLDER = "matrix"
_RESULT = "result.json"
_KILLED = 137


class Task(Record):
    """A run that is to be. `index` is the row's number, from 1; `key` is the same for the same
    steps, arguments and databases, wherever and whenever they run.

    `shown` is what may be shown of the arguments, `given` as it came from the file.
    """

    index: int
    key: str
    arguments: Arguments
    given: Mapping[str, Given]
    shown: Mapping[str, Any]
    folder: Path


class TaskResult(Record):
    """How it ended. `error` is as in the events of a run; `batch` names the invocation."""

    index: int
    key: str
    arguments: Mapping[str, Any]
    status: str
    exit_code: int
    batch: str = ""
    seconds: float = 0.0
    error: Mapping[str, Any] | None = None
    attempts: int = 1
    worker: str = ""

    @property
    def is_well(self) -> bool:
        return self.exit_code == 0

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.fields}


def killed(task: Task, words: str, *, batch: str, attempts: int) -> TaskResult:
    """A run whose process is gone: the kernel's memory killer, or a worker that went away."""
    error = {"type": "Killed", "message": words}
    return TaskResult(
        task.index, task.key, task.shown, "killed", _KILLED, batch, error=error, attempts=attempts
    )


def timed_out(task: Task, words: str, *, batch: str, attempts: int) -> TaskResult:
    """A run that the last resort has ended: it would hang again."""
    error = {"type": "nbjob.TimedOut", "message": words}
    return changed(
        killed(task, words, batch=batch, attempts=attempts),
        status="timed out", exit_code=EXIT_CODE, error=error,
    )  # fmt: skip


def key_of(
    job: Job, steps: Iterable[Step], arguments: Mapping[str, Any], databases: Mapping[str, str]
) -> str:
    """By content, so that a repeat is known as one. No secret is among the arguments."""
    content = {
        "steps": [(step.file, step.text) for step in steps],
        "files": {name: job.files[name] for name in sorted(job.files)},
        "arguments": dict(sorted(arguments.items())),
        "databases": dict(sorted(databases.items())),
    }
    text = json.dumps(content, sort_keys=True, default=str, ensure_ascii=True)
    return digest(text)[:16]


def folder_of(job: Job, key: str) -> Path:
    """Where a run keeps what it prints, its result, and the database that is its own."""
    path = state_directory(job.directory) / _FOLDER / key
    path.mkdir(parents=True, exist_ok=True)
    return path


def empty(folder: Path) -> None:
    """Forget what an earlier run with this key has left, its database with it."""
    for entry in folder.iterdir():
        if entry.is_file():
            entry.unlink()


def write_result(folder: Path, result: TaskResult) -> None:
    """Whole or not at all, so that a reader never sees half of one."""
    text = json.dumps(result.as_json(), indent=2, default=str, ensure_ascii=False) + "\n"
    temporary = folder / f"{_RESULT}.{os.getpid()}"
    temporary.write_text(text, encoding="utf-8", newline="\n")
    temporary.replace(folder / _RESULT)


def read_result(folder: Path) -> TaskResult | None:
    """The result that the last run with this key has left; None where there is none to trust."""
    try:
        content = json.loads((folder / _RESULT).read_text(encoding="utf-8"))
        return TaskResult(**content)
    except (OSError, ValueError, TypeError):
        return None
