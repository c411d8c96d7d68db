"""What certainly goes wrong in a `try`, whatever the data are, and which handler gets it."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Sequence

from nbjob_clean.source.jumps import certainly_ends

_RISKY = (ast.Call, ast.Import, ast.ImportFrom, ast.Subscript, ast.Raise, ast.Assert)
_DIVISIONS = (ast.Div, ast.FloorDiv, ast.Mod)
_PARSERS = {"int": int, "float": float}


def raised_by(statement: ast.stmt) -> type[BaseException] | None:
    """What a statement certainly raises: `raise ValueError(...)`, `1 / 0`, `n = int("x")`."""
    if isinstance(statement, ast.Raise):
        raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
        return _builtin(raised)
    if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.Expr, ast.Return)):
        return _failure(statement.value)
    return None


def sure_handler(node: ast.Try) -> tuple[int, ast.ExceptHandler] | None:
    """The number of the statement that certainly raises, and the handler that gets it."""
    for number, statement in enumerate(node.body):
        raised = raised_by(statement)
        if raised is not None:
            # With one handler alone, what raises before ends there as well, or ends all.
            is_first = len(node.handlers) == 1 or not any(map(is_risky, node.body[:number]))
            handler = _handler_of(raised, node.handlers) if is_first else None
            return None if handler is None else (number, handler)
        if certainly_ends(statement):
            break
    return None


def is_risky(statement: ast.stmt) -> bool:
    """Whether a statement may raise for other reasons than a name."""
    return any(isinstance(part, _RISKY) for part in ast.walk(statement))


def _builtin(node: ast.expr | None) -> type[BaseException] | None:
    found = getattr(builtins, node.id, None) if isinstance(node, ast.Name) else None
    return found if isinstance(found, type) and issubclass(found, BaseException) else None


def _failure(value: ast.expr | None) -> type[BaseException] | None:
    if isinstance(value, ast.BinOp) and isinstance(value.op, _DIVISIONS):
        is_number = isinstance(_constant(value.left), (int, float))
        return ZeroDivisionError if is_number and _constant(value.right) == 0 else None
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        text = _constant(value.args[0]) if len(value.args) == 1 else None
        parser = _PARSERS.get(value.func.id)
        if parser and isinstance(text, str) and not value.keywords:
            try:
                parser(text)
            except ValueError:
                return ValueError
    return None


def _constant(node: ast.expr) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def _handler_of(
    raised: type[BaseException], handlers: Sequence[ast.ExceptHandler]
) -> ast.ExceptHandler | None:
    """The first handler that catches it; None where there is none, or nobody can know."""
    for handler in handlers:
        kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        classes = [BaseException if kind is None else _builtin(kind) for kind in kinds]
        if any(cls is not None and issubclass(raised, cls) for cls in classes):
            return handler
        if None in classes:
            return None
    return None
