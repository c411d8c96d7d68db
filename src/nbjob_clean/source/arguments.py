"""What a call hands over, as far as that is known, and what a function's parameters are by it."""

from __future__ import annotations

import ast
from collections.abc import Callable

from nbjob_clean.record import Record
from nbjob_clean.source.constant import NOT_NONE, constant_of, is_container
from nbjob_clean.source.state import Function, Growing, Value

# Builtins that leave a container as it is.
_LOOKING = frozenset(("bool", "enumerate", "len", "list", "print", "sorted", "sum", "tuple", "zip"))


class Arguments(Record):
    """By position and by name. Not `is_exact` where there may be more than these."""

    positional: tuple[Value | None, ...] = ()
    named: tuple[tuple[str, Value | None], ...] = ()
    is_exact: bool = False


UNKNOWN = Arguments()


def arguments_of(call: ast.Call, value_of: Callable[[ast.expr], Value | None]) -> Arguments:
    """Those of a call; nothing behind `*args` has a place that is known."""
    positional: list[Value | None] = []
    for node in call.args:
        if isinstance(node, ast.Starred):
            break
        positional.append(value_of(node) or constant_of(node))
    named = tuple(
        (keyword.arg, value_of(keyword.value) or constant_of(keyword.value))
        for keyword in call.keywords
        if keyword.arg
    )
    is_exact = len(positional) == len(call.args) and len(named) == len(call.keywords)
    return Arguments(tuple(positional), named, is_exact)


def parameters(function: Function, given: Arguments, first: Value | None) -> dict[str, Value]:
    """What the parameters are that are known; `first` is the owner of a method."""
    spec = function.args
    names = [argument.arg for argument in (*spec.posonlyargs, *spec.args)]
    values: dict[str, Value | None] = {}
    if given.is_exact:
        defaults = zip(reversed(names), reversed(spec.defaults), strict=False)
        values.update((name, constant_of(node)) for name, node in defaults)
        for argument, default in zip(spec.kwonlyargs, spec.kw_defaults, strict=True):
            values[argument.arg] = constant_of(default) if default else None
    positional = given.positional if first is None else (first, *given.positional)
    if spec.vararg and given.is_exact and len(positional) <= len(names):
        values[spec.vararg.arg] = Growing()
    values.update(zip(names, positional, strict=False))
    known = {*names, *(argument.arg for argument in spec.kwonlyargs)}
    values.update((name, value) for name, value in given.named if name in known)
    found = {name: value for name, value in values.items() if value is not None}
    containers = {name for name, value in found.items() if is_container(value)}
    found.update((n, NOT_NONE) for n in containers if _is_filled(function, n))
    return found


def _is_filled(function: Function, name: str) -> bool:
    """Whether a body may put something into a container, or take it out."""
    for part in ast.walk(function):
        used: list[ast.expr] = []
        is_written = isinstance(part, ast.Subscript) and not isinstance(part.ctx, ast.Load)
        if isinstance(part, (ast.Assign, ast.Attribute)) or is_written:
            used = [part.value]  # type: ignore[attr-defined]
        elif isinstance(part, ast.Call) and getattr(part.func, "id", "") not in _LOOKING:
            used = [*part.args, *(keyword.value for keyword in part.keywords)]
        if any(getattr(node, "id", "") == name for node in used):
            return True
    return False
