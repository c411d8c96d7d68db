"""The thread that keeps time and sees signals while the main thread cannot.

Python calls signal handlers between two of its own instructions only: a query that runs in a
database's driver would never hear of them.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import contextlib
import os
import select
import socket
import sys
import threading
import time

from nbjob_clean.runner.stop import POKE, Stop, TimedOut, reason_of

_INTERVAL = 1.0  # seconds between two attempts to interrupt
_MOMENT = 0.05  # in which the main thread sees a signal by itself, if it can
_CANCELLING = (_signal.SIGINT, _signal.SIGTERM)


class Watcher:
    """Interrupts, again and again, what has to end; at last it gives the run up."""

    def __init__(self, stop: Stop) -> None:
        self._stop = stop
        self._target = threading.get_ident()
        self._is_main = threading.current_thread() is threading.main_thread()
        self._heard, self._said = socket.socketpair()
        for end in (self._heard, self._said):
            end.settimeout(0)
        self._is_closed = False
        self._before = -1
        if self._is_main and stop.options.owns_process:
            self._before = _signal.set_wakeup_fd(self._said.fileno(), warn_on_full_buffer=False)
            _forget_in_children()
        self._thread = threading.Thread(target=self._run, name="nbjob watcher", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """A deadline has changed."""
        with contextlib.suppress(OSError):  # full: it will wake anyway
            self._said.send(b"\0")

    def close(self) -> None:
        if self._is_main and self._stop.options.owns_process:
            with contextlib.suppress(ValueError):
                _signal.set_wakeup_fd(self._before)
        self._is_closed = True
        self.wake()
        self._thread.join(_INTERVAL)
        self._heard.close()
        self._said.close()

    def _run(self) -> None:
        while not self._is_closed:
            ready, _, _ = select.select([self._heard], [], [], self._patience())
            numbers = self._heard.recv(4096) if ready else b""
            for number in _CANCELLING:
                if number in numbers:
                    self._stop.stop(reason_of(number))
                    time.sleep(_MOMENT)
                    if self._stop.is_inside and not self._stop.is_handled:
                        self._stop.cancel()
            if not self._is_closed:
                self._look()

    def _patience(self) -> float | None:
        """How long there is nothing to do; None: until somebody says something."""
        stop = self._stop
        times = list(stop.deadlines.values())
        if stop.reason:
            end = stop.reason.since + stop.options.grace
            times = [stop.next_poke, max(end, stop.next_poke - _INTERVAL)]
        return max(0.0, min(times) - time.monotonic()) if times else None

    def _look(self) -> None:
        stop, now = self._stop, time.monotonic()
        stop.expire()
        if stop.reason and now >= stop.reason.since + stop.options.grace:
            stop.next_poke = now + _INTERVAL
            stop.give_up(stop.reason)
        elif stop.reason and stop.next_poke <= now:
            stop.next_poke = now + _INTERVAL
            if stop.is_inside:
                stop.cancel()
                self._poke()

    def _poke(self) -> None:
        """Interrupt the thread that runs the job: also one that waits, where there is a way."""
        if not (self._is_main and self._stop.options.owns_process):
            import ctypes

            thread = ctypes.c_ulong(self._target)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(TimedOut))
        elif sys.platform == "win32" or POKE is None:
            import _thread

            _thread.interrupt_main()
        else:
            self._stop.is_poked = True
            _signal.pthread_kill(self._target, POKE)


def _forget_in_children() -> None:
    """A forked child shares the socket; its signals are not the run's."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_let_go)


def _let_go() -> None:
    with contextlib.suppress(ValueError):
        _signal.set_wakeup_fd(-1)
