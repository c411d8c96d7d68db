"""NBJ406: production SQL needs a table that only a cell without a production tag creates.

Or one that no cell creates: a query that JupySQL saved (`--save`) and pastes in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.queries import finding_in, production_queries, untagged_queries
from nbjob_clean.rules.reading import python_mentions
from nbjob_clean.rules.rule import Finding, Rule
from nbjob_clean.source.sql_cell import parse_sql_cell
from nbjob_clean.source.sql_query import Query
from nbjob_clean.source.sql_table import Name, Table, changed_table, created_table, read_tables
from nbjob_clean.source.sql_text import Token, statements


def _find(context: Context) -> Iterator[Finding]:
    queries = tuple(production_queries(context))
    created = _created(context) if queries else {}
    saved = _saved(context) if queries else {}
    if not (created or saved):
        return
    mentioned = python_mentions(context)
    own: set[str] = set()
    reported: set[tuple[int, Name]] = set()
    for query in queries:
        for statement in statements(query.sql.text):
            for table in _needed(statement):
                key = (query.cell, table.name)
                if table.name[-1] in own or table.name[-1] in mentioned or key in reported:
                    continue
                definition = created.get((query.sql.connection, table.name))
                if definition and _is_made_elsewhere(table.name[-1], context):
                    own.add(table.name[-1])
                elif definition:
                    reported.add(key)
                    yield _finding(query, table, definition, context)
                elif place := saved.get(table.name):
                    reported.add(key)
                    yield _pasted(query, table, place)
            if made := created_table(statement):
                own.add(made.name[-1])
        own.add(query.out.lower())


def _needed(statement: Sequence[Token]) -> Iterator[Table]:
    """The tables that have to be there."""
    yield from read_tables(statement)
    if changed := changed_table(statement):
        yield changed


def _is_made_elsewhere(name: str, context: Context) -> bool:
    """Whether another step of the job creates a table, in SQL or in a text of its Python."""
    made = re.compile(
        rf"\bcreate\b[^;]{{0,40}}\b(?:table|view)\b[^;(]{{0,60}}?(?<![\w]){re.escape(name)}\b",
        re.IGNORECASE,
    )
    return any(made.search(text) for text in context.surroundings.steps())


def _created(context: Context) -> dict[tuple[str, Name], Query]:
    """The tables of untagged cells by connection and name, each with its first query."""
    found: dict[tuple[str, Name], Query] = {}
    for query in untagged_queries(context):
        for statement in statements(query.sql.text):
            if table := created_table(statement):
                found.setdefault((query.sql.connection, table.name), query)
    return found


def _saved(context: Context) -> dict[Name, tuple[int, int]]:
    """The queries that any cell saves: name, and the place of the first."""
    found: dict[Name, tuple[int, int]] = {}
    for cell in context.notebook.cells:
        sql = parse_sql_cell(cell.source) if cell.is_code and "%%sql" in cell.source else None
        if sql and sql.save:
            found.setdefault((sql.save.lower(),), (cell.number, sql.first_line))
    return found


def _pasted(query: Query, table: Table, place: tuple[int, int]) -> Finding:
    name = ".".join(table.name)
    return finding_in(
        query,
        (table.start, table.end),
        f"`{name}` is a query that cell {place[0]} saves: no table, JupySQL pastes it in",
        symbol=name,
        help_text="write it as a WITH clause, or as a view in a production cell above",
        other=place,
    )


def _finding(query: Query, table: Table, definition: Query, context: Context) -> Finding:
    name = ".".join(table.name)
    number = definition.cell + 1
    return finding_in(
        query,
        (table.start, table.end),
        f"the table `{name}` is created in cell {number}, which is not tagged",
        symbol=name,
        help_text=f"tag cell {number} `{context.tags[0]}`, or create the table in a production cell"
        " above",
        other=(number, definition.sql.first_line),
    )


RULE = Rule(
    "NBJ406",
    "table-from-untagged-cell",
    "Production SQL reads or changes a table or view that an untagged SQL cell of this notebook\n"
    "creates, and no production cell before; or it reads a query that JupySQL saved. It is in\n"
    "your database or your kernel, and not in production's.",
    _find,
)
