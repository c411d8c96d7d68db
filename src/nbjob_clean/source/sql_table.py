"""Which tables a SQL statement creates, changes and reads, as far as its text certainly says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nbjob_clean.record import Record
from nbjob_clean.source.sql_text import Token, at
from nbjob_clean.source.table import words

# A table's name in lower case, with its schema where that is written: ("main", "orders").
Name = tuple[str, ...]
_CREATE_WORDS = words("""
    or replace global local temp temporary unlogged external transient volatile materialized
    recursive secure if not exists virtual foreign dynamic iceberg hybrid streaming live force
    """)
_FUNCTIONS_WITH_FROM = words("extract trim substring overlay position")
_NO_ALIAS = words("""
    cross except fetch for full group having inner intersect join left limit natural offset on
    order outer qualify right set straight_join tablesample union using where window values select
    """)
_QUERIES = words("from pivot select show summarize table unpivot values with")
_READING = words("describe pivot summarize table unpivot")
_CLAUSES = words("from join straight_join using")
_TARGETS = words("ignore insert merge overwrite replace upsert")
_NO_TABLES = words("dumpfile outfile")
_CHANGING = words("alter drop insert merge replace truncate update")
_BEFORE_TARGET = words("abort fail ignore into only or overwrite replace rollback table view")


class Table(Record):
    """A table where it is named."""

    name: Name
    start: int
    end: int


def created_table(statement: Sequence[Token]) -> Table | None:
    """What `CREATE [OR REPLACE] [TEMP] TABLE|VIEW [IF NOT EXISTS] name`, `SELECT ... INTO name` or
    `ALTER TABLE ... RENAME TO name` creates.
    """
    index = _after_creation(statement)
    return _table(statement, index) if index else None


def read_tables(statement: Sequence[Token]) -> Iterator[Table]:
    """What a statement reads by FROM and JOIN, or as a whole (`PIVOT name`); its own CTEs and
    functions are none.
    """
    own = set(_cte_names(statement))
    found = [*_whole(statement)]
    for index, token in enumerate(statement):
        if token.word in _CLAUSES and _is_clause(statement, index):
            found += _listed(statement, index + 1)
    tables = sorted({table.start: table for table in found}.values(), key=lambda t: t.start)
    yield from (table for table in tables if table.name not in own)


def changed_table(statement: Sequence[Token]) -> Table | None:
    """The target of `INSERT INTO a`, `UPDATE a`, `TRUNCATE a`, `DROP TABLE a` and the like; of
    `IF EXISTS` none, as that may be missing.
    """
    index = _after_ctes(statement)
    if at(statement, index).word not in _CHANGING:
        return None
    index += 1
    while at(statement, index).word in _BEFORE_TARGET:
        index += 1
    table = _table(statement, index)
    return table if at(statement, index).word != "if" else None


def _after_creation(statement: Sequence[Token]) -> int:
    """Where the name of the table stands that a statement creates; 0 where it creates none."""
    first = at(statement, 0).word
    if first == "create":
        index = _skip(statement, 1)
        is_table = at(statement, index).word in ("table", "view")
        return _skip(statement, index + 1) if is_table else 0
    texts = [token.word for token in statement]
    if first == "alter" and texts[1:2] == ["table"] and "rename" in texts:
        index = texts.index("rename") + 1
        return index + 1 if at(statement, index).word == "to" else 0
    if first in ("select", "with") and "into" in texts:
        index = texts.index("into")
        if texts[index - 1] in _TARGETS or at(statement, index + 1).word in _NO_TABLES:
            return 0
        index = _skip(statement, index + 1)
        return index + (at(statement, index).word == "table")
    return 0


def _skip(statement: Sequence[Token], index: int) -> int:
    while at(statement, index).word in _CREATE_WORDS:
        index += 1
    return index


def _table(statement: Sequence[Token], index: int) -> Table | None:
    """The name at an index; None for a subquery, a function, a file or a template."""
    end = _name_end(statement, index)
    if end == index or statement[end - 1].text == ".":
        return None
    last, follows = statement[end - 1], at(statement, end)
    if follows.start == last.end and follows.kind in ("brace", "template"):
        return None
    parts = (_part(token) for token in statement[index:end])
    name = tuple(part for part in parts if part is not None)
    return Table(name, statement[index].start, last.end)


def _name_end(statement: Sequence[Token], index: int) -> int:
    """The index behind `a.b.c`."""
    while _part(at(statement, index)) is not None:
        index += 1
        if at(statement, index).text != ".":
            break
        index += 1
    return index


def _part(token: Token) -> str | None:
    if token.kind == "quoted":
        return token.text[1:-1].lower()
    return token.word or None


def _whole(statement: Sequence[Token]) -> Iterator[Table]:
    """What is read without a FROM: `PIVOT a ON`, `COPY a TO`, `CREATE TABLE b CLONE a`."""
    first = at(statement, 0).word
    table = _table(statement, 1)
    if table and first in _READING and at(statement, 1).word not in _QUERIES:
        yield table
    if table and first == "copy":
        end = _after_brackets(statement, _name_end(statement, 1))
        if at(statement, end).word == "to":
            yield table
    if first == "create":
        end = _name_end(statement, _after_creation(statement))
        end += at(statement, end).text == "("
        if at(statement, end).word in ("clone", "like"):
            source = _table(statement, end + 1)
            yield from [source] if source else []


def _after_ctes(statement: Sequence[Token]) -> int:
    """Where the statement itself starts, behind `WITH a AS (...)`."""
    index = 0
    if at(statement, 0).word == "with":
        while index < len(statement) and at(statement, index).word not in _CHANGING:
            index = max(index + 1, _after_brackets(statement, index))
    return index


def _listed(statement: Sequence[Token], index: int) -> Iterator[Table]:
    """The tables of `FROM a, b AS c, d e, f(1), (g)`, up to the first item that is a template."""
    depth = 0
    while True:
        token = at(statement, index)
        if token.word in ("only", "lateral"):
            index += 1
            continue
        if token.text == "(" and at(statement, index + 1).word not in _QUERIES:
            index, depth = index + 1, depth + 1
            continue
        if token.word in _NO_ALIAS or token.word == "from":
            return
        table = _table(statement, index)
        end = index + 1 if token.kind == "string" else _name_end(statement, index)
        after = _after_brackets(statement, end)
        if after == index or (table is None and token.kind not in ("string", "sign")):
            return
        if table is not None and after == end:
            yield table
        index = _after_alias(statement, after)
        while depth and at(statement, index).text == ")":
            index, depth = _after_alias(statement, index + 1), depth - 1
        if at(statement, index).text != ",":
            return
        index += 1


def _after_brackets(statement: Sequence[Token], index: int) -> int:
    """The index behind the brackets that open at an index, if any do."""
    depth = 0
    for number in range(index, len(statement)):
        depth += (statement[number].text == "(") - (statement[number].text == ")")
        if depth <= 0:
            return number + 1 if statement[index].text == "(" else index
    return len(statement)


def _after_alias(statement: Sequence[Token], index: int) -> int:
    if at(statement, index).word == "as":
        return _after_brackets(statement, index + 2)
    token = at(statement, index)
    is_alias = token.kind in ("word", "quoted") and token.word not in _NO_ALIAS
    return _after_brackets(statement, index + 1) if is_alias else index


def _is_clause(statement: Sequence[Token], index: int) -> bool:
    """Whether a word names tables: `EXTRACT(day FROM x)`, `IS DISTINCT FROM x` do not, and USING
    does so where rows are deleted or merged.
    """
    if statement[index].word == "using":
        return at(statement, 0).word in ("delete", "merge")
    if statement[index].word != "from":
        return True
    before = [at(statement, index - 1).word, at(statement, index - 2).word]
    if before[0] == "distinct" and before[1] in ("is", "not"):
        return False
    depth = 0
    for number in range(index - 1, -1, -1):
        text = statement[number].text
        depth += (text == ")") - (text == "(")
        if depth < 0:
            return at(statement, number - 1).word not in _FUNCTIONS_WITH_FROM
    return True


def _cte_names(statement: Sequence[Token]) -> Iterator[Name]:
    """`name AS (`, `name (a, b) AS MATERIALIZED (`, wherever the statement has a WITH."""
    if not any(token.word == "with" for token in statement):
        return
    for index, token in enumerate(statement):
        if token.word == "as" and _opens(statement, index + 1):
            name = _part(at(statement, _before_columns(statement, index - 1)))
            if name is not None:
                yield (name,)


def _opens(statement: Sequence[Token], index: int) -> bool:
    while at(statement, index).word in ("not", "materialized"):
        index += 1
    return at(statement, index).text == "("


def _before_columns(statement: Sequence[Token], index: int) -> int:
    if at(statement, index).text != ")":
        return index
    while index > 0 and statement[index].text != "(":
        index -= 1
    return index - 1
