"""The arguments that a job declares: the top-level assignments of cells tagged `parameters`."""

from __future__ import annotations

from collections.abc import Sequence

from nbjob_clean.errors import InvalidJobError
from nbjob_clean.record import Record
from nbjob_clean.runner.job import Step

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any

TAG = "parameters"
NO_VALUE = object()
ANY = "any"


class Type(Record):
    """A name such as `int`, `any`, or empty where nothing tells it; what a `list` or `dict` holds.

    Where there are `choices`, a value is one of them. `is_optional`: None is a value too.
    """

    name: str
    items: str = ""
    choices: tuple[Any, ...] = ()
    is_optional: bool = False

    def __str__(self) -> str:
        text = f"{self.name or ANY}[{self.items}]" if self.items else self.name or ANY
        if self.choices:
            text = f"Literal[{', '.join(map(repr, self.choices))}]"
        is_said = self.is_optional and self.name not in (ANY, "")
        return f"{text} | None" if is_said else text


class Parameter(Record):
    """A declared argument.

    `default` is its source text, empty for a bare `name: type`, which has to be given.
    """

    name: str
    type: Type
    default: str
    value: Any
    step: int
    file: str

    @property
    def has_value(self) -> bool:
        """Whether the default is a literal, so that it is known without running the cell."""
        return self.value is not NO_VALUE


def parameters_of(step: Step) -> tuple[Parameter, ...]:
    """The arguments that a step declares; none unless it is a Python cell tagged `parameters`."""
    if TAG not in step.tags or step.code is None or step.language != "python":
        return ()
    from nbjob_clean.runner.declarations import declarations

    found = {parameter.name: parameter for parameter in declarations(step)}
    return tuple(found.values())


def declared(steps: Sequence[Step]) -> dict[str, Parameter]:
    """All declared arguments by name; where two steps declare one, the first.

    Raises InvalidJobError where they disagree about its type.
    """
    found: dict[str, Parameter] = {}
    for parameter in (p for step in steps for p in parameters_of(step)):
        first = found.setdefault(parameter.name, parameter)
        if first.type.name != parameter.type.name or first.type.choices != parameter.type.choices:
            raise InvalidJobError(
                f"argument `{parameter.name}` is declared twice: {_named(first.type)} in "
                f"{first.file}, {_named(parameter.type)} in {parameter.file}",
                hint="annotate both alike",
            )
    return found


def _named(kind: Type) -> str:
    return str(kind) if kind.name else "untyped"
