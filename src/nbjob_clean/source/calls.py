"""What a call runs at once, of the code that the notebook itself has: functions, methods, and what
Python calls by itself (`__enter__` of a `with`, the key of `sorted`, a generator that is used up).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from nbjob_clean.source.arguments import UNKNOWN, Arguments, arguments_of, parameters
from nbjob_clean.source.bodies import Bodies
from nbjob_clean.source.dynamic import terminal_name
from nbjob_clean.source.expressions import CONSUMERS, Expressions, Work
from nbjob_clean.source.flow import Statements
from nbjob_clean.source.hooks import Hooks
from nbjob_clean.source.lookup import bound, found_above, found_in, is_property
from nbjob_clean.source.run import Run
from nbjob_clean.source.scope import FUNCTIONS, is_generator
from nbjob_clean.source.state import (
    Closure,
    Function,
    Instance,
    Lazy,
    Method,
    Partial,
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
# What calls the function that it is given, at once: by its first argument, by `key=`, by any name.
_APPLIERS = words("agg aggregate apply applymap map pipe reduce transform")
_SORTERS = words("max min nlargest nsmallest sort sort_values sorted")
_ASSIGNERS = words("assign")
_LAZY_APPLIERS = words("filter map starmap takewhile dropwhile")
_WRAPPERS = words("chain cycle enumerate islice iter pairwise tqdm zip")
_RUNNERS = words("run run_until_complete")
_GATHERERS = words("gather shield wait_for")
_SPECIAL_METHODS = {
    "bool": "__bool__",
    "format": "__format__",
    "hash": "__hash__",
    "iter": "__iter__",
    "len": "__len__",
    "next": "__next__",
    "print": "__str__",
    "repr": "__repr__",
    "str": "__str__",
}
_OPERATORS = {
    "Add": "add", "Sub": "sub", "Mult": "mul", "Div": "truediv", "FloorDiv": "floordiv",
    "Mod": "mod", "Pow": "pow", "MatMult": "matmul", "BitAnd": "and", "BitOr": "or",
    "LShift": "lshift", "RShift": "rshift",
}  # fmt: skip


class Calls(Hooks):
    """Follows whatever the run evaluates into the code that it sets off."""

    def __init__(self, run: Run, expressions: Expressions, statements: Statements) -> None:
        self._run = run
        self._bodies = Bodies(run, expressions, statements)
        self._subscripted = expressions.special[ast.Subscript]
        expressions.on_call, statements.hooks = self.called, self
        expressions.special |= {
            ast.Attribute: self._attribute,
            ast.Await: self._await,
            ast.BinOp: self._operation,
            ast.FormattedValue: self._formatted,
            ast.Subscript: self._item,
        }

    def called(self, call: ast.Call) -> None:
        """Look at what the call runs at once, if that is known, and remember what it gives."""
        function = self._run.value_of(call.func)
        if function is None:
            result = self._foreign(call, terminal_name(call.func))
        else:
            result = self._apply(function, arguments_of(call, self._run.value_of), call)
        self._remember(call, result)

    def defined(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Value | None:
        frames = tuple(frame for frame in self._run.frames[1:] if frame.kind != "class")
        value: Value | None = Closure(node, frames, self._run.cell) if frames else node
        for decorator in reversed(node.decorator_list):
            if terminal_name(decorator) not in _PLAIN_DECORATORS:
                function = self._run.value_of(decorator)
                given = Arguments((value,), (), is_exact=True)
                value = function and self._apply(function, given, decorator)
        return value

    def created(self, node: ast.ClassDef) -> None:
        site = next(iter([*node.bases, *(keyword.value for keyword in node.keywords)]), node)
        hook = found_above(node, "__init_subclass__", self._run.value_of)
        if hook is not None:
            self._call_method(Method(hook.function, hook.cls, node), UNKNOWN, site)
        for keyword in node.keywords:
            meta = self._run.value_of(keyword.value) if keyword.arg == "metaclass" else None
            if isinstance(meta, ast.ClassDef):
                self._special(Instance(meta), "__new__", site)
                self._special(Instance(meta), "__init__", site)

    def iterated(self, iterable: ast.expr) -> None:
        self._use_up(self._run.value_of(iterable), iterable)

    def entered(self, manager: ast.expr) -> None:
        value = self._run.value_of(manager)
        if isinstance(value, Lazy):
            self._use_up(value, manager, until_yield=True)
        else:
            self._special(value, "__enter__", manager)

    def left(self, manager: ast.expr) -> None:
        self._special(self._run.value_of(manager), "__exit__", manager)

    def _remember(self, node: ast.AST, value: Value | None) -> None:
        if value is None:
            self._run.results.pop(node, None)
        else:
            self._run.results[node] = value

    def _apply(self, value: Value, given: Arguments, site: ast.AST) -> Value | None:
        """Call what a value is."""
        if isinstance(value, Partial):
            return self._apply(value.function, UNKNOWN, site)
        if isinstance(value, ast.ClassDef):
            return self._construct(value, given, site)
        if isinstance(value, Instance):
            return self._special(value, "__call__", site, given)
        if isinstance(value, Method):
            return self._call_method(value, given, site)
        if isinstance(value, (*FUNCTIONS, ast.Lambda, Closure)):
            return self._call_function(value, given, site)
        return None

    def _construct(self, cls: ast.ClassDef, given: Arguments, site: ast.AST) -> Value:
        made = Instance(cls)
        self._special(made, "__new__", site, UNKNOWN)
        is_dataclass = any(terminal_name(d) == "dataclass" for d in cls.decorator_list)
        self._special(made, "__init__", site, given)
        if is_dataclass and found_in(cls, "__init__", self._run.value_of) is None:
            self._special(made, "__post_init__", site)
        return made

    def _special(
        self, value: Value | None, name: str, site: ast.AST, given: Arguments = UNKNOWN
    ) -> Value | None:
        """Call a method of an instance that Python looks up by itself, if the class has it."""
        found = None
        if isinstance(value, Instance):
            found = found_in(value.cls, name, self._run.value_of)
        if found is None or not isinstance(value, Instance):
            return None
        return self._call_method(Method(found.function, found.cls, value), given, site)

    def _call_method(self, method: Method, given: Arguments, site: ast.AST) -> Value | None:
        first = method.owner
        return self._call_function(method.function, given, site, first=first, method=method)

    def _call_function(
        self,
        value: Function | Closure,
        given: Arguments,
        site: ast.AST,
        *,
        first: Value | None = None,
        method: Method | None = None,
    ) -> Value | None:
        """Run the body, or leave it for whoever uses up the generator or awaits the coroutine."""
        code = value.code if isinstance(value, Closure) else value
        if isinstance(code, ast.GeneratorExp):
            return None
        values = parameters(code, given, first)
        is_coroutine = isinstance(code, ast.AsyncFunctionDef)
        if is_coroutine or (isinstance(code, FUNCTIONS) and is_generator(code)):
            return Lazy(value, tuple(values.items()))
        return self._bodies.follow(self._closure(value), values, site, method)

    def _closure(self, value: Function | Closure) -> Closure:
        if isinstance(value, Closure):
            return value
        return Closure(value, (), self._run.home(value))

    def _use_up(
        self, value: Value | None, site: ast.AST, *, until_yield: bool = False
    ) -> Value | None:
        """Run what a generator or coroutine, or an object that is asked for items, has to do."""
        if isinstance(value, Lazy):
            body = value.function
            if isinstance(body, (*FUNCTIONS, ast.Lambda, Closure)):
                given = dict(value.arguments)
                closure = self._closure(body)
                return self._bodies.follow(closure, given, site, until_yield=until_yield)
            return self._apply(body, UNKNOWN, site)
        items = self._special(value, "__iter__", site)
        if isinstance(items, Lazy):
            return self._use_up(items, site, until_yield=until_yield)
        return self._special(items, "__next__", site)

    def _foreign(self, call: ast.Call, name: str) -> Value | None:
        """A function of somebody else: what it does with what it is given."""
        values = [(node, self._run.value_of(node)) for node in call.args]
        first = values[0][1] if values else None
        if isinstance(call.func, ast.Name) and name in _LAZY_APPLIERS and len(values) > 1:
            is_empty = self._run.truth_of(call.args[1]) is False
            return Lazy(Partial(first)) if first is not None and not is_empty else None
        if name == "partial" and first is not None:
            return Partial(first)
        if name in _WRAPPERS:
            return first if isinstance(first, Lazy) else None
        if name in _SORTERS or name in _APPLIERS or name in _ASSIGNERS:
            self._call_back(call, name, values)
        if name in CONSUMERS or name in _RUNNERS or name == "next":
            return self._consume(values, call, until_yield=name in ("next", "any", "all"))
        if name in _SPECIAL_METHODS and isinstance(call.func, ast.Name):
            for _, value in values:
                self._shown(value, _SPECIAL_METHODS[name], call)
        return None

    def _consume(
        self,
        values: Iterable[tuple[ast.expr, Value | None]],
        call: ast.Call,
        *,
        until_yield: bool,
    ) -> Value | None:
        result = None
        for node, value in values:
            # The elements of one that stands in the call were looked at there.
            if not isinstance(node, ast.GeneratorExp):
                result = self._use_up(value, call, until_yield=until_yield)
        return result

    def _call_back(
        self, call: ast.Call, name: str, values: Iterable[tuple[ast.expr, Value | None]]
    ) -> None:
        is_sorter = name in _SORTERS
        given = [] if is_sorter else [value for _, value in values]
        named = (keyword for keyword in call.keywords if not is_sorter or keyword.arg == "key")
        if is_sorter and call.args and self._run.truth_of(call.args[0]) is False:
            return
        given += [self._run.value_of(keyword.value) for keyword in named]
        for value in given:
            if isinstance(value, (*FUNCTIONS, ast.Lambda, Closure, Method)):
                self._apply(value, UNKNOWN, call)

    def _shown(self, value: Value | None, name: str, site: ast.AST) -> None:
        """`print` and the like ask for `__str__`, and for `__repr__` where there is none."""
        if not isinstance(value, Instance):
            return
        has_it = found_in(value.cls, name, self._run.value_of) is not None
        self._special(value, name if has_it or name != "__str__" else "__repr__", site)

    def _attribute(self, node: ast.AST) -> Iterable[Work]:
        assert isinstance(node, ast.Attribute)  # noqa: S101 - for the type checker
        return [node.value, lambda: self._remember(node, self._member(node))]

    def _member(self, node: ast.Attribute) -> Value | None:
        found, owner = self._found(node)
        if found is None or owner is None:
            return None
        if isinstance(owner, Instance) and is_property(found.function):
            return self._call_method(Method(found.function, found.cls, owner), UNKNOWN, node)
        return bound(found, owner)

    def _found(self, node: ast.Attribute) -> tuple[Method | None, Instance | ast.ClassDef | None]:
        """The function that an attribute is, and whom it is bound to."""
        method = next((f.method for f in reversed(self._run.frames) if f.method), None)
        is_super = isinstance(node.value, ast.Call) and terminal_name(node.value) == "super"
        if is_super and method is not None:
            return found_above(method.cls, node.attr, self._run.value_of), method.owner
        value = self._run.value_of(node.value)
        if isinstance(value, Instance):
            return found_in(value.cls, node.attr, self._run.value_of), value
        if isinstance(value, ast.ClassDef):
            return found_in(value, node.attr, self._run.value_of), value
        return None, None

    def _await(self, node: ast.AST) -> Iterable[Work]:
        assert isinstance(node, ast.Await)  # noqa: S101
        return [node.value, lambda: self._remember(node, self._awaited(node.value))]

    def _awaited(self, node: ast.expr) -> Value | None:
        if isinstance(node, ast.Call) and terminal_name(node) in _GATHERERS:
            for argument in node.args:
                self._use_up(self._run.value_of(argument), argument)
            return None
        return self._use_up(self._run.value_of(node), node)

    def _operation(self, node: ast.AST) -> Iterable[Work]:
        assert isinstance(node, ast.BinOp)  # noqa: S101
        return [node.left, node.right, lambda: self._operate(node)]

    def _operate(self, node: ast.BinOp) -> None:
        name = _OPERATORS.get(type(node.op).__name__, "")
        left = self._run.value_of(node.left)
        if isinstance(left, Instance):
            self._remember(node, self._special(left, f"__{name}__", node))
        else:
            right = self._run.value_of(node.right)
            self._remember(node, self._special(right, f"__r{name}__", node))

    def _formatted(self, node: ast.AST) -> Iterable[Work]:
        assert isinstance(node, ast.FormattedValue)  # noqa: S101
        shown = "__repr__" if node.conversion == ord("r") else "__str__"
        parts: list[Work] = [node.value, *([node.format_spec] if node.format_spec else [])]
        return [*parts, lambda: self._shown(self._run.value_of(node.value), shown, node)]

    def _item(self, node: ast.AST) -> Iterable[Work]:
        assert isinstance(node, ast.Subscript)  # noqa: S101
        return [*self._subscripted(node), lambda: self._get(node)]

    def _get(self, node: ast.Subscript) -> None:
        name = "__getitem__" if isinstance(node.ctx, ast.Load) else "__setitem__"
        self._remember(node, self._special(self._run.value_of(node.value), name, node))
