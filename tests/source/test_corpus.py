"""Real notebooks: no false alarm in a finished book, and every planted mistake found.

`symtable`, Python's own analysis of scopes, says which cell binds a name that no other cell
binds, and which cells use it: the ground truth for a cell that is untagged or moved.
"""

from __future__ import annotations

import symtable
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from nbjob_clean.errors import NotebookFormatError
from nbjob_clean.notebook.model import loads
from nbjob_clean.record import changed
from nbjob_clean.source.ipython import to_python
from nbjob_clean.source.names import MissingName, SourceCell, missing_names
from tests.conftest import CORPUS

BOOK = sorted(CORPUS.glob("handbook/*.ipynb"))
ALL = sorted(CORPUS.glob("*/*.ipynb"))
# Cells of the book that are no Python: they raise in IPython too.
BROKEN = {
    ("03.05-Hierarchical-Indexing.ipynb", 74),  # shows that a slice within a tuple is an error
    ("03.12-Performance-Eval-and-Query.ipynb", 6),  # an open bracket does not continue a magic
}
_AT_THE_END = 10**6


@dataclass(frozen=True, slots=True)
class Scopes:
    """What a cell binds, what it uses anywhere, and what it uses at its top level."""

    bound: frozenset[str]
    used: frozenset[str]
    used_at_once: frozenset[str]


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_every_cell_becomes_python_line_for_line(path: Path) -> None:
    try:
        cells = loads(path.read_bytes()).cells
    except NotebookFormatError:
        cells = ()
    for cell in cells:
        translated = to_python(cell.source)
        assert len(translated.lines) == len(cell.lines)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(translated.text, "<cell>", "exec", dont_inherit=True)


@pytest.mark.parametrize("path", BOOK, ids=lambda path: path.name)
def test_a_finished_book_lacks_no_name(path: Path) -> None:
    assert missing_names(_cells(path), frozenset()) == []


def test_the_book_has_no_other_broken_cells() -> None:
    broken = {
        (path.name, cell.number)
        for path in BOOK
        for cell in loads(path.read_bytes()).cells
        if cell.is_code and to_python(cell.source).error
    }

    assert broken == (BROKEN if BOOK else set())


@pytest.mark.slow
@pytest.mark.parametrize("path", BOOK, ids=lambda path: path.name)
def test_an_untagged_cell_is_named_wherever_it_is_missing(path: Path) -> None:
    cells = _cells(path)
    for position, (cell, only, others) in enumerate(_defining(cells)):
        mutant = [changed(c, is_production=n != position) for n, c in enumerate(cells)]
        found = missing_names(mutant, frozenset())

        expected = {(c.index, name) for c, scopes in others for name in only & scopes.used}
        assert expected <= _places(found, "untagged", cell.index)
        # A later cell may define the name once more, too late for a call of what needs it.
        assert {missing.kind for missing in found} <= {"untagged", "called-early"}


@pytest.mark.slow
@pytest.mark.parametrize("path", BOOK, ids=lambda path: path.name)
def test_a_cell_moved_to_the_end_is_named_wherever_it_comes_too_late(path: Path) -> None:
    cells = _cells(path)
    for position, (cell, only, others) in enumerate(_defining(cells)):
        moved = changed(cell, index=_AT_THE_END)
        found = missing_names([c for c in cells if c is not cell] + [moved], frozenset())

        below = [(c, scopes) for c, scopes in others if c.index > cells[position].index]
        expected = {(c.index, name) for c, scopes in below for name in only & scopes.used_at_once}
        assert expected <= _places(found, "later", _AT_THE_END)
        assert {missing.kind for missing in found} <= {"later", "called-early"}


def _cells(path: Path) -> list[SourceCell]:
    cells = [cell for cell in loads(path.read_bytes()).cells if cell.is_code]
    translated = [(cell.index, to_python(cell.source)) for cell in cells]
    return [
        SourceCell(index, python.text, is_production=True)
        for index, python in translated
        if not python.error
    ]


def _defining(
    cells: Sequence[SourceCell],
) -> Iterator[tuple[SourceCell, frozenset[str], list[tuple[SourceCell, Scopes]]]]:
    """Each cell with the names that it alone binds, and the other cells."""
    scopes = [_scopes(symtable.symtable(cell.text, "<cell>", "exec")) for cell in cells]
    for position, cell in enumerate(cells):
        others = [pair for n, pair in enumerate(zip(cells, scopes, strict=True)) if n != position]
        elsewhere = frozenset[str]().union(*(scope.bound for _, scope in others))
        yield cell, scopes[position].bound - elsewhere, others


def _scopes(table: symtable.SymbolTable) -> Scopes:
    symbols = table.get_symbols()
    bound = {s.get_name() for s in symbols if s.is_assigned() or s.is_imported()}
    at_once = {s.get_name() for s in symbols if s.is_referenced()}
    used = at_once | {name for child in table.get_children() for name in _globals(child)}
    return Scopes(frozenset(bound), frozenset(used), frozenset(at_once))


def _globals(table: symtable.SymbolTable) -> Iterator[str]:
    for symbol in table.get_symbols():
        if symbol.is_global() and symbol.is_referenced():
            yield symbol.get_name()
    for child in table.get_children():
        yield from _globals(child)


def _places(found: Sequence[MissingName], kind: str, defined: int) -> set[tuple[int, str]]:
    return {
        (missing.cell, missing.name)
        for missing in found
        if missing.kind == kind and missing.definition and missing.definition.cell == defined
    }
