"""Adds up what a run tells to one value, the report. Format 1: fields are only ever added."""

from __future__ import annotations

from nbjob_clean.runner.outcome import Run

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from nbjob_clean.runner.events import Json

FORMAT = 1
_TAIL = 20_000  # characters of what a step has printed
_SIGNALS = {130: "SIGINT", 143: "SIGTERM"}


class Account:
    """Hears the events of one run; `report` is what they come to so far."""

    def __init__(self) -> None:
        self.report: Json = {"schema": FORMAT, "status": "running", "exit_code": None, "steps": []}
        self._steps: dict[int, Json] = {}

    def hear(self, event: Json) -> None:
        name = event["event"]
        if name == "run-started":
            self._begin(event)
        elif name == "run-finished":
            self._end(event)
        elif name == "output":
            step = self._steps.get(event["step"])
            if step:
                _add_output(step, event["stream"], event["text"])
        elif name == "step-started":
            self._step(event).update(status="running", started_at=event["time"])
        else:
            self._finished(event)

    def describe(self, run: Run) -> None:
        """Add what the events do not carry: the source of each step, and what it ran in."""
        from nbjob_clean.runner.report.surroundings import argument_of, source_of, surroundings

        self.report |= surroundings(run)
        for parameter in self.report["params"]:
            parameter |= argument_of(parameter["name"], run)
        for step in run.steps:
            self._steps[step.number] |= source_of(step, run.job)

    def _begin(self, event: Json) -> None:
        self.report |= {
            "run_id": event["run_id"],
            "resumed_from": event["resumed_from"],
            "job": {"name": event["job"], "path": event["directory"]},
            "started_at": event["time"],
            "ended_at": None,
            "duration_s": None,
            "cpu_s": 0.0,
            "params": [{"name": k, "value": v} for k, v in event["arguments"].items()],
            "keys": event.get("keys", {}),
            "error": None,
        }
        self._steps = {step["number"]: _step(step) for step in event["steps"]}
        self.report["steps"] = list(self._steps.values())

    def _step(self, event: Json) -> Json:
        return self._steps[event["step"]["number"]]

    def _finished(self, event: Json) -> None:
        is_over = event["event"] == "step-finished"
        step = self._step(event)
        step.update(
            status=event["status"] if is_over else "running",
            attempts=event["attempt"] if event["status"] not in ("not run", "skipped") else 0,
            duration_s=event["seconds"],
            cpu_s=round(step["cpu_s"] + event["cpu_seconds"], 6),
            rows=event["rows"],
            error=event["error"],
        )
        step["statements"] = event.get("statements", [])
        if event.get("calls"):
            step["calls"] = event["calls"]
        self.report["cpu_s"] = round(self.report["cpu_s"] + event["cpu_seconds"], 6)

    def _end(self, event: Json) -> None:
        self.report |= {
            "status": event["status"],
            "exit_code": event["exit_code"],
            "signal": _SIGNALS.get(event["exit_code"]),
            "ended_at": event["time"],
            "duration_s": event["seconds"],
            "said": event["said"],
            "error": event["error"],
        }


def _step(step: Json) -> Json:
    return {
        "index": step["number"],
        "name": step["title"],
        "kind": step["language"],
        "file": step["file"],
        "notebook": step["notebook"],
        "cell_index": step["cell"],
        "cell_id": step["cell_id"],
        "digest": step["digest"],
        "status": "not run",
        "attempts": 0,
        "started_at": None,
        "duration_s": 0.0,
        "cpu_s": 0.0,
        "rows": None,
        "statements": [],
        "stdout_bytes": 0,
        "stdout_tail": "",
        "stderr_tail": "",
        "error": None,
    }


def _add_output(step: Json, stream: str, text: str) -> None:
    step[f"{stream}_tail"] = (step[f"{stream}_tail"] + text)[-_TAIL:]
    if stream == "stdout":
        step["stdout_bytes"] += len(text.encode("utf-8", "replace"))
