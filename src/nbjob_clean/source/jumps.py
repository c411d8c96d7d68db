"""Where a block or a loop ends early, and what is never reached behind that."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from nbjob_clean.source.scope import children

ENDS = (ast.Return, ast.Raise, ast.Break, ast.Continue)
_BLOCKS = (
    ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.ExceptHandler,
    ast.match_case,
)  # fmt: skip
_BODIES = ("body", "orelse", "finalbody")
_SIMPLE = (ast.Assign, ast.Expr, ast.AugAssign, ast.AnnAssign, ast.Import, ast.ImportFrom)


def reached(statements: Sequence[ast.stmt]) -> Sequence[ast.stmt]:
    """Without what stands behind a `return`, `raise`, `break` or `continue`: it never runs."""
    for number, statement in enumerate(statements, start=1):
        if isinstance(statement, ENDS):
            return statements[:number]
    return statements


def reached_children(node: ast.AST) -> list[ast.AST]:
    """All direct parts that can hold names, and may ever run."""
    found = children(node)
    if isinstance(node, _BLOCKS):
        blocks: list[list[ast.stmt]] = [getattr(node, name, []) for name in _BODIES]
        dead = {part for block in blocks for part in block[len(reached(block)) :]}
        if dead:
            return [part for part in found if part not in dead]
    return found


def may_stop(loop: ast.For | ast.AsyncFor) -> bool:
    """Whether a loop may end before it has seen all items."""
    return any(isinstance(part, (ast.Break, ast.Return, ast.Raise)) for part in ast.walk(loop))


def has_jump(statement: ast.stmt) -> bool:
    """Whether a loop may be left or go on from within a statement."""
    if isinstance(statement, _SIMPLE):
        return False
    return any(isinstance(part, (ast.Break, ast.Continue)) for part in ast.walk(statement))


def is_irrefutable(pattern: ast.pattern) -> bool:
    """Whether a pattern matches whatever comes: no case behind it is reached."""
    return isinstance(pattern, ast.MatchAs) and pattern.pattern is None
