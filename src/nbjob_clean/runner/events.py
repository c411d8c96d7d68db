"""What happens in a run as JSON values, one object for each thing: the log, and the history."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence

from nbjob_clean.runner.identity import timestamp
from nbjob_clean.runner.job import Step
from nbjob_clean.runner.mask import Mask
from nbjob_clean.runner.outcome import Call, Event, Failure, Outcome, Run
from nbjob_clean.runner.places import Places
from nbjob_clean.runner.resume import digest

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

_DEPTH = 5
_ITEMS = 1000
_CHARACTERS = 10_000


class Broadcast:
    """Turns what a run tells into JSON, secrets masked, and says it to every one who listens.

    `flush` makes what the job has printed so far arrive before a step's end does.
    """

    def __init__(
        self,
        hearers: Sequence[Callable[[Json], None]],
        mask: Mask,
        flush: Callable[[], None] | None = None,
    ) -> None:
        self.has_ended = False
        self._hearers = tuple(hearers)
        self._mask = mask
        self._flush = flush
        self._steps: dict[int, Json] = {}
        self._current: int | None = None

    def begin(self, run: Run) -> None:
        places = Places(run.job.directory, run.job.sidecars)
        self._steps = {step.number: step_json(step, places) for step in run.steps}
        self._say(
            {
                "event": "run-started",
                "time": run.since,
                "run_id": run.id,
                "job": run.job.name,
                "directory": str(run.job.directory),
                "arguments": {name: _shown(value) for name, value in run.arguments.items()},
                "resumed_from": run.resumed_from or None,
                "steps": [
                    self._steps[step.number] | {"digest": digest(step.text)} for step in run.steps
                ],
                "keys": dict(run.keys),
            }
        )

    def event(self, event: Event) -> None:
        """`step-started`, `step-retried` or `step-finished`, with what is known by then."""
        if event.status == "started":
            self._current = event.step.number
        elif self._flush:
            self._flush()
        name = event.status if event.status in ("started", "retried") else "finished"
        step = self._steps[event.step.number]
        self._say({"event": f"step-{name}", "time": now(), "step": step} | _details(name, event))
        if name == "finished":
            self._current = None

    def output(self, stream: str, text: str) -> None:
        self._say(
            {
                "event": "output",
                "time": now(),
                "stream": stream,
                "text": text,
                "step": self._current,
            }
        )

    def end(self, outcome: Outcome) -> None:
        if self._flush:
            self._flush()
        self.has_ended = True
        self._say(end_json(outcome))

    def refuse(self, code: int, error: BaseException | None) -> None:
        """A run that never began ends here, with the reason."""
        end = end_json(Outcome(status="refused", exit_code=code))
        said = {"type": type(error).__name__, "message": str(error)} if error else None
        self._say(end | {"error": said})

    def _say(self, event: Json) -> None:
        masked = self._mask.deep(event)
        for hear in self._hearers:
            hear(masked)


def _details(name: str, event: Event) -> Json:
    if name == "started":
        return {}
    found: Json = {
        "status": event.status,
        "seconds": round(event.seconds, 6),
        "cpu_seconds": round(event.cpu_seconds, 6),
        "rows": event.rows,
        "attempt": event.attempt,
        "error": failure_json(event.failure),
    }
    if event.calls:
        found["calls"] = [call_json(call) for call in event.calls]
    if event.statements:
        found["statements"] = [
            {"file": s.file, "line": s.line, "rows": s.rows, "seconds": round(s.seconds, 6)}
            for s in event.statements
        ]
    return found | ({"delay": event.delay} if name == "retried" else {})


def step_json(step: Step, places: Places) -> Json:
    """A step as it is named everywhere: in the log, in reports, in the history."""
    return {
        "number": step.number,
        "title": places.title(step),
        "file": step.file,
        "notebook": step.notebook or None,
        "cell": places.cell(step.file, step.block) if step.block else None,
        "cell_id": step.block.id or None if step.block else None,
        "language": step.language,
    }


def call_json(call: Call) -> Json:
    """A job that a step has called: its steps and theirs, and what it was given, as far as said."""
    places = Places(call.run.job.directory, call.run.job.sidecars)
    outcome = call.outcome
    return {
        "job": call.run.job.name,
        "directory": str(call.run.job.directory),
        "arguments": {name: _shown(value) for name, value in call.run.arguments.items()},
        "status": outcome.status,
        "seconds": round(outcome.seconds, 6),
        "steps": [
            step_json(event.step, places)
            | {"status": event.status, "seconds": round(event.seconds, 6), "rows": event.rows}
            | ({"calls": [call_json(inner) for inner in event.calls]} if event.calls else {})
            for event in outcome.events
        ],
        "error": failure_json(outcome.failure),
    }


def failure_json(failure: Failure | None) -> Json | None:
    if failure is None:
        return None
    return {
        "type": failure.type,
        "message": failure.message,
        "file": failure.file or None,
        "notebook": failure.notebook or None,
        "cell": failure.cell,
        "cell_id": failure.cell_id or None,
        "line": failure.line,
        "transient": failure.is_transient,
        "traceback": failure.traceback,
    }


def end_json(outcome: Outcome) -> Json:
    return {
        "event": "run-finished",
        "time": now(),
        "status": outcome.status,
        "exit_code": outcome.exit_code,
        "seconds": round(outcome.seconds, 6),
        "said": outcome.said or None,
        "error": failure_json(outcome.failure),
    }


def line(event: Json) -> str:
    """An event as one line of JSON, in ASCII: no reader has to know an encoding."""
    return json.dumps(event, default=str) + "\n"


def now() -> str:
    return timestamp(time.time())


def _shown(value: Any, depth: int = 0) -> Any:
    """An argument as JSON: what it has no word for, as text, and not all of what is long."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else str(value)  # finite
    if depth < _DEPTH and isinstance(value, dict):
        return {str(key): _shown(item, depth + 1) for key, item in value.items()}
    if depth < _DEPTH and isinstance(value, (list, tuple)) and len(value) <= _ITEMS:
        return [_shown(item, depth + 1) for item in value]
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= _CHARACTERS else text[:_CHARACTERS] + "…"
