"""What the rules look at: the production cells as Python, and the names they lack, found once."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from nbjob_clean.notebook.model import Cell, Notebook
from nbjob_clean.record import Record
from nbjob_clean.rules.surroundings import NOTHING, Surroundings
from nbjob_clean.source.exports import ONLY_PYTHON, Exports
from nbjob_clean.source.ipython import PythonCell, to_python
from nbjob_clean.source.names import MissingName, SourceCell, missing_names
from nbjob_clean.source.production import PARAMETERS, cell_language, production_cells
from nbjob_clean.source.sql_cell import parse_sql_cell
from nbjob_clean.source.star import exports_of
from nbjob_clean.source.syntax import syntax_tree

_PYTHON = frozenset({"python", "python3", "ipython"})
_NAME = re.compile(r"[^\W\d]\w*")


class Context(Record):
    """A notebook under check. `python` has the production cells that are Python or SQL."""

    notebook: Notebook
    tags: tuple[str, ...]
    production: tuple[Cell, ...]
    python: Mapping[int, PythonCell]
    missing: tuple[MissingName, ...]
    builtins: frozenset[str]
    surroundings: Surroundings = NOTHING
    exports: Exports = ONLY_PYTHON

    def cell(self, index: int) -> Cell:
        return self.notebook.cells[index]


def context_of(
    notebook: Notebook,
    tags: Sequence[str],
    builtins: Collection[str],
    surroundings: Surroundings = NOTHING,
) -> Context:
    """Look at a notebook once, for all rules."""
    production = production_cells(notebook, tags)
    python = _translated(production, notebook)
    known = frozenset(builtins) | _required_arguments(production, python)
    cells = [_source_cell(notebook.cells[n], found) for n, found in python.items()]
    exports = exports_of(surroundings.modules) if surroundings.modules else ONLY_PYTHON

    def untagged() -> Iterator[SourceCell]:
        tagged = {cell.index for cell in production}
        rest = [c for c in notebook.cells if c.is_code and c.index not in tagged]
        for index, found in _translated(rest, notebook).items():
            yield _untagged_cell(notebook.cells[index], found)

    missing = missing_names(cells, known, exports, untagged)
    return Context(
        notebook=notebook,
        tags=tuple(tags),
        production=production,
        python=python,
        missing=tuple(_in_cell(m, notebook.cells[m.cell], python[m.cell]) for m in missing),
        builtins=known,
        surroundings=surroundings,
        exports=exports,
    )


def _required_arguments(
    production: Sequence[Cell], python: Mapping[int, PythonCell]
) -> frozenset[str]:
    """`name: type` without a value in the parameters cell: the runner gives it one, or refuses."""
    found = set()
    for cell in production:
        if PARAMETERS in cell.tags and cell.index in python:
            for node in syntax_tree(python[cell.index].text).body:
                if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                    found.add(node.target.id)
    return frozenset(found)


def _translated(cells: Sequence[Cell], notebook: Notebook) -> dict[int, PythonCell]:
    """The cells that are Python or SQL; of another kernel's cells nothing is known."""
    found = {}
    for cell in cells:
        language = cell_language(cell, notebook)
        if language in _PYTHON or parse_sql_cell(cell.source, language):
            found[cell.index] = to_python(cell.source, language)
    return found


def _source_cell(cell: Cell, python: PythonCell) -> SourceCell:
    if python.error is None or python.awaiting:
        text, has_arguments = python.awaiting or python.text, PARAMETERS in cell.tags
        return SourceCell(cell.index, text, is_production=True, has_arguments=has_arguments)
    # It would have bound something: whatever it mentions is not held against other cells.
    mentioned = frozenset(_NAME.findall(cell.source))
    return SourceCell(cell.index, "", is_production=True, may_bind=mentioned)


def _untagged_cell(cell: Cell, python: PythonCell) -> SourceCell:
    """What only a sidecar could not hold is still Python that defines names."""
    text = python.text if python.error is None else python.awaiting or "\n".join(cell.lines)
    return SourceCell(cell.index, text, is_production=False)


def _in_cell(missing: MissingName, cell: Cell, python: PythonCell) -> MissingName:
    """The same, at its place in the cell's own text."""
    place = _sql_place(missing, cell, python)
    if place is None:
        column = python.cell_column(missing.line, missing.column)
        end_column = python.cell_column(missing.end_line, missing.end_column)
        return missing.at(missing.line, column, end_column)
    return missing.at(*place)


def _sql_place(missing: MissingName, cell: Cell, python: PythonCell) -> tuple[int, int, int] | None:
    """Line, column and end column of a SQL parameter; None for a name in Python."""
    first = missing.line
    queries = {m.line: m.sql for m in python.magics if m.sql}
    if python.sql is None and queries.get(missing.line) is None:
        return None
    name = re.escape(missing.name)
    parameter = re.compile(rf"\{{\{{\s*(?P<jinja>{name})\s*\}}\}}|:(?P<plain>{name})\b")
    lines = cell.lines
    for number in range(first, len(lines) + 1):
        if match := parameter.search(lines[number - 1]):
            kind = "jinja" if match.group("jinja") else "plain"
            return number, match.start(kind) + 1, match.end(kind) + 1
    return None
