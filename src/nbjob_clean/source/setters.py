"""Names that functions bind in the module, by calls that nobody can follow."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from nbjob_clean.source.miss import Deferred
from nbjob_clean.source.run import Run
from nbjob_clean.source.scope import FUNCTIONS

_INNER = (ast.ClassDef, ast.Lambda, *FUNCTIONS)


def set_unseen(run: Run) -> frozenset[str]:
    """The names that may have been bound at any time: their functions are called by methods,
    lambdas and the like, or by the text of their name, or are defined on a condition.
    """
    setters = [deferred for deferred in run.deferred if deferred.facts.stores]
    if not setters:
        return frozenset()
    loose = _called_loosely(run)
    found = (d.facts.stores for d in setters if _is_loose(d, run, loose))
    return frozenset[str]().union(*found)


def _is_loose(deferred: Deferred, run: Run, loose: set[str]) -> bool:
    if run.has_dynamic or not _is_plain(deferred, run):
        return True
    names = {getattr(node, "name", "") for node in deferred.nodes}
    quoted = re.compile(rf"""["'][^"'\n]*\b(?:{"|".join(map(re.escape, names))})\b""")
    return not names.isdisjoint(loose) or any(map(quoted.search, run.texts))


def _is_plain(deferred: Deferred, run: Run) -> bool:
    """A function of the module that its name stands for at the end, and no decorator got."""
    for node in deferred.nodes:
        if not isinstance(node, FUNCTIONS) or node.decorator_list:
            return False
        binding = run.module.names.get(node.name)
        if binding is None or binding.value is not node:
            return False
    return True


def _called_loosely(run: Run) -> set[str]:
    """The names that code uses which others call: methods, lambdas, what is decorated; and those
    that the functions use which it calls.
    """
    plain = {node.name: d for d in run.deferred if _is_plain(d, run) for node in _functions(d)}
    waiting = [d for d in run.deferred if not _is_plain(d, run)]
    found: set[str] = set()
    while waiting:
        deferred = waiting.pop()
        for part in (part for node in deferred.nodes for part in ast.walk(node)):
            if isinstance(part, ast.Name) and part.id not in found:
                found.add(part.id)
                waiting += [plain[part.id]] if part.id in plain else []
    for deferred in plain.values():
        for part in (part for node in deferred.nodes for part in ast.walk(node)):
            if isinstance(part, _INNER) and part not in deferred.nodes:
                found.update(n.id for n in ast.walk(part) if isinstance(n, ast.Name))
    return found


def _functions(deferred: Deferred) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    yield from (node for node in deferred.nodes if isinstance(node, FUNCTIONS))
