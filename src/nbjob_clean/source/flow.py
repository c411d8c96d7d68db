"""The statements of a run: branches are joined, loops run once, what may have run is perhaps."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import zip_longest

from nbjob_clean.source.constant import constant_of
from nbjob_clean.source.dynamic import (
    asks_version,
    catches_name_error,
    is_module_namespace,
    is_namespace,
    item_effect,
    static_truth,
    suppresses_name_error,
    terminal_name,
)
from nbjob_clean.source.expressions import Expressions
from nbjob_clean.source.hooks import Hooks
from nbjob_clean.source.jumps import ENDS, has_jump, is_irrefutable, may_stop
from nbjob_clean.source.run import Run
from nbjob_clean.source.scope import (
    annotation_parts,
    block_scope,
    children,
    imported_name,
    outer_parts,
    type_parameters,
)
from nbjob_clean.source.state import Event, Frame, Growing, Names, Table, Value, absorb, join

_CLASS_NAMES = frozenset({"__qualname__", "__module__"})
# Decorators that leave a class what it is, as far as making one of it goes.
_CLASS_DECORATORS = frozenset({"dataclass", "final", "runtime_checkable", "total_ordering"})
SWALLOWERS = frozenset({"suppress", "raises", "assertRaises", "warns"})


class Statements:
    """Executes blocks, in the abstract. A block says whether it ends: nothing runs behind it."""

    def __init__(self, run: Run, expressions: Expressions) -> None:
        self._run = run
        self._evaluate = expressions.evaluate
        self.hooks = Hooks()
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
        ends = False
        unreached = 0
        for statement in statements:
            if ends and not unreached:
                unreached = 1
                self._run.dead += 1
                self._run.guards += 1
            kind = self._kinds.get(type(statement).__name__)
            if kind is None:
                self._evaluate(statement)
                ends |= isinstance(statement, ENDS)
            else:
                ends |= bool(kind(statement))
            if self._run.pending and has_jump(statement):
                # What follows is reached on a condition: perhaps only in a later round.
                self._run.soft |= self._run.pending
        self._run.dead -= unreached
        self._run.guards -= unreached
        return ends

    def execute_cell(self, tree: ast.Module) -> None:
        """What is too deep to follow binds its names, and what it lacks is not known."""
        try:
            self.execute(tree.body)
        except RecursionError:
            self._run.rewind()
            self._run.is_open = True
            self._run.bind_unseen(block_scope(tree.body).bound, tree)

    def _assign(self, node: ast.Assign) -> None:
        self._evaluate(node.value)
        self._run.is_open |= is_module_namespace(node.value)
        value = self._value(node.value)
        for target in node.targets:
            if isinstance(target, (ast.Tuple, ast.List)):
                self._unpack(target, node.value)
            else:
                self.bind(target, value)

    def _unpack(self, target: ast.Tuple | ast.List, value: ast.expr) -> None:
        """`a, b = f(), 1` one by one; anything else is asked for its items."""
        parts = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
        is_plain = not any(isinstance(part, ast.Starred) for part in (*parts, *target.elts))
        if is_plain and len(parts) == len(target.elts):
            for item, part in zip(target.elts, parts, strict=True):
                self.bind(item, self._value(part))
        else:
            self.hooks.iterated(value)
            self.bind(target)

    def _value(self, node: ast.expr) -> Value | None:
        """What a name bound to this expression certainly is, where that is of use later."""
        if isinstance(node, (ast.Constant, ast.UnaryOp, ast.BinOp, ast.Compare)):
            is_doubtful = self._run.are_arguments
            return None if is_doubtful else constant_of(node, self._run.value_of)
        if isinstance(node, (ast.List, ast.Dict)) and not (children(node)):
            return Growing()
        return self._run.value_of(node)

    def bind(self, target: ast.expr, value: Value | None = None) -> None:
        """A target and what is in it, from left to right."""
        if isinstance(target, ast.Name):
            self._run.bind(target.id, target, value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            items = value.items if isinstance(value, Table) and not value.is_dict else ()
            parts = [part for _, part in items] if len(items) == len(target.elts) else []
            for item, part in zip_longest(target.elts, parts):
                self.bind(item, part)
        elif isinstance(target, ast.Starred):
            self.bind(target.value)
        elif isinstance(target, ast.Subscript) and (
            is_namespace(target.value) or is_module_namespace(target.value)
        ):
            effect = item_effect(target)
            self._evaluate(target.slice)
            self._run.is_open |= effect.is_open
            self._run.bind_unseen(effect.binds, target, status="bound")
        else:
            if isinstance(target, ast.Attribute):
                self._run.patched.add(target.attr)
                if terminal_name(target.value) == "builtins":
                    self._run.bind_unseen([target.attr], target, status="bound")
            if isinstance(target, ast.Subscript) and self.hooks.stored(target, value):
                self._evaluate(target.value, target.slice)
            else:
                self._evaluate(target)

    def _augmented(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self._run.load(node.target)
            self._evaluate(node.value)
            self._run.bind(node.target.id, node.target, is_definition=False)
        else:
            self._evaluate(node.target, node.value)

    def _annotated(self, node: ast.AnnAssign) -> None:
        self._evaluate(node.value)
        if node.value is not None or not isinstance(node.target, ast.Name):
            self.bind(node.target, self._value(node.value) if node.value else None)
        if self._run.site is None and not self._run.has_late_annotations:
            self._evaluate(node.annotation)

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            for item in target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]:
                if isinstance(item, ast.Name):
                    self._run.load(item)
                    self._run.delete(item.id, item)
                else:
                    self._evaluate(item)
                if isinstance(item, ast.Subscript):
                    names = item_effect(item).binds
                    self._run.bind_unseen(names, item, status="deleted")

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._run.is_open |= alias.name == "__main__"
            self._run.bind(imported_name(alias), node)

    def _import_from(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name != "*":
                self._run.bind(imported_name(alias), node)
                continue
            exported = self._run.exports.of("." * node.level + (node.module or ""))
            self._run.is_open |= exported is None
            for name in exported or ():
                self._run.bind(name, node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._evaluate(*outer_parts(node))
        if not self._run.has_late_annotations:
            with self._type_scope(node):
                self._evaluate(*annotation_parts(node))
        facts = self._run.defer([node])
        self._run.bind(node.name, node, self.hooks.defined(node))
        if facts and (node.decorator_list or self._run.frame.kind != "module"):
            # Called by whoever got it: a decorator, or the owner of a method.
            self._run.bind_unseen(facts.stores, node)
            self._run.is_open |= facts.is_open

    def _class(self, node: ast.ClassDef) -> None:
        self._evaluate(*node.decorator_list)
        with self._type_scope(node):
            self._evaluate(*node.bases, *node.keywords)
            frame = Frame("class", class_name=node.name)
            with self._run.inside(frame):
                for name in _CLASS_NAMES:
                    self._run.bind(name, node)
                self.execute(node.body)
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
            with self._conditional(), self._guarded(is_guarded=branch is dead):
                ends = self.execute(branch)
            self._run.dead -= branch is dead
            if not ends:
                after.append(self._run.frame.names)
        self._run.frame.names = join(after) if after else before
        return not after

    @contextmanager
    def _conditional(self) -> Iterator[None]:
        """Reached on a condition: in a loop, perhaps only once an earlier round bound a name."""
        soft = self._run.soft
        self._run.soft = soft | self._run.pending
        yield
        self._run.soft = soft

    @contextmanager
    def _loop(self, body: Sequence[ast.stmt], *, is_whole: bool = False) -> Iterator[None]:
        """What the body binds is there perhaps, afterwards; within, only if bound in this round.
        `is_whole`: a round ends where the body does, and nowhere else.
        """
        frame, pending, soft = self._run.frame, self._run.pending, self._run.soft
        before, mark = frame.names, len(frame.events)
        frame.names = dict(before)
        self._run.soft = soft | pending
        self._run.pending = pending | block_scope(body).bound
        yield
        self._run.pending, self._run.soft = pending, soft
        events = frame.events[mark:]
        frame.names = join([before, frame.names]) if is_whole else absorb(before, events)

    def _for(self, node: ast.For) -> None:
        self._evaluate(node.iter)
        if self._run.truth_of(node.iter) is False:
            self.execute(node.orelse)
            return
        items = self.hooks.iterated(node.iter, is_whole=not may_stop(node))
        with self._loop(node.body, is_whole=not has_jump(node)):
            for item in items or (None,):
                self.bind(node.target, item)
                self.execute(node.body)
        self.execute(node.orelse)

    def _while(self, node: ast.While) -> None:
        self._evaluate(node.test)
        if static_truth(node.test) is not False:
            with self._loop(node.body):
                self.execute(node.body)
        self.execute(node.orelse)

    def _with(self, node: ast.With) -> bool:
        frame = self._run.frame
        for item in node.items:
            self._evaluate(item.context_expr)
            given = self.hooks.entered(item.context_expr)
            if item.optional_vars is not None:
                self.bind(item.optional_vars, given)
        calls = [item.context_expr for item in node.items]
        swallowers = [c for c in calls if terminal_name(c) in SWALLOWERS]
        before, mark = dict(frame.names), len(frame.events)
        self._run.trials += bool(swallowers)
        with self._guarded(is_guarded=any(suppresses_name_error(c) for c in swallowers)):
            ends = self.execute(node.body)
        self._run.trials -= bool(swallowers)
        for call in calls:
            self.hooks.left(call)
        if swallowers:
            frame.names = absorb(before, frame.events[mark:])
        return ends and not swallowers

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
        with self._guarded(is_guarded=catches_name_error(node.handlers)):
            ends = self.execute(node.body)
        self._run.trials -= bool(node.handlers)
        # A handler finds whatever the body had done when it stopped.
        stopped = absorb(before, frame.events[mark:])
        if node.orelse and not ends:
            ends = self.execute(node.orelse)
        after = [] if ends else [frame.names]
        for handler in node.handlers:
            frame.names = dict(stopped)
            with self._conditional():
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
        for case in node.cases:
            frame.names = dict(before)
            with self._conditional():
                self._pattern(case.pattern)
                self._evaluate(case.guard)
                if not self.execute(case.body):
                    after.append(frame.names)
        if not any(case.guard is None and is_irrefutable(case.pattern) for case in node.cases):
            after.append(before)
        # A case that did not match may have bound some of its names.
        frame.names = absorb(join(after) if after else before, frame.events[mark:])
        return not after

    def _pattern(self, pattern: ast.pattern) -> None:
        for part in ast.walk(pattern):
            if isinstance(part, (ast.MatchValue, ast.MatchClass)):
                self._evaluate(part.value if isinstance(part, ast.MatchValue) else part.cls)
            elif isinstance(part, ast.MatchMapping):
                self._evaluate(*part.keys)
        for name in block_scope([pattern]).bound:
            self._run.bind(name, pattern)
