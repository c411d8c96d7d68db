"""Ends a run from outside, by a signal or a time limit, in a way that the job's code can clean up.

The job's own signal handlers are called first; its `finally` blocks run, as for Ctrl-C.
"""

from __future__ import annotations

# `signal` itself would load enum, for names that nobody reads here.
import _signal  # type: ignore[import-not-found]
import contextlib
import os
import time
from collections.abc import Callable

from nbjob_clean.record import Record, changed
from nbjob_clean.runner.options import RunOptions

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    from nbjob_clean.runner.last_resort import LastResort
    from nbjob_clean.runner.outcome import Outcome, RunStatus
    from nbjob_clean.runner.watcher import Watcher

_SIGNALS = tuple(
    getattr(_signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(_signal, name)
)
# What tells the main thread that a time limit has passed. Nobody else uses this one.
POKE = getattr(_signal, "SIGVTALRM", None)
_HANDLER_SHARE = 5  # the job's own handler has a fifth of the grace, its clean-up the rest


class Terminated(BaseException):
    """SIGTERM. Like KeyboardInterrupt, an `except Exception` of the job lets it pass."""

    __module__ = "nbjob"


class TimedOut(BaseException):
    """A time limit has passed."""

    __module__ = "nbjob"


class Reason(Record):
    """Why a run has to end: what its outcome will say."""

    said: str
    status: RunStatus
    exit_code: int
    since: float = 0.0  # monotonic

    def instead_of(self, end: Outcome) -> Outcome:
        """The outcome where this came before the run's own end."""
        return changed(end, status=self.status, exit_code=self.exit_code, said=self.said)


def reason_of(number: int) -> Reason:
    """Why a run has to end after this signal."""
    if number == _signal.SIGINT:
        return Reason("", "interrupted", 130, time.monotonic())
    return Reason("SIGTERM", "terminated", 143, time.monotonic())


class Stop:
    """Watches over one run. `reason` is set as soon as it has to end.

    `cancel` ends what runs in a database; `give_up` is called where the job does not end by itself.
    """

    def __init__(
        self, options: RunOptions, cancel: Callable[[], None], give_up: Callable[[Reason], None]
    ) -> None:
        self.options = options
        self.reason: Reason | None = None
        self.cancel = cancel
        self.give_up = give_up
        self.deadlines: dict[str, float] = {}  # what is said -> when
        self.next_poke = 0.0
        self.is_inside = False  # the job's own code runs: it may be interrupted
        self.has_raised = False
        self.is_handled = False  # Python has come to a signal; it cannot while a driver works
        self.is_poked = False  # the watcher wants the main thread interrupted
        self._process = os.getpid()
        self._users: dict[int, Any] = {}  # the job's own handlers
        self._before: dict[int, Any] = {}
        self._real = (_signal.signal, _signal.getsignal)
        self._watcher: Watcher | None = None
        self._last_resort: LastResort | None = None

    def __enter__(self) -> Stop:
        """Signal handlers belong to the main thread, and to a process that is ours."""
        if self.options.owns_process:
            with contextlib.suppress(ValueError):  # another thread
                self._install()
        if self.options.timeout is not None:
            self._limit("timeout", self.options.timeout)
        return self

    def __exit__(self, *_: object) -> None:
        self.is_inside = False
        if self._last_resort:
            self._last_resort.clear()
        if self._watcher:
            self._watcher.close()
        if self._before:
            _signal.signal, _signal.getsignal = self._real
            for number, handler in self._before.items():
                _signal.signal(number, self._users.get(number, handler))

    def enter(self) -> None:
        """From here on the job's code runs."""
        if self.options.step_timeout is not None:
            self._limit("step timeout", self.options.step_timeout)
        self.has_raised = False
        self.is_inside = True

    def leave(self) -> None:
        self.is_inside = False
        for said in [said for said in self.deadlines if said.startswith("step ")]:
            del self.deadlines[said]
            self._set_last_resort()

    def sleep(self, seconds: float) -> None:
        """Wait, unless the run has to end."""
        try:
            self.enter()
            if self.reason is None:
                time.sleep(seconds)
        except (Terminated, TimedOut, KeyboardInterrupt):
            self.reason = self.reason or reason_of(_signal.SIGINT)
        finally:
            self.leave()

    def watch(self) -> None:
        """Have a thread look out, also while the main thread is inside a database's driver."""
        if self._watcher is None and (self._before or self.deadlines):
            from nbjob_clean.runner.watcher import Watcher

            self._watcher = Watcher(self)

    def stop(self, reason: Reason) -> None:
        """The run has to end; the first reason counts.

        After a signal the job's own handler may ask it to end by itself, so there is no hurry.
        """
        if self.reason is None:
            is_signal = reason.status != "timed out"
            wait = self.options.grace / _HANDLER_SHARE if is_signal else 0
            self.next_poke = reason.since + wait
            self.reason = reason

    def expire(self) -> None:
        """See whether a time limit has passed."""
        now = time.monotonic()
        passed = [said for said, when in list(self.deadlines.items()) if when <= now]
        if passed:
            self.stop(Reason(passed[0], "timed out", 124, now))

    def raise_here(self) -> None:
        """Interrupt the job's code, if that is what runs in this thread."""
        if self.is_inside and self.reason:
            self.has_raised = True
            # The job cleans up now; what swallows this is interrupted once more.
            self.next_poke = time.monotonic() + self.options.grace / 2
            if self.reason.status == "interrupted":
                raise KeyboardInterrupt
            if self.reason.status == "terminated":
                raise Terminated(self.reason.said)
            raise TimedOut(self.reason.said)

    def _limit(self, what: str, seconds: float) -> None:
        self.deadlines[f"{what} of {seconds:g} s"] = time.monotonic() + seconds
        self.watch()
        if self._watcher:
            self._watcher.wake()
        self._set_last_resort()

    def _set_last_resort(self) -> None:
        """At the next limit; what was set stays set where the run has to end already."""
        if POKE not in self._before or self.reason:
            return
        if self._last_resort is None:
            from nbjob_clean.runner.last_resort import LastResort

            self._last_resort = LastResort(POKE)
        if self.deadlines:
            left = min(self.deadlines.values()) - time.monotonic()
            self._last_resort.set(max(0.0, left), self.options.grace)
        else:
            self._last_resort.clear()

    def _install(self) -> None:
        for number in _SIGNALS:
            before = _signal.getsignal(number)
            if before is not _signal.SIG_IGN:  # `nohup`, a shell's `&`: not ours to change
                self._real[0](number, self._on_signal)
                self._before[number] = before
        if POKE is not None:
            self._before[POKE] = self._real[0](POKE, self._on_poke)
        _signal.signal, _signal.getsignal = self._set_handler, self._get_handler

    def _set_handler(self, number: int, handler: Any) -> Any:
        """`signal.signal` as the job calls it: its handler is called by ours."""
        if number not in self._before or number == POKE:
            return self._real[0](number, handler)
        before = self._get_handler(number)
        is_ours = callable(handler) or handler == _signal.SIG_DFL
        self._real[0](number, self._on_signal if is_ours else handler)
        self._users[number] = handler
        return before

    def _get_handler(self, number: int) -> Any:
        if number in self._before and number != POKE:
            return self._users.get(number, self._before[number])
        return self._real[1](number)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        handler = self._own_handler(number)
        if os.getpid() != self._process:  # a forked child: the signal is its own affair
            self._as_a_child(number, frame, handler)
            return
        self.is_handled = True
        self.stop(reason_of(number))
        self.watch()
        if self.is_inside:
            self.cancel()
        if handler:
            handler(number, frame)
        else:
            self.raise_here()

    def _own_handler(self, number: int) -> Any:
        """The one that the job has set, if it is a function of its own."""
        handler = self._users.get(number)
        is_own = callable(handler) and handler is not _signal.default_int_handler
        return handler if is_own else None

    def _as_a_child(self, number: int, frame: FrameType | None, handler: Any) -> None:
        if handler:
            handler(number, frame)
        elif number == _signal.SIGINT:
            raise KeyboardInterrupt
        else:
            self._real[0](number, _signal.SIG_DFL)
            os.kill(os.getpid(), number)

    def _on_poke(self, _number: int, _frame: FrameType | None) -> None:
        """From the watcher; or from the last resort, where the watcher cannot run."""
        if not self.is_poked:
            if self.has_raised:
                return
            self.expire()
            if self.reason and self.is_inside:
                self.cancel()
        self.is_poked = False
        self.raise_here()
