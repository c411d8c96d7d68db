"""Where text is pasted into SQL in a place in which a value could be bound instead.

The places are marked `{name}`, as VDK writes them; a place that takes a table's or column's name
is none of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nbjob_clean.record import Record
from nbjob_clean.source.sql_text import Token, at, tokens
from nbjob_clean.source.table import words

_BRACE = re.compile(r"(?<![{$])\{(?P<name>[A-Za-z_]\w*)\}(?!\})")
_BEFORE_VALUE = words("between ilike like limit offset")
_COMPARISONS = frozenset({"=", "==", "<", ">", "<=", ">=", "<>", "!=", "||"})


class Paste(Record):
    """One place; offsets are within the text. `is_quoted`: it stands in a string literal."""

    name: str
    start: int
    end: int
    is_quoted: bool


def pastes(sql: str) -> Iterator[Paste]:
    """The places in a text where `{name}` stands for a value."""
    found = tuple(tokens(sql))
    for index, token in enumerate(found):
        if token.kind == "string" and token.text.startswith("'"):
            for match in _BRACE.finditer(token.text):
                start, end = (token.start + offset for offset in match.span())
                yield Paste(match["name"], start, end, is_quoted=True)
        elif token.kind == "brace" and _is_value(found, index):
            yield Paste(token.text[1:-1], token.start, token.end, is_quoted=False)


def _is_value(found: Sequence[Token], index: int) -> bool:
    token, before, after = found[index], at(found, index - 1), at(found, index + 1)
    is_glued = before.end == token.start and before.kind in ("word", "brace", "number")
    goes_on = after.start == token.end and (after.kind != "sign" or after.text in "(.")
    if is_glued or (after.text and goes_on) or after.text == ".":
        return False
    if before.text in _COMPARISONS or before.word in _BEFORE_VALUE:
        return True
    if before.word == "and":
        return at(found, index - 3).word == "between"
    return before.text in ("(", ",") and _is_in_row(found, index)


def _is_in_row(found: Sequence[Token], index: int) -> bool:
    """Whether this is one of several items of `VALUES (a, b), (c, d)`."""
    start = index
    while start > 0 and found[start].text not in ("(", ")"):
        start -= 1
    end = index
    while end < len(found) and found[end].text not in ("(", ")"):
        end += 1
    if found[start].text != "(" or end - start < 4:
        return False  # alone in its parentheses it may be a list of placeholders
    start -= 1
    while at(found, start).text == ",":
        start = _opening(found, start - 1) - 1
    return at(found, start).word == "values"


def _opening(found: Sequence[Token], index: int) -> int:
    while index > 0 and found[index].text != "(":
        index -= 1
    return index
