"""`--log-format json`: one JSON object a line on stdout, for programs that watch a run."""

from __future__ import annotations

import json
import os
import time

from nbjob_clean.runner.capture import Capture
from nbjob_clean.runner.events import Described, end_json, plain
from nbjob_clean.runner.identity import timestamp
from nbjob_clean.runner.mask import Mask
from nbjob_clean.runner.outcome import Event, Outcome, Run

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any


class EventLog:
    """Writes what happens, and what the job prints, to where stdout was when it was opened."""

    def __init__(self, mask: Mask) -> None:
        self._mask = mask
        self._capture = Capture(self._output)
        self._capture.open()
        self._step: int | None = None
        self._described: Described | None = None
        self._has_ended = False

    def begin(self, run: Run) -> None:
        self._described = Described(run)
        self._write(self._described.begin())

    def event(self, event: Event) -> None:
        if self._described is None:
            return
        if event.status == "started":
            self._step = event.step.number
        else:
            self._capture.flush()
        self._write(self._described.event(event))
        if event.status not in ("started", "retried"):
            self._step = None

    def end(self, outcome: Outcome) -> None:
        self._capture.flush()
        self._has_ended = True
        self._write(end_json(outcome))

    def close(self, code: int, error: BaseException | None = None) -> None:
        """Give stdout back; a run that never began ends here, with the reason."""
        self._capture.flush()
        if not self._has_ended:
            outcome = Outcome(status="refused", exit_code=code)
            said = {"type": type(error).__name__, "message": str(error)} if error else None
            self._write(end_json(outcome) | {"error": said})
        self._capture.close()

    def _output(self, stream: str, text: str) -> None:
        self._write(
            {
                "event": "output",
                "time": timestamp(time.time()),
                "stream": stream,
                "text": text,
                "step": self._step,
            }
        )

    def _write(self, event: dict[str, Any]) -> None:
        line = json.dumps(self._mask.deep(event), ensure_ascii=True, default=plain) + "\n"
        data = line.encode()
        while data:
            data = data[os.write(self._capture.real("stdout"), data) :]
