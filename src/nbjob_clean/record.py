"""Frozen values: what `@dataclass(frozen=True)` gives, without its price at start-up.

Importing dataclasses loads inspect, ast and more, and compiles code for each class: a third of the
time that a small job takes, and a tenth of what a check of a hundred notebooks takes.
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any, ClassVar, NoReturn, TypeVar

    from typing_extensions import dataclass_transform

    RecordType = TypeVar("RecordType", bound="Record")
else:

    def dataclass_transform(**_options):
        return lambda cls: cls


@dataclass_transform(frozen_default=True)
class Record:
    """A value of the annotated fields of its class, by position or name.

    A default is shared by all values of the class: an immutable one, as in a function's signature.
    """

    fields: ClassVar[tuple[str, ...]] = ()
    _names: ClassVar[frozenset[str]] = frozenset()
    _defaults: ClassVar[dict[str, Any]] = {}

    def __init_subclass__(cls) -> None:
        cls.fields = tuple(cls.__annotations__)
        cls._names = frozenset(cls.fields)
        cls._defaults = {name: vars(cls)[name] for name in cls.fields if name in vars(cls)}

    def __init__(self, *args: Any, **values: Any) -> None:
        fields, found = self.fields, self.__dict__
        if values or len(args) != len(fields):
            found.update(self._defaults)
            found.update(zip(fields, args))  # noqa: B905 - `strict` takes time, and is seen below
            found.update(values)
            if len(args) > len(fields) or found.keys() != self._names:
                wrong = sorted(found.keys() ^ self._names) or list(args)
                raise TypeError(f"{type(self).__name__}: missing or unexpected: {wrong}")
        else:
            found.update(zip(fields, args))  # noqa: B905 - they are equally many

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(tuple(vars(self)[name] for name in self.fields))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={vars(self)[name]!r}" for name in self.fields)
        return f"{type(self).__name__}({fields})"

    def __setattr__(self, name: str, _value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__}.{name} is frozen")


def changed(value: RecordType, **fields: Any) -> RecordType:
    """A copy with other values in some fields."""
    return type(value)(**{**vars(value), **fields})
