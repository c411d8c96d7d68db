"""Frozen values for the start of a run: what `@dataclass(frozen=True)` gives, without its price.

Importing dataclasses loads inspect, ast and more, and compiles code for each class: a third of the
time that a small job takes. Modules that a job of plain Python does not load use dataclasses.
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
    """A value of the annotated fields of its class, by position or name; defaults never change."""

    _fields: ClassVar[tuple[str, ...]] = ()
    _defaults: ClassVar[dict[str, Any]] = {}

    def __init_subclass__(cls) -> None:
        cls._fields = tuple(cls.__annotations__)
        cls._defaults = {name: vars(cls)[name] for name in cls._fields if name in vars(cls)}

    def __init__(self, *args: Any, **values: Any) -> None:
        given = dict(zip(self._fields, args, strict=False))
        fields = {**self._defaults, **given, **values}
        if len(args) > len(self._fields) or fields.keys() != set(self._fields):
            wrong = sorted(fields.keys() ^ set(self._fields)) or list(args)
            raise TypeError(f"{type(self).__name__}: missing or unexpected: {wrong}")
        vars(self).update(fields)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]  # fields may be mappings

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={vars(self)[name]!r}" for name in self._fields)
        return f"{type(self).__name__}({fields})"

    def __setattr__(self, name: str, _value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__}.{name} is frozen")


def changed(value: RecordType, **fields: Any) -> RecordType:
    """A copy with other values in some fields."""
    return type(value)(**{**vars(value), **fields})
