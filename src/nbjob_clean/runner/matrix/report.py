"""What came of many runs, as a value, and the words for one of them."""

from __future__ import annotations

import json

from nbjob_clean.record import Record
from nbjob_clean.runner.matrix.task import TaskResult


class MatrixReport(Record):
    """What came of a matrix so far; `total` counts the rows of this machine."""

    job: str
    batch: str
    started_at: float  # seconds since 1970
    seconds: float
    total: int
    shard: str
    results: tuple[TaskResult, ...]

    @property
    def failed(self) -> int:
        return sum(not result.is_well for result in self.results)


def title(result: TaskResult) -> str:
    """`region=north n=3`"""
    words = (f"{name}={_shown(value)}" for name, value in result.arguments.items())
    return " ".join(words) or f"run {result.index}"


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)


def reason(result: TaskResult) -> str:
    """Why it failed, in a line."""
    error = result.error or {}
    words = ": ".join(filter(None, (str(error.get("type") or ""), str(error.get("message") or ""))))
    return (words or f"{result.status}, exit code {result.exit_code}").split("\n")[0]
