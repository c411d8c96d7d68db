"""NBJ402: a template in SQL that is more than a name, or that stands inside a string."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.queries import finding_in, production_queries
from nbjob_clean.rules.rule import Finding, Rule
from nbjob_clean.source.sql_query import Query
from nbjob_clean.source.sql_text import Token, parameter_name, tokens

_INSIDE = re.compile(r"\{\{(?P<inner>.*?)\}\}", re.DOTALL)
_HELP = "values are bound, not pasted: compute it in a Python cell, then use `{{ name }}`"
_IDENTIFIER_HELP = "a table's or column's name cannot be bound: write it out"


def _find(context: Context) -> Iterator[Finding]:
    for query in production_queries(context):
        for token in tokens(query.sql.text):
            if token.kind == "template" and not parameter_name(token):
                yield _more_than_a_name(query, token)
            elif token.kind in ("string", "quoted"):
                yield from _in_string(query, token)


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
    "stands inside a string, where it stays text. In production values are bound, not pasted.",
    _find,
)
