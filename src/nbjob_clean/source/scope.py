"""Which names belong to a scope, by Python's own rules: a look at the text, without any order."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator

from nbjob_clean.record import Record

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
# Nodes that bind a name by themselves, or whose parts are not all in the scope that they are in.
_SPECIAL = frozenset(
    (*FUNCTIONS, *COMPREHENSIONS, ast.Lambda, ast.ClassDef, ast.Global, ast.Nonlocal, ast.Import,
     ast.ImportFrom, ast.ExceptHandler, ast.MatchAs, ast.MatchStar, ast.MatchMapping)
)  # fmt: skip
_NAMELESS_FIELDS = frozenset(
    ("ctx", "op", "ops", "id", "attr", "arg", "module", "level", "type_comment", "kind",
     "conversion", "is_async", "simple")
)  # fmt: skip


class Scope(Record):
    """The names that a block binds, with those it declares to be another scope's."""

    bound: frozenset[str]
    globals: frozenset[str]
    nonlocals: frozenset[str]

    @property
    def locals(self) -> frozenset[str]:
        return self.bound - self.globals - self.nonlocals


def scope_of(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Scope:
    """A function's scope: parameters, and what its body binds."""
    body = [function.body] if isinstance(function, ast.Lambda) else function.body
    inner = block_scope(body)
    parameters = frozenset(argument.arg for argument in _arguments(function.args))
    bound = inner.bound | parameters | type_parameters(function)
    return Scope(bound, inner.globals, inner.nonlocals)


def own_variables(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> frozenset[str]:
    """The local names that only the body gives a value: none has one when it begins."""
    parameters = {argument.arg for argument in _arguments(function.args)}
    given = parameters.union(type_parameters(function), _given_inside(function))
    return scope_of(function).locals - given


def own_globals(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> frozenset[str]:
    """The names of the module that only the body itself binds, and no function inside it."""
    declared = [node.names for node in ast.walk(function) if isinstance(node, ast.Global)]
    names = Counter(name for names in declared for name in names)
    names.update(n.target.id for n in ast.walk(function) if isinstance(n, ast.NamedExpr))
    return frozenset(name for name in scope_of(function).globals if names[name] == 1)


def _given_inside(function: ast.AST) -> frozenset[str]:
    """The variables that a function or class inside, or a part of an expression, may be the first
    to give a value.
    """
    given: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)) and node is not function:
            given |= block_scope(node.body).nonlocals - counted_names(node.body)
        elif isinstance(node, ast.NamedExpr):  # in a part that is not evaluated, perhaps
            given.add(node.target.id)
    return frozenset(given)


def shared_variables(function: ast.AST) -> frozenset[str]:
    """The names that functions inside declare `nonlocal`, and those that a walrus binds: what
    they stand for may change unseen.
    """
    found: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Nonlocal):
            found.update(node.names)
        elif isinstance(node, ast.NamedExpr):
            found.add(node.target.id)
    return frozenset(found)


def fleeting_names(node: ast.AST) -> frozenset[str]:
    """The `e` of `except E as e`, where nothing else in the statement binds it."""
    if not isinstance(node, ast.Try):
        return frozenset()
    parts = [part for part in ast.walk(node) if not isinstance(part, ast.ExceptHandler)]
    others = {part.id for part in parts if isinstance(part, ast.Name) and _is_store(part)}
    others.update(*map(own_names, parts))
    return frozenset(handler.name for handler in node.handlers if handler.name) - others


def _is_store(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def block_scope(nodes: Iterable[ast.AST]) -> Scope:
    """The scope of statements or expressions; bodies of functions and classes are not entered."""
    bound: set[str] = set()
    globals_: set[str] = set()
    nonlocals: set[str] = set()
    stack = list(nodes)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load):
                bound.add(node.id)
        elif type(node) not in _SPECIAL:
            stack += children(node)
        elif isinstance(node, ast.Global):
            globals_.update(node.names)
        elif isinstance(node, ast.Nonlocal):
            nonlocals.update(node.names)
        else:
            bound.update(own_names(node))
            stack.extend(_same_scope(node))
    return Scope(frozenset(bound), frozenset(globals_), frozenset(nonlocals))


def counted_names(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """The names of a scope that `x += 1` binds and nothing else: each has to be there before."""
    counted: set[str] = set()
    bound: set[str] = set()
    stack = list(nodes)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            counted.add(node.target.id)
            stack.append(node.value)
        elif isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load):
                bound.add(node.id)
        else:
            bound.update(own_names(node))
            stack += _same_scope(node)
    return frozenset(counted - bound)


def children(node: ast.AST) -> list[ast.AST]:
    """All direct parts of a node that can hold names."""
    kind = node.__class__
    found: list[ast.AST] = []
    for name in _FIELDS[kind]:
        value = getattr(node, name, None)
        if isinstance(value, ast.AST):
            found.append(value)
        elif value.__class__ is list:
            found += value if kind not in _MIXED else filter(_is_node, value)
    return found


def _is_node(value: object) -> bool:
    return isinstance(value, ast.AST)


class _Fields(dict[type[ast.AST], tuple[str, ...]]):
    """The fields of each kind of node that may hold nodes with names; constants hold none."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        is_constant = issubclass(kind, ast.Constant)
        found = () if is_constant else tuple(f for f in kind._fields if f not in _NAMELESS_FIELDS)
        self[kind] = found
        return found


_FIELDS = _Fields()
# Their lists also hold None (`{**more}`, a parameter without a default) or plain strings.
_MIXED = frozenset(
    (ast.Dict, ast.arguments, ast.Global, ast.Nonlocal, ast.MatchMapping, ast.MatchClass)
)


def outer_parts(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> list[ast.expr]:
    """Decorators and defaults: what runs where a function is defined, in that order."""
    decorators = [] if isinstance(function, ast.Lambda) else function.decorator_list
    defaults = [*function.args.defaults, *(d for d in function.args.kw_defaults if d)]
    return [*decorators, *defaults]


def annotation_parts(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.expr]:
    """The annotations of parameters and result."""
    found = [a.annotation for a in _arguments(function.args)]
    return [a for a in (*found, function.returns) if a is not None]


def type_parameters(node: ast.AST) -> frozenset[str]:
    """The `T` of `def f[T]` and `class C[T]`; none before Python 3.12."""
    return frozenset(parameter.name for parameter in getattr(node, "type_params", ()))


def is_generator(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a call runs nothing of the body yet."""
    stack: list[ast.AST] = list(function.body)
    while stack:
        node = stack.pop()
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(node, (*FUNCTIONS, ast.Lambda, ast.ClassDef)):
            stack.extend(children(node))
    return False


def imported_name(alias: ast.alias) -> str:
    """What `import a.b` (`a`) or `import a.b as c` (`c`) binds."""
    return alias.asname or alias.name.partition(".")[0]


def mangled(name: str, class_name: str) -> str:
    """A private name as Python spells it inside a class."""
    class_name = class_name.lstrip("_")
    if not class_name or not name.startswith("__") or name.endswith("__"):
        return name
    return f"_{class_name}{name}"


def _arguments(arguments: ast.arguments) -> Iterator[ast.arg]:
    yield from (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    for extra in (arguments.vararg, arguments.kwarg):
        if extra is not None:
            yield extra


def own_names(node: ast.AST) -> Iterable[str]:
    """The names that a node binds by itself, not through a `Name` in it."""
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        return (node.name,)
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return (imported_name(alias) for alias in node.names if alias.name != "*")
    if isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)):
        return (node.name,) if node.name else ()
    if isinstance(node, ast.MatchMapping):
        return (node.rest,) if node.rest else ()
    return ()


def _same_scope(node: ast.AST) -> Iterable[ast.AST]:
    """The parts of a node that are in the scope that the node is in."""
    if isinstance(node, (*FUNCTIONS, ast.Lambda)):
        return outer_parts(node)
    if isinstance(node, ast.ClassDef):
        return (*node.decorator_list, *node.bases, *node.keywords)
    if isinstance(node, COMPREHENSIONS):
        # Its targets are its own; only a walrus binds outside.
        inner = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        return (*inner, *(part for g in node.generators for part in (g.iter, *g.ifs)))
    return children(node)
