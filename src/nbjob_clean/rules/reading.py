"""What production reads or mentions at all, for rules about what nothing reads or makes."""

from __future__ import annotations

import re

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.queries import production_queries
from nbjob_clean.source.reads import Reads, python_reads, sql_reads, together
from nbjob_clean.source.sql_query import Query

_WORD = re.compile(r"\w+")


def reads_of(context: Context, *, but: Query | None = None) -> Reads:
    """What the production cells read, but for one query."""
    python = (python_reads(p, context.cell(n).source) for n, p in context.python.items())
    queries = (sql_reads(query) for query in production_queries(context) if query != but)
    others = [c.source for c in context.production if c.index not in context.python]
    # Of a cell in another language nothing is known.
    return together([*python, *queries, Reads(frozenset(), is_open=bool(others))])


def python_mentions(context: Context) -> frozenset[str]:
    """Every word of the production cells that are Python, in lower case: it may make a table."""
    cells = [context.python[n].text for n in context.python if context.python[n].sql is None]
    return frozenset(word.lower() for text in cells for word in _WORD.findall(text))
