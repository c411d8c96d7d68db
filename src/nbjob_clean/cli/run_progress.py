"""The line below the step lines on a terminal: how far the run is, and what runs since when."""

from __future__ import annotations

import os
import threading
import time

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import TextIO

_INTERVAL = 0.2
_PATIENCE = 0.5  # seconds; for steps that take less there is nothing to show
_WIDTH = 20
_ERASE = "\r\x1b[2K"


def is_wanted(stream: TextIO) -> bool:
    """On a terminal that can erase a line; CI systems show every one that was ever drawn."""
    is_off = os.environ.get("CI") or os.environ.get("NBJOB_PROGRESS") == "off"
    return stream.isatty() and os.environ.get("TERM", "dumb") != "dumb" and not is_off


class Progress:
    """Redraws one line from a thread. What else is written there calls `hide` before it.

    A line that the job has begun and not ended is left alone.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._process = os.getpid()
        self._total = 1
        self._done = 0
        self._is_line_start = True
        self._title = ""
        self._since = 0.0
        self._is_drawn = False
        self._lock = threading.RLock()  # a signal handler may print, too
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="nbjob progress", daemon=True)
        self._thread.start()

    def step(self, title: str, done: int, total: int) -> None:
        """A step begins, and `done` of all are over."""
        with self._lock:
            self._title, self._done, self._total = title, done, total
            self._since = time.monotonic()

    def hide(self, text: str) -> None:
        """Make room for a text; the bar comes back by itself."""
        if text and os.getpid() == self._process:  # a forked child has neither thread nor lock
            with self._lock:
                self._erase()
                self._is_line_start = text.endswith("\n")

    def end(self) -> None:
        self._is_over.set()
        self._thread.join(1)
        self.hide("\n")

    def _run(self) -> None:
        while not self._is_over.wait(_INTERVAL):
            with self._lock:
                is_due = self._title and self._is_line_start
                if is_due and time.monotonic() - self._since > _PATIENCE:
                    self._draw()

    def _draw(self) -> None:
        filled = round(_WIDTH * self._done / self._total)
        bar = "█" * filled + "░" * (_WIDTH - filled)
        took = time.monotonic() - self._since
        text = f"{bar} {self._done}/{self._total}  {self._title}  {took:.0f} s"
        self._stream.write(f"\r\x1b[2K{text[: _columns(self._stream) - 1]}")
        self._stream.flush()
        self._is_drawn = True

    def _erase(self) -> None:
        if self._is_drawn:
            self._stream.write(_ERASE)
            self._stream.flush()
            self._is_drawn = False


def _columns(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError):
        return 80
