"""Hides secret values in text: what a log, a report or a traceback shows goes through here."""

from __future__ import annotations

from collections.abc import Iterable

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any

HIDDEN = "***"
_SHORTEST_LINE = 6  # of a secret of several lines; `}` alone is none


class Mask:
    """Values that must not be seen. More may become known while a job runs: `add` them."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._values: list[str] = []
        for value in values:
            self.add(value)

    def __bool__(self) -> bool:
        return bool(self._values)

    def add(self, value: str) -> None:
        """Hide a value, also as JSON, `repr` and URLs write it, and each line of a long one."""
        if not value:
            return
        as_bytes = value.encode(errors="surrogateescape")
        forms = {value, repr(value)[1:-1], repr(as_bytes)[2:-1], *_escaped(value)}
        lines = [line.strip() for line in value.splitlines()]
        if len(lines) > 1:
            forms.update(line for line in lines if len(line) >= _SHORTEST_LINE)
        # The longest first: a secret may hold another one.
        self._values = sorted({*self._values, *forms}, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        for value in self._values:
            text = text.replace(value, HIDDEN)
        return text

    def deep(self, value: Any) -> Any:
        """The same for every text in lists and mappings; keys are names, and are kept."""
        if not self._values:
            return value
        if isinstance(value, str):
            return self(value)
        if isinstance(value, dict):
            return {key: self.deep(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.deep(item) for item in value]
        return value


def _escaped(value: str) -> tuple[str, ...]:
    import json
    from urllib.parse import quote, quote_plus

    quoted = (quote(value), quote(value, safe=""), quote_plus(value))
    return (json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], *quoted)
