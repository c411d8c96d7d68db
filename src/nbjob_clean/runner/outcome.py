"""What a run is, what happens to its steps, and how it ends, as values. Nothing runs here."""

from __future__ import annotations

from collections.abc import Mapping

from nbjob_clean.record import Record
from nbjob_clean.runner.identity import timestamp
from nbjob_clean.runner.job import Job, Step

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any, Literal, Protocol

    StepStatus = Literal["started", "retried", "ok", "failed", "interrupted", "skipped", "not run"]
    RunStatus = Literal[
        "done", "failed", "exited", "interrupted", "terminated", "timed out", "skipped", "refused"
    ]

    class Listener(Protocol):
        """Who hears of a run as it goes on: a log, a report, the history."""

        def begin(self, run: Run) -> None: ...

        def event(self, event: Event) -> None: ...

        def end(self, outcome: Outcome) -> None: ...


_SHORT = 200  # characters
_NO_KEYS: Mapping[str, str] = {}
_NO_VALUES: Mapping[str, Mapping[str, object]] = {}


class Failure(Record):
    """An exception as plain values. The place is the deepest one in the job's own files.

    `line` is that of the cell, or of a hand-written file; `traceback` is what a person sees.
    """

    type: str
    message: str
    traceback: str
    file: str = ""
    notebook: str = ""
    cell: int | None = None
    cell_id: str = ""
    line: int | None = None
    is_transient: bool = False


MOST_STATEMENTS = 100  # of one step, in its report


class Ran(Record):
    """A statement of SQL that a step has run: where it stands, its rows, how long it took."""

    file: str
    line: int
    rows: int | None
    seconds: float


class Event(Record):
    """A step has come to a status; `rows` is what a SQL step has fetched.

    `delay` is how long a retried step waits before its next attempt; `calls` are the jobs that the
    step has called.
    """

    step: Step
    status: StepStatus
    seconds: float = 0.0
    rows: int | None = None
    cpu_seconds: float = 0.0
    attempt: int = 1
    delay: float = 0.0
    failure: Failure | None = None
    calls: tuple[Call, ...] = ()
    statements: tuple[Ran, ...] = ()


class Outcome(Record):
    """How a run ended: by itself, or in `step`, with what it `said` there.

    `error` is the exception as it was raised, `traceback` what a person should see of it. `values`,
    where the run keeps them, are what each file leaves behind, and `returned` what the last `run`
    of a hand-written one gave back.
    """

    status: RunStatus
    exit_code: int
    events: tuple[Event, ...] = ()
    seconds: float = 0.0
    step: Step | None = None
    said: str = ""
    error: BaseException | None = None
    traceback: str = ""
    failure: Failure | None = None
    values: Mapping[str, Mapping[str, object]] = _NO_VALUES
    returned: object = None


class Run(Record):
    """A run as it begins. `arguments` is what may be shown of them: no secret is in it.

    `keys` stand for the content of each file, see `resume`. `sources` say where an argument was
    given; none for a default.
    """

    id: str
    job: Job
    steps: tuple[Step, ...]
    arguments: Mapping[str, Any]
    started_at: float  # seconds since 1970
    resumed_from: str = ""
    keys: Mapping[str, str] = _NO_KEYS
    sources: Mapping[str, str] = _NO_KEYS

    @property
    def since(self) -> str:
        return timestamp(self.started_at)


class Call(Record):
    """A job that a step has called, and how that ended."""

    run: Run
    outcome: Outcome


def shortened(value: object) -> object:
    """A value as it is where it is short; of what a program passes, what it is and its start."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    try:
        text = value if isinstance(value, str) else f"{type(value).__name__}: {value!s}"
    except Exception:  # noqa: BLE001 - a job's own `__str__` may do anything
        text = type(value).__name__
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"
