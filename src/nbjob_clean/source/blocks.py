"""The way through a function's body that is known: statement by statement, as far as it is certain.

A condition is decided by the notebook's own constants and the arguments of the call; where it is
not, only what both ways do counts. A loop is taken to have a first round; what raises would end
the notebook as well.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from nbjob_clean.source.cases import live_cases
from nbjob_clean.source.dynamic import catches_name_error
from nbjob_clean.source.expressions import Expressions
from nbjob_clean.source.flow import Statements
from nbjob_clean.source.fork import forked
from nbjob_clean.source.jumps import certainly_ends, first_tested, leaves, may_stop, statements_in
from nbjob_clean.source.managers import excuses, swallows
from nbjob_clean.source.raises import is_risky, sure_handler
from nbjob_clean.source.run import Run
from nbjob_clean.source.scope import FUNCTIONS, block_scope, children, fleeting_names
from nbjob_clean.source.state import Growing, Instance, Value, absorb

_SIMPLE = (
    ast.Assign,
    ast.AugAssign,
    ast.AnnAssign,
    ast.Delete,
    ast.Import,
    ast.ImportFrom,
    ast.Expr,
    *FUNCTIONS,
)


class Blocks:
    """Runs the blocks of a body, in the abstract. `returned` is what the last one gave."""

    def __init__(self, run: Run, expressions: Expressions, statements: Statements) -> None:
        self._run = run
        self._evaluate = expressions.evaluate
        self._statements = statements
        self.returned: Value | None = None

    def run(self, statements: Sequence[ast.stmt]) -> bool:
        """Run what certainly runs; whether the line goes on behind these statements."""
        for number, statement in enumerate(statements, start=1):
            rest = statements[number:]
            if rest and isinstance(statement, ast.If) and _parts_ways(statement):
                return self._parted(statement, rest)
            if not self._whole(statement):
                return False
        return True

    def _parted(self, node: ast.If, rest: Sequence[ast.stmt]) -> bool:
        """`if c: return x`, and what follows: one of both runs."""
        self._evaluate(node.test)
        self._statements.hooks.tested(node.test)
        truth = self._run.truth_of(node.test)
        ways = [[*node.body, *rest], [*node.orelse, *rest]]
        if truth is not None:
            return self.run(ways[0] if truth else ways[1])
        if not self._run.trials:
            branches = (node.body, node.orelse)
            ways = [w for w, b in zip(ways, branches, strict=True) if not _raises(b)]
        return self._fork(ways)

    def _whole(self, node: ast.stmt) -> bool:
        """A statement and all in it; what that may have bound is not doubted afterwards."""
        is_decided = self._is_decided(node)
        before = frozenset(self._run.frame.unbound)
        goes_on = self._statement(node) and not (self._run.until_yield and _yields(node))
        unbound = self._run.frame.unbound
        if unbound and not (is_decided or isinstance(node, _SIMPLE)):
            unbound -= block_scope([node]).bound - (before & fleeting_names(node))
        if not (is_decided or isinstance(node, _SIMPLE)):
            self._bind_globals([node])
        return goes_on

    def _bind_globals(self, statements: Sequence[ast.stmt]) -> None:
        names = self._run.frame.globals
        if names and statements:
            self._run.bind_unseen(names & block_scope(statements).bound, statements[0])

    def _left_anywhere(self, statements: Sequence[ast.stmt]) -> None:
        """These may have been left at any point: what they bind is not doubted."""
        self._run.frame.unbound -= block_scope(statements).bound
        self._bind_globals(statements)

    def _is_decided(self, node: ast.stmt) -> bool:
        """Whether it is known which of its blocks run."""
        if isinstance(node, ast.If):
            return self._run.truth_of(node.test) is not None
        if isinstance(node, ast.For):
            is_literal = not isinstance(node.iter, ast.Name)
            return is_literal and self._run.truth_of(node.iter) is False
        if isinstance(node, ast.Match):
            live, is_sure = live_cases(node, self._run.value_of)
            return len(live) == is_sure
        return isinstance(node, ast.Try) and sure_handler(node, self._run.is_builtin) is not None

    def _statement(self, node: ast.stmt) -> bool:
        if isinstance(node, _SIMPLE):
            if self._run.until_yield and _yields(node):
                self._first_yield(node)
            else:
                self._statements.execute([node])
            return not (certainly_ends(node) or (self._run.trials and is_risky(node)))
        if isinstance(node, ast.If):
            return self._if(node)
        if isinstance(node, (ast.For, ast.AsyncFor)):
            return self._for(node)
        if isinstance(node, ast.While):
            return self._while(node)
        if isinstance(node, (ast.With, ast.AsyncWith)):
            return self._with(node)
        if isinstance(node, ast.Try):
            return self._try(node)
        if isinstance(node, (ast.Return, ast.Raise)):
            value = node.value if isinstance(node, ast.Return) else node.exc
            self._evaluate(value)
            if isinstance(node, ast.Return) and value is not None:
                self.returned = self._run.value_of(value)
            return False
        return self._other(node)

    def _first_yield(self, node: ast.stmt) -> None:
        """What is certainly evaluated before a generator stops for the first time."""
        value = getattr(node, "value", None)
        if isinstance(value, ast.Yield):
            self._evaluate(value.value)
        elif isinstance(value, ast.YieldFrom):
            self._evaluate(value)

    def _other(self, node: ast.stmt) -> bool:
        if isinstance(node, ast.ClassDef):
            self._statements.execute([node])
            self._run.frame.values.pop(node.name, None)  # its methods see more than the module
            return True
        if isinstance(node, ast.Assert):
            self._evaluate(node.test)
            return True
        if isinstance(node, ast.Match):
            self._evaluate(node.subject, first_tested(node))
            live, is_sure = live_cases(node, self._run.value_of)
            if len(live) == is_sure:
                return not is_sure or self._case(live[0])
            with self._perhaps([node]):
                return not _may_leave(node)
        return not isinstance(node, (ast.Break, ast.Continue))

    def _case(self, case: ast.match_case) -> bool:
        self._statements.capture(case.pattern)
        self._evaluate(case.guard)
        return self.run(case.body)

    def _if(self, node: ast.If) -> bool:
        self._evaluate(node.test)
        self._statements.hooks.tested(node.test)
        truth = self._run.truth_of(node.test)
        if truth is not None:
            return self.run(node.body if truth else node.orelse)
        branches: list[list[ast.stmt]] = [node.body, node.orelse]
        if not self._run.trials:
            branches = [branch for branch in branches if not _raises(branch)]
        return self._fork(branches) if len(branches) > 1 else all(map(self.run, branches))

    def _fork(self, branches: Sequence[Sequence[ast.stmt]]) -> bool:
        """One of them runs: only what all of them lack is certainly missing."""
        frame, goes_on = self._run.frame, True
        before, left = frozenset(frame.unbound), set(frame.unbound)
        with forked(self._run) as fork:
            for branch in branches:
                frame.unbound = set(before)
                with fork(), self._perhaps(branch):
                    goes_on &= self.run(branch)
                left &= frame.unbound
        frame.unbound = left
        return goes_on

    def _for(self, node: ast.For | ast.AsyncFor) -> bool:
        self._evaluate(node.iter)
        items = self._statements.hooks.iterated(node.iter, is_whole=not may_stop(node))
        if self._run.truth_of(node.iter) is False:
            return self.run(node.orelse)
        is_empty = self._may_be_empty(node.iter)
        for name in block_scope(node.body).bound:
            self._run.frame.values.pop(name, None)  # a later round finds another value
        with self._perhaps([node]):
            if not is_empty:
                self._statements.bind(node.target, items[0] if items else None)
                self.run(node.body)
        return not _may_leave(node)

    def _may_be_empty(self, iterable: ast.expr) -> bool:
        """What was empty at first, or stands in an object, may not have been filled yet."""
        owner = iterable.value if isinstance(iterable, ast.Attribute) else None
        is_member = owner is not None and isinstance(self._run.value_of(owner), Instance)
        return is_member or isinstance(self._run.value_of(iterable), Growing)

    def _while(self, node: ast.While) -> bool:
        self._evaluate(node.test)
        truth = self._run.truth_of(node.test)
        for name in () if truth is False else block_scope(node.body).bound:
            self._run.frame.values.pop(name, None)  # a later round finds another value
        if truth:
            with self._perhaps([node]):
                self.run(node.body)
        return not (_may_leave(node) or (truth and not _breaks(node)))

    def _with(self, node: ast.With | ast.AsyncWith) -> bool:
        managers, is_async = [i.context_expr for i in node.items], isinstance(node, ast.AsyncWith)
        look = self._run.value_of
        if excuses(node, look) or any(swallows(manager, look) for manager in managers):
            with self._perhaps([node]):
                return not _may_leave(node)
        for item in node.items:
            self._evaluate(item.context_expr)
            given = self._statements.hooks.entered(item.context_expr, is_async=is_async)
            if item.optional_vars is not None:
                self._statements.bind(item.optional_vars, given)
        goes_on = self.run(node.body)
        if self._run.until_yield and _yields(node):
            return False
        if not goes_on:
            self._left_anywhere(node.body)
        for manager in managers:
            self._statements.hooks.left(manager, is_async=is_async)
        return goes_on

    def _try(self, node: ast.Try) -> bool:
        """With handlers, only what comes before the first thing that may go wrong is certain."""
        if (sure := sure_handler(node, self._run.is_builtin)) is not None:
            return self._caught(node, *sure)
        body = node.body
        if node.handlers:
            risky = (n for n, statement in enumerate(body, 1) if is_risky(statement))
            body = body[: next(risky, len(body))]
        with self._perhaps([node]):
            is_guarded = catches_name_error(node.handlers) or leaves(node.finalbody)
            self._run.guards += is_guarded
            self.run(body)
            self._run.guards -= is_guarded
        if self._run.until_yield and _yields(node):
            return False
        if node.finalbody:
            handlers = [part for handler in node.handlers for part in handler.body]
            self._left_anywhere([*node.body, *handlers, *node.orelse])
        self.run(node.finalbody)
        return not _may_leave(node)

    def _caught(self, node: ast.Try, number: int, handler: ast.ExceptHandler) -> bool:
        """A `try` that certainly ends in one of its handlers."""
        is_guarded = catches_name_error(node.handlers) or leaves(node.finalbody)
        self._run.guards += is_guarded
        goes_on = self.run(node.body[:number])
        if goes_on:
            self._evaluate(*children(node.body[number]))
        self._run.guards -= is_guarded
        if goes_on:
            if handler.name:
                self._run.bind(handler.name, handler)
            goes_on = self.run(handler.body)
            if handler.name and goes_on:
                self._run.delete(handler.name, handler)
        if not goes_on and node.finalbody:
            self._left_anywhere([*node.body, *handler.body])
        return self.run(node.finalbody) and goes_on

    @contextmanager
    def _perhaps(self, statements: Sequence[ast.stmt]) -> Iterator[None]:
        """What these statements bind may be there afterwards, or not, or something else."""
        module, frame = self._run.module, self._run.frame
        before, mark = module.names, len(module.events)
        module.names = dict(before)
        yield
        done = module.events[mark:]
        module.names = absorb(before, done) if done else before
        self.returned = None
        for name in block_scope(statements).bound:
            frame.values.pop(name, None)


def _parts_ways(node: ast.If) -> bool:
    """Whether one branch ends here, and the other goes on."""
    ends = [any(map(certainly_ends, branch)) for branch in (node.body, node.orelse)]
    return ends[0] is not ends[1]


def _raises(statements: Sequence[ast.stmt]) -> bool:
    is_last = bool(statements) and isinstance(statements[-1], ast.Raise)
    return is_last and not any(map(_may_leave, statements[:-1]))


def _breaks(loop: ast.While) -> bool:
    return any(isinstance(part, ast.Break) for part in statements_in(loop))


def _yields(statement: ast.stmt) -> bool:
    return any(isinstance(part, (ast.Yield, ast.YieldFrom)) for part in ast.walk(statement))


def _may_leave(statement: ast.AST) -> bool:
    if isinstance(statement, (ast.Return, ast.Raise)):
        return True
    if isinstance(statement, (*FUNCTIONS, ast.ClassDef, ast.expr)):
        return False
    return any(map(_may_leave, children(statement)))
