"""The statements of a run: branches are joined, loops run once, what may have run is perhaps."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from nbjob_clean.source.binding import Bindings
from nbjob_clean.source.cases import live_cases
from nbjob_clean.source.dynamic import (
    asks_for_names,
    asks_version,
    catches_name_error,
    static_truth,
    terminal_name,
)
from nbjob_clean.source.expressions import Expressions
from nbjob_clean.source.jumps import (
    certainly_ends,
    has_jump,
    is_endless,
    is_jump,
    leaves,
    may_stop,
    never_returns,
)
from nbjob_clean.source.lookup import is_prepared
from nbjob_clean.source.managers import excuses, swallows
from nbjob_clean.source.raises import raised_by, sure_handler
from nbjob_clean.source.run import Run
from nbjob_clean.source.scope import (
    annotation_parts,
    block_scope,
    outer_parts,
    type_parameters,
)
from nbjob_clean.source.state import Event, Frame, Names, absorb, join

_SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Import, ast.ImportFrom)
_CLASS_NAMES = frozenset({"__qualname__", "__module__"})
# Decorators that leave a class what it is, as far as making one of it goes.
_CLASS_DECORATORS = frozenset({"dataclass", "final", "runtime_checkable", "total_ordering"})


class Statements(Bindings):
    """Executes blocks, in the abstract. A block says whether it ends: nothing runs behind it."""

    def __init__(self, run: Run, expressions: Expressions) -> None:
        super().__init__(run, expressions)
        self._kinds: dict[str, Callable[..., bool | None]] = {
            "Assign": self._assign,
            "AugAssign": self._augmented,
            "AnnAssign": self._annotated,
            "Delete": self._delete,
            "Import": self._import,
            "ImportFrom": self._import_from,
            "FunctionDef": self._function,
            "AsyncFunctionDef": self._function,
            "ClassDef": self._class,
            "TypeAlias": self._type_alias,
            "Global": self._global,
            "If": self._if,
            "For": self._for,
            "AsyncFor": self._for,
            "While": self._while,
            "With": self._with,
            "AsyncWith": self._with,
            "Try": self._try,
            "TryStar": self._try,
            "Match": self._match,
        }

    def execute(self, statements: Sequence[ast.stmt]) -> bool:
        """Whether the block certainly ends: by raise, return, break or continue.

        What stands behind that never runs, so it lacks nothing.
        """
        run = self._run
        conditions, ends = run.conditions, False
        for number, statement in enumerate(statements, start=1):
            ends = self._stops(statement) if run.trials else self._statement(statement)
            if run.loops and has_jump(statement):
                # What follows is reached on a condition: perhaps only in a later round.
                run.soft |= run.pending
                run.conditions = conditions + 1
            if ends:
                self._unreached(statements[number:])
                break
        run.conditions = conditions
        return ends

    def _unreached(self, statements: Sequence[ast.stmt]) -> None:
        """What stands where nothing gets to binds nothing."""
        run, before = self._run, self._run.frame.names
        run.frame.names = dict(before)
        run.dead += 1
        run.guards += 1
        self.execute(statements)
        run.dead -= 1
        run.guards -= 1
        run.frame.names = before

    def _statement(self, statement: ast.stmt) -> bool:
        kind = self._kinds.get(type(statement).__name__)
        if kind is None:
            self._evaluate(statement)
            called = getattr(getattr(statement, "value", None), "func", None)
            is_own = isinstance(called, ast.Name) and called.id in self._run.module.names
            return not is_own and certainly_ends(statement)  # an `exit()` of the notebook's own
        return bool(kind(statement))

    def _stops(self, statement: ast.stmt) -> bool:
        """The same in a `try` with handlers: also whether it certainly raises, and binds nothing.

        By a call of a function that does, or because it lacks a name, which `except Exception`
        hides.
        """
        run, frame = self._run, self._run.frame
        value = getattr(statement, "value", None)
        is_plain = run.guards == run.broad and isinstance(statement, _SIMPLE)
        if is_plain and isinstance(value, ast.Call) and never_returns(run.value_of(value.func)):
            self._evaluate(value)
            return True
        if not run.dead and isinstance(statement, _SIMPLE) and raised_by(statement, run.is_builtin):
            self._evaluate(value)
            self._unreached([statement])
            return True
        is_hidden = is_plain and run.broad > 0 and not run.loops
        before, mark, run.lacked = frame.names, len(frame.events), None
        if is_hidden:
            frame.names = dict(before)
        ends = self._statement(statement)
        targets = _targets(statement)
        is_hidden = is_hidden and all(name in targets for name, _ in frame.events[mark:])
        if is_hidden and run.lacked and run.lacked[0] == run.conditions:
            frame.names = before
            for number, (name, binding) in enumerate(frame.events[mark:], start=mark):
                frame.events[number] = Event(name, binding._replace(is_dead=True))
                run.hidden[binding.place] = run.lacked[1]
            return True
        return ends

    def execute_cell(self, tree: ast.Module) -> None:
        """What is too deep to follow binds its names, and what it lacks is not known. Behind a
        cell that ends the notebook, no other one is reached.
        """
        try:
            if self.execute(tree.body):
                self._run.dead += 1
                self._run.guards += 1
        except RecursionError:
            self._run.rewind()
            self._run.is_open = True
            self._run.bind_unseen(block_scope(tree.body).bound, tree)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._evaluate(*outer_parts(node))
        if not self._run.has_late_annotations:
            with self._type_scope(node):
                self._evaluate(*annotation_parts(node))
        facts = self._run.defer([node])
        self._run.bind(node.name, node, self.hooks.defined(node))
        if facts and (node.decorator_list or not self._run.is_straight):
            # Called by whoever got it: a decorator, or the owner of a method.
            self._run.bind_unseen(facts.stores, node)
            self._run.is_open |= facts.is_open
            self._run.note_setter(node.name, facts.stores)

    def _class(self, node: ast.ClassDef) -> None:
        self._evaluate(*node.decorator_list)
        with self._type_scope(node):
            self._evaluate(*node.bases, *node.keywords)
            frame = Frame("class", class_name=node.name)
            with self._run.inside(frame):
                for name in _CLASS_NAMES:
                    self._run.bind(name, node)
                with self._guarded(is_guarded=is_prepared(node, self._run.value_of)):
                    self.execute(node.body)
        self._run.note_span(node)
        self.hooks.created(node)
        is_plain = all(terminal_name(d) in _CLASS_DECORATORS for d in node.decorator_list)
        self._run.bind(node.name, node, node if is_plain else None)

    def _type_alias(self, node: ast.stmt) -> None:
        self.bind(node.name)  # type: ignore[attr-defined]  # Python 3.12; its value is lazy

    def _global(self, node: ast.Global) -> None:
        self._run.frame.globals.update(node.names)

    @contextmanager
    def _type_scope(self, node: ast.AST) -> Iterator[None]:
        with self._run.inside(Frame("type", local=type_parameters(node))):
            yield

    def _if(self, node: ast.If) -> bool:
        self._evaluate(node.test)
        self.hooks.tested(node.test)
        truth = static_truth(node.test)
        if truth is not None:
            return self.execute(node.body if truth else node.orelse)
        truth = self._run.truth_of(node.test)
        dead = None if truth is None else node.orelse if truth else node.body
        with self._guarded(is_guarded=asks_version(node.test)):
            return self._either([node.body, node.orelse], dead)

    def _either(
        self, branches: Iterable[Sequence[ast.stmt]], dead: Sequence[ast.stmt] | None
    ) -> bool:
        """One of the branches runs; those that end are not continued from. What the notebook's
        own constants rule out lacks nothing: not until somebody changes them.
        """
        before = self._run.frame.names
        after: list[Names] = []
        for branch in branches:
            self._run.frame.names = dict(before)
            self._run.dead += branch is dead
            with (
                self._conditional(is_decided=dead is not None),
                self._guarded(is_guarded=branch is dead),
            ):
                ends = self.execute(branch)
            self._run.dead -= branch is dead
            if not (ends or branch is dead):
                after.append(self._run.frame.names)
        self._run.frame.names = join(after) if after else before
        return not after

    @contextmanager
    def _conditional(self, *, is_decided: bool = False) -> Iterator[None]:
        """Reached on a condition: in a loop, perhaps only once an earlier round bound a name."""
        soft = self._run.soft
        self._run.soft = soft | self._run.pending
        self._run.conditions += not is_decided
        yield
        self._run.conditions -= not is_decided
        self._run.soft = soft

    @contextmanager
    def _loop(self, body: Sequence[ast.stmt], *, is_whole: bool = False) -> Iterator[None]:
        """What the body binds is there perhaps, afterwards; within, only if bound in this round.
        `is_whole`: a round ends where the body does, and nowhere else.
        """
        frame, pending, soft = self._run.frame, self._run.pending, self._run.soft
        before, mark = frame.names, len(frame.events)
        bound = block_scope(body).bound
        frame.names = {
            name: binding._replace(value=None) if name in bound else binding
            for name, binding in before.items()
        }  # a later round finds another value
        self._run.soft = soft | pending
        self._run.pending = pending | bound
        self._run.loops.append(body)
        yield
        self._run.loops.pop()
        self._run.pending, self._run.soft = pending, soft
        events = frame.events[mark:]
        frame.names = join([before, frame.names]) if is_whole else absorb(before, events)

    def _for(self, node: ast.For) -> None:
        run, is_empty = self._run, self._run.is_empty(node.iter)
        if run.truth_of(node.iter) is False or run.is_empty(node.iter, is_certain=True):
            self._unreached(node.body)
            self.execute(node.orelse)
            return
        self._evaluate(None if is_empty else node.iter)
        items = self.hooks.iterated(node.iter, is_whole=not may_stop(node))
        guarded = self._guarded(is_guarded=is_empty)
        with self._loop(node.body, is_whole=not has_jump(node)), guarded:
            for item in items or (None,):
                self.bind(node.target, item)
                self.execute(node.body)
        with self._conditional(is_decided=not may_stop(node)):
            self.execute(node.orelse)

    def _while(self, node: ast.While) -> bool:
        self._evaluate(node.test)
        if static_truth(node.test) is False:
            pass
        elif self._run.truth_of(node.test) is False:
            self._either([node.body, []], dead=node.body)
        else:
            with self._loop(node.body):
                self.execute(node.body)
        self.execute(node.orelse)
        return is_endless(node)

    def _with(self, node: ast.With | ast.AsyncWith) -> bool:
        frame, is_async = self._run.frame, isinstance(node, ast.AsyncWith)
        for item in node.items:
            self._evaluate(item.context_expr)
            given = self.hooks.entered(item.context_expr, is_async=is_async)
            if item.optional_vars is not None:
                self.bind(item.optional_vars, given)
        calls = [item.context_expr for item in node.items]
        is_excused = excuses(node, self._run.value_of)
        swallowers = [c for c in calls if swallows(c, self._run.value_of)]
        before, mark = dict(frame.names), len(frame.events)
        self._run.trials += bool(swallowers)
        with self._guarded(is_guarded=is_excused):
            ends = self.execute(node.body)
        self._run.trials -= bool(swallowers)
        for call in calls:
            self.hooks.left(call, is_async=is_async)
        if swallowers:
            frame.names = absorb(before, frame.events[mark:])
        return ends and not (swallowers or not any(map(is_jump, node.body)))

    @contextmanager
    def _guarded(self, *, is_guarded: bool) -> Iterator[None]:
        self._run.guards += is_guarded
        yield
        self._run.guards -= is_guarded

    def _try(self, node: ast.Try) -> bool:
        frame = self._run.frame
        before, mark = frame.names, len(frame.events)
        frame.names = dict(before)
        self._run.trials += bool(node.handlers)
        is_broad = catches_name_error(node.handlers) and not asks_for_names(node.handlers)
        self._run.broad += is_broad
        with self._guarded(is_guarded=catches_name_error(node.handlers) or leaves(node.finalbody)):
            ends = self.execute(node.body)
        self._run.broad -= is_broad
        self._run.trials -= bool(node.handlers)
        if asks_for_names(node.handlers):
            for part in ast.walk(ast.Module(node.body, [])):
                if isinstance(part, ast.Name) and not self._run.knows(part.id):
                    self._run.guard(part.id, part)
                    self._run.excuse(part)
        # A handler finds whatever the body had done when it stopped.
        stopped = absorb(before, frame.events[mark:])
        if node.orelse and not ends:
            ends = self.execute(node.orelse)
        after = [] if ends else [frame.names]
        sure = sure_handler(node, self._run.is_builtin)
        for handler in node.handlers:
            frame.names = dict(stopped)
            if sure and handler is not sure[1]:
                self._unreached(handler.body)
                continue
            with self._conditional(is_decided=sure is not None):
                ends = self._handler(handler)
            if not ends:
                after.append(frame.names)
        frame.names = join(after) if after else stopped
        return self.execute(node.finalbody) or not after

    def _handler(self, handler: ast.ExceptHandler) -> bool:
        self._evaluate(handler.type)
        if not handler.name:
            return self.execute(handler.body)
        events = self._run.frame.events
        mark = len(events)
        self._run.bind(handler.name, handler)
        ends = self.execute(handler.body)
        self._run.delete(handler.name, handler)
        if len(events) > mark:  # none, in a function
            name, binding = events[mark]
            events[mark] = Event(name, binding._replace(is_fleeting=True))
        return ends

    def _match(self, node: ast.Match) -> bool:
        self._evaluate(node.subject)
        frame = self._run.frame
        before, mark = frame.names, len(frame.events)
        after: list[Names] = []
        live, is_sure = live_cases(node, self._run.value_of)
        for case in node.cases:
            # A case that did not match may have bound some of its names.
            frame.names = absorb(before, frame.events[mark:])
            if case not in live:
                self._unreached(case.body)
                continue
            with self._conditional(is_decided=True):
                self.capture(case.pattern)
                self._evaluate(case.guard)
            with self._conditional(is_decided=is_sure and len(live) == 1):
                if not self.execute(case.body):
                    after.append(frame.names)
        if not is_sure:
            after.append(before)
        frame.names = absorb(join(after) if after else before, frame.events[mark:])
        return not after

    def capture(self, pattern: ast.pattern) -> None:
        """Look for what a pattern names, and bind what it takes."""
        for part in ast.walk(pattern):
            if isinstance(part, (ast.MatchValue, ast.MatchClass)):
                self._evaluate(part.value if isinstance(part, ast.MatchValue) else part.cls)
            elif isinstance(part, ast.MatchMapping):
                self._evaluate(*part.keys)
        for name in block_scope([pattern]).bound:
            self._run.bind(name, pattern)


def _targets(statement: ast.stmt) -> frozenset[str]:
    """The names that a simple statement binds last of all."""
    nodes = getattr(statement, "targets", [getattr(statement, "target", None)])
    return block_scope([node for node in nodes if node is not None]).bound
