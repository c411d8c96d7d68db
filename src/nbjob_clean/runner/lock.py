"""A lock on a file that the operating system frees when its process is gone, however it went."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path

from nbjob_clean.errors import LockedError
from nbjob_clean.record import changed
from nbjob_clean.runner.options import RunOptions
from nbjob_clean.runner.outcome import Outcome
from nbjob_clean.runner.state import state_directory
from nbjob_clean.runner.stop import Stop

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any

SKIPPED = 99
_NAME = "lock"
_INTERVAL = 0.2  # seconds between two attempts of one that waits
_FAR = 1 << 30  # Windows forbids to read what is locked: a byte that is never there


class FileLock:
    """Held by one process at a time. A forked child does not hold it: it may outlive its parent."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = -1

    def take(self, about: dict[str, Any]) -> bool:
        """False where another process holds it; else the file says what this one is `about`."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
        if not try_lock(file):
            os.close(file)
            return False
        self._file = file
        os.ftruncate(file, 0)
        os.write(file, json.dumps(about).encode())
        return True

    def holder(self) -> dict[str, Any]:
        """What the one that holds it says of itself; to be shown, not to be relied on."""
        with contextlib.suppress(OSError, ValueError):
            found = json.loads(self._path.read_text(encoding="utf-8"))
            return found if isinstance(found, dict) else {}
        return {}

    def free(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def take_job_lock(
    directory: Path, options: RunOptions, about: dict[str, Any], stop: Stop
) -> FileLock | Outcome:
    """The lock of a job, or how the run ends where another one has it.

    Raises LockedError, and UnavailableError where the state directory cannot be made.
    """
    lock = job_lock(directory)
    while not lock.take(about):
        holder = lock.holder()
        words = f"run {holder.get('run_id', '?')} of this job goes on"
        if options.lock == "skip":
            return Outcome(status="skipped", exit_code=SKIPPED, said=words)
        if options.lock == "fail":
            raise LockedError(
                f"{words}: process {holder.get('pid', '?')} since {holder.get('since', '?')}",
                hint="--lock wait waits for its end, skip ends with 99, off runs both at once",
            )
        if options.on_wait:
            options.on_wait(words)
            options = changed(options, on_wait=None)
        stop.sleep(_INTERVAL)
        if stop.reason:
            return stop.reason.instead_of(Outcome(status="skipped", exit_code=SKIPPED))
    return lock


def job_lock(directory: Path) -> FileLock:
    """The lock of a job. Raises UnavailableError where its state directory cannot be made."""
    return FileLock(state_directory(directory) / _NAME)


def try_lock(file: int) -> bool:
    """Lock an open file for this process alone, without waiting; False where another has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(file, _FAR, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
            os.lseek(file, 0, os.SEEK_SET)
        else:
            import fcntl

            # Not flock: children that were forked would hold it for a parent that was killed.
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
