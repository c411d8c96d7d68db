"""NBJ403: a value is pasted into the text of a query where it could be bound."""

from __future__ import annotations

from collections.abc import Iterator

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.production_code import code_cells
from nbjob_clean.rules.queries import finding_in, production_queries
from nbjob_clean.rules.rule import Finding, Rule
from nbjob_clean.source.ipython import PythonCell
from nbjob_clean.source.names import bound_names
from nbjob_clean.source.production import PARAMETERS
from nbjob_clean.source.sql_paste import Paste, pastes
from nbjob_clean.source.sql_python import BuiltSql, built_sql, may_run_sql
from nbjob_clean.source.sql_query import Query
from nbjob_clean.source.sql_safe import Safe
from nbjob_clean.source.syntax import character_column, parsed

_CELL_HELP = "write `{{{{ {name} }}}}`, without quotes: the value is bound, whatever is in it"
_HELP = {
    "execute_query": 'bind it: `job_input.execute_query("... = {{{{ {name} }}}}", {name}={value})`',
    "sql": 'bind it: `.sql("... = :{name}", args={{"{name}": {value}}})` (Spark), or'
    ' `.sql("... = $1", params=[{value}])` (DuckDB)',
    "read_sql": 'bind it: `pd.read_sql("... = ?", connection, params=[{value}])`',
    "execute": 'bind it: `.execute("... = ?", [{value}])`, with the mark that the driver takes',
}


def _find(context: Context) -> Iterator[Finding]:
    for query in production_queries(context):
        for paste in pastes(query.sql.text):
            if not paste.is_quoted or _is_meant(paste, query, context):
                yield _in_query(query, paste)
    cells = [c for c in code_cells(context) if may_run_sql(c.python.text)]
    safe = _safe(context) if cells else None
    for cell in cells:
        tree = parsed(cell.python.text).tree
        for built in built_sql(tree, safe) if tree and safe else ():
            yield _in_python(cell.index, cell.python, built)


def _safe(context: Context) -> Safe:
    """What the notebook's own names hold; those of the parameters cell, a run may replace."""
    found = [(c.index, parsed(c.python.text).tree) for c in code_cells(context)]
    trees = [(PARAMETERS in context.cell(index).tags, tree) for index, tree in found if tree]
    return Safe([tree for _, tree in trees], [tree for is_given, tree in trees if is_given])


def _is_meant(paste: Paste, query: Query, context: Context) -> bool:
    """Whether `'{x}'` is a place to paste into and no text: an array's `'{red}'` looks the same."""
    first = query.lines[0]
    defined = (bound_names(python.text) for python in context.python.values())
    return "%%vdksql" in first or any(paste.name in names for names in defined)


def _in_query(query: Query, paste: Paste) -> Finding:
    return finding_in(
        query,
        (paste.start, paste.end),
        f"`{{{paste.name}}}` is not bound but pasted, if at all: a quote in it changes the query",
        symbol=paste.name,
        help_text=_CELL_HELP.format(name=paste.name),
    )


def _in_python(index: int, python: PythonCell, built: BuiltSql) -> Finding:
    node = built.argument
    line, end_line = node.lineno, node.end_lineno or node.lineno
    columns = [
        python.cell_column(n, character_column(python.lines[n - 1], offset))
        for n, offset in ((line, node.col_offset), (end_line, node.end_col_offset or 0))
    ]
    name = built.value if built.value.isidentifier() else "value"
    method = {"executemany": "execute", "read_sql_query": "read_sql"}.get(
        built.method, built.method
    )
    return Finding(
        message=f"{built.how} pastes `{built.value}` into the SQL: a quote in it changes the query",
        cell=index + 1,
        line=line,
        column=columns[0],
        end_line=end_line,
        end_column=columns[1],
        symbol=built.value,
        help=_HELP[method].format(name=name, value=built.value),
    )


RULE = Rule(
    "NBJ403",
    "sql-string-substitution",
    "A value is pasted into the text of a query (`{name}` in a SQL cell, an f-string, `%`,\n"
    "`.format` or `+` in a call that runs SQL) where it could be bound: a quote in the value\n"
    "breaks the query, or makes it another one. Names of tables and columns are not meant.",
    _find,
    severity="warning",
)
