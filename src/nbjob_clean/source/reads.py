"""Whether anything reads a name: for findings about names that nothing reads, so in doubt yes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from nbjob_clean.record import Record
from nbjob_clean.source.ipython import PythonCell
from nbjob_clean.source.sql_query import Query
from nbjob_clean.source.sql_text import tokens
from nbjob_clean.source.syntax import parsed
from nbjob_clean.source.table import words

_NAME = re.compile(r"[^\W\d]\w*")
# Whoever calls these may read every name there is.
_READ_ALL = words("eval exec get_arguments globals locals vars")


class Reads(Record):
    """The names that code reads, or mentions in a text. `is_open`: it may read any name."""

    names: frozenset[str]
    is_open: bool = False


def python_reads(python: PythonCell, source: str) -> Reads:
    """What a Python cell reads; of one that does not compile, every word in it."""
    tree = parsed(python.text).tree
    if python.error is not None or tree is None:
        return Reads(frozenset(_NAME.findall(source)))
    if python.sql is not None:
        return Reads(frozenset())
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.update(_NAME.findall(node.value))
    magics = [magic.text for magic in python.magics if magic.sql is None]
    found.update(name for text in magics for name in _NAME.findall(text))
    return Reads(frozenset(found), is_open=not _READ_ALL.isdisjoint(found))


def sql_reads(query: Query) -> Reads:
    """Every word of a query outside of its comments: parameters, tables, templates, strings."""
    found = (name for token in tokens(query.sql.text) for name in _NAME.findall(token.text))
    return Reads(frozenset(found))


def together(reads: Iterable[Reads]) -> Reads:
    """What all of them read."""
    found = tuple(reads)
    names = frozenset[str]().union(*(part.names for part in found))
    return Reads(names, is_open=any(part.is_open for part in found))
