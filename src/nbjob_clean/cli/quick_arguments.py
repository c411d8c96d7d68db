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

_KNOWN = frozenset(["dest", "metavar", "help", "action", "default", "choices", "nargs"])
_ACTIONS = (None, "store_true", "append")


class QuickParser:
    """What `add_arguments` is given instead of an ArgumentParser."""

    def __init__(self) -> None:
        self._is_usual = True
        self._options: dict[str, tuple[str, dict[str, Any]]] = {}
        self._positional = ""
        self._takes_many = False
        self._defaults: dict[str, Any] = {}
        self._exclusive: list[set[str]] = []

    def add_argument(self, *names: str, **how: Any) -> None:
        if how.keys() - _KNOWN or how.get("action") not in _ACTIONS:
            self._is_usual = False
        if not names[0].startswith("-"):
            self._is_usual &= not self._positional and how.get("nargs") in (None, "*")
            self._positional, self._takes_many = names[0], "nargs" in how
            return
        self._is_usual &= "nargs" not in how
        dest = how.get("dest") or names[-1].lstrip("-").replace("-", "_")
        absent = False if how.get("action") == "store_true" else None
        self._defaults[dest] = how.get("default", absent)
        self._options.update(dict.fromkeys(names, (dest, how)))

    def add_argument_group(self, _: str) -> QuickParser:
        """A heading of the help, which is argparse's own."""
        return self

    def add_mutually_exclusive_group(self) -> _Exclusive:
        """Options of which one at most is given."""
        self._exclusive.append(set())
        return _Exclusive(self, self._exclusive[-1])

    def parse(self, arguments: Sequence[str]) -> SimpleNamespace | None:
        """The values by name, as argparse's Namespace has them; None where that has to look."""
        values = {
            name: list(value) if isinstance(value, list) else value
            for name, value in self._defaults.items()
        }
        named: list[list[str]] = []  # what stands together, without an option between
        given: set[str] = set()
        is_behind_option = True
        rest = iter(arguments)
        for argument in rest:
            name, equals, value = argument.partition("=")
            if not argument.startswith("-") or argument == "-":
                named += [[]] if is_behind_option else []
                named[-1].append(argument)
                is_behind_option = False
                continue
            is_behind_option = True
            given.add(name)
            if name not in self._options or (equals and not name.startswith("--")):
                return None
            if not self._set(values, name, value if equals else None, rest):
                return None
        is_usual = self._is_usual and self._name(values, named)
        if not is_usual or any(len(group & given) > 1 for group in self._exclusive):
            return None
        return SimpleNamespace(**values)

    def _name(self, values: dict[str, Any], named: list[list[str]]) -> bool:
        """Take what is no option: one, or any number that stand together."""
        if self._takes_many:
            values[self._positional] = named[0] if named else []
            return len(named) <= 1
        values[self._positional] = named[0][0] if named else None
        return len(named) == 1 and len(named[0]) == 1

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


class _Exclusive:
    def __init__(self, parser: QuickParser, names: set[str]) -> None:
        self._parser, self._names = parser, names

    def add_argument(self, *names: str, **how: Any) -> None:
        self._names.update(names)
        self._parser.add_argument(*names, **how)
