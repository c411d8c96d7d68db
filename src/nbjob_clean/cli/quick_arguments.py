"""Reads a plain command line without argparse, whose import takes longer than a small job does.

It knows what argparse would make of the usual; all else, mistakes and `--help` included, is left
to argparse itself, which is given the same options.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any

_KNOWN = frozenset(["dest", "metavar", "help", "action", "default", "choices"])
_ACTIONS = (None, "store_true", "append")


class QuickParser:
    """What `add_arguments` is given instead of an ArgumentParser."""

    def __init__(self) -> None:
        self._is_usual = True
        self._options: dict[str, tuple[str, dict[str, Any]]] = {}
        self._positional = ""
        self._defaults: dict[str, Any] = {}

    def add_argument(self, *names: str, **how: Any) -> None:
        if how.keys() - _KNOWN or how.get("action") not in _ACTIONS:
            self._is_usual = False
        if not names[0].startswith("-"):
            self._is_usual = self._is_usual and not self._positional
            self._positional = names[0]
            return
        dest = how.get("dest") or names[-1].lstrip("-").replace("-", "_")
        absent = False if how.get("action") == "store_true" else None
        self._defaults[dest] = how.get("default", absent)
        self._options.update(dict.fromkeys(names, (dest, how)))

    def parse(self, arguments: Sequence[str]) -> SimpleNamespace | None:
        """The values by name, as argparse's Namespace has them; None where that has to look."""
        values = {
            name: list(value) if isinstance(value, list) else value
            for name, value in self._defaults.items()
        }
        rest = iter(arguments)
        for argument in rest:
            name, equals, value = argument.partition("=")
            if not argument.startswith("-"):
                if self._positional in values:
                    return None
                values[self._positional] = argument
                continue
            if name not in self._options or (equals and not name.startswith("--")):
                return None
            if not self._set(values, name, value if equals else None, rest):
                return None
        return SimpleNamespace(**values) if self._is_usual and self._positional in values else None

    def _set(self, values: dict[str, Any], name: str, value: str | None, rest: Any) -> bool:
        """Take an option, and its value from the rest; False for what is not as usual."""
        dest, how = self._options[name]
        action = how.get("action")
        if action == "store_true":
            values[dest] = True
            return value is None
        if value is None:
            value = next(rest, "-")
            if value.startswith("-"):
                return False
        if "choices" in how and value not in how["choices"]:
            return False
        if action == "append":
            values[dest].append(value)
        else:
            values[dest] = value
        return True
