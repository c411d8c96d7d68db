"""The SQL of a notebook's cells as queries, each with its place in the cell's own text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nbjob_clean.record import Record
from nbjob_clean.source.ipython import PythonCell
from nbjob_clean.source.sql_cell import SqlCell


class Span(Record):
    """A place in a cell; lines and columns count from 1, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Query(Record):
    """A SQL cell, or a `%sql` line. `cell` counts from 0, `out` is the name its result gets."""

    cell: int
    sql: SqlCell
    out: str
    lines: tuple[str, ...]

    def span(self, start: int, end: int) -> Span:
        """Where offsets of the query's text are in the cell."""
        line, column = self._place(start)
        end_line, end_column = self._place(end)
        return Span(line, column, end_line, end_column)

    def _place(self, offset: int) -> tuple[int, int]:
        text = self.sql.text
        row = text.count("\n", 0, offset)
        column = offset - (text.rfind("\n", 0, offset) + 1) + 1
        line = self.lines[self.sql.first_line + row - 1]
        # The first line may stand behind `%%sql`; of a continued `%sql` only its line is known.
        shift = line.rfind(self.sql.lines[row]) if not row else 0
        return self.sql.first_line + row, min(column + max(shift, 0), len(line) + 1)


def queries_of(index: int, python: PythonCell, lines: Sequence[str]) -> Iterator[Query]:
    """The queries of one cell in order; none of one that does not compile."""
    if python.sql is not None:
        yield Query(index, python.sql, python.sql.out, tuple(lines))
    elif python.error is None:
        for magic in python.magics:
            if magic.sql is not None:
                yield Query(index, magic.sql, magic.target or magic.sql.out, tuple(lines))
