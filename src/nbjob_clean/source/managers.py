"""Context managers that may swallow a NameError: what a `with` lacks then is nobody's mistake."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable

from nbjob_clean.source.dynamic import catches_name_error, is_name_error, terminal_name
from nbjob_clean.source.scope import FUNCTIONS
from nbjob_clean.source.state import Value

Look = Callable[[ast.expr], Value | None]
SWALLOWERS = frozenset({"suppress", "raises", "assertRaises", "warns"})
_STACKS = frozenset({"ExitStack", "AsyncExitStack"})


def swallows(manager: ast.expr, look: Look) -> bool:
    """Whether what is raised in a `with` may end there."""
    return terminal_name(manager) in SWALLOWERS or _has_own_way(manager, look)


def excuses(node: ast.With | ast.AsyncWith, look: Look) -> bool:
    """Whether a name that the body lacks may go unnoticed, or be another thing there."""
    return any(_excuses(item.context_expr, node, look) for item in node.items)


def _excuses(manager: ast.expr, node: ast.With | ast.AsyncWith, look: Look) -> bool:
    if not isinstance(manager, ast.Call):
        return False
    name = terminal_name(manager)
    if any(map(is_name_error, manager.args)) or _is_patch(manager.func):
        return True
    if name in SWALLOWERS:
        return any(map(_is_unclear, manager.args))
    if name in _STACKS:
        entered = (part for part in ast.walk(node) if terminal_name(part) == "enter_context")
        calls = (part.args[0] for part in entered if isinstance(part, ast.Call) and part.args)
        return any(_excuses(call, node, look) for call in calls)
    return _has_own_way(manager, look)


def _is_patch(function: ast.expr) -> bool:
    """`mock.patch` and `patch.object`: what is called within may be something else."""
    if not isinstance(function, ast.Attribute):
        return terminal_name(function) == "patch"
    owner = terminal_name(function.value)
    return owner == "patch" or (owner == "mock" and function.attr == "patch")


def _is_unclear(kind: ast.expr) -> bool:
    return not (isinstance(kind, ast.Attribute) or hasattr(builtins, terminal_name(kind)))


def _has_own_way(manager: ast.expr, look: Look) -> bool:
    """A class of the notebook whose `__exit__` may say so, or a generator that goes on."""
    value = look(manager.func if isinstance(manager, ast.Call) else manager)
    if isinstance(value, ast.ClassDef):
        exits = (part for part in value.body if getattr(part, "name", "") in _EXITS)
        returned = (part for method in exits for part in ast.walk(method))
        return any(isinstance(part, ast.Return) and _says_yes(part.value) for part in returned)
    if not isinstance(value, FUNCTIONS):
        return False
    tries = (part for part in ast.walk(value) if isinstance(part, ast.Try))
    return any(catches_name_error(part.handlers) and _yields(part) for part in tries)


_EXITS = frozenset({"__exit__", "__aexit__"})


def _says_yes(value: ast.expr | None) -> bool:
    return value is not None and not (isinstance(value, ast.Constant) and not value.value)


def _yields(node: ast.Try) -> bool:
    return any(isinstance(part, ast.Yield) for child in node.body for part in ast.walk(child))
