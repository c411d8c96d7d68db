"""Where a block or a loop ends early, and what is never reached behind that."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from nbjob_clean.source.dynamic import static_truth
from nbjob_clean.source.scope import FUNCTIONS, children

ENDS = (ast.Return, ast.Raise, ast.Break, ast.Continue)
_BLOCKS = (
    ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.ExceptHandler,
    ast.match_case,
)  # fmt: skip
_NESTED = ("body", "orelse", "finalbody", "handlers", "cases")
_BODIES = ("body", "orelse", "finalbody")
_EXITS = frozenset(("sys.exit", "os._exit", "exit", "quit"))
_SIMPLE = (ast.Assign, ast.Expr, ast.AugAssign, ast.AnnAssign, ast.Import, ast.ImportFrom)


def certainly_ends(statement: ast.stmt) -> bool:
    """Whether nothing runs behind a statement, whatever the run."""
    if isinstance(statement, ENDS):
        return True
    if isinstance(statement, ast.If):
        truth = static_truth(statement.test)
        branches = [statement.body if truth else statement.orelse]
        branches = [statement.body, statement.orelse] if truth is None else branches
        return all(any(map(certainly_ends, branch)) for branch in branches)
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Call) and _exits(statement.value.func)
    if isinstance(statement, ast.Assert):
        return static_truth(statement.test) is False
    return isinstance(statement, ast.While) and is_endless(statement)


def never_returns(function: object) -> bool:
    """Whether each call of a function raises."""
    if not isinstance(function, ast.FunctionDef) or function.decorator_list:
        return False
    leaving = (ast.Return, ast.Yield, ast.YieldFrom)
    returns = any(isinstance(part, leaving) for part in ast.walk(function))
    return not returns and isinstance(reached(function.body)[-1], ast.Raise)


def is_endless(loop: ast.While) -> bool:
    """`while True` without a `break`."""
    has_break = any(isinstance(part, ast.Break) for part in statements_in(loop))
    return not has_break and static_truth(loop.test) is True


def _exits(function: ast.expr) -> bool:
    owner = function.value if isinstance(function, ast.Attribute) else None
    if isinstance(owner, ast.Name) and isinstance(function, ast.Attribute):
        return f"{owner.id}.{function.attr}" in _EXITS
    return isinstance(function, ast.Name) and function.id in _EXITS


def reached(statements: Sequence[ast.stmt]) -> Sequence[ast.stmt]:
    """Without what stands behind a `return`, `raise` and the like: it never runs."""
    for number, statement in enumerate(statements, start=1):
        if certainly_ends(statement):
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


def statements_in(statement: ast.AST) -> Iterator[ast.AST]:
    """A statement and all in it, without the bodies of functions and classes."""
    stack = [statement]
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            for name in _NESTED:
                stack += getattr(node, name, ())


def may_stop(loop: ast.For | ast.AsyncFor) -> bool:
    """Whether a loop may end before it has seen all items."""
    return any(isinstance(part, (ast.Break, ast.Return, ast.Raise)) for part in statements_in(loop))


def has_jump(statement: ast.stmt) -> bool:
    """Whether a loop may be left or go on from within a statement."""
    if isinstance(statement, _SIMPLE):
        return False
    return any(isinstance(part, (ast.Break, ast.Continue)) for part in statements_in(statement))


def leaves(statements: Sequence[ast.stmt]) -> bool:
    """Whether a `finally` goes elsewhere, and what was raised is forgotten."""
    return any(map(is_jump, statements))


def is_jump(statement: ast.stmt) -> bool:
    """Whether a statement leaves its block without raising: no manager stops that."""
    return isinstance(statement, (ast.Return, ast.Break, ast.Continue))


def is_irrefutable(pattern: ast.pattern) -> bool:
    """Whether a pattern matches whatever comes: no case behind it is reached."""
    return isinstance(pattern, ast.MatchAs) and pattern.pattern is None


def first_tested(match: ast.Match) -> ast.expr | None:
    """What a `match` certainly evaluates besides its subject: of its first pattern alone."""
    pattern = match.cases[0].pattern
    while isinstance(pattern, (ast.MatchAs, ast.MatchOr)):
        first = pattern.patterns[0] if isinstance(pattern, ast.MatchOr) else pattern.pattern
        if first is None:
            return None
        pattern = first
    if isinstance(pattern, ast.MatchValue):
        return pattern.value
    return pattern.cls if isinstance(pattern, ast.MatchClass) else None
