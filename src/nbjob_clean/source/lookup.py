"""Where a class of the notebook has a method: its own text, then that of its bases, in order."""

from __future__ import annotations

import ast
from collections.abc import Callable

from nbjob_clean.source.dynamic import terminal_name
from nbjob_clean.source.scope import FUNCTIONS, own_names
from nbjob_clean.source.state import Instance, Method, Value
from nbjob_clean.source.table import words

Look = Callable[[ast.expr], Value | None]
Functions = ast.FunctionDef | ast.AsyncFunctionDef
_DEEPEST = 12
# Bases that bring no method which a class of the notebook could have meant.
_BARE_BASES = words("ABC Enum Exception Generic NamedTuple Protocol TypedDict object type")
_NO_FIELDS = words("ClassVar InitVar KW_ONLY")
_PROPERTIES = words("property cached_property")
_ACCESSORS = _PROPERTIES | words("deleter getter setter")
_BINDING = words("classmethod")
_UNBOUND = words("staticmethod")
_METACLASSES = words("ABCMeta EnumMeta EnumType type")
_HARMLESS = words("abstractmethod cache contextmanager final lru_cache override wraps")


def found_in(cls: ast.ClassDef, name: str, look: Look, *, is_setter: bool = False) -> Method | None:
    """The function that `name` is in a class, or sets it; its owner is yet to be said."""
    return _first(order_of(cls, look), name, is_setter=is_setter)


def found_above(
    cls: ast.ClassDef, owner: Instance | ast.ClassDef, name: str, look: Look
) -> Method | None:
    """What `super().name` is in a class: in the next one, in the order of the object's own."""
    order = order_of(owner.cls if isinstance(owner, Instance) else owner, look)
    return _first(order[order.index(cls) + 1 :], name) if cls in order else None


def is_prepared(node: ast.ClassDef, look: Look) -> bool:
    """Whether a metaclass may give names to a class's body, by `__prepare__`."""
    metas = [k.value for k in node.keywords if k.arg == "metaclass"]
    values = [look(meta) for meta in metas if terminal_name(meta) not in _METACLASSES]
    return any(
        not isinstance(value, ast.ClassDef)
        or any(part.name == "__prepare__" for part in value.body if isinstance(part, FUNCTIONS))
        for value in values
    )


def order_of(cls: ast.ClassDef, look: Look, depth: int = 0) -> list[ast.ClassDef | None]:
    """The classes in which Python looks for a method; None is one that nobody can look into."""
    orders: list[list[ast.ClassDef | None]] = []
    for base in cls.bases if depth < _DEEPEST else ():
        value = look(base)
        if isinstance(value, ast.ClassDef):
            orders.append(order_of(value, look, depth + 1))
        elif terminal_name(getattr(base, "value", base)) not in _BARE_BASES:
            orders.append([None])
    return [cls, *_merged(orders)]


def _merged(orders: list[list[ast.ClassDef | None]]) -> list[ast.ClassDef | None]:
    """Base classes stand behind all that derive from them: C3, as Python has it."""
    result: list[ast.ClassDef | None] = []
    while orders := [order for order in orders if order]:
        heads = [order[0] for order in orders]
        free = (head for head in heads if all(head not in order[1:] for order in orders))
        head = next(free, None)
        result.append(head)
        if head is None:
            return result
        orders = [order[order[0] is head :] for order in orders]
    return result


def _first(
    order: list[ast.ClassDef | None], name: str, *, is_setter: bool = False
) -> Method | None:
    for cls in order:
        if cls is None:
            return None
        for statement in reversed(cls.body):
            if isinstance(statement, FUNCTIONS) and statement.name == name:
                decorators = _decorators(statement)
                if ("setter" in decorators) is is_setter and "deleter" not in decorators:
                    return Method(statement, cls, cls)
                if is_setter and not decorators & _ACCESSORS:
                    return None
                continue
            if name in own_names(statement) or _assigns(statement, name):
                return None
    return None


def bound(found: Method, owner: Instance | ast.ClassDef) -> Value | None:
    """What `owner.name` is; None where a decorator makes something else of the function."""
    names = _decorators(found.function)
    if not names <= _HARMLESS | _BINDING | _UNBOUND:
        return None
    if names & _UNBOUND:
        return found.function
    cls = owner.cls if isinstance(owner, Instance) else owner
    if names & _BINDING:
        return Method(found.function, found.cls, cls)
    is_instance = isinstance(owner, Instance)
    return Method(found.function, found.cls, owner) if is_instance else found.function


def default_factory(value: ast.expr | None) -> ast.expr | None:
    """The `f` of `field(default_factory=f)`."""
    if not isinstance(value, ast.Call) or terminal_name(value) != "field":
        return None
    found = (k.value for k in value.keywords if k.arg == "default_factory")
    return next(found, None)


def is_no_field(node: ast.AnnAssign) -> bool:
    """What a dataclass does not take as a parameter in its place."""
    names = {terminal_name(part) for part in ast.walk(node.annotation)}
    return not names.isdisjoint(_NO_FIELDS)


def is_property(function: Functions) -> bool:
    return bool(_decorators(function) & _PROPERTIES)


def _decorators(function: Functions) -> set[str]:
    return {terminal_name(decorator) for decorator in function.decorator_list}


def _assigns(statement: ast.stmt, name: str) -> bool:
    return isinstance(statement, (ast.Assign, ast.AnnAssign)) and any(
        isinstance(target, ast.Name) and target.id == name
        for target in getattr(statement, "targets", [getattr(statement, "target", None)])
    )
