"""NBJ402: a template in SQL that is more than a name, or that stands inside a string."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.queries import finding_in, production_queries
from nbjob_clean.rules.rule import Finding, Rule
from nbjob_clean.source.sql_query import Query
from nbjob_clean.source.sql_text import Token, at, parameter_name, tokens
from nbjob_clean.source.table import words

_INSIDE = re.compile(r"\{\{(?P<inner>.*?)\}\}", re.DOTALL)
_GOES_ON = re.compile(r"\{%[-+]?\s*(?:el|end)")  # of a statement that was reported above
_HELP = "values are bound, not pasted: compute it in a Python cell, then use `{{ name }}`"
_BEFORE_TABLE = words("from into join table update")
_FROM_A_VALUE = words("extract overlay position substring trim")
_IDENTIFIER_HELP = "a table's or column's name cannot be bound: write it out"


def _find(context: Context) -> Iterator[Finding]:
    for query in production_queries(context):
        found = tuple(tokens(query.sql.text))
        for index, token in enumerate(found):
            if parameter_name(token) and (what := _named(found, index)):
                yield _in_place_of_a_name(query, token, what)
            if token.kind == "template" and not (
                parameter_name(token) or _GOES_ON.match(token.text)
            ):
                yield _more_than_a_name(query, token)
            elif token.kind in ("string", "quoted"):
                yield from _in_string(query, token)


def _named(found: Sequence[Token], index: int) -> str:
    """What would have to stand in a place, if it is no value."""
    before = at(found, index - 1)
    if before.word == "by":
        return "a column"
    if before.word not in _BEFORE_TABLE or at(found, index - 2).word == "distinct":
        return ""
    if before.word == "from" and _called(found, index - 1) in _FROM_A_VALUE:
        return ""
    return "a table"


def _called(found: Sequence[Token], index: int) -> str:
    """The function in whose parentheses a place is: `extract(year FROM x)`."""
    depth = 0
    while index > 0:
        index -= 1
        depth += {")": 1, "(": -1}.get(found[index].text, 0)
        if depth < 0:
            return at(found, index - 1).word
    return ""


def _in_place_of_a_name(query: Query, token: Token, what: str) -> Finding:
    name = parameter_name(token)
    return finding_in(
        query,
        (token.start, token.end),
        f"`{name}` is bound as a value, and {what} has to stand here",
        symbol=name,
        help_text=_IDENTIFIER_HELP,
    )


def _more_than_a_name(query: Query, token: Token) -> Finding:
    message = f"SQL template `{_short(token.text)}` is more than a name"
    return finding_in(query, (token.start, token.end), message, help_text=_HELP)


def _in_string(query: Query, token: Token) -> Iterator[Finding]:
    for match in _INSIDE.finditer(token.text):
        start, end = (token.start + offset for offset in match.span())
        what = "a string" if token.kind == "string" else "a quoted name"
        yield finding_in(
            query,
            (start, end),
            f"`{_short(match.group())}` stands in {what}: there it stays text, no value is bound",
            symbol=_name(match),
            help_text=_advice(token, match),
        )


def _advice(token: Token, match: re.Match[str]) -> str:
    """The string without the quotes around the template, or joined to what is around it."""
    if token.kind == "quoted":
        return _IDENTIFIER_HELP
    if not _name(match) or not token.text.startswith("'"):
        return _HELP
    before, after = token.text[1 : match.start()], token.text[match.end() : -1]
    bound = f"{{{{ {_name(match)} }}}}"
    if not (before or after):
        return f"remove the quotes: {bound} is bound, whatever its type"
    if "{" in before + after or "\n" in before + after:
        return "end the string before it and join the parts with `||`"
    parts = [f"'{before}'"] * bool(before) + [bound] + [f"'{after}'"] * bool(after)
    return f"join it to the text around it: {' || '.join(parts)}"


def _name(match: re.Match[str]) -> str:
    inner = match["inner"].strip()
    return inner if inner.isidentifier() else ""


def _short(text: str) -> str:
    first = text.split("\n")[0]
    return first if first == text else f"{first} ..."


RULE = Rule(
    "NBJ402",
    "sql-template-syntax",
    "A template in a production SQL cell is more than the name (`{{ a.b }}`, `{% if %}`), or\n"
    "stands inside a string, where it stays text, or in the place of a table's or column's name.\n"
    "In production values are bound, not pasted.",
    _find,
)
