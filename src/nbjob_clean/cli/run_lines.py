"""What a run says on stderr: a line for each step, and how it ended."""

from __future__ import annotations

import sys

from nbjob_clean.cli.paint import Paint
from nbjob_clean.runner.outcome import Event, Outcome, Run
from nbjob_clean.runner.places import Places

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import TextIO

    from nbjob_clean.cli.run_progress import Progress

_STYLES = {
    "ok": "green",
    "failed": "red",
    "interrupted": "red",
    "not run": "dim",
    "skipped": "dim",
    "retried": "red",
}


class StepLines:
    """Says on stderr what the steps do, one line each, and how the run ended."""

    def __init__(
        self, stream: TextIO, *, retries: int = 0, progress: Progress | None = None
    ) -> None:
        self._stream = stream
        self._progress = progress
        self._attempts = retries + 1
        self._paint = Paint(stream)
        self._total = 0
        self._titles: dict[int, str] = {}
        self._width = 0

    def begin(self, run: Run) -> None:
        places = Places(run.job.directory, run.job.sidecars)
        self._total = len(run.job.steps)
        self._titles = {step.number: places.title(step) for step in run.job.steps}
        self._width = max(map(len, self._titles.values()))

    def event(self, event: Event) -> None:
        title = self._titles[event.step.number]
        if event.status == "started":
            if self._progress:
                self._progress.step(title, event.step.number - 1, self._total)
            return
        number = f"{event.step.number:{len(str(self._total))}}"
        title = title.ljust(self._width)
        took = "" if event.status == "not run" else f"{event.seconds:.2f} s"
        rows = "" if event.rows is None else counted(event.rows, "row")
        status = self._paint(_STYLES[event.status], event.status)
        if event.status == "retried":
            status = self._paint(_STYLES["failed"], "failed") + self._retried(event)
        self._say(f"[{number}/{self._total}] {title}  {took:>8}  {rows:>9}  {status}")

    def _retried(self, event: Event) -> str:
        failure = event.failure
        words = (failure.type, failure.message) if failure else ()
        what = ": ".join(("", *filter(None, words))).split("\n")[0]
        return f", attempt {event.attempt} of {self._attempts}{what}; again in {event.delay:g} s"

    def end(self, outcome: Outcome) -> None:
        if self._progress:
            self._progress.end()
        if outcome.traceback:
            self._say(outcome.traceback)
        elif isinstance(outcome.error, SystemExit) and isinstance(outcome.error.code, str):
            self._say(outcome.failure.message if outcome.failure else "")
        status = "ok" if outcome.exit_code == 0 else "failed"
        self._say(f"{self._paint(_STYLES[status], outcome.status)}: {self._summary(outcome)}")

    def _summary(self, outcome: Outcome) -> str:
        left = sum(event.status == "not run" for event in outcome.events)
        ran = counted(len(outcome.events) - left, "step")
        parts = [f"{ran} in {outcome.seconds:.2f} s"]
        if outcome.step:
            where = self._titles[outcome.step.number]
            parts.insert(0, f"{outcome.said} in {where}" if outcome.said else where)
        elif outcome.said:
            parts = [outcome.said, *parts[: len(outcome.events)]]
        if left:
            parts.append(f"{counted(left, 'step')} not run")
        if outcome.exit_code:
            parts.append(f"exit code {outcome.exit_code}")
        return ", ".join(parts)

    def _say(self, text: str) -> None:
        if self._progress:
            self._progress.hide("\n")
        sys.stdout.flush()  # else the job's own output comes after lines about what printed it
        print(text, file=self._stream, flush=True)


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
