"""The SQL that the rules on SQL look at, and a finding at a place of its text."""

from __future__ import annotations

from collections.abc import Iterator

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.rule import Finding
from nbjob_clean.source.ipython import to_python
from nbjob_clean.source.production import cell_language
from nbjob_clean.source.sql_query import Query, queries_of


def production_queries(context: Context) -> Iterator[Query]:
    """The SQL cells and `%sql` lines of the production cells, in order."""
    for index, python in context.python.items():
        if python.is_sql or python.magics:
            yield from queries_of(index, python, context.cell(index).lines)


def untagged_queries(context: Context) -> Iterator[Query]:
    """The SQL of all other code cells, in order."""
    production = {cell.index for cell in context.production}
    for cell in context.notebook.cells:
        if cell.is_code and cell.index not in production:
            language = cell_language(cell, context.notebook)
            if language == "sql" or "sql" in cell.source:  # as `parse_sql_cell` asks
                python = to_python(cell.source, language)
                yield from queries_of(cell.index, python, cell.lines)


def finding_in(  # noqa: PLR0913 - the parts of a finding, named at the call
    query: Query,
    part: tuple[int, int],
    message: str,
    *,
    symbol: str = "",
    help_text: str = "",
    other: tuple[int, int] = (0, 0),
) -> Finding:
    """A finding about a part of a query's text, from and to an offset.

    `other` is a second place that the message names: cell and line, from 1.
    """
    span = query.span(*part)
    return Finding(
        message=message,
        cell=query.cell + 1,
        line=span.line,
        column=span.column,
        end_line=span.end_line,
        end_column=span.end_column,
        symbol=symbol,
        help=help_text,
        other_cell=other[0],
        other_line=other[1],
    )
