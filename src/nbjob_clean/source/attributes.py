"""What attributes of the notebook's own objects are: functions and objects that are called through
them.
"""

from __future__ import annotations

import ast

from nbjob_clean.source.scope import FUNCTIONS
from nbjob_clean.source.state import Closure, Instance, Method, Partial, Value

_OF_USE = (*FUNCTIONS, ast.Lambda, ast.ClassDef, Closure, Instance, Method, Partial)


class Attributes:
    """By class and name: the same for all of its objects, or not known."""

    def __init__(self) -> None:
        self._values: dict[tuple[ast.ClassDef, str], Value | None] = {}
        self._open: set[str] = set()  # set on something that is not known: on any object, perhaps

    def note(self, owner: Value | None, name: str, value: Value | None) -> None:
        """An attribute has been given a value."""
        if not isinstance(owner, Instance):
            self._open.add(name)
            return
        key = (owner.cls, name)
        known = self._values.get(key, value)
        self._values[key] = value if known == value and isinstance(value, _OF_USE) else None

    def of(self, owner: Instance | ast.ClassDef, name: str) -> Value | None:
        """What an attribute of an object is, where it is that of all objects of the class."""
        if not isinstance(owner, Instance) or name in self._open:
            return None
        return self._values.get((owner.cls, name))
