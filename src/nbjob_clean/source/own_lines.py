"""Whether a function may read a variable of its own that has no value: a quick look, by lines.

Where it may, the calls of the notebook are followed, which takes longer and is exact.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from nbjob_clean.source.constant import truth_of
from nbjob_clean.source.jumps import is_irrefutable
from nbjob_clean.source.raises import sure_handler
from nbjob_clean.source.scope import (
    FUNCTIONS,
    block_scope,
    children,
    own_names,
    own_variables,
    scope_of,
)

_ASSIGNMENTS = (ast.Assign, ast.AugAssign, ast.AnnAssign)
_DECIDED = frozenset((ast.For, ast.Try))
_NEVER = float("inf")
_LOOPS = (ast.For, ast.AsyncFor)
_SPECIAL = frozenset(
    (*_ASSIGNMENTS, *_LOOPS, *FUNCTIONS, ast.ClassDef, ast.ExceptHandler, ast.If, ast.Import,
     ast.ImportFrom, ast.Lambda, ast.Match, ast.MatchAs, ast.MatchMapping, ast.MatchStar,
     ast.NamedExpr, ast.withitem)
)  # fmt: skip


def may_lack_own(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a body, or one in it, may read a variable of its own before it gives it a value, or
    after it is gone: by lines alone.
    """
    seen = _Lines()
    stack: list[ast.AST] = [*function.body]
    while stack:
        node = stack.pop()
        kind = type(node)  # by `type`: few nodes are special
        if kind is ast.Name:
            seen.note(node, getattr(node, "lineno", 0))  # type: ignore[arg-type]
        elif kind in _DECIDED and _leaves_unbound(node):
            return True
        elif kind not in _SPECIAL:
            stack += children(node)
        elif isinstance(node, FUNCTIONS) and may_lack_own(node):
            return True
        else:
            seen.note_bound(node)
            stack += seen.parts(node)
    early, gone = seen.early(), seen.used_when_gone()
    if not (early or gone):
        return False
    own = scope_of(function).locals
    is_early = not early.isdisjoint(own) and not early.isdisjoint(own_variables(function))
    return is_early or not gone.isdisjoint(own)


def _leaves_unbound(node: ast.AST) -> bool:
    """A loop over nothing, a `try` that certainly ends in a handler: what is bound otherwise?"""
    if isinstance(node, ast.Try):
        return sure_handler(node) is not None
    return isinstance(node, ast.For) and truth_of(node.iter, lambda _: None) is False


def _branches(node: ast.If | ast.Match) -> Iterator[list[ast.stmt]]:
    """All of `if`, `elif`, `else`, or all cases; an empty one where none may be taken."""
    if isinstance(node, ast.Match):
        yield from (case.body for case in node.cases)
        if not any(case.guard is None and is_irrefutable(case.pattern) for case in node.cases):
            yield []
        return
    yield node.body
    while len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        node = node.orelse[0]
        yield node.body
    yield node.orelse


class _Lines:
    """By name: the first and last line that reads it, the first that binds it; and the line behind
    which it is gone, by `del` or as the exception of a handler.
    """

    def __init__(self) -> None:
        self.reads: dict[str, float] = {}
        self.last: dict[str, float] = {}
        self.first: dict[str, float] = {}
        self.gone: dict[str, float] = {}
        self.one_sided: dict[str, tuple[int, int]] = {}

    def note(self, node: ast.Name, line: int) -> None:
        name = node.id
        if isinstance(node.ctx, ast.Load):
            self.note_read(name, line)
            return
        self.first[name] = min(line, self.first.get(name, line))
        if isinstance(node.ctx, ast.Del):
            self.gone[name] = min(line, self.gone.get(name, line))

    def note_bound(self, node: ast.AST) -> None:
        """What a node binds by itself, and for how long."""
        if isinstance(node, (ast.If, ast.Match)):
            self.note_branches(node)
        if isinstance(node, ast.ExceptHandler) and node.name:
            self.gone[node.name] = node.end_lineno or node.lineno
        for name in own_names(node):
            line: float = getattr(node, "lineno", 0)
            if isinstance(node, ast.ClassDef) and node.end_lineno:
                line = node.end_lineno + 0.5  # the body runs before
            self.first[name] = min(line, self.first.get(name, line))

    def parts(self, node: ast.AST) -> list[ast.AST]:
        """What else to look at; what a function in it reads, it reads at the earliest there."""
        if isinstance(node, _ASSIGNMENTS):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = self.note_given(targets, node.value)
            if isinstance(node, ast.AugAssign):
                for name in names:
                    self.note_read(name, node.lineno)
            return [node.value] if node.value else []
        if isinstance(node, _LOOPS):
            self.note_given([node.target], node.iter)
            return [node.iter, *node.body, *node.orelse]
        if isinstance(node, ast.NamedExpr):
            self.note_given([node.target], node.value)
            return [node.value]
        if isinstance(node, ast.withitem) and node.optional_vars is not None:
            self.note_given([node.optional_vars], node.context_expr)
            return [node.context_expr]
        if not isinstance(node, (*FUNCTIONS, ast.Lambda)):
            return children(node)
        own = scope_of(node).locals
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and part.id not in own:
                self.note_read(part.id, node.lineno)
                self.last[part.id] = _NEVER  # at the latest, nobody knows when
        return []

    def note_given(self, targets: Sequence[ast.expr], value: ast.expr | None) -> set[str]:
        """The names that are given a value: that comes after what stands on the right."""
        parts = (part for target in targets for part in ast.walk(target))
        names = {n.id for n in parts if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
        end = _NEVER if value is None else (value.end_lineno or value.lineno) + 0.5
        self.first.update((name, min(end, self.first.get(name, end))) for name in names)
        return names

    def note_read(self, name: str, line: int) -> None:
        self.reads[name] = min(line, self.reads.get(name, line))
        self.last[name] = max(line, self.last.get(name, line))

    def note_branches(self, node: ast.If | ast.Match) -> None:
        """Names that only one of the branches binds, until the last line of the statement."""
        end = node.end_lineno or node.lineno
        branches = [block_scope(branch).bound for branch in _branches(node)]
        for name in frozenset.union(*branches) - frozenset.intersection(*branches):
            self.one_sided.setdefault(name, (node.lineno, end))

    def early(self) -> set[str]:
        early = {name for name, line in self.reads.items() if line < self.first.get(name, 0)}
        return early | {
            name
            for name, (start, end) in self.one_sided.items()
            if self.first.get(name, 0) >= start and self.last.get(name, 0) > end
        }

    def used_when_gone(self) -> set[str]:
        gone = self.gone.items()
        return {n for n, line in gone if self.last.get(n, 0) > line or self.first.get(n) == line}
