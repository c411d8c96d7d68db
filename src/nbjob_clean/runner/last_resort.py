"""Time limits for code in C that lets no Python run: neither a handler, nor the watcher's thread.

The operating system keeps the time. First it tells the main thread, which some such code listens
to (a regular expression does, a sum of a range does not); at last it ends the process.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any

EXIT_CODE = 124
_LATE = 1.0  # seconds in which the watcher, where it can, has done all that is to be done
_STDERR = 2
_MONOTONIC = 1
_SIGNAL, _THREAD = 0, 2  # what a timer may do


class LastResort:
    """At a time limit, `signal` for this process; after the grace, its end."""

    def __init__(self, signal: int) -> None:
        self._timers = _timers(signal)

    def set(self, seconds: float, grace: float) -> None:
        """From now on; what was set before does not count any more."""
        import faulthandler

        at_last = seconds + grace + _LATE
        has_timers = len(self._timers) > 0
        # Where it hangs is written to stderr; without timers the exit status is faulthandler's, 1.
        faulthandler.dump_traceback_later(at_last, exit=not has_timers, file=_STDERR)
        for timer, when in zip(self._timers, (seconds + _LATE, at_last + _LATE), strict=False):
            timer.set(when)

    def clear(self) -> None:
        import faulthandler

        faulthandler.cancel_dump_traceback_later()
        for timer in self._timers:
            timer.set(0.0)


class _Timer:
    """A timer of POSIX. It lives as long as the process; a forked child has none."""

    def __init__(self, library: Any, handle: Any) -> None:
        self._library = library
        self._handle = handle

    def set(self, seconds: float) -> None:
        """0 stops it."""
        import ctypes

        whole, rest = divmod(seconds, 1)
        # Interval and first time, as seconds and nanoseconds each.
        times = (ctypes.c_long * 4)(0, 0, int(whole), int(rest * 1e9))
        self._library.timer_settime(self._handle, 0, times, None)


def _timers(signal: int) -> tuple[_Timer, ...]:
    """One that signals, one that exits; none where the system's library has no such timers."""
    if not sys.platform.startswith("linux") or sys.byteorder != "little":
        return ()
    import ctypes

    class Event(ctypes.Structure):  # sigevent, of 64 bytes
        _fields_ = (
            ("value", ctypes.c_void_p),
            ("signal", ctypes.c_int),
            ("notify", ctypes.c_int),
            ("function", ctypes.c_void_p),
            ("rest", ctypes.c_void_p * 8),
        )

    library = ctypes.CDLL(None)
    if not hasattr(library, "timer_create"):  # in librt of older systems
        return ()
    end = ctypes.cast(library._exit, ctypes.c_void_p)
    events = (
        Event(signal=signal, notify=_SIGNAL),
        Event(value=EXIT_CODE, notify=_THREAD, function=end),
    )
    found = []
    for event in events:
        handle = ctypes.c_void_p()
        if library.timer_create(_MONOTONIC, ctypes.byref(event), ctypes.byref(handle)) != 0:
            return ()
        found.append(_Timer(library, handle))
    return tuple(found)
