"""The expressions of a run, in the order in which Python evaluates them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from nbjob_clean.source.dynamic import (
    EVALUATING,
    asked_name,
    effect_of,
    evaluated,
    guarded_name,
    is_namespace,
    is_own_module,
    may_have_effect,
    terminal_name,
)
from nbjob_clean.source.effect import NOTHING
from nbjob_clean.source.fork import forked
from nbjob_clean.source.run import Run
from nbjob_clean.source.scope import COMPREHENSIONS, block_scope, children, outer_parts
from nbjob_clean.source.state import Frame, Instance, Table, Value
from nbjob_clean.source.table import words

# Work that waits on the stack: a node to evaluate, or something to do once all before it is done.
Work = ast.AST | Callable[[], object]
# Builtins that use up a generator before they return.
CONSUMERS = words(
    "all any bytes dict frozenset list max min set sorted sum tuple join fsum deque Counter"
)

# What may stop at the first item.
_STARTERS = words("all any next")


class Expressions:
    """Evaluates expressions: loads are checked, what a walrus or a call binds is bound."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._items: list[dict[str, Value]] = []
        self.on_call: Callable[[ast.Call], object] | None = None
        self.on_iteration: Callable[..., tuple[Value | None, ...] | None] = lambda *_, **__: None
        self.special: dict[type[ast.AST], Callable[[ast.AST], Iterable[Work]]] = {
            ast.Lambda: self._lambda,
            ast.NamedExpr: self._walrus,
            ast.Call: self._call,
            ast.Compare: self._compare,
            ast.BoolOp: self._short_circuit,
            ast.IfExp: self._short_circuit,
            ast.Subscript: self._subscript,
            **dict.fromkeys(COMPREHENSIONS, self._comprehension),
        }

    def evaluate(self, *nodes: ast.AST | None) -> None:
        """One after the other; a stack of its own, because chains can be long."""
        special, load = self.special, self._run.load
        stack: list[Work] = [node for node in reversed(nodes) if node is not None]
        while stack:
            work = stack.pop()
            # By `type`: this is where most of the time of a check goes.
            if type(work) is ast.Name:
                if type(work.ctx) is ast.Load:
                    load(work)
            elif type(work) is ast.Constant:
                continue
            elif not isinstance(work, ast.AST):
                work()
            elif (parts := special.get(type(work))) is not None:
                stack += [*parts(work)][::-1]
            elif type(work) is ast.Attribute:
                stack.append(work.value)
            else:
                stack += children(work)[::-1]

    def _lambda(self, node: ast.AST) -> Iterable[Work]:
        assert isinstance(node, ast.Lambda)  # noqa: S101 - for the type checker
        facts = self._run.defer([node])
        if facts:
            self._run.is_open |= facts.is_open
            self._run.bind_unseen(facts.stores, node)
        return outer_parts(node)

    def _walrus(self, node: ast.AST) -> Iterable[Work]:
        assert isinstance(node, ast.NamedExpr)  # noqa: S101
        yield node.value
        yield partial(self._run.bind, node.target.id, node.target)

    def _call(self, node: ast.AST) -> Iterable[Work]:
        assert isinstance(node, ast.Call)  # noqa: S101
        if is_namespace(node):
            return [partial(self._open, node)]
        func, name = node.func, ""
        if type(func) is ast.Name:
            name = func.id
            if name == "run_sql":
                return [partial(self._sql_arguments, node)]
        elif type(func) is ast.Attribute:
            name = func.attr
        setter = func if type(func) is ast.Name and self._run.has_setters else None
        work: list[Work] = [partial(self._load_to_call, setter) if setter else func]
        if type(func) is ast.Attribute and is_namespace(func.value):
            work = []  # `globals().get`: what it does to the names, `effect_of` knows
        work += self._arguments(node, name)
        if name in self._run.setters:
            work.append(partial(self._run.bind_unseen, self._run.setters[name], node))
        if self.on_call is not None or may_have_effect(node, name):
            work.append(partial(self._called, node))
        if setter:
            work.append(partial(self._has_called, setter, len(self._run.module.events)))
        return work

    def _arguments(self, node: ast.Call, name: str) -> Iterable[Work]:
        if not node.keywords and not node.args:
            return []
        work: list[Work] = []
        for argument in (*node.args, *[keyword.value for keyword in node.keywords]):
            if type(argument) is ast.GeneratorExp and name in CONSUMERS | _STARTERS:
                work += self._comprehension(
                    argument, is_consumed=True, is_whole=name not in _STARTERS
                )
            elif type(argument) is not ast.Call or not is_namespace(argument):
                work.append(argument)
        return work

    def _load_to_call(self, function: ast.Name) -> None:
        self._run.is_calling = True
        self._run.load(function)
        self._run.is_calling = False

    def _has_called(self, function: ast.Name, mark: int) -> None:
        """A body that could not be followed may have bound what it binds."""
        done = {event.name for event in self._run.module.events[mark:]}
        self._run.escape(self._run.module_value(function.id), function, but=done)

    def _called(self, node: ast.Call) -> None:
        is_inside = self._run.frame.kind == "function"
        effect = effect_of(node, self._run.value_of, is_inside=is_inside)
        if effect is not NOTHING:
            self._run.is_open |= effect.is_open
            self._run.bind_unseen(effect.binds, node, status="bound")
            self._run.bind_unseen(effect.deleted(self._run.module.names), node, status="deleted")
        self._run.guard(asked_name(node), node)
        is_name = isinstance(node.func, ast.Name)
        if terminal_name(node.func) in EVALUATING and (is_name or self._run.has_pandas()):
            self.evaluate(*evaluated(node, self._run.value_of))
        if self.on_call is not None:
            self.on_call(node)

    def _sql_arguments(self, node: ast.Call) -> None:
        """Parameters of SQL: what nobody defines is an argument of the job, and no mistake."""
        self._run.is_argument = True
        self.evaluate(*(keyword.value for keyword in node.keywords))
        self._run.is_argument = False

    def _open(self, node: ast.Call) -> None:
        """`globals()` in a place where what becomes of it is not to be seen."""
        is_module = self._run.frame.kind == "module"
        self._run.is_open |= is_module or terminal_name(node.func) == "globals"

    def _compare(self, node: ast.AST) -> Iterable[Work]:
        assert isinstance(node, ast.Compare)  # noqa: S101
        self._run.guard(guarded_name(node), node)
        operands = [node.left, *node.comparators]
        if len(operands) > 2:
            first = ast.Compare(node.left, node.ops[:1], node.comparators[:1])
            operands = operands[:2] if self._run.truth_of(first) is False else operands
        return [operand for operand in operands if not is_namespace(operand)]

    def _subscript(self, node: ast.AST) -> Iterable[Work]:
        assert isinstance(node, ast.Subscript)  # noqa: S101
        self._run.is_open |= is_own_module(node)
        return [node.slice] if is_namespace(node.value) else [node.value, node.slice]

    def _short_circuit(self, node: ast.AST) -> Iterable[Work]:
        """Only the first part is certain to be evaluated; some certainly are not."""
        first, *rest = node.values if isinstance(node, ast.BoolOp) else _parts(node)
        if self._run.site is not None:
            if isinstance(node, ast.IfExp) and self._run.truth_of(node.test) is None:
                return [first, partial(self._fork, rest)]
            return [first, *self._certain(node, rest)]
        soft, live = self._run.soft, self._live(node, rest)
        work = [part if part in live else partial(self._unreached, part) for part in rest]
        is_doubtful = not self._is_decided(node, rest)
        return [first, partial(self._soften, self._run.pending | soft, +is_doubtful), *work,
                partial(self._soften, soft, -is_doubtful)]  # fmt: skip

    def _live(self, node: ast.AST, rest: list[ast.expr]) -> list[ast.expr]:
        """The parts, of those behind the first, that the notebook's constants do not rule out."""
        if isinstance(node, ast.IfExp):
            truth = self._run.truth_of(node.test)
            return rest if truth is None else [node.body if truth else node.orelse]
        assert isinstance(node, ast.BoolOp)  # noqa: S101
        decides = isinstance(node.op, ast.Or)
        truths = [self._run.truth_of(part) for part in node.values]
        return rest[: truths.index(decides)] if decides in truths else rest

    def _is_decided(self, node: ast.AST, rest: list[ast.expr]) -> bool:
        if isinstance(node, ast.IfExp):
            return self._run.truth_of(node.test) is not None
        return len(self._certain(node, rest)) == len(self._live(node, rest))

    def _fork(self, parts: list[ast.expr]) -> None:
        with forked(self._run) as fork:
            for part in parts:
                with fork():
                    self.evaluate(part)

    def _certain(self, node: ast.AST, rest: list[ast.expr]) -> list[ast.expr]:
        """The parts behind the first that are reached, as far as that is known."""
        if isinstance(node, ast.IfExp):
            return self._live(node, rest)
        assert isinstance(node, ast.BoolOp)  # noqa: S101
        goes_on = isinstance(node.op, ast.And)
        truths = [self._run.truth_of(part) is goes_on for part in node.values]
        return rest[: truths.index(False)] if False in truths else rest

    def _unreached(self, part: ast.expr) -> None:
        """What it lacks is no mistake, and what it binds is not there."""
        frame = self._run.frame
        before = frame.names
        frame.names = dict(before)
        self._run.guards += 1
        self.evaluate(part)
        self._run.guards -= 1
        frame.names = before

    def _soften(self, names: frozenset[str], conditions: int) -> None:
        self._run.soft = names
        self._run.conditions += conditions

    def _comprehension(
        self, node: ast.AST, *, is_consumed: bool = False, is_whole: bool = True
    ) -> Iterable[Work]:
        generators: list[ast.comprehension] = getattr(node, "generators", [])
        if self._run.is_empty(generators[0].iter):
            yield partial(self._soften_empty, node)
            return
        yield generators[0].iter
        is_lazy = isinstance(node, ast.GeneratorExp) and not is_consumed
        if not is_lazy:
            yield partial(self._iterate, generators[0], is_whole=is_whole)
        if self._run.site is None:
            yield partial(self._later if is_lazy else self._elements, node, generators)
        elif not is_lazy:
            yield partial(self.first_element, node)

    def _soften_empty(self, node: ast.AST) -> None:
        """A comprehension over what may be empty still: a walrus in it binds, perhaps."""
        self._run.bind_unseen(block_scope([node]).bound, node)

    def _iterate(self, generator: ast.comprehension, *, is_whole: bool) -> None:
        """The items that are known, of a loop that takes them all, or perhaps only the first."""
        items = self.on_iteration(generator.iter, is_whole=is_whole) or ()
        self._items = [] if generator.ifs else [_known(generator.target, item) for item in items]

    def _elements(self, node: ast.AST, generators: Sequence[ast.comprehension]) -> None:
        is_filled = self._run.truth_of(generators[0].iter)
        if is_filled is False:
            return
        is_sure = is_filled is True and len(generators) == 1 and not generators[0].ifs
        self._run.rounds += is_sure
        with self._run.inside(_own_frame(generators)):
            items, self._items = self._items, []
            for number, generator in enumerate(generators):
                self.evaluate(generator.iter if number else None, *generator.ifs)
            for values in items or ({},):
                self._run.frames[-1].values = values
                self.evaluate(*_elements(node))
            if isinstance(node, ast.ListComp) and not any(g.ifs for g in generators):
                value = self._run.value_of(node.elt)
                if isinstance(value, Instance):
                    self._run.results[node] = Table(((0, value),))
        self._run.rounds -= is_sure

    def first_element(self, node: ast.AST) -> None:
        """What a comprehension certainly does, once it has what it goes over."""
        generators: list[ast.comprehension] = getattr(node, "generators", [])
        with self._run.inside(_own_frame(generators)):
            for number, generator in enumerate(generators):
                self.evaluate(generator.iter if number else None, *generator.ifs[:1])
                if generator.ifs or self._run.truth_of(generator.iter) is False:
                    return
            self.evaluate(*_elements(node))

    def _later(self, node: ast.AST, generators: Sequence[ast.comprehension]) -> None:
        parts: list[ast.AST] = [part for generator in generators for part in generator.ifs]
        parts += [generator.iter for generator in generators[1:]]
        with self._run.inside(_own_frame(generators)):
            self._run.defer([*parts, *_elements(node)])
        for name in block_scope([node]).bound:  # a walrus inside binds outside
            self._run.bind(name, node)


def _own_frame(generators: Sequence[ast.comprehension]) -> Frame:
    targets = block_scope(generator.target for generator in generators).bound
    return Frame("comprehension", local=targets)


def _known(target: ast.expr, item: Value | None) -> dict[str, Value]:
    """What the targets are, where an item of a loop is known."""
    names, values = [target], [item]
    if isinstance(target, ast.Tuple) and isinstance(item, Table):
        names, values = target.elts, [value for _, value in item.items]
    pairs = zip(names, values, strict=False)
    return {name.id: value for name, value in pairs if isinstance(name, ast.Name) and value}


def _elements(node: ast.AST) -> list[ast.AST]:
    parts = (getattr(node, name, None) for name in ("key", "value", "elt"))
    return [part for part in parts if isinstance(part, ast.AST)]


def _parts(node: ast.AST) -> list[ast.expr]:
    return [node.test, node.body, node.orelse] if isinstance(node, ast.IfExp) else []
