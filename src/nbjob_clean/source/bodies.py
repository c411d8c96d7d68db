"""Calls that are followed: a function's body runs, in the abstract, with what the call gives it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from nbjob_clean.source.blocks import Blocks
from nbjob_clean.source.dynamic import terminal_name
from nbjob_clean.source.expressions import Expressions
from nbjob_clean.source.flow import Statements
from nbjob_clean.source.miss import CallSite
from nbjob_clean.source.run import Run
from nbjob_clean.source.scope import (
    Scope,
    own_variables,
    scope_of,
    shared_variables,
)
from nbjob_clean.source.state import Closure, Frame, Method, Names, Value

Given = frozenset[tuple[str, Value]]
_DEEPEST = 12
_MOST = 2000  # bodies in one notebook: what is called that often lacks nothing
_CACHES = frozenset({"cache", "cached_property", "lru_cache"})


class Bodies:
    """Runs bodies, in the abstract, and says what they return."""

    def __init__(self, run: Run, expressions: Expressions, statements: Statements) -> None:
        self._run = run
        self._expressions = expressions
        self._evaluate = expressions.evaluate
        self._blocks = Blocks(run, expressions, statements)
        self._active: list[ast.AST] = []
        self._left = _MOST
        self._scopes: dict[ast.AST, Scope] = {}
        self._own: dict[ast.AST, tuple[frozenset[str], frozenset[str]]] = {}
        # Calls that lacked nothing, with the names that there were: more names change nothing.
        self._complete: dict[object, tuple[Names, int, Value | None]] = {}
        self.followed: set[ast.AST] = set()
        # With what functions were called that remember what they gave.
        self._cached: dict[ast.AST, set[Given]] = {}

    def follow(
        self,
        closure: Closure,
        parameters: Mapping[str, Value],
        site: ast.AST,
        method: Method | None = None,
        *,
        until_yield: bool = False,
    ) -> Value | None:
        """Run a body; what it certainly returns."""
        run = self._run
        key = (closure, frozenset(parameters.items()), until_yield)
        names, turns, value = self._complete.get(key, (None, 0, None))
        if names is run.module.names and turns == run.turns:
            return value
        is_known = closure.code not in self._active and len(self._active) < _DEEPEST
        if not is_known or self._left <= 0 or self._may_be_cached(closure.code, key[1]):
            self._run.recursed |= self._active[-1:] == [closure.code]
            return None
        self._left -= 1
        self.followed.add(closure.code)
        misses = len(run.misses)
        value = self._run_whole(closure, parameters, site, method, until_yield=until_yield)
        if len(run.misses) == misses and not (self._active or run.guards or run.soft):
            self._complete[key] = (run.module.names, run.turns, value)
        if len(run.misses) == misses and _is_cached(closure.code):
            self._cached.setdefault(closure.code, set()).add(key[1])
        return value

    def _may_be_cached(self, code: ast.AST, given: Given) -> bool:
        """Whether a call may give what an earlier one, perhaps of the same arguments, gave."""
        known = self._cached.get(code)
        if known is None:
            return False
        return given in known or not all(_is_exact(code, one) for one in {given, *known})

    def _run_whole(
        self,
        closure: Closure,
        parameters: Mapping[str, Value],
        site: ast.AST,
        method: Method | None,
        *,
        until_yield: bool,
    ) -> Value | None:
        """Run a body; one that calls itself takes its other way at last, whatever it was given."""
        before, self._run.recursed = self._run.recursed, False
        misses = len(self._run.misses)
        for given in (parameters, {}):
            with self._called(closure, site), self._kept(until_yield=until_yield):
                value = self._run_body(closure, given, method)
            if not self._run.recursed or len(self._run.misses) > misses:
                break
        self._run.recursed = before
        return value

    @contextmanager
    def _called(self, closure: Closure, site: ast.AST) -> Iterator[None]:
        run = self._run
        frames, outer, cell = run.frames, run.site, run.cell
        name = getattr(closure.code, "name", "")
        name = name or ("the lambda" if isinstance(closure.code, ast.Lambda) else "the generator")
        run.frames = [run.module, *closure.frames]
        run.site = outer or CallSite(site, cell, name)
        run.cell = closure.cell
        is_doubtful = outer is None and run.conditions > 0
        run.guards += is_doubtful
        self._active.append(closure.code)
        yield
        self._active.pop()
        run.guards -= is_doubtful
        run.frames, run.site, run.cell = frames, outer, cell

    @contextmanager
    def _kept(self, *, until_yield: bool) -> Iterator[None]:
        before = self._run.until_yield
        self._run.until_yield = until_yield
        yield
        self._run.until_yield = before

    def _run_body(
        self, closure: Closure, parameters: Mapping[str, Value], method: Method | None
    ) -> Value | None:
        code = closure.code
        if isinstance(code, ast.GeneratorExp):
            self._expressions.first_element(code)
            return None
        scope = self._scopes.get(code) or self._scopes.setdefault(code, scope_of(code))
        frame = Frame("function", local=scope.locals, globals=scope.globals)
        frame.values = dict(parameters)
        known = self._own.get(code)
        if known is None:
            known = self._own[code] = (own_variables(code), shared_variables(code))
        frame.unbound, frame.shared = set(known[0]), known[1]
        frame.method = method
        self._run.frames.append(frame)
        if isinstance(code, ast.Lambda):
            self._evaluate(code.body)
            return self._run.value_of(code.body)
        self._blocks.returned = None
        self._blocks.run(code.body)
        value, self._blocks.returned = self._blocks.returned, None
        return value


def _is_exact(code: ast.AST, given: Given) -> bool:
    """Whether all arguments of a call are known."""
    spec = getattr(code, "args", None)
    return spec is not None and len(given) >= len(spec.args) + len(spec.kwonlyargs)


def _is_cached(code: ast.AST) -> bool:
    names = {terminal_name(decorator) for decorator in getattr(code, "decorator_list", ())}
    return not names.isdisjoint(_CACHES)
