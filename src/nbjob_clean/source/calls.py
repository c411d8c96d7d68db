"""What a call runs at once, of the code that the notebook itself has: functions, methods, classes,
and what somebody else's function does with those that it is given.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from nbjob_clean.source.arguments import UNKNOWN, Arguments, arguments_of, parameters
from nbjob_clean.source.bodies import Bodies
from nbjob_clean.source.constant import constant_of
from nbjob_clean.source.dynamic import terminal_name
from nbjob_clean.source.expressions import CONSUMERS, Expressions
from nbjob_clean.source.flow import Statements
from nbjob_clean.source.lookup import default_factory, found_in, is_no_field, order_of
from nbjob_clean.source.run import Run
from nbjob_clean.source.scope import FUNCTIONS, block_scope, is_generator
from nbjob_clean.source.state import (
    Closure,
    Constant,
    Defaults,
    Function,
    Growing,
    Instance,
    Lazy,
    Method,
    Partial,
    Place,
    Value,
)
from nbjob_clean.source.table import words

# What calls the function that it is given, at once: by its first argument, by `key=`, by any name.
_APPLIERS = words(
    """
    agg aggregate apply applymap map pipe reduce sub subn transform
    """
)
# The same, as functions of these modules; as methods of an object they may be anything.
_NUMERIC = words(
    """
    brentq curve_fit fromfunction fsolve least_squares minimize minimize_scalar odeint quad
    root_scalar solve_ivp timeit
    """
)
_LIBRARIES = words("integrate np numpy optimize scipy timeit")
_SORTERS = words("max min nlargest nsmallest sort sort_values sorted")
_ASSIGNERS = words("assign")
_LAZY_APPLIERS = words("filter map starmap takewhile dropwhile")
_KEYED = words("accumulate groupby")  # as functions of itertools; pandas calls no key of ours
# Where one of these is imported, `.map(f)` is a plan that somebody else carries out.
_LAZY_LIBRARIES = words("apache_beam dask datasets polars pyspark ray tensorflow vaex")
_WRAPPERS = words("chain create_task cycle ensure_future enumerate iter pairwise tqdm zip")
_RUNNERS = words("run run_until_complete")
_SPECIAL_METHODS = {
    "format": "__format__",
    "hash": "__hash__",
    "iter": "__iter__",
    "len": "__len__",
    "next": "__next__",
    "print": "__str__",
    "repr": "__repr__",
    "str": "__str__",
}


class Calls:
    """Follows calls into the code that they set off."""

    def __init__(self, run: Run, expressions: Expressions, statements: Statements) -> None:
        self._run = run
        self._bodies = Bodies(run, expressions, statements)
        self._generators: dict[Function, bool] = {}

    def called(self, call: ast.Call) -> None:
        """Look at what the call runs at once, if that is known, and remember what it gives."""
        function = self._run.value_of(call.func)
        if function is None:
            result = self._foreign(call, terminal_name(call.func))
        else:
            result = self.apply(function, arguments_of(call, self._run.value_of), call)
        self.remember(call, result)

    def remember(self, node: ast.AST, value: Value | None) -> None:
        if value is None:
            self._run.results.pop(node, None)
        else:
            self._run.results[node] = value

    def apply(self, value: Value, given: Arguments, site: ast.AST) -> Value | None:
        """Call what a value is."""
        if isinstance(value, Partial):
            return self.apply(value.function, UNKNOWN, site)
        if isinstance(value, ast.ClassDef):
            return self._construct(value, given, site)
        if isinstance(value, Instance):
            return self.special(value, "__call__", site, given)
        if isinstance(value, Method):
            return self.call_method(value, given, site)
        if isinstance(value, (*FUNCTIONS, ast.Lambda, Closure)):
            return self._call_function(value, given, site)
        return None

    def _construct(self, cls: ast.ClassDef, given: Arguments, site: ast.AST) -> Value | None:
        made = Instance(cls)
        if self._is_made_otherwise(cls):
            return None
        if self.found(made, "__new__") is not None:
            self.special(made, "__new__", site)
            return None
        init = self.special(made, "__init__", site, given)
        is_dataclass = any(map(self._makes_dataclass, cls.decorator_list))
        if is_dataclass and init is None and self.found(made, "__init__") is None:
            self._fill(cls, given, site)
            self.special(made, "__post_init__", site)
        return made

    def _makes_dataclass(self, decorator: ast.expr) -> bool:
        """Python's own `@dataclass`, which writes an `__init__`."""
        function = decorator.func if isinstance(decorator, ast.Call) else decorator
        keywords = decorator.keywords if isinstance(decorator, ast.Call) else ()
        is_foreign = self._run.value_of(function) is None
        has_init = not any(keyword.arg == "init" for keyword in keywords)
        return is_foreign and has_init and terminal_name(decorator) == "dataclass"

    def _fill(self, cls: ast.ClassDef, given: Arguments, site: ast.AST) -> None:
        """What `field(default_factory=f)` calls for the fields that the call does not give."""
        fields = [node for node in cls.body if isinstance(node, ast.AnnAssign)]
        named = {name for name, _ in given.named}
        is_plain = given.is_exact and not cls.bases and not any(map(is_no_field, fields))
        for node in fields[len(given.positional) :] if is_plain else ():
            maker = getattr(node.value, "func", None)
            is_foreign = maker is not None and self._run.value_of(maker) is None
            factory = default_factory(node.value) if is_foreign else None
            if factory and isinstance(node.target, ast.Name) and node.target.id not in named:
                value = self._run.value_of(factory)
                if value is not None:
                    self.apply(value, UNKNOWN, site)

    def _is_made_otherwise(self, cls: ast.ClassDef) -> bool:
        """Whether a metaclass decides what a call of the class is."""
        classes = order_of(cls, self._run.value_of)
        metas = [k.value for c in classes if c for k in c.keywords if k.arg == "metaclass"]
        values = [(node, self._run.value_of(node)) for node in metas]
        return any(
            self.found(value, "__call__") is not None
            if isinstance(value, ast.ClassDef)
            else terminal_name(node) not in ("ABCMeta", "EnumMeta", "type")
            for node, value in values
        )

    def found(self, value: Value | None, name: str, *, is_setter: bool = False) -> Method | None:
        """The function that an attribute is by the class, unless somebody has replaced it; or the
        one that is called when a value is given to it.
        """
        cls = value.cls if isinstance(value, Instance) else value
        if not isinstance(cls, ast.ClassDef) or name in self._run.patched:
            return None
        is_answered = found_in(cls, "__getattribute__", self._run.value_of) is not None
        if is_answered and not name.startswith("__"):
            return None
        return found_in(cls, name, self._run.value_of, is_setter=is_setter)

    def special(
        self, value: Value | None, name: str, site: ast.AST, given: Arguments = UNKNOWN
    ) -> Value | None:
        """Call a method of an instance that Python looks up by itself, if the class has it."""
        found = self.found(value, name)
        if found is None or not isinstance(value, Instance):
            return None
        return self.call_method(Method(found.function, found.cls, value), given, site)

    def call_method(self, method: Method, given: Arguments, site: ast.AST) -> Value | None:
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
        if given.is_exact and code is value:
            self._default_functions(code, values, given, first)
        is_coroutine = isinstance(code, ast.AsyncFunctionDef)
        if is_coroutine or self._is_generator(code):
            return Lazy(value, tuple(values.items()))
        return self._bodies.follow(self._closure(value), values, site, method)

    def look_into(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Run a body that no call has run yet, whatever it is given."""
        if function not in self._bodies.followed:
            self._bodies.follow(self._closure(function), {}, function)

    def _default_functions(
        self, code: Function, values: dict[str, Value], given: Arguments, first: Value | None
    ) -> None:
        """Functions that parameters are by default, where the call gives no other."""
        spec, place = code.args, Place(self._run.home(code), code.lineno)
        names = [argument.arg for argument in (*spec.posonlyargs, *spec.args)]
        given_names = {name for name, _ in given.named}
        given_names.update(names[: len(given.positional) + (first is not None)])
        keywords = [argument.arg for argument in spec.kwonlyargs]
        pairs = [*zip(keywords, spec.kw_defaults, strict=True)]
        pairs += zip(reversed(names), reversed(spec.defaults), strict=False)
        for name, default in pairs:
            if name in given_names:
                continue
            value: Value | None = default if isinstance(default, ast.Lambda) else None
            if isinstance(default, ast.Name):
                value = self._run.module_value(default.id, before=place)
            if isinstance(value, (*FUNCTIONS, ast.Lambda)):
                values[name] = value

    def _is_generator(self, code: Function) -> bool:
        if code not in self._generators:
            self._generators[code] = isinstance(code, FUNCTIONS) and is_generator(code)
        return self._generators[code]

    def _closure(self, value: Function | Closure) -> Closure:
        if isinstance(value, Closure):
            return value
        return Closure(value, (), self._run.home(value))

    def use_up(
        self, value: Value | None, site: ast.AST, *, until_yield: bool = False
    ) -> Value | None:
        """Run what a generator or coroutine, or an object that is asked for items, has to do."""
        if isinstance(value, Lazy):
            body = value.function
            if isinstance(body, (*FUNCTIONS, ast.Lambda, Closure)):
                given = dict(value.arguments)
                closure = self._closure(body)
                return self._bodies.follow(closure, given, site, until_yield=until_yield)
            return self.apply(body, UNKNOWN, site)
        items = self.special(value, "__iter__", site)
        if isinstance(items, Lazy):
            return self.use_up(items, site, until_yield=until_yield)
        return self.special(items, "__next__", site)

    def _foreign(self, call: ast.Call, name: str) -> Value | None:
        """A function of somebody else: what it does with what it is given."""
        values = [(node, self._run.value_of(node)) for node in call.args]
        first = values[0][1] if values else None
        if name == "setattr" and len(values) == 3:
            self._patched(call.args[1], first)
        if first is not None and (kept := _kept(name, first, len(values))) is not None:
            return kept
        if name in _KEYED and (key := self._key(call)) is not None:
            return None if self._is_empty(call.args[0]) else Lazy(Partial(key))
        owner = getattr(call.func, "value", None)
        is_plain = isinstance(call.func, ast.Name) or getattr(owner, "id", "") == "itertools"
        if is_plain and name in _LAZY_APPLIERS and len(values) > 1:
            is_empty = self._is_empty(call.args[1])
            inner = values[1][1] if first is None or isinstance(first, Constant) else first
            if is_empty or inner is None or isinstance(inner, Lazy):
                return None if is_empty else inner
            return Lazy(Partial(inner))
        if name == "result" and isinstance(call.func, ast.Attribute):
            return self.use_up(self._run.value_of(call.func.value), call)
        if name in _WRAPPERS:
            return first if isinstance(first, Lazy) else None
        is_planned = isinstance(call.func, ast.Attribute) and bool(
            _LAZY_LIBRARIES & self._run.libraries
        )
        is_numeric = name in _NUMERIC and _is_of_library(call.func)
        is_applier = name in _APPLIERS and not is_planned
        if name in _SORTERS or is_applier or name in _ASSIGNERS or is_numeric:
            self._call_back(call, name, values)
        if name in CONSUMERS or name in _RUNNERS or name == "next":
            return self._consume(values, call, until_yield=name in ("next", "any", "all"))
        if isinstance(call.func, ast.Name):
            self._asked(call, name, [value for _, value in values])
        return None

    def _asked(self, call: ast.Call, name: str, values: Iterable[Value | None]) -> None:
        """A builtin that asks objects for something: `len`, `print`, `bool`."""
        for value in values:
            if name in _SPECIAL_METHODS:
                self.shown(value, _SPECIAL_METHODS[name], call)
            elif name == "bool":
                self.truth(value, call)

    def _key(self, call: ast.Call) -> Value | None:
        """The function that `groupby` and `accumulate` call for each item."""
        named = [k.value for k in call.keywords if k.arg in ("key", "func")]
        given = [*call.args[1:2], *named]
        return self._run.value_of(given[0]) if call.args and given else None

    def _patched(self, attribute: ast.expr, owner: Value | None) -> None:
        """`setattr(Cls, "name", f)`: from now on the method may be another one, or any."""
        name = constant_of(attribute, self._run.value_of)
        if name is not None:
            self._run.patched.add(str(name.value))
        elif isinstance(owner, ast.ClassDef):
            self._run.patched.update(
                part.name for part in owner.body if isinstance(part, FUNCTIONS)
            )

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
                result = self.use_up(value, call, until_yield=until_yield)
        return result

    def _call_back(
        self, call: ast.Call, name: str, values: Iterable[tuple[ast.expr, Value | None]]
    ) -> None:
        is_sorter = name in _SORTERS
        given = [] if is_sorter else [value for _, value in values]
        named = (keyword for keyword in call.keywords if not is_sorter or keyword.arg == "key")
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        sorted_ = next(iter(call.args), owner)
        if is_sorter and sorted_ is not None and self._is_empty(sorted_):
            return
        given += [self._run.value_of(keyword.value) for keyword in named]
        for value in given:
            if isinstance(value, (*FUNCTIONS, ast.Lambda, Closure, Method, Partial)):
                self.apply(value, UNKNOWN, call)

    def _is_empty(self, node: ast.expr) -> bool:
        """Nothing is in it, as far as one can see."""
        is_growing = isinstance(self._run.value_of(node), Growing)
        return is_growing or self._run.truth_of(node) is False

    def truth(self, value: Value | None, site: ast.AST) -> None:
        """A condition asks for `__bool__`, and for `__len__` where there is none."""
        has_it = not self.lacks(value, "__bool__")
        self.special(value, "__bool__" if has_it else "__len__", site)

    def lacks(self, value: Value | None, name: str) -> bool:
        """Whether an object certainly has no such attribute by its class."""
        cls = value.cls if isinstance(value, Instance) else None
        return cls is not None and not cls.bases and name not in block_scope(cls.body).bound

    def shown(self, value: Value | None, name: str, site: ast.AST) -> None:
        """`print` and the like ask for `__str__`, and for `__repr__` where there is none."""
        if not isinstance(value, Instance):
            return
        goes_on = name == "__str__" and self.lacks(value, name)
        self.special(value, "__repr__" if goes_on else name, site)


def _kept(name: str, first: Value, count: int) -> Value | None:
    """What stands for a function that is given away, to be called later."""
    if name in ("cache", "lru_cache"):
        return first
    if name == "defaultdict" and count == 1:
        return Defaults(first)
    if name in ("cmp_to_key", "partial", "vectorize"):
        return Partial(first)
    is_asked_for = name == "submit" or (name == "iter" and count == 2)
    return Lazy(Partial(first)) if is_asked_for else None


def _is_of_library(function: ast.expr) -> bool:
    """`quad`, `integrate.quad`, `scipy.integrate.quad`, and no method of an object."""
    owner = function.value if isinstance(function, ast.Attribute) else None
    return owner is None or terminal_name(owner) in _LIBRARIES
