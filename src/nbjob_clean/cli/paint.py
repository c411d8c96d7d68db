"""Colours where a terminal shows them."""

from __future__ import annotations

import os

TYPE_CHECKING = False  # `nbjob run` loads this: importing typing would take longer than its work
if TYPE_CHECKING:
    from typing import TextIO

_STYLES = {"bold": "1", "red": "1;31", "blue": "1;34", "cyan": "36", "green": "32", "dim": "2"}


class Paint:
    """Colours for one stream: on a terminal, unless NO_COLOR; anywhere with FORCE_COLOR."""

    def __init__(self, stream: TextIO) -> None:
        forced = os.environ.get("FORCE_COLOR", "0") not in ("", "0")
        self.is_on = forced or (stream.isatty() and not os.environ.get("NO_COLOR"))

    def __call__(self, style: str, text: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self.is_on else text
