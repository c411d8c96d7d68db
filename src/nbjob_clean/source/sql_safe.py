"""Which expressions bring no text of somebody else into SQL: constants, numbers, dates.

A name is as safe as all that is ever bound to it, in whatever cell or function.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from nbjob_clean.source.scope import own_names
from nbjob_clean.source.table import words

# They give no text of somebody's own: numbers, dates, marks, or what was quoted on purpose.
_SAFE_CALL = (
    r"int|float|len|bool|repr|join|round|abs|sum|range|time|today|now|utcnow|timedelta|date|datetime"
    r"|isoformat|perf_counter|monotonic|.*(?:quot|escap|liter|placeholder|ident).*"
)
_AS_ITS_ARGUMENT = words("str list tuple set sorted reversed enumerate zip min max")
_NUMERIC = (ast.Sub, ast.FloorDiv, ast.Pow)
_PARTS_OF_DATES = words("year month day hour minute second")
_DEEPEST = 12


class Safe:
    """Knows the names of some cells; what one of `given` is bound to, a run may replace."""

    def __init__(self, trees: Iterable[ast.Module], given: Iterable[ast.Module] = ()) -> None:
        self._values: dict[str, list[ast.expr]] = {}
        self._open: set[str] = set()
        for tree in trees:
            for node in ast.walk(tree):
                self._note(node)
        for tree in given:
            self._open.update(n.id for n in ast.walk(tree) if isinstance(n, ast.Name))

    def value_of(self, name: str) -> ast.expr | None:
        """The one expression that a name is ever bound to."""
        values = self._values.get(name, [])
        return values[0] if len(values) == 1 and name not in self._open else None

    def holds(self, node: ast.expr, depth: int = 0) -> bool:
        """Whether an expression is safe: what it is, or all that it may be."""
        if depth > _DEEPEST:
            return False
        if isinstance(node, ast.Name):
            values = self._values.get(node.id, [])
            is_known = bool(values) and node.id not in self._open
            return is_known and all(self.holds(value, depth + 1) for value in values)
        if isinstance(node, ast.BinOp) and isinstance(node.op, _NUMERIC):
            return True
        if isinstance(node, ast.Attribute):
            return node.attr in _PARTS_OF_DATES
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            is_kept = name in _AS_ITS_ARGUMENT and isinstance(node.func, ast.Name)
            if is_kept and node.args and not node.keywords:
                return all(self.holds(argument, depth + 1) for argument in node.args)
            return re.fullmatch(_SAFE_CALL, name.lower()) is not None
        parts = _parts(node)
        return parts is not None and all(self.holds(part, depth + 1) for part in parts)

    def _note(self, node: ast.AST) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._bind(target, node.value)
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
            self._bind(node.target, node.value)
        elif isinstance(node, (ast.For, ast.comprehension)):
            self._bind(node.target, node.iter)
        elif isinstance(node, ast.AugAssign):
            self._bind(node.target, node.value)
        elif isinstance(node, ast.arg):
            self._open.add(node.arg)
        elif isinstance(node, (ast.With, ast.AsyncWith, ast.AsyncFor)):
            given = [item.optional_vars for item in getattr(node, "items", ())]
            for unknown in (getattr(node, "target", None), *given):
                self._bind(unknown, None)
        else:
            self._open.update(own_names(node))

    def _bind(self, target: ast.expr | None, value: ast.expr | None) -> None:
        """All names of a target are as safe as the whole value."""
        for part in ast.walk(target) if target is not None else ():
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                if value is None:
                    self._open.add(part.id)
                else:
                    self._values.setdefault(part.id, []).append(value)


def _parts(node: ast.expr) -> list[ast.expr] | None:
    """What an expression is made of, where it is as safe as that; None for any other."""
    if isinstance(node, ast.Constant):
        return []
    if isinstance(node, ast.JoinedStr):
        return list(node.values)
    if isinstance(node, ast.FormattedValue):
        return [] if node.format_spec else [node.value]
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return list(node.elts)
    if isinstance(node, ast.Dict):
        return [part for part in (*node.keys, *node.values) if part is not None]
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    if isinstance(node, ast.BoolOp):
        return list(node.values)
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.UnaryOp):
        return [node.operand]
    return [] if isinstance(node, ast.Compare) else None
