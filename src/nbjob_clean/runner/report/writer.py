"""Writes reports while a run goes on: after each step, whole, and never at the run's expense."""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from nbjob_clean.errors import ArgumentError
from nbjob_clean.runner.atomic import writable, write_whole
from nbjob_clean.runner.outcome import Event, Outcome, Run
from nbjob_clean.runner.report.core import Account

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from nbjob_clean.runner.events import Json

FORMATS = {".html": "html", ".json": "json", ".xml": "junit"}
_FREE = 0.5  # seconds of writing that a run can spare; after them, a tenth of its time
_SHARE = 0.1
_TIMES = ("run-started", "step-started", "step-finished", "run-finished")


class Reports:
    """The report files of one run. What cannot be written is in `problems`, and harms no step."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self.problems: dict[Path, OSError] = {}
        self._account = Account()
        self._paths = tuple(paths)
        self._run: Run | None = None
        self._started = time.monotonic()
        self._spent = 0.0

    def begin(self, run: Run) -> None:
        self._run = run

    def event(self, event: Event) -> None:
        """All that is wanted comes to `hear`."""

    def end(self, outcome: Outcome) -> None:
        """The same."""

    def hear(self, event: Json) -> None:
        if self._run is None:
            return
        self._account.hear(event)
        name = event["event"]
        if name == "run-started":
            self._account.describe(self._run)
        if name == "step-finished":
            self._account.report["peak_rss"] = _peak_memory()
        if name in _TIMES and (name == "run-finished" or self._is_due()):
            self._write()

    def _is_due(self) -> bool:
        return self._spent < max(_FREE, _SHARE * (time.monotonic() - self._started))

    def _write(self) -> None:
        started = time.monotonic()
        for path in self._paths:
            module = f"nbjob_clean.runner.report.{FORMATS[path.suffix.lower()]}"
            text: str = importlib.import_module(module).render(self._account.report)
            try:
                write_whole(path, text.encode("utf-8", "replace"))
                self.problems.pop(path, None)
            except OSError as exc:
                self.problems[path] = exc
        self._spent += time.monotonic() - started


def report_paths(names: Iterable[str]) -> tuple[Path, ...]:
    """Where reports go. Raises ArgumentError for a format that there is not, or no such place."""
    return tuple(_checked(Path(name)) for name in names)


def _checked(path: Path) -> Path:
    if path.suffix.lower() not in FORMATS:
        raise ArgumentError(f"--report {path}: no such format", hint="FILE.html, .json or .xml")
    return writable(path, "--report")


def _peak_memory() -> int | None:
    """The most memory that this process has had so far, in bytes."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
