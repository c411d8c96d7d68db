"""NBJ404: a query's result is given a name that no production cell reads."""

from __future__ import annotations

from collections.abc import Iterator

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.queries import production_queries
from nbjob_clean.rules.reading import reads_of
from nbjob_clean.rules.rule import Finding, Rule
from nbjob_clean.source.sql_query import Query


def _find(context: Context) -> Iterator[Finding]:
    for query in production_queries(context):
        if query.sql.out.isidentifier() and not query.sql.out.startswith("_"):
            reads = reads_of(context, but=query)
            if not reads.is_open and query.sql.out not in reads.names:
                yield _finding(query)


def _finding(query: Query) -> Finding:
    line = next((n for n, text in enumerate(query.lines, 1) if query.sql.out in text), 1)
    column = query.lines[line - 1].find(query.sql.out) + 1
    return Finding(
        message=f"no production cell reads `{query.sql.out}`, the result of this query",
        cell=query.cell + 1,
        line=line,
        column=column,
        end_line=line,
        end_column=column + len(query.sql.out),
        symbol=query.sql.out,
        help=f"leave out `{query.sql.out} <<`; if only looking at it is wanted, untag the cell",
    )


RULE = Rule(
    "NBJ404",
    "unused-sql-result",
    "A production SQL cell keeps its result under a name (`orders <<`) that no production cell\n"
    "reads, in Python or in SQL: the rows are fetched for nothing.",
    _find,
    severity="warning",
)
