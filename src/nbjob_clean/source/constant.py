"""What an expression is on every run, as far as the notebook's own literals say it."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Sequence

from nbjob_clean.source.state import Constant, Growing, Instance, Table, Value

# By which sign of left against right a comparison holds.
_ORDERS: dict[type[ast.cmpop], tuple[int, ...]] = {
    ast.Lt: (-1,),
    ast.LtE: (-1, 0),
    ast.Gt: (1,),
    ast.GtE: (0, 1),
}
_ARITHMETIC: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Mod: operator.mod,
    ast.FloorDiv: operator.floordiv,
}
_LARGEST = 1 << 64


class _Object:
    """Something that is not None; whether it is true, its class may decide."""

    def __bool__(self) -> bool:
        raise TypeError


_OBJECT = _Object()
NOT_NONE = Constant(_OBJECT)
_SOMETHING = object()  # a function or a container with items: neither None nor false
_EMPTY = ()  # any empty container
_UNCLEAR = frozenset({_OBJECT, _SOMETHING, _EMPTY})  # what these are equal to is not known


Look = Callable[[ast.Name], Value | None]


class _UnknownError(Exception):
    """The value depends on what only a run can tell."""


def truth_of(test: ast.expr, look: Look) -> bool | None:
    """Whether a condition holds; None where that is not known. `look` tells what a name is."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = truth_of(test.operand, look)
        return None if inner is None else not inner
    if isinstance(test, ast.BoolOp):
        # One part that decides is enough, whatever the parts before it are.
        decides = isinstance(test.op, ast.Or)
        truths = [truth_of(part, look) for part in test.values]
        return decides if decides in truths else None if None in truths else not decides
    if isinstance(test, ast.Call) and getattr(test.func, "id", "") == "range":
        count = getattr(test.args[0], "value", None) if len(test.args) == 1 else None
        return count > 0 if isinstance(count, int) else None
    try:
        return bool(_folded(test, look))
    except (_UnknownError, TypeError, ArithmeticError):
        return None


def constant_of(node: ast.expr, look: Look = lambda _: None) -> Constant | None:
    """A number, a text, None or a container, where an expression is certainly that."""
    try:
        return Constant(_folded(node, look))
    except (_UnknownError, TypeError, ArithmeticError):
        return None


def is_container(value: Value) -> bool:
    """Whether a literal was written as a list or the like, which may change."""
    return isinstance(value, Constant) and value.value in (_SOMETHING, _EMPTY)


def _folded(node: ast.expr, look: Look) -> object:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return _named(look(node))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_number(_folded(node.operand, look))
    if isinstance(node, ast.BinOp) and (work := _ARITHMETIC.get(type(node.op))):
        return work(_number(_folded(node.left, look)), _number(_folded(node.right, look)))
    if isinstance(node, ast.Compare):
        return _compared(node, look)
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "callable":
        return _is_callable(node.args, look)
    if isinstance(node, (ast.List, ast.Tuple, ast.Dict)):
        return _container(node.keys if isinstance(node, ast.Dict) else node.elts)
    raise _UnknownError


def _is_callable(arguments: Sequence[ast.expr], look: Look) -> bool:
    value = look(arguments[0]) if arguments and isinstance(arguments[0], ast.Name) else None
    if isinstance(value, (ast.AST, Constant)):
        return isinstance(value, ast.AST)
    raise _UnknownError


def _container(items: Sequence[ast.expr | None]) -> object:
    """Something, unless all that is in it comes from `*rest` or `**rest`, which may be empty."""
    if items and all(item is None or isinstance(item, ast.Starred) for item in items):
        raise _UnknownError
    return _SOMETHING if items else _EMPTY


def _named(value: Value | None) -> object:
    if isinstance(value, Constant):
        return value.value
    if value is None or isinstance(value, (Growing, Table)):
        raise _UnknownError
    return _OBJECT if isinstance(value, Instance) else _SOMETHING


def _number(value: object) -> int:
    if not isinstance(value, int) or abs(value) > _LARGEST:
        raise _UnknownError
    return value


def _compared(node: ast.Compare, look: Look) -> bool:
    left = _folded(node.left, look)
    for kind, operand in zip(node.ops, node.comparators, strict=True):
        if isinstance(kind, (ast.In, ast.NotIn)):
            return _is_in(left, operand, look) is isinstance(kind, ast.In)
        right = _folded(operand, look)
        if not _holds(kind, left, right):
            return False
        left = right
    return True


def _is_in(value: object, container: ast.expr, look: Look) -> bool:
    if not isinstance(container, (ast.Tuple, ast.List, ast.Set)):
        raise _UnknownError
    items = [_folded(item, look) for item in container.elts]
    if not _UNCLEAR.isdisjoint([value, *items]):
        raise _UnknownError
    return value in items


def _holds(kind: ast.cmpop, left: object, right: object) -> bool:
    if isinstance(kind, (ast.Is, ast.IsNot)) and (left is None or right is None):
        return (left is right) is isinstance(kind, ast.Is)
    if _UNCLEAR.isdisjoint((left, right)):
        if isinstance(kind, (ast.Eq, ast.NotEq)):
            return (left == right) is isinstance(kind, ast.Eq)
        if type(kind) in _ORDERS:
            return _order(left, right) in _ORDERS[type(kind)]
    raise _UnknownError


def _order(left: object, right: object) -> int:
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return (left > right) - (left < right)
    if isinstance(left, str) and isinstance(right, str):
        return (left > right) - (left < right)
    raise _UnknownError
