"""From what a step raised to how the run ends: the one place that knows the exit codes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nbjob_clean.errors import UnavailableError
from nbjob_clean.record import Record, changed
from nbjob_clean.runner.environment import show_sources
from nbjob_clean.runner.job import Job, Step
from nbjob_clean.runner.mask import Mask
from nbjob_clean.runner.outcome import Failure, Outcome
from nbjob_clean.runner.places import Places
from nbjob_clean.runner.stop import Reason, Terminated, TimedOut

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from nbjob_clean.runner.engines.engine import ErrorKind

FAILED = 1
TRANSIENT = 75
_CHILD_KILLED = 137
_SIGKILL = 9
_LAST_EXIT_CODE = 255


class Judge(Record):
    """What it takes to tell how a step ended. `classify` asks the databases that are open.

    `called` are the places of jobs that this one has called.
    """

    job: Job
    mask: Mask
    classify: Callable[[BaseException], ErrorKind]
    called: Sequence[Places] = ()

    def outcome(self, step: Step, error: BaseException, reason: Reason | None) -> Outcome:
        """How the run ends with this; a `reason` from outside comes before what it made fail."""
        reason = reason or _own_reason(error)
        failure = self.failure(error)
        if reason:
            # Where it hung is worth seeing; where somebody pressed Ctrl-C is not.
            shown = failure.traceback if reason.status == "timed out" else ""
            return Outcome(
                status=reason.status, exit_code=reason.exit_code, step=step, said=reason.said,
                error=error, traceback=shown, failure=failure,
            )  # fmt: skip
        if isinstance(error, SystemExit):
            return Outcome(
                status="exited", exit_code=exit_code(error), step=step,
                said=self.mask(f"sys.exit({error.code!r})"), error=error, failure=failure,
            )  # fmt: skip
        return Outcome(
            status="failed", exit_code=self._exit_code(error, failure), step=step, error=error,
            traceback=failure.traceback, failure=failure,
        )  # fmt: skip

    def failure(self, error: BaseException) -> Failure:
        """An exception as values, as a person may see it."""
        from nbjob_clean.runner.failure import describe
        from nbjob_clean.runner.retry import is_transient

        show_sources(self.job)
        found = describe(error, Places(self.job.directory, self.job.sidecars, self.called))
        return changed(
            found,
            message=self.mask(found.message),
            traceback=self.mask(found.traceback),
            is_transient=self.classify(error) == "transient" or is_transient(error),
        )

    def _exit_code(self, error: BaseException, failure: Failure) -> int:
        if _is_child_killed(error):
            return _CHILD_KILLED
        if isinstance(error, UnavailableError) or self.classify(error) == "unavailable":
            return UnavailableError.exit_code
        if failure.is_transient:
            return TRANSIENT
        return FAILED


def _own_reason(error: BaseException) -> Reason | None:
    """An interrupt that came through from the run around this one, or that the job raised."""
    if isinstance(error, TimedOut):
        return Reason(str(error) or "timeout", "timed out", 124)
    if isinstance(error, Terminated):
        return Reason("SIGTERM", "terminated", 143)
    if isinstance(error, KeyboardInterrupt):
        return Reason("", "interrupted", 130)
    return None


def _is_child_killed(error: BaseException) -> bool:
    """Whether a process that the job waited for was killed: by the kernel, for its memory."""
    names = {kind.__qualname__ for kind in type(error).__mro__}
    if "BrokenProcessPool" in names:
        return True
    return "CalledProcessError" in names and getattr(error, "returncode", 0) in (
        -_SIGKILL,
        _CHILD_KILLED,
    )


def exit_code(error: SystemExit) -> int:
    """What the process would exit with. A number that a process cannot have must not become 0."""
    if error.code is None:
        return 0
    if isinstance(error.code, int) and 0 <= error.code <= _LAST_EXIT_CODE:
        return int(error.code)
    return FAILED
