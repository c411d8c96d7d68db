"""What Python calls by itself, of the notebook's own code: decorators, `__enter__` of a `with`, the
first item of a loop, operators, a property that is read, a coroutine that is awaited.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence

from nbjob_clean.record import changed
from nbjob_clean.source.arguments import UNKNOWN, Arguments
from nbjob_clean.source.attributes import Attributes
from nbjob_clean.source.calls import Calls
from nbjob_clean.source.dynamic import terminal_name
from nbjob_clean.source.expressions import Expressions, Work
from nbjob_clean.source.flow import Statements
from nbjob_clean.source.hooks import Hooks
from nbjob_clean.source.lookup import bound, found_above, is_property
from nbjob_clean.source.own_lines import may_lack_own
from nbjob_clean.source.run import Run
from nbjob_clean.source.scope import FUNCTIONS, children
from nbjob_clean.source.state import (
    Closure,
    Constant,
    Defaults,
    Growing,
    Instance,
    Lazy,
    Method,
    Table,
    Value,
)
from nbjob_clean.source.table import words

# Decorators that leave a function what it is, as far as a call of it goes.
_PLAIN_DECORATORS = words(
    """
    abstractmethod asynccontextmanager cache classmethod contextmanager final lru_cache override
    property staticmethod wraps
    """
)
_MOST = 8  # of the items of a table that a loop is tried with
# What is worth finding in a table.
_OF_USE = (*FUNCTIONS, ast.Lambda, ast.ClassDef, Closure, Instance, Method, Table)
# They leave what is in a table where it is.
_TABLE_READERS = words("append copy count extend get index items keys values")
_VIEWS = words("get items values")
_COPIERS = words("enumerate list reversed tuple zip")
_GATHERERS = words("gather shield wait_for")
_OPERATORS = {
    "Add": "add", "Sub": "sub", "Mult": "mul", "Div": "truediv", "FloorDiv": "floordiv",
    "Mod": "mod", "Pow": "pow", "MatMult": "matmul", "BitAnd": "and", "BitOr": "or",
    "LShift": "lshift", "RShift": "rshift", "Lt": "lt", "LtE": "le", "Gt": "gt", "GtE": "ge",
    "Eq": "eq", "NotEq": "ne", "USub": "neg", "UAdd": "pos", "Invert": "invert", "BitXor": "xor",
}  # fmt: skip


class Protocols(Hooks):
    """Sees what the run evaluates, and follows it into the code that it sets off."""

    def __init__(self, run: Run, expressions: Expressions, statements: Statements) -> None:
        self._run = run
        self._calls = Calls(run, expressions, statements)
        self._special = dict(expressions.special)
        self._changed: set[Table | Defaults] = set()  # by somebody who may have put anything in
        self._attributes = Attributes()
        expressions.on_call, expressions.on_iteration = self._called, self.iterated
        statements.hooks = self
        seen: dict[type[ast.AST], Callable[..., object]] = {
            ast.Attribute: self._read,
            ast.Await: self._awaited,
            ast.BinOp: self._operated,
            ast.Compare: self._compared,
            ast.Dict: self._written_out,
            ast.FormattedValue: self._formatted,
            ast.List: self._written_out,
            ast.Starred: self._spread,
            ast.Subscript: self._item,
            ast.Tuple: self._written_out,
            ast.UnaryOp: self._signed,
            ast.YieldFrom: self._delegated,
        }
        for kind, look in seen.items():
            expressions.special[kind] = self._parts_then(kind, look)

    def finish(self) -> None:
        """Look at what nobody has called: what it lacks of its own, it lacks whoever calls it."""
        run = self._run
        functions = [node for deferred in run.deferred for node in deferred.nodes]
        for node in functions:
            if isinstance(node, FUNCTIONS) and may_lack_own(node):
                mark = len(run.misses)
                before, run.is_open = run.is_open, True  # constants may be others by then
                try:
                    self._calls.look_into(node)
                except RecursionError:  # too deep to follow: what it lacks is not known
                    run.rewind()
                run.is_open = before
                run.misses[mark:] = [miss for miss in run.misses[mark:] if miss.is_own]

    def _parts_then(
        self, kind: type[ast.AST], look: Callable[..., object]
    ) -> Callable[[ast.AST], Iterable[Work]]:
        """First the parts of a node, as ever, then a look at what it does as a whole."""
        parts = self._special.get(kind, children)
        return lambda node: [*parts(node), lambda: look(node)]

    def _called(self, call: ast.Call) -> None:
        """A call that only looks something up, by a name that is written out, or any other."""
        keys = [self._run.value_of(argument) for argument in call.args]
        self._changed.update(key for key in keys if isinstance(key, Defaults))
        name = keys[-1].value if keys and isinstance(keys[-1], Constant) else None
        value = call.func.value if isinstance(call.func, ast.Attribute) else None
        table = self._run.value_of(value) if value is not None else None
        if isinstance(table, Table) and terminal_name(call.func) in _VIEWS:
            found = _view(table, terminal_name(call.func), name)
            self._calls.remember(call, found if table not in self._changed else None)
        elif terminal_name(call.func) == "getattr" and len(keys) == 2 and isinstance(name, str):
            node = ast.Attribute(call.args[0], name, ast.Load())
            self._calls.remember(call, self._member(ast.copy_location(node, call)))
        elif (copied := _copied(call, keys)) is not None and self._changed.isdisjoint(keys):
            self._calls.remember(call, copied)
        else:
            self._calls.called(call)
            self._appended(call)

    def _appended(self, call: ast.Call) -> None:
        """Functions in a list that was empty: the list is called through."""
        if not isinstance(call.func, ast.Attribute) or call.func.attr != "append":
            return
        owner = call.func.value
        table = self._run.value_of(owner)
        is_ours = isinstance(table, Table) and self._is_ours(table)
        name = owner.id if is_ours and isinstance(owner, ast.Name) else self._growing(owner)
        if name and len(call.args) == 1:
            value = self._run.value_of(call.args[0])
            items = table.items if isinstance(table, Table) else ()
            longer = Table((*items, (len(items), value)))
            self._run.revalue(name, longer if isinstance(value, _OF_USE) else None)

    def _is_ours(self, table: Table) -> bool:
        """Whether a table is what it was written out as, in code that runs once."""
        is_here = self._run.site is None and self._run.frames[-1] is self._run.module
        return is_here and table not in self._changed and self._has_one_name(table)

    def _growing(self, owner: ast.expr) -> str:
        """The name of a container that was made empty, in code that runs once, or in a loop."""
        is_here = self._run.site is None and self._run.frames[-1] is self._run.module
        is_named = is_here and isinstance(owner, ast.Name)
        is_growing = is_named and isinstance(self._run.value_of(owner), Growing)
        is_growing = is_growing and self._has_one_name(self._run.value_of(owner))
        return owner.id if is_growing and isinstance(owner, ast.Name) else ""

    def _has_one_name(self, value: Value | None) -> bool:
        """Whether nobody can change it by another name."""
        return sum(b.value is value for b in self._run.module.names.values()) == 1

    def stored(self, target: ast.Subscript, value: Value | None) -> bool:
        key, table = self._run.value_of(target.slice), self._run.value_of(target.value)
        is_ours = isinstance(table, Table) and table.is_dict and self._is_ours(table)
        name = self._growing(target.value)
        if is_ours and isinstance(target.value, ast.Name):
            name = target.value.id
        if not name or not isinstance(key, Constant) or not isinstance(value, _OF_USE):
            return False
        items = table.items if isinstance(table, Table) else ()
        self._run.revalue(name, Table((*items, (key.value, value)), is_dict=True))
        return True

    def defined(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Value | None:
        frames = tuple(frame for frame in self._run.frames[1:] if frame.kind != "class")
        value: Value | None = Closure(node, frames, self._run.cell) if frames else node
        for decorator in reversed(node.decorator_list):
            if terminal_name(decorator) not in _PLAIN_DECORATORS:
                function = self._run.value_of(decorator)
                given = Arguments((value,), (), is_exact=True)
                value = function and self._calls.apply(function, given, decorator)
        return value

    def created(self, node: ast.ClassDef) -> None:
        site = next(iter([*node.bases, *(keyword.value for keyword in node.keywords)]), node)
        hook = found_above(node, node, "__init_subclass__", self._run.value_of)
        if hook is not None:
            self._calls.call_method(Method(hook.function, hook.cls, node), UNKNOWN, site)
        for keyword in node.keywords:
            meta = self._run.value_of(keyword.value) if keyword.arg == "metaclass" else None
            if isinstance(meta, ast.ClassDef):
                self._calls.special(Instance(meta), "__new__", site)
                self._calls.special(Instance(meta), "__init__", site)

    def iterated(self, iterable: ast.expr, *, is_whole: bool = True) -> tuple[Value | None, ...]:
        value = self._run.value_of(iterable)
        if isinstance(value, Table) and value not in self._changed:
            items = () if value.is_dict else tuple(item for _, item in value.items)
            is_all = is_whole and len(items) <= _MOST
            return items if is_all else tuple(map(_without_constants, items[:1]))
        self._calls.use_up(value, iterable, until_yield=not is_whole)
        return ()

    def entered(self, manager: ast.expr, *, is_async: bool = False) -> Value | None:
        value = self._run.value_of(manager)
        if isinstance(value, Lazy):
            self._calls.use_up(value, manager, until_yield=True)
            return None
        name = "__aenter__" if is_async else "__enter__"
        given = self._calls.special(value, name, manager)
        return self._calls.use_up(given, manager) if is_async else given

    def left(self, manager: ast.expr, *, is_async: bool = False) -> None:
        value = self._run.value_of(manager)
        if isinstance(value, Lazy):
            self._calls.use_up(value, manager)
            return
        given = self._calls.special(value, "__aexit__" if is_async else "__exit__", manager)
        if is_async:
            self._calls.use_up(given, manager)

    def tested(self, test: ast.expr) -> None:
        first = test.values[0] if isinstance(test, ast.BoolOp) else test
        if isinstance(first, ast.Name):
            self._calls.truth(self._run.value_of(first), first)

    def assigned(self, target: ast.Attribute, value: Value | None) -> None:
        owner = self._run.value_of(target.value)
        self._attributes.note(owner, target.attr, None if self._run.conditions else value)
        if not isinstance(owner, Instance):
            return
        found = self._calls.found(owner, target.attr, is_setter=True)
        if found is not None:
            method = Method(found.function, found.cls, owner)
            self._calls.call_method(method, UNKNOWN, target)

    def _read(self, node: ast.Attribute) -> None:
        is_read = isinstance(node.ctx, ast.Load)
        self._calls.remember(node, self._member(node) if is_read else None)

    def _member(self, node: ast.Attribute) -> Value | None:
        found, owner = self._found(node)
        if owner is not None and found is None:
            return self._attributes.of(owner, node.attr)
        if owner is None or found is None:
            return None
        if isinstance(owner, Instance) and is_property(found.function):
            method = Method(found.function, found.cls, owner)
            return self._calls.call_method(method, UNKNOWN, node)
        return bound(found, owner)

    def _found(self, node: ast.Attribute) -> tuple[Method | None, Instance | ast.ClassDef | None]:
        """The function that an attribute is, and whom it is bound to."""
        method = next((f.method for f in reversed(self._run.frames) if f.method), None)
        is_super = isinstance(node.value, ast.Call) and terminal_name(node.value) == "super"
        if is_super and isinstance(node.value, ast.Call) and node.value.args:
            return None, None
        if is_super and method is not None:
            owner = method.owner
            return found_above(method.cls, owner, node.attr, self._run.value_of), owner
        value = self._run.value_of(node.value)
        if isinstance(value, (Table, Defaults)) and node.attr not in _TABLE_READERS:
            self._changed.add(value)
        if isinstance(value, (Instance, ast.ClassDef)):
            return self._calls.found(value, node.attr), value
        return None, None

    def _awaited(self, node: ast.Await) -> None:
        value, result = node.value, None
        if isinstance(value, ast.Call) and terminal_name(value) in _GATHERERS:
            is_kept = any(keyword.arg == "return_exceptions" for keyword in value.keywords)
            for argument in () if is_kept else value.args:
                self._calls.use_up(self._run.value_of(argument), argument)
        else:
            result = self._calls.use_up(self._run.value_of(value), value)
        self._calls.remember(node, result)

    def _operated(self, node: ast.BinOp) -> None:
        name = _OPERATORS.get(type(node.op).__name__, "")
        left, right = self._run.value_of(node.left), self._run.value_of(node.right)
        is_left = isinstance(left, Instance)
        name = f"__{name}__" if is_left else f"__r{name}__"
        self._calls.remember(node, self._calls.special(left if is_left else right, name, node))

    def _compared(self, node: ast.Compare) -> None:
        right = self._run.value_of(node.comparators[0])
        if isinstance(node.ops[0], (ast.In, ast.NotIn)):
            self._calls.special(right, "__contains__", node)
        elif name := _OPERATORS.get(type(node.ops[0]).__name__):
            self._calls.special(self._run.value_of(node.left), f"__{name}__", node)

    def augmented(self, target: ast.Name, operation: ast.operator) -> None:
        value, name = self._run.value_of(target), _OPERATORS[type(operation).__name__]
        has_it = not self._calls.lacks(value, f"__i{name}__")
        self._calls.special(value, f"__i{name}__" if has_it else f"__{name}__", target)

    def _signed(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not):
            self.tested(node.operand)
            return
        name = _OPERATORS[type(node.op).__name__]
        self._calls.special(self._run.value_of(node.operand), f"__{name}__", node)

    def _formatted(self, node: ast.FormattedValue) -> None:
        value = self._run.value_of(node.value)
        if node.conversion < 0 and self._calls.found(value, "__format__") is not None:
            self._calls.special(value, "__format__", node)
            return
        if node.conversion < 0 and not self._calls.lacks(value, "__format__"):
            return  # that of another base, as a number has one
        shown = "__repr__" if node.conversion == ord("r") else "__str__"
        self._calls.shown(value, shown, node)

    def _spread(self, node: ast.Starred) -> None:
        if isinstance(node.ctx, ast.Load):
            self.iterated(node.value)

    def _delegated(self, node: ast.YieldFrom) -> None:
        self.iterated(node.value, is_whole=not self._run.until_yield)

    def _written_out(self, node: ast.List | ast.Tuple | ast.Dict) -> None:
        """Functions in a table are called through it; nothing else of it is of use."""
        if isinstance(node, ast.Dict):
            keys = [getattr(key, "value", node) for key in node.keys]
            parts = node.values
        else:
            keys, parts = list(range(len(node.elts))), node.elts
        is_plain = not any(isinstance(part, ast.Starred) for part in parts)
        values = [self._run.value_of(part) for part in parts]
        is_used = is_plain and any(isinstance(value, _OF_USE) for value in values)
        items = tuple(zip(keys, values, strict=True))
        table = Table(items, isinstance(node, ast.Dict)) if is_used else None
        self._calls.remember(node, table)

    def _item(self, node: ast.Subscript) -> None:
        owner = self._run.value_of(node.value)
        if isinstance(owner, Table):
            self._looked_up(owner, node)
            return
        if isinstance(owner, Defaults):
            self._defaulted(owner, node)
            return
        if owner is None and isinstance(node.slice, ast.Lambda):  # as `df.loc[lambda d: ...]`
            self._calls.apply(node.slice, UNKNOWN, node)
        name = "__getitem__" if isinstance(node.ctx, ast.Load) else "__setitem__"
        self._calls.remember(node, self._calls.special(owner, name, node))

    def _defaulted(self, owner: Defaults, node: ast.Subscript) -> None:
        """The first item that is asked for is made; later ones may be there."""
        if isinstance(node.ctx, ast.Load) and owner not in self._changed:
            self._calls.apply(owner.function, UNKNOWN, node)
        self._changed.add(owner)

    def _looked_up(self, table: Table, node: ast.Subscript) -> None:
        """An item, as long as nobody has put another one into the table."""
        if not isinstance(node.ctx, ast.Load):
            self._changed.add(table)
        key = self._run.value_of(node.slice)
        found = None
        if isinstance(key, Constant) and table not in self._changed:
            found = _item_of(table, key.value)
        self._calls.remember(node, found)


def _view(table: Table, method: str, key: object) -> Value | None:
    """What a method gives of a dictionary: an item, all of them, or all with their keys."""
    if not table.is_dict or method == "get":
        return _item_of(table, key) if table.is_dict else None
    latest = dict(table.items)
    if method == "items":
        pairs = (Table(((0, Constant(at)), (1, value))) for at, value in latest.items())
        return Table(tuple(enumerate(pairs)))
    return Table(tuple(enumerate(latest.values())))


def _without_constants(item: Value | None) -> Value | None:
    """One item of many: what another one may have otherwise decides nothing."""
    if isinstance(item, Table):
        return changed(item, items=tuple((k, _without_constants(v)) for k, v in item.items))
    return None if isinstance(item, Constant) else item


def _copied(call: ast.Call, given: Sequence[Value | None]) -> Table | None:
    """What `enumerate`, `zip` and the like make of lists that are written out."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    tables = [value for value in given if isinstance(value, Table) and not value.is_dict]
    if name not in _COPIERS or not tables or len(tables) < len(given):
        return None
    lists = [[value for _, value in table.items] for table in tables]
    items: list[Value | None] = [*lists[0]]
    if name == "enumerate":
        items = [Table(((0, None), (1, item))) for item in items]
    elif name == "reversed":
        items.reverse()
    elif name == "zip":
        items = [Table(tuple(enumerate(row))) for row in zip(*lists, strict=False)]
    return Table(tuple(enumerate(items)))


def _item_of(table: Table, key: object) -> Value | None:
    return next((value for at, value in reversed(table.items) if at == key), None)
