"""A notebook's code cells as Python, with the SQL in them as ordinary uses of Python names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nbjob_clean.notebook.model import Cell, Notebook
from nbjob_clean.record import Record
from nbjob_clean.source.ipython import PythonCell, to_python
from nbjob_clean.source.names import SourceCell
from nbjob_clean.source.production import PARAMETERS, cell_language, production_cells
from nbjob_clean.source.sql_cell import parse_sql_cell
from nbjob_clean.source.sql_query import Query, queries_of

_PYTHON = frozenset({"python", "python3", "ipython"})
_NAME = re.compile(r"[^\W\d]\w*")


class CodeCell(Record):
    """A code cell that is Python or SQL, with what it says as Python."""

    cell: Cell
    python: PythonCell
    is_production: bool

    @property
    def queries(self) -> tuple[Query, ...]:
        return tuple(queries_of(self.cell.index, self.python, self.cell.lines))

    def as_source(self) -> SourceCell:
        """The cell for the analysis of names; a parameter of SQL is read as any other name."""
        if self.python.error is None or self.python.awaiting:
            text = self.python.awaiting or with_plain_reads(self.python)
            return SourceCell(
                self.cell.index,
                text,
                is_production=self.is_production,
                has_arguments=PARAMETERS in self.cell.tags,
            )
        mentioned = frozenset(_NAME.findall(self.cell.source))
        return SourceCell(self.cell.index, "", is_production=self.is_production, may_bind=mentioned)


def code_cells(notebook: Notebook, tags: Sequence[str]) -> tuple[CodeCell, ...]:
    """All code cells that are Python or SQL, in the order of the notebook."""
    production = {cell.index for cell in production_cells(notebook, tags)}
    found = []
    for cell in notebook.cells:
        if cell.is_code:
            language = cell_language(cell, notebook)
            if language in _PYTHON or parse_sql_cell(cell.source, language):
                python = to_python(cell.source, language)
                found.append(CodeCell(cell, python, cell.index in production))
    return tuple(found)


def with_plain_reads(python: PythonCell) -> str:
    """The text of a cell in which `run_sql(minimum=minimum)` has to find `minimum`."""
    lines = list(python.lines)
    calls = [0] if python.sql is not None else [m.line - 1 for m in python.magics if m.sql]
    for number in calls:
        lines[number] = lines[number].replace("run_sql(", "dict(", 1)
    return "\n".join(lines)
