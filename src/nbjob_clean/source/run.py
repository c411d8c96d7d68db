"""One abstract run over cells: what is bound where, and which uses found nothing.

Every use of a name ends in `load`, every definition in `bind`; the modules that walk statements
and expressions only decide in which order that happens.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property

from nbjob_clean.record import changed
from nbjob_clean.source.constant import truth_of
from nbjob_clean.source.exports import ONLY_PYTHON, Exports
from nbjob_clean.source.known import BUILTINS, KERNEL, is_known
from nbjob_clean.source.late import Facts, Surroundings, facts_of
from nbjob_clean.source.miss import CallSite, Deferred, Miss, mentions
from nbjob_clean.source.scope import FUNCTIONS, block_scope, counted_names, mangled, own_globals
from nbjob_clean.source.state import (
    Binding,
    Closure,
    Constant,
    Event,
    Frame,
    Function,
    Growing,
    Lazy,
    Place,
    Status,
    Value,
)

_MAIN = Constant("__main__")
_DYNAMIC = re.compile(r"globals|user_ns|(?<![\w.])(?:locals|vars|exec|eval)\(")
_PANDAS = frozenset(("dask", "geopandas", "pandas"))


class Run:
    """The state of a run. `known` are names that exist beyond Python's own."""

    cell = 0
    is_open = False
    texts: Sequence[str] = ()  # of the cells
    turns = 0  # how often a name was deleted, or became or ceased to be a function
    guards = 0
    broad = 0  # of the guards, those of an `except Exception`
    trials = 0  # in a `try` with handlers: what is raised there ends nothing
    dead = 0  # in a branch that the notebook's own constants rule out
    conditions = 0  # that may not hold: a call there may never be made
    rounds = 0  # of comprehensions that have one for certain
    recursed = False  # a body that is being run was called once more
    until_yield = False  # a generator is asked for its first item
    site: CallSite | None = None
    has_late_annotations = False
    are_arguments = False  # in a cell of parameters: what it says may be replaced
    is_argument = False
    # In a loop: names that its body binds; and those of them that an earlier round may have bound
    # at this point, because it is reached on a condition.
    pending: frozenset[str] = frozenset()
    soft: frozenset[str] = frozenset()
    # A guarded use that found nothing, and under how many conditions that was.
    lacked: tuple[int, str] | None = None

    def __init__(self, known: frozenset[str] = frozenset(), exports: Exports = ONLY_PYTHON) -> None:
        self.exports = exports
        self.module = Frame("module")
        self.frames = [self.module]
        self.misses: list[Miss] = []
        self.deferred: list[Deferred] = []
        # What the calls and attributes were that were last evaluated, where that is known.
        self.results: dict[ast.AST, Value] = {}
        self.loops: list[Sequence[ast.stmt]] = []  # the bodies that this is in
        self.hidden: dict[Place, str] = {}  # by what was not bound for it: what was lacking
        # Where a class is still being made: its name is bound behind that.
        self.spans: dict[str, list[tuple[Place, int]]] = {}
        # By the names of methods: what they bind in the module.
        self.setters: dict[str, frozenset[str]] = {}
        self.has_setters = False  # whether any function binds names in the module
        self.is_calling = False  # what is loaded is called next: the body binds, in its order
        self.touched: set[Place] = set()  # empty containers that somebody may have filled
        self.libraries: set[str] = set()  # that were imported, by the first part of their names
        self.patched: set[str] = set()  # attributes that have been assigned to
        self._known = known
        self._unsteady: set[str] = set()  # bound by functions or by dynamic code, at any time
        self._in_bodies: set[str] = set()
        self._facts: dict[ast.AST, Facts] = {}
        self._homes: dict[ast.AST, int] = {}

    @property
    def frame(self) -> Frame:
        """The namespace that a binding goes to."""
        last = self.frames[-1]
        if last.kind not in ("comprehension", "type"):
            return last
        return next(f for f in reversed(self.frames) if f.kind not in ("comprehension", "type"))

    def load(self, node: ast.Name) -> None:
        """A use, now."""
        name = node.id
        frames = self.frames
        if len(frames) > 1:
            if self._is_local(name):
                self._look_at_own(name, node)
                return
            name = mangled(name, self._class_name())
        binding = self.module.names.get(name)
        if binding is not None and binding.status != "deleted":
            if binding.value is not None:
                self.escape(binding.value, node)
                if type(binding.value) is Growing:
                    self.touched.add(binding.place)
        elif not (self._is_soft(name) or self.knows(name)):
            if not self.guards:
                self._miss(name, node, binding)
            elif self._is_hidden(name):
                found = (self.conditions, name)
                self.lacked = min(found, self.lacked or found)

    @cached_property
    def has_dynamic(self) -> bool:
        """Whether a text may name what the code does not."""
        return any(map(_DYNAMIC.search, self.texts))

    @property
    def is_straight(self) -> bool:
        """Whether the module runs this for certain, once."""
        return self.frame.kind == "module" and not (self.conditions or self.trials or self.loops)

    def _is_hidden(self, name: str) -> bool:
        """Whether a guarded use certainly finds nothing."""
        is_here = self.site is None and len(self.frames) == 1 + self.rounds
        is_excused = self.is_open or self.is_argument or name in KERNEL
        return is_here and not (is_excused or name in self._unsteady)

    def _is_soft(self, name: str) -> bool:
        """Whether an earlier round of a loop may have bound it, by itself or by a call."""
        if self.loops and name in self._unsteady:
            return True
        bound = (block_scope(body).bound - counted_names(body) for body in self.loops)
        return name in self.soft and any(name in names for names in bound)

    def _miss(self, name: str, node: ast.Name, binding: Binding | None) -> None:
        miss = Miss(
            name,
            node,
            self.cell,
            deleted=binding.place if binding else None,
            site=self.site,
            is_open=self.is_open or name in KERNEL,
            is_argument=self.is_argument,
        )
        self.misses.append(miss)

    def _look_at_own(self, name: str, node: ast.Name) -> None:
        """A local name, in a call that is followed: it may be read before it has a value."""
        last = self.frames[-1]
        if last.kind == "class" and name in last.names:
            return
        if not self.guards and any(name in frame.unbound for frame in self.frames):
            holder = next(f for f in reversed(self.frames) if name in f.local)
            if name in holder.unbound and holder.kind == "function":
                self.misses.append(Miss(name, node, self.cell, is_own=True))

    def has_pandas(self) -> bool:
        return not self.libraries.isdisjoint(_PANDAS)

    def knows(self, name: str) -> bool:
        return is_known(name) or name in self._known

    def bind(
        self, name: str, node: ast.AST, value: Value | None = None, *, is_definition: bool = True
    ) -> None:
        self._record(name, Binding("bound", self.place(node), value, is_definition))

    def unload(self, node: ast.Name) -> None:
        """A use that lets go of the name: of one that Python itself has, there is nothing to."""
        self.load(node)
        binding = self.module.names.get(node.id)
        is_there = binding is not None and binding.status != "deleted"
        is_excused = self.guards or node.id in self.soft or node.id in self._known
        if len(self.frames) == 1 and node.id in BUILTINS and not (is_there or is_excused):
            self._miss(node.id, node, binding)

    def delete(self, name: str, node: ast.AST) -> None:
        self._record(name, Binding("deleted", self.place(node)))

    def guard(self, name: str, node: ast.AST) -> None:
        """Somebody looks whether a name exists: from now on it is nobody's mistake."""
        old = self.module.names.get(name)
        if name and (old is None or old.status == "deleted"):
            binding = Binding("maybe", self.place(node), is_definition=False)
            self._record_in(self.module, name, binding)

    def excuse(self, function: ast.Name) -> None:
        """The same for all that a function may need."""
        for _, facts in self._reached(self.value_of(function)):
            for load in facts.loads:
                if not self.knows(load.name):
                    self.guard(load.name, function)

    def bind_unseen(self, names: Iterable[str], node: ast.AST, *, status: Status = "maybe") -> None:
        """Names that code binds in the module from within a function or by its own means."""
        for name in names:
            self._unsteady.add(name)
            old = self.module.names.get(name)
            if old is None or old.status == "deleted" or status == "deleted":
                self._record_in(self.module, name, Binding(status, self.place(node)))
            elif old.value is not None:
                self._record_in(self.module, name, old._replace(value=None))

    def note_setter(self, method: str, names: frozenset[str]) -> None:
        if names:
            self.setters[method] = self.setters.get(method, frozenset()) | names

    def note_span(self, node: ast.ClassDef) -> None:
        """Remember the lines of a class: what stands there comes before its name."""
        span = (self.place(node), node.end_lineno or node.lineno)
        self.spans.setdefault(node.name, []).append(span)

    def revalue(self, name: str, value: Value | None) -> None:
        """What a name of the module stands for has changed; where it was bound has not."""
        old = self.module.names.get(name)
        if old is not None:
            self._record_in(self.module, name, old._replace(value=value))

    def value_of(self, node: ast.AST) -> Value | None:
        """The function, class, instance or literal that an expression certainly is."""
        if isinstance(node, ast.Name):
            return self._named(node.id)
        if isinstance(node, ast.Constant):
            return Constant(node.value)
        if isinstance(node, (ast.Lambda, ast.GeneratorExp)):
            return self._code(node)
        return self.results.get(node)

    def _named(self, name: str) -> Value | None:
        if len(self.frames) > 1 and self._is_local(name):
            holders = (f.values for f in reversed(self.frames) if name in f.local)
            return next(holders, {}).get(name)
        value = self.module_value(name)
        if isinstance(value, Constant) and (self.is_open or name in self._unsteady):
            return None
        return _MAIN if name == "__name__" and name not in self.module.names else value

    def module_value(self, name: str, before: Place | None = None) -> Value | None:
        """What a name of the module certainly is, and was `before` some place."""
        binding = self.module.names.get(name)
        is_there = binding is not None and binding.status != "deleted"
        if binding is None or not is_there or (before is not None and binding.place > before):
            return None
        return binding.value

    def _code(self, node: ast.Lambda | ast.GeneratorExp) -> Value:
        """Code that stands here; what it sees of the frames around it, it keeps."""
        frames = tuple(frame for frame in self.frames[1:] if frame.kind != "class")
        if isinstance(node, ast.GeneratorExp):
            return Lazy(Closure(node, frames, self.cell))
        return Closure(node, frames, self.cell) if frames else node

    def truth_of(self, test: ast.expr) -> bool | None:
        """Whether a condition holds at this point; None where that is not known."""
        return truth_of(test, self.value_of)

    def is_empty(self, node: ast.expr, *, is_certain: bool = False) -> bool:
        """Whether a container has been made empty, and nobody has looked at it since; for certain
        where it has one name alone, from a literal.
        """
        name = node.id if isinstance(node, ast.Name) else ""
        binding = self.module.names.get(name)
        if binding is None or type(binding.value) is not Growing or len(self.frames) > 1:
            return False
        is_seen = self.is_open or self.pending or name in self._unsteady or name in self._in_bodies
        if is_certain and not is_seen:
            is_seen = self.has_dynamic or not binding.value.is_own or mentions(self.deferred, name)
        is_here = binding.status == "bound" and not binding.value.is_given
        return is_here and not is_seen and binding.place not in self.touched

    def is_builtin(self, name: str) -> bool:
        """Whether a name is what Python means by it, as far as one can see."""
        return not (self.is_open or name in self.module.names or self._is_local(name))

    def defer(self, nodes: Sequence[ast.AST]) -> Facts | None:
        """Leave code for later; None for code that a call only looks at once more."""
        if self.site is not None:
            return None
        facts = facts_of(nodes, self._surroundings())
        if self.dead:
            facts = changed(facts, loads=())
        self.deferred.append(Deferred(nodes, self.cell, facts))
        self._unsteady |= facts.stores
        self.has_setters |= bool(facts.stores)
        self._in_bodies.update(load.name for load in facts.loads)
        for node in nodes:
            self._facts[node] = facts
            self._homes[node] = self.cell
        return facts

    def home(self, function: ast.AST) -> int:
        """The cell that defines a function."""
        return self._homes.get(function, self.cell)

    def rewind(self) -> None:
        """Back to the module's level, after code that could not be followed."""
        self.frames, self.guards, self.site = [self.module], 0, None
        self.pending = self.soft = frozenset()
        self.loops.clear()
        self.is_argument = False
        self.trials = self.dead = self.conditions = self.broad = self.rounds = 0

    def place(self, node: ast.AST) -> Place:
        return Place(self.cell, getattr(node, "lineno", 0), getattr(node, "col_offset", 0))

    @contextmanager
    def inside(self, frame: Frame) -> Iterator[Frame]:
        self.frames.append(frame)
        try:
            yield frame
        finally:
            self.frames.pop()

    def _is_local(self, name: str) -> bool:
        """Whether a scope between here and the module has the name."""
        is_own_level = True
        for frame in reversed(self.frames):
            if frame.kind == "class":
                # A class's names are seen from its own level alone.
                binding = frame.names.get(name) if is_own_level else None
                if binding is not None and binding.status != "deleted":
                    return True
            elif name in frame.local:
                return True
            is_own_level &= frame.kind == "type"
        return False

    def _class_name(self) -> str:
        return next((f.class_name for f in reversed(self.frames) if f.class_name), "")

    def _surroundings(self) -> Surroundings:
        names = frozenset[str]().union(*(frame.local for frame in self.frames))
        late = self.has_late_annotations
        return Surroundings(names, self._class_name(), late, self.has_pandas())

    def _record(self, name: str, binding: Binding) -> None:
        frame = self.frame
        if frame.kind == "function" and name not in frame.globals:
            self._record_local(name, binding)
            return
        is_global = frame.kind != "class" or name in frame.globals
        self._record_in(self.module if is_global else frame, name, binding)

    def _record_local(self, name: str, binding: Binding) -> None:
        holder = next((f for f in reversed(self.frames) if name in f.local), self.frame)
        if binding.status == "deleted":
            holder.unbound.add(name)
        else:
            holder.unbound.discard(name)
        if binding.value is None or name in holder.shared:
            holder.values.pop(name, None)
        else:
            holder.values[name] = binding.value

    def _record_in(self, frame: Frame, name: str, binding: Binding) -> None:
        old = frame.names.get(name)
        has_turned = _is_code(binding.value) or (old is not None and _is_code(old.value))
        self.turns += has_turned or binding.status == "deleted"
        if self.dead:
            binding = binding._replace(is_dead=True)
        frame.names[name] = binding
        frame.events.append(Event(name, binding))

    def escape(
        self, value: Value | None, use: ast.AST, *, but: Collection[str] = frozenset()
    ) -> None:
        """Whoever has a function can call it: what it does to the module may happen now."""
        for function, facts in self._reached(value):
            self.is_open |= facts.is_open
            is_run = self.is_calling and function is value
            left = own_globals(function) if is_run else but
            self.bind_unseen(facts.stores.difference(left), use)

    def _reached(self, value: Value | None) -> Iterator[tuple[Function, Facts]]:
        """A function and those that it may call, with the facts of each."""
        seen: set[Function] = set()
        waiting: list[Function] = [value] if isinstance(value, (*FUNCTIONS, ast.Lambda)) else []
        while waiting:
            node = waiting.pop()
            facts = self._facts.get(node)
            if node in seen or facts is None:
                continue
            seen.add(node)
            yield node, facts
            bindings = (self.module.names.get(load.name) for load in facts.loads)
            waiting += [b.value for b in bindings if b and isinstance(b.value, FUNCTIONS)]


def _is_code(value: Value | None) -> bool:
    return value is not None and not isinstance(value, Constant)
