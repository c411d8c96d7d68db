"""What happens in a run as JSON values, one object for each thing: the log, and the history."""

from __future__ import annotations

import time
from collections.abc import Mapping

from nbjob_clean.runner.identity import timestamp
from nbjob_clean.runner.job import Step
from nbjob_clean.runner.outcome import Call, Event, Failure, Outcome, Run
from nbjob_clean.runner.places import Places

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]


class Described:
    """The steps of a run as JSON, each worked out once."""

    def __init__(self, run: Run) -> None:
        self.run = run
        places = Places(run.job.directory, run.job.sidecars)
        self.steps = {step.number: step_json(step, places) for step in run.steps}

    def begin(self) -> Json:
        return {
            "event": "run-started",
            "time": timestamp(self.run.started_at),
            "run_id": self.run.id,
            "job": self.run.job.name,
            "directory": str(self.run.job.directory),
            "arguments": dict(self.run.arguments),
            "resumed_from": self.run.resumed_from or None,
            "steps": list(self.steps.values()),
        }

    def event(self, event: Event) -> Json:
        """`step-started`, `step-retried` or `step-finished`, with what is known by then."""
        name = event.status if event.status in ("started", "retried") else "finished"
        found: Json = {
            "event": f"step-{name}",
            "time": timestamp(time.time()),
            "step": self.steps[event.step.number],
        }
        if name == "started":
            return found
        found |= {
            "status": event.status,
            "seconds": round(event.seconds, 6),
            "cpu_seconds": round(event.cpu_seconds, 6),
            "rows": event.rows,
            "attempt": event.attempt,
            "error": failure_json(event.failure),
        }
        if event.calls:
            found["calls"] = [call_json(call) for call in event.calls]
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
        "arguments": dict(call.run.arguments),
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
        "time": timestamp(time.time()),
        "status": outcome.status,
        "exit_code": outcome.exit_code,
        "seconds": round(outcome.seconds, 6),
        "said": outcome.said or None,
        "error": failure_json(outcome.failure),
    }


def plain(value: object) -> object:
    """What JSON has no word for, as text: dates, decimals, paths."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=str)
    return str(value)
