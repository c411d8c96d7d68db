"""What an expression is on every run, as far as the notebook's own literals say it."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable

from nbjob_clean.source.state import Constant, Instance, Value

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
_SOMETHING = object()  # a function or class: neither None nor false, and no more is known of it
_EMPTY = ()  # any empty container


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
    try:
        return bool(_folded(test, look))
    except (_UnknownError, TypeError, ArithmeticError):
        return None


def constant_of(node: ast.expr, look: Look = lambda _: None) -> Constant | None:
    """A number, a text, None or an empty container, where an expression is certainly that."""
    try:
        value = _folded(node, look)
    except (_UnknownError, TypeError, ArithmeticError):
        return None
    return None if value is _SOMETHING else Constant(value)


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
    if isinstance(node, (ast.List, ast.Tuple)) and not node.elts:
        return _EMPTY
    if isinstance(node, ast.Dict) and not node.keys:
        return _EMPTY
    raise _UnknownError


def _named(value: Value | None) -> object:
    if isinstance(value, Constant):
        return value.value
    if value is None or isinstance(value, Instance):
        raise _UnknownError
    return _SOMETHING


def _number(value: object) -> int:
    if not isinstance(value, int) or abs(value) > _LARGEST:
        raise _UnknownError
    return value


def _compared(node: ast.Compare, look: Look) -> bool:
    left = _folded(node.left, look)
    for kind, operand in zip(node.ops, node.comparators, strict=True):
        right = _folded(operand, look)
        if not _holds(kind, left, right):
            return False
        left = right
    return True


def _holds(kind: ast.cmpop, left: object, right: object) -> bool:
    if isinstance(kind, (ast.Is, ast.IsNot)) and (left is None or right is None):
        return (left is right) is isinstance(kind, ast.Is)
    if {_SOMETHING, _EMPTY}.isdisjoint((left, right)):
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
