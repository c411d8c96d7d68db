"""What certainly goes wrong in a `try`, whatever the data are, and which handler gets it."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Sequence

from nbjob_clean.source.jumps import certainly_ends

_RISKY = (
    ast.Call, ast.Import, ast.ImportFrom, ast.Subscript, ast.Raise, ast.Assert, ast.Attribute,
    ast.BinOp,
)  # fmt: skip
# All that a statement consists of which raises nothing.
_TAME = (ast.Assign, ast.AnnAssign, ast.Expr, ast.Pass, ast.Constant, ast.Name, ast.expr_context)
_CHANGING = (OSError,)  # a call of it may make a subclass
Is = Callable[[str], bool]
_DIVISIONS = (ast.Div, ast.FloorDiv, ast.Mod)
_PARSERS = {"int": int, "float": float}


def raised_by(statement: ast.stmt, is_builtin: Is) -> type[BaseException] | None:
    """What a statement certainly raises: `raise ValueError(...)`, `1 / 0`, `n = int("x")`.
    `is_builtin` says whether a name is Python's own.
    """
    if isinstance(statement, ast.Raise):
        call = statement.exc if isinstance(statement.exc, ast.Call) else None
        raised = _builtin(call.func if call else statement.exc, is_builtin)
        return None if call and call.args and raised in _CHANGING else raised
    if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.Expr, ast.Return)):
        return _failure(statement.value, is_builtin)
    return None


def sure_handler(
    node: ast.Try, is_builtin: Is = lambda _: True
) -> tuple[int, ast.ExceptHandler] | None:
    """The number of the statement that certainly raises, and the handler that gets it."""
    for number, statement in enumerate(node.body if isinstance(node, ast.Try) else ()):
        raised = raised_by(statement, is_builtin)
        if raised is not None:
            # With one handler alone, what raises before ends there as well, or ends all.
            before = [*node.body[:number], *_arguments(statement)]
            is_first = len(node.handlers) == 1 or all(map(_is_tame, before))
            handler = _handler_of(raised, node.handlers, is_builtin) if is_first else None
            return None if handler is None else (number, handler)
        if certainly_ends(statement):
            break
    return None


def is_risky(statement: ast.stmt) -> bool:
    """Whether a statement may raise for other reasons than a name."""
    return any(isinstance(part, _RISKY) for part in ast.walk(statement))


def _is_tame(node: ast.AST) -> bool:
    """Whether nothing goes wrong: literals that get names, or are printed."""
    call = node.value if isinstance(node, ast.Expr) else None
    is_shown = isinstance(call, ast.Call) and getattr(call.func, "id", "") == "print"
    nodes = call.args if is_shown and isinstance(call, ast.Call) else [node]
    return all(isinstance(part, _TAME) for found in nodes for part in ast.walk(found))


def _arguments(statement: ast.stmt) -> list[ast.AST]:
    """What is evaluated before an exception is raised, besides its name."""
    if not isinstance(statement, ast.Raise):
        return []
    call = statement.exc if isinstance(statement.exc, ast.Call) else None
    given = [*call.args, *call.keywords] if call else []
    return [*given, *([statement.cause] if statement.cause else [])]


def _builtin(node: ast.expr | None, is_builtin: Is) -> type[BaseException] | None:
    """An exception of Python's own, of a kind that stays what it is when it is made."""
    if not isinstance(node, ast.Name) or not is_builtin(node.id) or "Group" in node.id:
        return None
    found = getattr(builtins, node.id, None)
    return found if isinstance(found, type) and issubclass(found, BaseException) else None


def _failure(value: ast.expr | None, is_builtin: Is) -> type[BaseException] | None:
    if isinstance(value, ast.BinOp) and isinstance(value.op, _DIVISIONS):
        is_number = isinstance(_constant(value.left), (int, float))
        return ZeroDivisionError if is_number and _constant(value.right) == 0 else None
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        text = _constant(value.args[0]) if len(value.args) == 1 else None
        parser = _PARSERS.get(value.func.id)
        is_own = not (is_builtin(value.func.id) and is_builtin("ValueError"))
        if parser and isinstance(text, str) and not (value.keywords or is_own):
            try:
                parser(text)
            except ValueError:
                return ValueError
    return None


def _constant(node: ast.expr) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def _handler_of(
    raised: type[BaseException], handlers: Sequence[ast.ExceptHandler], is_builtin: Is
) -> ast.ExceptHandler | None:
    """The first handler that catches it; None where there is none, or nobody can know."""
    for handler in handlers:
        kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        classes = [BaseException if kind is None else _builtin(kind, is_builtin) for kind in kinds]
        if any(cls is not None and issubclass(raised, cls) for cls in classes):
            return handler
        if None in classes:
            return None
    return None
