"""What a matrix says: a line for each run on stderr, a bar on a terminal, or events on stdout."""

from __future__ import annotations

import json
import sys

from nbjob_clean.cli.paint import Paint
from nbjob_clean.cli.run_lines import counted
from nbjob_clean.runner.matrix.report import MatrixReport, reason, title
from nbjob_clean.runner.matrix.task import TaskResult

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any

_BAR = 24


class MatrixLines:
    """Says how many runs are done; what a run has printed follows its line in one piece."""

    def __init__(self, job: str, total: int, *, as_events: bool) -> None:
        self._total = total
        self._as_events = as_events
        self._paint = Paint(sys.stderr)
        self._has_bar = sys.stderr.isatty() and not as_events
        self._done = self._failed = 0
        self._event({"event": "matrix-started", "job": job, "runs": total})
        self._draw()

    def result(self, result: TaskResult, out: str, err: str) -> None:
        self._done += 1
        self._failed += not result.is_well
        self._event({"event": "run-finished", **result.as_json(), "stdout": out, "stderr": err})
        if self._as_events:
            return
        self._clear()
        number = f"{self._done:{len(str(self._total))}}"
        status = self._paint("green", "ok") if result.is_well else self._paint("red", "failed")
        again = f", attempt {result.attempts}" if result.attempts > 1 else ""
        self._say(
            f"[{number}/{self._total}] {title(result)}  {result.seconds:.2f} s  {status}{again}"
        )
        if out:
            sys.stdout.write(out)
            sys.stdout.flush()
        if not result.is_well:
            self._say("\n".join(filter(None, (err.rstrip("\n"), f"  {reason(result)}"))))
        self._draw()

    def end(self, report: MatrixReport, code: int, skipped: int) -> None:
        well = len(report.results) - report.failed
        event = {"event": "matrix-finished", "exit_code": code, "done": well}
        self._event({**event, "failed": report.failed, "seconds": round(report.seconds, 6)})
        if self._as_events:
            return
        self._clear()
        parts = [f"{well} of {counted(report.total, 'run')} done in {report.seconds:.2f} s"]
        parts += [f"{skipped} of them before"] if skipped else []
        parts += [f"{report.failed} failed"] if report.failed else []
        left = report.total - len(report.results)
        parts += [f"{left} not run"] if left else []
        parts += [f"exit code {code}"] if code else []
        status = self._paint("red", "failed") if code else self._paint("green", "done")
        self._say(f"{status}: {', '.join(parts)}")

    def _event(self, event: dict[str, Any]) -> None:
        if self._as_events:
            print(json.dumps(event, default=str), flush=True)

    def _draw(self) -> None:
        if self._has_bar:
            filled = round(_BAR * self._done / self._total)
            bar = "█" * filled + "░" * (_BAR - filled)
            failed = f", {self._failed} failed" if self._failed else ""
            sys.stderr.write(f"\r{bar} {self._done}/{self._total}{failed}")
            sys.stderr.flush()

    def _clear(self) -> None:
        if self._has_bar:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def _say(self, text: str) -> None:
        sys.stdout.flush()
        print(text, file=sys.stderr, flush=True)
