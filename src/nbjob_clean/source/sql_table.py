"""Which tables a SQL statement creates, and which it reads, as far as its text certainly says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nbjob_clean.record import Record
from nbjob_clean.source.sql_text import Token, at
from nbjob_clean.source.table import words

# A table's name in lower case, with its schema where that is written: ("main", "orders").
Name = tuple[str, ...]
_CREATE_WORDS = words("""
    or replace global local temp temporary unlogged external transient volatile materialized
    recursive secure if not exists
    """)
_FUNCTIONS_WITH_FROM = words("extract trim substring overlay position")
_NO_ALIAS = words("""
    cross except fetch for full group having inner intersect join left limit natural offset on
    order outer qualify right set tablesample union using where window values select
    """)


class Table(Record):
    """A table where it is named."""

    name: Name
    start: int
    end: int


def created_table(statement: Sequence[Token]) -> Table | None:
    """What `CREATE [OR REPLACE] [TEMP] TABLE|VIEW [IF NOT EXISTS] name` creates."""
    if at(statement, 0).word != "create":
        return None
    index = _skip(statement, 1)
    if at(statement, index).word not in ("table", "view"):
        return None
    return _table(statement, _skip(statement, index + 1))


def read_tables(statement: Sequence[Token]) -> Iterator[Table]:
    """What a statement reads by FROM and JOIN; its own CTEs and functions are none."""
    own = set(_cte_names(statement))
    for index, token in enumerate(statement):
        if token.word == "join" or (token.word == "from" and _is_clause(statement, index)):
            for table in _listed(statement, index + 1):
                if table.name not in own:
                    yield table


def _skip(statement: Sequence[Token], index: int) -> int:
    while at(statement, index).word in _CREATE_WORDS:
        index += 1
    return index


def _table(statement: Sequence[Token], index: int) -> Table | None:
    """The name at an index; None for a subquery, a function, a file or a template."""
    parts: list[str] = []
    start = index
    while (part := _part(at(statement, index))) is not None:
        parts.append(part)
        index += 1
        if at(statement, index).text != ".":
            break
        index += 1
    end = statement[index - 1] if index > start else None
    follows = at(statement, index)
    is_glued = (
        end is not None and follows.start == end.end and follows.kind in ("brace", "template")
    )
    if not parts or end is None or end.text == "." or is_glued:
        return None
    return Table(tuple(parts), statement[start].start, end.end)


def _part(token: Token) -> str | None:
    if token.kind == "quoted":
        return token.text[1:-1].lower()
    return token.word or None


def _listed(statement: Sequence[Token], index: int) -> Iterator[Table]:
    """The tables of `FROM a, b AS c, d e`, up to the first that is more than a name."""
    while True:
        if at(statement, index).word == "only":
            index += 1
        table = _table(statement, index)
        if table is None or at(statement, index).word in ("lateral", "unnest"):
            return
        index = next(n for n, token in enumerate(statement) if token.end == table.end) + 1
        if at(statement, index).text == "(":
            return
        yield table
        index = _after_alias(statement, index)
        if at(statement, index).text != ",":
            return
        index += 1


def _after_alias(statement: Sequence[Token], index: int) -> int:
    if at(statement, index).word == "as":
        return index + 2
    token = at(statement, index)
    is_alias = token.kind in ("word", "quoted") and token.word not in _NO_ALIAS
    return index + 1 if is_alias else index


def _is_clause(statement: Sequence[Token], index: int) -> bool:
    """Whether a FROM names tables: `EXTRACT(day FROM x)`, `IS DISTINCT FROM x` do not."""
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
