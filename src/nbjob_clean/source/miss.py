"""What a run notes: uses that found nothing, calls that led there, code that runs later."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from nbjob_clean.record import Record
from nbjob_clean.source.late import Facts
from nbjob_clean.source.state import Place


class CallSite(Record):
    """The call in a cell that made a function's body run."""

    node: ast.AST
    cell: int
    function: str


class Miss(Record):
    """A use that found no binding. `deleted` is where it went; `is_late`: in a function's body.

    `is_own`: the name is a variable of the function, which has not given it a value yet.
    """

    name: str
    node: ast.Name
    cell: int
    deleted: Place | None = None
    site: CallSite | None = None
    is_late: bool = False
    is_open: bool = False
    is_argument: bool = False
    is_own: bool = False


class Deferred(Record):
    """Code that runs later, if ever: function bodies, lambdas, generators."""

    nodes: Sequence[ast.AST]
    cell: int
    facts: Facts


def mentions(code: Iterable[Deferred], name: str) -> bool:
    """Whether code that runs later may use a name, wherever in it."""
    nodes = (node for deferred in code for node in deferred.nodes)
    parts = (part for node in nodes for part in ast.walk(node))
    return any(isinstance(part, ast.Name) and part.id == name for part in parts)
