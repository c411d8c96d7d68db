"""A counter on a terminal for work that takes longer than a second; it leaves no trace."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from typing import TextIO, TypeVar

_Item = TypeVar("_Item")
_PATIENCE = 1.0
_INTERVAL = 0.1


def watched(
    items: Sequence[_Item], what: str, *, stream: TextIO | None = None, patience: float = _PATIENCE
) -> Iterator[_Item]:
    """The items, with `3 of 200 notebooks` on stderr meanwhile, where that is a terminal."""
    stream = stream or sys.stderr
    if len(items) < 2 or not stream.isatty():
        yield from items
        return
    due = time.monotonic() + patience
    width = 0
    try:
        for number, item in enumerate(items, start=1):
            if time.monotonic() >= due:
                due = time.monotonic() + _INTERVAL
                width = _draw(stream, f"{number} of {len(items)} {what}")
            yield item
    finally:
        if width:
            _draw(stream, " " * width)


def _draw(stream: TextIO, text: str) -> int:
    """Write over the line and go back to its start, where any message then begins."""
    stream.write(f"\r{text}\r")
    stream.flush()
    return len(text)
