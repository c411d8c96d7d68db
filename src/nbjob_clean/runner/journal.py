"""What a run tells, line by line in a file of the job's state directory, as long as it goes on.

A line is appended as soon as a thing has happened: a run that is killed leaves all that it did.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from nbjob_clean.errors import UnavailableError
from nbjob_clean.runner.events import line
from nbjob_clean.runner.lock import try_lock
from nbjob_clean.runner.state import STATE, state_directory

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from nbjob_clean.runner.events import Json

_FOLDER = "runs"
_SUFFIX = ".jsonl"
_MANY = 50  # journals; then the run that ends puts them into the history


class Journal:
    """Hears of one run. Its file is locked while it goes on: so one sees who was killed."""

    def __init__(self, directory: Path) -> None:
        self.path: Path | None = None
        self.problem: Exception | None = None
        self._directory = directory
        self._file = -1

    def hear(self, event: Json) -> None:
        """Output is not kept here: it may be long, and it is in the job's log.

        A full disk takes lines from the journal, not the run from its job: `problem` says so.
        """
        try:
            if event["event"] == "run-started":
                self._open(event["run_id"])
            if self._file >= 0 and event["event"] != "output":
                self._append(line(event).encode())
        except OSError as exc:
            self.problem = exc
        if event["event"] == "run-finished":
            self.close()

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
            if len(journals(self._directory)) > _MANY:
                self._gather()

    def _gather(self) -> None:
        import sqlite3

        from nbjob_clean.runner.history import History

        try:
            with History(self._directory) as history:
                history.gather()
        except (OSError, sqlite3.Error, UnavailableError) as exc:
            self.problem = self.problem or exc  # the journals stay, and go there another time

    def _append(self, data: bytes) -> None:
        """All of a line or nothing of it: what comes after half a line could not be read."""
        size = os.fstat(self._file).st_size
        try:
            while data:
                data = data[os.write(self._file, data) :]
        except OSError:
            os.ftruncate(self._file, size)
            raise

    def _open(self, run_id: str) -> None:
        folder = state_directory(self._directory) / _FOLDER
        self.path = folder / f"{run_id}{_SUFFIX}"
        folder.mkdir(exist_ok=True)
        self._file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        try_lock(self._file)


def journals(directory: Path) -> list[Path]:
    """The journals of a job, the oldest first."""
    folder = directory / STATE / _FOLDER
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.name.endswith(_SUFFIX))


def read(path: Path) -> Iterator[Json]:
    """The events in a journal; a line that was not written to its end is left out."""
    for text in path.read_text(encoding="utf-8").split("\n")[:-1]:
        try:
            yield json.loads(text)
        except ValueError:
            return


def is_going_on(path: Path) -> bool:
    """Whether the run that writes a journal is still there."""
    file = os.open(path, os.O_RDWR)
    try:
        return not try_lock(file)
    finally:
        os.close(file)
