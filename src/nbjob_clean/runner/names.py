"""The names that Python source takes from outside, and those that it sets itself."""

from __future__ import annotations

import builtins
import symtable
from collections.abc import Iterable, Iterator

from nbjob_clean.record import Record


class Names(Record):
    """Global names of one file: `free` are read and never set, `bound` are set at the top level."""

    free: frozenset[str]
    bound: frozenset[str]
    mentioned: frozenset[str]


def names_of(cells: Iterable[str]) -> Names:
    """The names of the cells of one file, which share a namespace."""
    read: set[str] = set()
    bound: set[str] = set()
    mentioned: set[str] = set()
    for cell in cells:
        for table in _tables(symtable.symtable(cell, "cell", "exec")):
            is_module = table.get_type() == "module"
            for symbol in table.get_symbols():
                mentioned.add(symbol.get_name())
                if not is_module and not symbol.is_global():
                    continue
                if symbol.is_referenced():
                    read.add(symbol.get_name())
                if symbol.is_assigned() or symbol.is_imported():
                    bound.add(symbol.get_name())
    free = {name for name in read - bound if not name.startswith("__") and name not in _BUILTINS}
    return Names(frozenset(free), frozenset(bound), frozenset(mentioned))


_BUILTINS = frozenset(dir(builtins))


def _tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _tables(child)
