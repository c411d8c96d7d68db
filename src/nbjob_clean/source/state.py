"""What is known of a namespace at one point of a run: names bound, perhaps bound, or deleted.

Values; a branch works on its own copy, and `join` makes one of the copies again.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from nbjob_clean.record import Record


class Place(NamedTuple):
    """A place that can be compared: cells count from 0, lines from 1, columns as `ast` counts."""

    cell: int
    line: int
    column: int = 0


class Instance(Record):
    """What `name = Cls(...)` binds: methods can be found in the class."""

    cls: ast.ClassDef


class Constant(Record):
    """A literal: a number, a text, True, None."""

    value: object


class Shell(Record):
    """What `get_ipython()` gives."""


class Growing(Record):
    """A container that was empty when it was made: what is in it by now is not known. `is_given`:
    it is an argument of the job, which may be another one. `is_own`: no other name has it.
    """

    is_given: bool = False
    is_own: bool = False


class Table(Record):
    """A list, tuple or dictionary that is written out, with functions in it; keys by literal."""

    items: tuple[tuple[object, Value | None], ...]
    is_dict: bool = False


class Closure(Record):
    """Code that stands in a function: what it sees of that, and the cell that it is in."""

    code: Function | ast.GeneratorExp
    frames: tuple[Frame, ...]
    cell: int


class Method(Record):
    """A function of a class, bound to whom it is called on; `cls` is the class that has it."""

    function: ast.FunctionDef | ast.AsyncFunctionDef
    cls: ast.ClassDef
    owner: Instance | ast.ClassDef


class Partial(Record):
    """A function that somebody else calls, with arguments that are not known."""

    function: Value


class Defaults(Record):
    """A `defaultdict`: an item that is not there calls the function."""

    function: Value


class Lazy(Record):
    """A generator or coroutine: the body runs when somebody uses it up."""

    function: Value
    arguments: tuple[tuple[str, Value], ...] = ()


Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Value = (
    Function
    | ast.ClassDef
    | Instance
    | Constant
    | Shell
    | Growing
    | Table
    | Closure
    | Method
    | Partial
    | Defaults
    | Lazy
)
Status = Literal["bound", "maybe", "deleted"]


class Binding(NamedTuple):
    """What one name is, and where that was done to it.

    `x += 1` binds without being a definition: `x` had to exist. `is_fleeting`: the `e` of
    `except E as e`, which no way out of the handler leaves behind; `is_dead`: nothing gets here.
    """

    status: Status
    place: Place
    value: Value | None = None
    is_definition: bool = True
    is_fleeting: bool = False
    is_dead: bool = False


Names = dict[str, Binding]


class Event(NamedTuple):
    """One binding or deletion, in the order of the run."""

    name: str
    binding: Binding


class Frame:
    """A namespace that code runs in. `names` are a module's or class's, with their state;
    `local` those of a function or comprehension, never doubted but for the `unbound` ones, which a
    call that is followed has not reached; `values` is what some of them certainly are, and `method`
    what a function was called as. `shared` are those that functions inside may change.
    """

    __slots__ = (
        "class_name", "events", "globals", "kind", "local", "method", "names", "shared", "unbound",
        "values",
    )  # fmt: skip

    def __init__(
        self,
        kind: Literal["module", "class", "function", "comprehension", "type"],
        *,
        local: frozenset[str] = frozenset(),
        globals: Iterable[str] = (),  # noqa: A002 - Python's word for it
        class_name: str = "",
    ) -> None:
        self.kind = kind
        self.names: Names = {}
        self.local = local
        self.globals = set(globals)
        self.class_name = class_name
        self.events: list[Event] = []
        self.values: dict[str, Value] = {}
        self.method: Method | None = None
        self.unbound: set[str] = set()
        self.shared: frozenset[str] = frozenset()


def join(branches: Sequence[Mapping[str, Binding]]) -> Names:
    """The names after several branches of which one was taken."""
    result = dict(branches[0])
    for branch in branches[1:]:
        for name in result.keys() | branch.keys():
            one, other = result.get(name), branch.get(name)
            if one is not other:
                result[name] = _either(one, other)
    return result


def absorb(before: Mapping[str, Binding], events: Iterable[Event]) -> Names:
    """The names after a block that may have stopped anywhere, or not have run at all."""
    result = dict(before)
    for name, binding in events:
        if not (binding.is_fleeting or binding.is_dead):
            result[name] = _either(result.get(name), binding)
    return result


def _either(one: Binding | None, other: Binding | None) -> Binding:
    """Missing in both is deleted: somebody deleted it in one, and nobody bound it in the other."""
    present = [b for b in (one, other) if b is not None and b.status != "deleted"]
    if not present:
        return one or other  # type: ignore[return-value]  # at least one is there
    is_sure = len(present) == 2 and all(b.status == "bound" for b in present)
    values = {id(b.value) for b in present}
    value = present[0].value if len(present) == 2 and len(values) == 1 else None
    return present[0]._replace(status="bound" if is_sure else "maybe", value=value)
