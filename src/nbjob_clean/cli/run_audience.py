"""Everyone who hears of a run of `nbjob run`: step lines, events, reports, the history."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from nbjob_clean.cli.run_lines import StepLines
from nbjob_clean.runner.events import Broadcast
from nbjob_clean.runner.job import Job
from nbjob_clean.runner.journal import Journal
from nbjob_clean.runner.mask import Mask
from nbjob_clean.runner.options import RunOptions
from nbjob_clean.runner.state import has_state

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    import argparse

    from nbjob_clean.cli.run_progress import Progress
    from nbjob_clean.runner.capture import Capture
    from nbjob_clean.runner.events import Json
    from nbjob_clean.runner.outcome import Listener
    from nbjob_clean.runner.report.writer import Reports
    from nbjob_clean.runner.result_json import ResultFile


class Audience:
    """Opened before anything can go wrong, so that also a refusal is heard; closed at the end.

    What the job prints is its own, and goes where it always went: unless stdout is for events, or
    there are secrets that it must not show.
    """

    def __init__(self, args: argparse.Namespace, mask: Mask) -> None:
        self._mask = mask
        self._is_json = args.log_format == "json"
        self._capture: Capture | None = None
        self._reports: Reports | None = None
        self._journal: Journal | None = None
        self._broadcast: Broadcast | None = None
        self._hearers: list[Callable[[Json], None]] = []
        self._progress: Progress | None = None
        self._streams = (sys.stdout, sys.stderr)
        self._is_terminal = sys.stdout.isatty()  # a captured one is none
        if self._is_json:
            from nbjob_clean.cli.run_events import EventLog

            self._hearers.append(EventLog(self._captured().real("stdout")).hear)
        self._result: ResultFile | None = None
        if args.result:
            from nbjob_clean.runner.atomic import writable
            from nbjob_clean.runner.result_json import ResultFile

            self._result = ResultFile(writable(Path(args.result), "--result"), mask)
        if args.reports:
            from nbjob_clean.runner.report.writer import Reports, report_paths

            self._reports = Reports(report_paths(args.reports))
            self._hearers.append(self._reports.hear)

    def listeners(
        self, job: Job, options: RunOptions, databases: Mapping[str, str]
    ) -> tuple[Listener, ...]:
        """Who is to hear of this run of the job."""
        if options.lock != "off" or has_state(job.directory):
            self._journal = Journal(job.directory)
            self._hearers.append(self._journal.hear)
        lines = self._step_lines(options)
        flush = self._capture.flush if self._capture else None
        self._broadcast = Broadcast(self._hearers, self._mask, flush)
        files = [one for one in (self._reports, self._result) if one]
        return (*files, self._broadcast, *_observers(databases), *lines)

    def close(self, code: int, error: BaseException | None = None) -> None:
        has_ended = self._broadcast and self._broadcast.has_ended
        if self._is_json and not has_ended:
            Broadcast(self._hearers[:1], self._mask).refuse(code, error)
        sys.stdout, sys.stderr = self._streams
        if self._capture:
            self._capture.close()
        if self._journal:
            self._journal.close()
        problems: dict[Path, Exception] = dict(self._reports.problems) if self._reports else {}
        if self._result and self._result.problem:
            problems[self._result.path] = self._result.problem
        if self._journal and self._journal.path and self._journal.problem:
            problems[self._journal.path] = self._journal.problem
        for path, problem in problems.items():
            said = getattr(problem, "strerror", None) or problem
            print(f"error: {path}: {said}", file=sys.stderr)

    def _step_lines(self, options: RunOptions) -> tuple[StepLines, ...]:
        """On stderr itself, past what hears what the job prints there."""
        if self._is_json:
            return ()
        stream = self._streams[1]
        if options.secrets:
            real = self._captured().real("stderr")
            stream = os.fdopen(real, "w", encoding="utf-8", closefd=False)
        if stream.isatty():
            from nbjob_clean.cli.run_progress import Progress, is_wanted

            self._progress = Progress(stream) if is_wanted(stream) else None
        if not self._capture and (self._reports or self._progress):
            from nbjob_clean.runner.capture import Tee

            sys.stdout = Tee(sys.stdout, "stdout", self._heard)
            sys.stderr = Tee(sys.stderr, "stderr", self._heard)
        return (StepLines(stream, retries=options.retries, progress=self._progress),)

    def _captured(self) -> Capture:
        if not self._capture:
            from nbjob_clean.runner.capture import Capture

            self._capture = Capture(self._heard)
            self._capture.open()
        return self._capture

    def _heard(self, stream: str, text: str) -> None:
        if self._progress and (stream == "stderr" or self._is_terminal):
            self._progress.hide(text)
        if self._broadcast:
            self._broadcast.output(stream, text)
        if self._capture and not (self._is_json and self._broadcast):
            os.write(self._capture.real(stream), self._mask(text).encode())


def _observers(databases: Mapping[str, str]) -> Sequence[Listener]:
    """Lineage and tracing, which are asked for by variables of their own."""
    if not any(name.startswith(("OPENLINEAGE_", "OTEL_")) for name in os.environ):
        return ()
    from nbjob_clean.cli.run_observers import observers

    return observers(databases)
