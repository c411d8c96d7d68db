"""The rules on SQL: their words and places, and the readers of SQL below them."""

from __future__ import annotations

import pytest

from nbjob_clean.diagnostic import Diagnostic
from nbjob_clean.errors import NotebookFormatError, SidecarError
from nbjob_clean.notebook.model import loads
from nbjob_clean.rules.core import check
from nbjob_clean.sidecar.sql import parameters
from nbjob_clean.source.ipython import to_python
from nbjob_clean.source.sql_cell import parse_sql_cell
from nbjob_clean.source.sql_paste import pastes
from nbjob_clean.source.sql_query import queries_of
from nbjob_clean.source.sql_table import created_table, read_tables
from nbjob_clean.source.sql_text import parameter_name, statements, tokens
from tests.conftest import CORPUS
from tests.notebooks import code, notebook
from tests.rules.sql_shapes import SHAPES

MESSAGES = [
    ([code("minimum = 10"), code("%%sql\nSELECT {{ minimum }}", "job")],
     "the parameter `minimum` has a value only in cell 1, line 1, which is not tagged",
     "tag cell 1 `job`, or give `minimum` its default in a cell tagged `parameters`:"
     " then it is an argument of the job"),
    ([code("%%sql\nSELECT {{ a.b }}", "job")],
     "SQL template `{{ a.b }}` is more than a name",
     "values are bound, not pasted: compute it in a Python cell, then use `{{ name }}`"),
    ([code("%%sql\nSELECT '{{ day }}'", "job")],
     "`{{ day }}` stands in a string: there it stays text, no value is bound",
     "remove the quotes: {{ day }} is bound, whatever its type"),
    ([code("%%sql\nSELECT '%{{ day }}%'", "job")],
     "`{{ day }}` stands in a string: there it stays text, no value is bound",
     "join it to the text around it: '%' || {{ day }} || '%'"),
    ([code("%%sql\nSELECT \"{{ day }}\"", "job")],
     "`{{ day }}` stands in a quoted name: there it stays text, no value is bound",
     "a table's or column's name cannot be bound: write it out"),
    ([code("%%sql\nSELECT 1 WHERE x = {day}", "job")],
     "`{day}` is not bound but pasted, if at all: a quote in it changes the query",
     "write `{{ day }}`, without quotes: the value is bound, whatever is in it"),
    ([code("def f(cur, day):\n    cur.execute(f'SELECT x = {day}')", "job")],
     "the f-string pastes `day` into the SQL: a quote in it changes the query",
     'bind it: `.execute("... = ?", [day])`, with the mark that the driver takes'),
    ([code("def f(day):\n    job_input.execute_query('SELECT x = %s' % day)", "job")],
     "`%` pastes `day` into the SQL: a quote in it changes the query",
     'bind it: `job_input.execute_query("... = {{ day }}", day=day)`'),
    ([code("def f(spark, day):\n    spark.sql('SELECT x = ' + day.name)", "job")],
     "`+` pastes `day.name` into the SQL: a quote in it changes the query",
     'bind it: `.sql("... = :value", args={"value": day.name})` (Spark), or'
     ' `.sql("... = $1", params=[day.name])` (DuckDB)'),
    ([code("def f(pd, day):\n    pd.read_sql('SELECT x = {}'.format(day))", "job")],
     "`.format` pastes `day` into the SQL: a quote in it changes the query",
     'bind it: `pd.read_sql("... = ?", connection, params=[day])`'),
    ([code("%%sql orders <<\nSELECT 1", "job")],
     "no production cell reads `orders`, the result of this query",
     "leave out `orders <<`; if only looking at it is wanted, untag the cell"),
    ([code("day = 1", "parameters"), code("x = 1", "job")],
     "no production cell reads the parameter `day`",
     "remove it: whoever passes it to the job believes that it does something"),
    ([code("%sql CREATE TABLE t (x INT)"), code("%sql SELECT * FROM t", "job")],
     "the table `t` is created in cell 1, which is not tagged",
     "tag cell 1 `job`, or create the table in a production cell above"),
]  # fmt: skip
PLACES = [
    ("%%sql\nSELECT\n  '{{ day }}'", 3, 4, 13),
    ("%%sql duckdb:// SELECT '{{ day }}'", 1, 25, 34),
    ("  x = %sql SELECT '{{ day }}'", 1, 20, 29),
    ("%sql SELECT 1,\\\n  '{{ day }}'", 1, None, None),
]
READS = [
    ("SELECT * FROM a, b AS c, d e JOIN f.g ON 1", ["a", "b", "d", "f.g"]),
    ("FROM a SELECT 1", ["a"]),
    ("DELETE FROM a WHERE b", ["a"]),
    ("SELECT * FROM (SELECT * FROM a) x, b", ["a", "b"]),
    ("WITH a AS (SELECT 1), b(x, y) AS MATERIALIZED (SELECT 2) SELECT * FROM a, b, c", ["c"]),
    ("SELECT EXTRACT(day FROM x), trim(both 'a' from y) FROM z", ["z"]),
    ("SELECT a IS NOT DISTINCT FROM b FROM c", ["c"]),
    ("SELECT * FROM ONLY a LEFT JOIN LATERAL (SELECT 1) b ON true", ["a"]),
    ("SELECT * FROM read_csv('a') JOIN 'b.csv' ON 1", []),
    ("SELECT * FROM sales_{year} JOIN x.{y} JOIN {{ z }}", []),
    ('SELECT * FROM "A b" JOIN `c`', ["a b", "c"]),
    (
        "SELECT * FROM ((a, b) x, (c, d)), e AS y (f, g), h(1, (2)) i, 'j', k",
        ["a", "b", "c", "d", "e", "k"],
    ),
    ("SELECT * FROM a, sales_{year}, b", ["a"]),
    ("DESCRIBE a", ["a"]),
    ("DESCRIBE SELECT 1", []),
    ("PIVOT (SELECT 1) ON x", []),
    ("COPY a (x, y) TO 'b.csv'", ["a"]),
    ("COPY a FROM 'b.csv'", []),
    ("CREATE TABLE a (LIKE b INCLUDING ALL)", ["b"]),
    ("CREATE TABLE a LIKE b", ["b"]),
    ("CREATE TABLE a (b TEXT CHECK (b LIKE c))", []),
    ("SELECT * FROM a JOIN b USING (c), d", ["a", "b"]),
    ("SELECT * FROM (((", []),
    ("SELECT * FROM a)", ["a"]),
    ("SELECT * FROM (a", ["a"]),
    ("SELECT * FROM", []),
    ("SELECT * FROM a.", []),
]
CREATES = [
    ("CREATE TABLE a (x INT)", "a"),
    ("create or replace temp view if not exists s.\"T\" as select 1", "s.t"),
    ("CREATE GLOBAL TEMPORARY TABLE a AS SELECT 1", "a"),
    ("CREATE INDEX a ON b (c)", None),
    ("INSERT INTO a VALUES (1)", None),
    ("CREATE TABLE {{ a }} (x INT)", None),
    ("CREATE VIRTUAL TABLE a USING fts5(x)", "a"),
    ("SELECT 1 INTO TEMP TABLE a FROM b", "a"),
    ("WITH x AS (SELECT 1) SELECT * INTO s.a FROM x", "s.a"),
    ("WITH x AS (SELECT 1) INSERT INTO a SELECT * FROM x", None),
    ("SELECT * FROM a INTO OUTFILE 'b'", None),
    ("ALTER TABLE IF EXISTS a RENAME TO b", "b"),
    ("ALTER TABLE a RENAME COLUMN b TO c", None),
    ("ALTER TABLE a ADD COLUMN b INT", None),
]  # fmt: skip
PASTES = [
    ("SELECT * FROM {t} WHERE a = {x} AND b = '{y}'", ["x", "y"]),
    ("a BETWEEN {x} AND {y} AND {z}", ["x", "y"]),
    ("VALUES ({a}, {b}), (1, {c})", ["a", "b", "c"]),
    ("VALUES ({marks})", []),
    ("INSERT INTO t ({a}, {b}) SELECT 1", []),
    ("x = {a}.{b} OR x = {a}{b} OR x = {a}_b OR x = a_{b}", []),
    ("x = {{ a }} OR x = ${a} OR x = '${a}' OR x = '{{a}}'", []),
    ("x = {a}::date OR x = {b}) AND y IN ({c})", ["a", "b"]),
]


def _check(*cells: dict[str, object], **settings: object) -> list[Diagnostic]:
    return check(loads(notebook(*cells)), path="a.ipynb", tags=("job",), **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(("cells", "message", "help_text"), MESSAGES)
def test_messages_say_what_to_write(
    cells: list[dict[str, object]], message: str, help_text: str
) -> None:
    (found,) = _check(*cells, select=["NBJ4"])

    assert (found.message, found.help) == (message, help_text)


@pytest.mark.parametrize(("source", "line", "column", "end_column"), PLACES)
def test_places_are_those_of_the_cell(
    source: str, line: int, column: int | None, end_column: int | None
) -> None:
    (found,) = _check(code(source, "job"), select=["NBJ402"])

    assert found.line == line
    if column is not None:
        assert (found.column, found.end_column) == (column, end_column)


def test_the_other_place_is_that_of_the_definition() -> None:
    parameter = _check(code("\nday = 1"), code("%sql SELECT :day", "job"), select=["NBJ401"])
    table = _check(
        code("%%sql\nCREATE TABLE t (x INT)"), code("%sql FROM t", "job"), select=["NBJ406"]
    )

    assert [(d.other_cell, d.other_line) for d in (*parameter, *table)] == [(1, 2), (1, 2)]


@pytest.mark.parametrize(("sql", "reads", "creates"), SHAPES)
def test_shapes_of_sql(sql: str, reads: list[str], creates: list[str]) -> None:
    found = list(statements(sql))
    made = [table for statement in found if (table := created_table(statement))]

    assert sorted({".".join(t.name) for s in found for t in read_tables(s)}) == reads
    assert [".".join(table.name) for table in made] == creates


@pytest.mark.parametrize(("sql", "names"), READS)
def test_tables_that_are_read(sql: str, names: list[str]) -> None:
    (statement,) = statements(sql)
    found = list(read_tables(statement))

    assert [".".join(table.name) for table in found] == names
    assert [sql[t.start : t.end].lower().replace('"', "").replace("`", "") for t in found] == names


@pytest.mark.parametrize(("sql", "name"), CREATES)
def test_tables_that_are_created(sql: str, name: str | None) -> None:
    (statement,) = statements(sql)
    found = created_table(statement)

    assert (found and ".".join(found.name)) == name


@pytest.mark.parametrize(("sql", "names"), PASTES)
def test_places_where_a_value_is_pasted(sql: str, names: list[str]) -> None:
    assert [paste.name for paste in pastes(sql)] == names


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT {{ a }}, :b, 'x:y', \"{{ c }}\", d::int, e[1:2], $$ :f $$, $q$ :g $q$",
        "-- :a\n/* :b /* :c */ :d */ SELECT :e; SELECT E'\\':f', :g",
        "SELECT a:b, {'c': :d}, time '10:00', (:e), [:f]",
    ],
)
def test_both_readers_of_sql_see_the_same_parameters(sql: str) -> None:
    assert _names(sql) == parameters(sql)


def test_both_readers_of_sql_agree_over_the_corpus() -> None:
    for sql in _corpus():
        try:
            expected = parameters(sql)
        except SidecarError:
            continue
        assert _names(sql) == expected


def test_a_query_has_its_places_in_the_cell() -> None:
    source = "x = 1\nrows = %sql SELECT :x"
    (query,) = queries_of(3, to_python(source), source.split("\n"))
    span = query.span(query.sql.text.index(":x"), len(query.sql.text))

    assert (query.cell, query.out) == (3, "rows")
    assert (span.line, span.column, span.end_line, span.end_column) == (2, 20, 2, 22)


def _names(sql: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(parameter_name, tokens(sql)))))


def _corpus() -> list[str]:
    found = []
    for path in sorted(CORPUS.glob("jupysql/*.ipynb")):
        try:
            cells = loads(path.read_bytes()).cells
        except NotebookFormatError:
            continue
        queries = (parse_sql_cell(cell.source) for cell in cells)
        found += [query.text for query in queries if query]
    return found
