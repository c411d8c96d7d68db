"""SQL as tokens: enough to see names, templates and positions, in whatever dialect.

A lexer, not a parser; it agrees with `sidecar.sql` on what is a string, a comment, a parameter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from nbjob_clean.record import Record
from nbjob_clean.sidecar.sql import comment_end

TokenKind = Literal["string", "quoted", "template", "brace", "parameter", "number", "word", "sign"]


class Token(Record):
    """One token; offsets are within the text. Comments and blank space are none."""

    kind: TokenKind
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """A word in lower case; empty for any other token."""
        return self.text.lower() if self.kind == "word" else ""


_TOKEN = re.compile(
    r"""
      (?P<comment>   --[^\n]* | /\* )
    | (?P<string>    (?<![\w])[eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*'
                   | \$(?P<tag>[A-Za-z_]*)\$.*?\$(?P=tag)\$ )
    | (?P<quoted>    "(?:[^"]|"")*" | `[^`]*` )
    | (?P<template>  \{\{.*?\}\} | \{%.*?%\} | \{\#.*?\#\} )
    | (?P<brace>     (?<!\$)\{[A-Za-z_]\w*\} )
    | (?P<parameter> (?<![\w:\])'"]):[A-Za-z_]\w* )
    | (?P<number>    \d[\w.]* )
    | (?P<word>      [^\W\d]\w* )
    | (?P<sign>      :: | \|\| | [<>!=]= | <> | \S )
    """,
    re.VERBOSE | re.DOTALL,
)
_NAME = re.compile(r"\{\{\s*(?P<name>[A-Za-z_]\w*)\s*\}\}")


def tokens(sql: str) -> Iterator[Token]:
    """The tokens of a text, in order."""
    position = 0
    while match := _TOKEN.search(sql, position):
        position = match.end()
        kind = next(name for name, found in match.groupdict().items() if found is not None)
        if kind == "comment":
            is_block = match.group() == "/*"
            position = comment_end(sql, position) if is_block else position
        else:
            yield Token(kind, match.group(), match.start(), position)  # type: ignore[arg-type]


def statements(sql: str) -> Iterator[tuple[Token, ...]]:
    """The tokens of each statement, without its semicolon."""
    found: list[Token] = []
    for token in tokens(sql):
        if token.text == ";":
            yield tuple(found)
            found = []
        else:
            found.append(token)
    yield tuple(found)


def parameter_name(token: Token) -> str:
    """The name that `{{ name }}` or `:name` binds; empty for any other token."""
    if token.kind == "parameter":
        return token.text[1:]
    match = _NAME.fullmatch(token.text) if token.kind == "template" else None
    return match["name"] if match else ""


def at(found: Sequence[Token], index: int) -> Token:
    """The token at an index, or one that is nothing outside of the text."""
    return found[index] if 0 <= index < len(found) else _NOTHING


_NOTHING = Token("sign", "", 0, 0)
