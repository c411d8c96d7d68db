"""What a function's body needs from the module, and does to it, whenever it comes to run.

There is no order in here: by the time of a call every cell may have run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from nbjob_clean.record import Record, changed
from nbjob_clean.source.dynamic import (
    EVALUATING,
    asked_name,
    asks_version,
    catches_name_error,
    effect_of,
    evaluated,
    guarded_name,
    is_namespace,
    is_own_module,
    item_effect,
    static_truth,
)
from nbjob_clean.source.effect import NOTHING
from nbjob_clean.source.jumps import leaves, reached, reached_children
from nbjob_clean.source.scope import (
    COMPREHENSIONS,
    FUNCTIONS,
    annotation_parts,
    block_scope,
    counted_names,
    mangled,
    outer_parts,
    own_names,
    own_variables,
    scope_of,
    type_parameters,
)
from nbjob_clean.source.state import Constant, Function

_WITH_EFFECTS = frozenset((ast.Assign, ast.Call, ast.Compare, ast.Subscript))
_SPLIT = frozenset((ast.AnnAssign, ast.AugAssign, ast.If, ast.Try))


class Load(Record):
    """A use of a module's name; `name` is as Python looks it up, which mangling may change."""

    name: str
    node: ast.Name


class Facts(Record):
    """The module's names that a body reads and (with `global`) binds."""

    loads: tuple[Load, ...]
    stores: frozenset[str]
    is_open: bool
    counted: tuple[ast.Name, ...] = ()  # `x += 1` of a variable that nothing else gives a value


class Surroundings(Record):
    """Where a body stands: names of enclosing scopes, and the class that mangles its names."""

    names: frozenset[str] = frozenset()
    class_name: str = ""
    has_late_annotations: bool = False
    has_pandas: bool = False


def facts_of(nodes: Sequence[ast.AST], around: Surroundings) -> Facts:
    """The facts of function bodies (a function or lambda stands for its body) or expressions."""
    reader = _Reader(around)
    view = _View(around.names, around.names, around.class_name)
    for node in nodes:
        if isinstance(node, (*FUNCTIONS, ast.Lambda)):
            reader.function(node, view)
        else:
            reader.read([node], view)
    loads = tuple(load for load in reader.loads if load.name not in reader.guarded)
    return Facts(loads, frozenset(reader.stores), reader.is_open, tuple(reader.counted))


def _only_counts(function: Function, target: ast.Name) -> bool:
    """Whether a name is the function's own, and never given a value to begin with."""
    if isinstance(function, ast.Lambda) or target.id not in own_variables(function):
        return False
    return target.id in counted_names(function.body)


def _literal(node: ast.expr) -> Constant | None:
    return Constant(node.value) if isinstance(node, ast.Constant) else None


class _View(Record):
    """What is visible here, and what a scope inside sees of it: a class hides its names."""

    visible: frozenset[str]
    inherited: frozenset[str]
    class_name: str
    globals: frozenset[str] = frozenset()
    is_guarded: bool = False
    function: Function | None = None


class _Reader:
    def __init__(self, around: Surroundings) -> None:
        self.loads: list[Load] = []
        self.stores: set[str] = set()
        self.guarded: set[str] = set()
        self.counted: list[ast.Name] = []
        self.is_open = False
        self._has_late_annotations = around.has_late_annotations
        self._has_pandas = around.has_pandas

    def function(self, node: Function, view: _View) -> None:
        """The body alone; what runs at the definition was read there."""
        scope = scope_of(node)
        names = (view.inherited | scope.locals) - scope.globals
        body = [node.body] if isinstance(node, ast.Lambda) else reached(node.body)
        inner = changed(view, visible=names, inherited=names, globals=scope.globals, function=node)
        self.read(body, changed(inner, is_guarded=False))

    def read(self, nodes: Iterable[ast.AST], view: _View) -> None:
        stack = list(nodes)
        while stack:
            node = stack.pop()
            if isinstance(node, ast.Name):
                self._name(node, view)
            elif isinstance(node, (*FUNCTIONS, ast.Lambda)):
                self._nested_function(node, view)
            elif isinstance(node, ast.ClassDef):
                self._class(node, view)
            elif isinstance(node, COMPREHENSIONS):
                self._comprehension(node, view)
            else:
                stack.extend(self._parts(node, view))

    def _name(self, node: ast.Name, view: _View) -> None:
        if not isinstance(node.ctx, ast.Load):
            if node.id in view.globals:
                self.stores.add(mangled(node.id, view.class_name))
        elif node.id not in view.visible and not view.is_guarded:
            self.loads.append(Load(mangled(node.id, view.class_name), node))

    def _nested_function(self, node: Function, view: _View) -> None:
        self.read(outer_parts(node), view)
        if not isinstance(node, ast.Lambda):
            if node.name in view.globals:
                self.stores.add(node.name)
            if not self._has_late_annotations:
                parameters = type_parameters(node)
                self.read(annotation_parts(node), changed(view, visible=view.visible | parameters))
        self.function(node, view)

    def _class(self, node: ast.ClassDef, view: _View) -> None:
        self.read(node.decorator_list, view)
        if node.name in view.globals:
            self.stores.add(node.name)
        parameters = type_parameters(node)
        outer = changed(
            view, visible=view.visible | parameters, inherited=view.inherited | parameters
        )
        self.read([*node.bases, *node.keywords], outer)
        own = block_scope(node.body).bound | {"__qualname__", "__module__"}
        visible = outer.inherited | own
        self.read(node.body, changed(outer, visible=visible, class_name=node.name, function=None))

    def _comprehension(self, node: ast.AST, view: _View) -> None:
        generators: list[ast.comprehension] = getattr(node, "generators", [])
        self.read([generators[0].iter], view)
        targets = block_scope(generator.target for generator in generators).bound
        names = view.inherited | targets
        inner = changed(view, visible=names, inherited=names)
        elements = [getattr(node, part, None) for part in ("elt", "key", "value")]
        self.read((part for part in elements if part is not None), inner)
        for number, generator in enumerate(generators):
            self.read([*generator.ifs, *([generator.iter] if number else [])], inner)

    def _parts(self, node: ast.AST, view: _View) -> Iterable[ast.AST]:
        """What else to read of a node, after what is special about it."""
        kind = type(node)  # by `type`: few nodes are special
        if kind in _WITH_EFFECTS:
            self._effects(node)
            if isinstance(node, ast.Call) and self._evaluates(node, view):
                return (*reached_children(node), *evaluated(node, _literal))
        if view.globals:
            self.stores.update(name for name in own_names(node) if name in view.globals)
        return self._split(node, view) if kind in _SPLIT else reached_children(node)

    def _evaluates(self, node: ast.Call, view: _View) -> bool:
        if type(node.func) is ast.Name:
            return node.func.id == "eval" and "eval" not in view.visible
        return self._has_pandas and getattr(node.func, "attr", "") in EVALUATING

    def _split(self, node: ast.AST, view: _View) -> Iterable[ast.AST]:
        if isinstance(node, ast.If):
            return self._branches(node, view)
        if isinstance(node, ast.Try) and (
            catches_name_error(node.handlers) or leaves(node.finalbody)
        ):
            self.read(reached(node.body), changed(view, is_guarded=True))
            return (*node.handlers, *reached(node.orelse), *reached(node.finalbody))
        if isinstance(node, ast.AnnAssign):
            return (node.target,) if node.value is None else (node.target, node.value)
        if isinstance(node, ast.AugAssign):
            return self._augmented(node, view)
        return reached_children(node)

    def _branches(self, node: ast.If, view: _View) -> Iterable[ast.AST]:
        if asks_version(node.test):
            self.read([*node.body, *node.orelse], changed(view, is_guarded=True))
            return ()
        truth = static_truth(node.test)
        body = () if truth is False else reached(node.body)
        orelse = () if truth is True else reached(node.orelse)
        return (node.test, *body, *orelse)

    def _augmented(self, node: ast.AugAssign, view: _View) -> Iterable[ast.AST]:
        """`x += 1` with `global x` reads the module's `x` and is no definition of it."""
        if isinstance(node.target, ast.Name):
            self._name(ast.copy_location(ast.Name(node.target.id, ast.Load()), node.target), view)
            if view.function and not view.is_guarded and _only_counts(view.function, node.target):
                self.counted.append(node.target)
            return (node.value,)
        return (node.target, node.value)

    def _effects(self, node: ast.AST) -> None:
        if isinstance(node, ast.Compare):
            self.guarded.add(guarded_name(node))
        effect = NOTHING
        if isinstance(node, ast.Call):
            self.guarded.add(asked_name(node))
            effect = effect_of(node, is_inside=True)
        elif isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
            effect = item_effect(node, is_inside=True)
        elif isinstance(node, ast.Subscript):
            self.is_open |= is_own_module(node)
        elif isinstance(node, ast.Assign):
            self.is_open |= is_namespace(node.value) and "globals" in ast.dump(node.value)
        self.stores |= effect.binds
        self.is_open |= effect.is_open
