"""NBJ401: a parameter of SQL has a value only in a cell without a production tag."""

from __future__ import annotations

from collections.abc import Iterator

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.names_finding import place_text
from nbjob_clean.rules.queries import finding_in, production_queries
from nbjob_clean.rules.rule import Finding, Rule
from nbjob_clean.source.cells import code_cells
from nbjob_clean.source.names import MissingName, missing_names
from nbjob_clean.source.sql_query import Query
from nbjob_clean.source.sql_text import Token, parameter_name, tokens


def _find(context: Context) -> Iterator[Finding]:
    queries = [query for query in production_queries(context) if any(_parameters(query))]
    if not queries:
        return
    cells = [cell.as_source() for cell in code_cells(context.notebook, context.tags)]
    # What a later production cell defines is NBJ103's, and has been found there.
    known = {(missing.cell, missing.name) for missing in context.missing}
    for missing in missing_names(cells, context.builtins, context.exports):
        if missing.kind == "untagged" and (missing.cell, missing.name) not in known:
            yield from _findings(missing, queries, context)


def _findings(missing: MissingName, queries: list[Query], context: Context) -> Iterator[Finding]:
    for query in queries:
        if query.cell == missing.cell:
            for token in _parameters(query):
                if parameter_name(token) == missing.name:
                    yield _finding(missing, query, token, context)
                    return


def _finding(missing: MissingName, query: Query, token: Token, context: Context) -> Finding:
    place = place_text(missing.definition, missing)
    number = missing.definition.cell + 1 if missing.definition else 0
    line = missing.definition.line if missing.definition else 0
    return finding_in(
        query,
        (token.start, token.end),
        f"the parameter `{missing.name}` has a value only in {place}, which is not tagged",
        symbol=missing.name,
        help_text=f"tag cell {number} `{context.tags[0]}`, or give `{missing.name}` its default in"
        " a cell tagged `parameters`: then it is an argument of the job",
        other=(number, line),
    )


def _parameters(query: Query) -> Iterator[Token]:
    return (token for token in tokens(query.sql.text) if parameter_name(token))


RULE = Rule(
    "NBJ401",
    "unbound-sql-parameter",
    "A production SQL cell takes a parameter, `{{ name }}` or `:name`, that only a cell without a\n"
    "production tag defines. A parameter that nothing in the notebook defines is an argument of\n"
    "the job, and no mistake.",
    _find,
)
