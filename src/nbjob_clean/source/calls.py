"""What a call runs at once: the certain beginning of a function's body, called before its time.

Only the straight line from the top counts, up to the first statement that may leave the body;
what stands under a condition may never run.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from nbjob_clean.source.expressions import Expressions
from nbjob_clean.source.flow import Statements
from nbjob_clean.source.run import CallSite, Frame, Run
from nbjob_clean.source.scope import FUNCTIONS, is_generator, scope_of
from nbjob_clean.source.state import Function, Instance, Names

_DEEPEST = 12
# Decorators that leave a function what it is, as far as a call of it goes.
_PLAIN_DECORATORS = frozenset({"cache", "lru_cache", "staticmethod", "classmethod"})
_SIMPLE = (
    ast.Assign,
    ast.AugAssign,
    ast.AnnAssign,
    ast.Delete,
    ast.Import,
    ast.ImportFrom,
    ast.Expr,
)


class Calls:
    """Follows calls of functions that the notebook itself defines."""

    def __init__(self, run: Run, expressions: Expressions, statements: Statements) -> None:
        self._run = run
        self._evaluate = expressions.evaluate
        self._execute = statements.execute
        self._active: list[Function] = []
        # Bodies that lacked nothing, with the names that they had: more names change nothing.
        self._complete: dict[Function, tuple[Names, int]] = {}

    def called(self, call: ast.Call) -> None:
        """Look at what the call runs at once, if that is known."""
        function = self._function(call.func)
        if isinstance(function, ast.AsyncFunctionDef):
            return  # nothing of a coroutine runs before it is awaited
        if function is None and _is_asyncio_run(call):
            inner = call.args[0]
            function = self._function(inner.func) if isinstance(inner, ast.Call) else None
        if function is not None:
            self._follow(function, call)

    def decorated(self, decorator: ast.expr) -> None:
        """`@f` calls `f` where the decorated function is defined."""
        function = self._function(decorator)
        if function is not None and not isinstance(function, ast.AsyncFunctionDef):
            self._follow(function, decorator)

    def _function(self, func: ast.expr) -> Function | None:
        value = self._run.value_of(func)
        if isinstance(value, ast.ClassDef):
            value = self._method(value, "__init__")
        elif isinstance(func, ast.Attribute):
            owner = self._run.value_of(func.value)
            cls = owner.cls if isinstance(owner, Instance) else owner
            value = self._method(cls, func.attr) if isinstance(cls, ast.ClassDef) else None
        if isinstance(value, (*FUNCTIONS, ast.Lambda)) and self._is_plain(value):
            return value
        return None

    def _is_plain(self, function: Function) -> bool:
        """Whether a call runs the body at once, as it is written."""
        if isinstance(function, ast.Lambda):
            return True
        names = (
            getattr(d, "attr", getattr(d, "id", "")) for d in map(_callee, function.decorator_list)
        )
        is_late = self._run.has_generators and is_generator(function)
        return not is_late and all(name in _PLAIN_DECORATORS for name in names)

    def _method(self, cls: ast.ClassDef, name: str, depth: int = 0) -> Function | None:
        """The last definition in the class, else that of its bases in this notebook."""
        for statement in reversed(cls.body):
            if isinstance(statement, FUNCTIONS) and statement.name == name:
                return statement
        bases = (self._run.value_of(base) for base in cls.bases if depth < _DEEPEST)
        found = (self._method(b, name, depth + 1) for b in bases if isinstance(b, ast.ClassDef))
        return next(found, None)

    def _follow(self, function: Function, call: ast.AST) -> None:
        run = self._run
        if function in self._active or len(self._active) >= _DEEPEST:
            return
        names, turns = self._complete.get(function, (None, 0))
        if names is run.module.names and turns == run.turns:
            return
        misses, frames, site, cell = len(run.misses), run.frames, run.site, run.cell
        scope = scope_of(function)
        frame = Frame("function", local=scope.locals, globals=scope.globals)
        run.frames = [run.module, frame]
        run.site = site or CallSite(call, cell, getattr(function, "name", "the lambda"))
        run.cell = run.home(function)
        self._active.append(function)
        if isinstance(function, ast.Lambda):
            self._evaluate(function.body)
        else:
            self._straight_line(function.body)
        self._active.pop()
        run.frames, run.site, run.cell = frames, site, cell
        if len(run.misses) == misses and not (self._active or run.guards or run.soft):
            self._complete[function] = (run.module.names, run.turns)

    def _straight_line(self, statements: Sequence[ast.stmt]) -> bool:
        """Run what certainly runs; whether the line goes on behind these statements."""
        for statement in statements:
            if isinstance(statement, _SIMPLE):
                self._execute([statement])
            elif isinstance(statement, ast.With):
                for item in statement.items:
                    self._evaluate(item.context_expr)
                if not self._straight_line(statement.body):
                    return False
            else:
                self._evaluate(*_certain_parts(statement))
                if _may_leave(statement):
                    return False
        return True


def _certain_parts(statement: ast.stmt) -> list[ast.expr]:
    """The expressions of a compound statement that are evaluated whatever happens."""
    if isinstance(statement, (ast.If, ast.While, ast.Assert)):
        return [statement.test]
    if isinstance(statement, ast.For):
        return [statement.iter]
    if isinstance(statement, ast.Match):
        return [statement.subject]
    if isinstance(statement, (ast.Return, ast.Raise)):
        value = statement.value if isinstance(statement, ast.Return) else statement.exc
        return [value] if value is not None else []
    if isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
        return list(statement.decorator_list)
    return []


def _may_leave(statement: ast.stmt) -> bool:
    if isinstance(statement, (ast.Return, ast.Raise)):
        return True
    if isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
        return False
    inner = (
        *(getattr(statement, "body", ())),
        *(getattr(statement, "orelse", ())),
        *(getattr(statement, "finalbody", ())),
        *(part for handler in getattr(statement, "handlers", ()) for part in handler.body),
        *(part for case in getattr(statement, "cases", ()) for part in case.body),
    )
    return any(map(_may_leave, inner))


def _callee(decorator: ast.expr) -> ast.expr:
    return decorator.func if isinstance(decorator, ast.Call) else decorator


def _is_asyncio_run(call: ast.Call) -> bool:
    func = call.func
    return (
        isinstance(func, ast.Attribute)
        and func.attr == "run"
        and isinstance(func.value, ast.Name)
        and func.value.id == "asyncio"
        and bool(call.args)
    )
