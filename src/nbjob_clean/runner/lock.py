"""A lock on a file that the operating system frees when its process is gone, however it went."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from nbjob_clean.errors import LockedError, UnavailableError
from nbjob_clean.runner.connections import Connections
from nbjob_clean.runner.ending import TRANSIENT
from nbjob_clean.runner.job import Job
from nbjob_clean.runner.options import RunOptions
from nbjob_clean.runner.outcome import Outcome
from nbjob_clean.runner.state import state_directory
from nbjob_clean.runner.stop import Stop

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any

    from nbjob_clean.runner.connection import Connection

SKIPPED = 99
NAME = "lock"
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


class JobLock:
    """What makes sure that a job runs once at a time: a file, and its databases' own locks."""

    def __init__(self, job: Job, options: RunOptions, stop: Stop) -> None:
        self._job = job
        self._options = options
        self._on_wait = options.on_wait
        self._stop = stop
        self._file: FileLock | None = None

    def take(self, about: dict[str, Any]) -> Outcome | None:
        """Lock the job on this machine; how the run ends where another one has it.

        Raises LockedError, and UnavailableError where the state directory cannot be made.
        """
        self._file = file = FileLock(state_directory(self._job.directory) / NAME)

        def held() -> str:
            if file.take(about):
                return ""
            other = file.holder()
            since = f"process {other.get('pid', '?')} since {other.get('since', '?')}"
            return f"run {other.get('run_id', '?')} of this job goes on: {since}"

        return self._until_free(held)

    def take_in(self, connections: Connections, names: Iterable[str]) -> Outcome | None:
        """The same in the databases that have a server, for runs on other machines."""
        for name in dict.fromkeys(names):
            from nbjob_clean.runner.engines.table import facts_of

            if facts_of(connections.url(name)).is_file:
                continue

            def held(name: str = name) -> str:
                is_taken = self._opened(connections, name).lock(f"nbjob:{self._job.name}")
                words = f"another run of this job holds its lock in {connections.shown(name)}"
                return words if is_taken is False else ""

            end = self._until_free(held)
            if end:
                return end
        return None

    def _opened(self, connections: Connections, name: str) -> Connection:
        """Again, as a step would be tried again, where the server may be there soon."""
        attempt = 1
        while True:
            try:
                return connections.open(name)
            except UnavailableError as exc:
                if attempt > 1:
                    exc.exit_code = TRANSIENT
                if not exc.is_transient or attempt > self._options.retries or self._stop.reason:
                    raise
            from nbjob_clean.runner.retry import delay

            self._stop.sleep(delay(self._options.retry_delay, attempt))
            attempt += 1

    def free(self) -> None:
        """Those of databases go with their connections."""
        if self._file:
            self._file.free()

    def _until_free(self, held: Callable[[], str]) -> Outcome | None:
        """`held` tries once, and says who has the lock."""
        while words := held():
            if self._options.lock == "skip":
                return Outcome(status="skipped", exit_code=SKIPPED, said=words)
            if self._options.lock == "fail":
                raise LockedError(
                    words,
                    hint="--lock wait waits for its end, skip ends with 99, off runs both at once",
                )
            if self._on_wait:
                self._on_wait(words)
                self._on_wait = None
            self._stop.sleep(_INTERVAL)
            if self._stop.reason:
                return self._stop.reason.instead_of(Outcome(status="skipped", exit_code=SKIPPED))
        return None


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
