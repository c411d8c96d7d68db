"""SQL text as far as both halves need it: where statements end, and which parameters they name.

A lexer, not a parser: strings, quoted names, dollar quotes and (nested) comments are skipped, so
that casts, slices, JSON and times inside them are never taken for parameters, in any dialect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nbjob_clean.errors import SidecarError
from nbjob_clean.record import Record


class Parameter(Record):
    """A place where a value is bound: `{{ name }}` or `:name`; offsets within the statement."""

    name: str
    start: int
    end: int


class Statement(Record):
    """One statement without its semicolon; `line` is where it starts in the whole text, from 1."""

    text: str
    line: int
    parameters: tuple[Parameter, ...]

    def bound(self, placeholder: str = "${}") -> str:
        """The text with each parameter in the engine's own style, e.g. `$name` or `:name`."""
        pieces: list[str] = []
        position = 0
        for parameter in self.parameters:
            pieces += (self.text[position : parameter.start], placeholder.format(parameter.name))
            position = parameter.end
        return "".join(pieces) + self.text[position:]


_TOKEN = re.compile(
    r"""
      (?P<comment> --[^\n]* | /\* )
    | (?P<string>  (?<![\w])[eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*' | "(?:[^"]|"")*" | `[^`]*`
                 | \$(?P<dollar>[A-Za-z_]*)\$.*?\$(?P=dollar)\$ )
    | (?P<jinja>   \{\{(?P<expression>.*?)\}\} | \{%.*?%\} )
    | (?P<cast>    :: )
    | (?<![\w:\])'"]):(?P<name>[A-Za-z_]\w*)
    | (?P<end>     ; )
    | (?P<word>    [A-Za-z_]\w* )
    """,
    re.VERBOSE | re.DOTALL,
)
_NAME = re.compile(r"[A-Za-z_]\w*")
# `{{ name }}` is a parameter, and bound.
PASTED = re.compile(r"(?<!\{)\{([^{}\n]+)\}(?!\})")


def statements(sql: str) -> tuple[Statement, ...]:
    """The statements of a text, in order; comments and blank space alone make none.

    Raises SidecarError for a template that is more than a name.
    """
    return tuple(_split(sql))


def parameters(sql: str) -> tuple[str, ...]:
    """The names of the parameters in order of appearance, each once. Raises as `statements`."""
    return tuple(dict.fromkeys(p.name for s in statements(sql) for p in s.parameters))


def pasted_names(sql: str) -> tuple[str, ...]:
    """The names in single braces, into whose place VDK pastes a value; each once."""
    return tuple(dict.fromkeys(PASTED.findall(sql)))


def is_terminated(sql: str) -> bool:
    """Whether nothing but blank space and comments follows the last semicolon."""
    last = None
    for token in _tokens(sql):
        last = token
    tail = sql[last.end :] if last else sql
    return bool(last and last.kind == "end") and not any(_significant(tail))


class _Token(Record):
    kind: str
    text: str
    start: int
    end: int


def _tokens(sql: str) -> Iterator[_Token]:
    """Everything of interest but comments."""
    position = 0
    while match := _TOKEN.search(sql, position):
        position = match.end()
        kind = match.lastgroup or ""
        if match.group("comment"):
            if match.group("comment") == "/*":
                position = _comment_end(sql, position)
            continue
        if match.group("string"):
            kind = "string"
        elif match.group("jinja"):
            kind = "jinja"
        yield _Token(kind, match.group(), match.start(), position)


def _comment_end(sql: str, position: int) -> int:
    depth = 1
    for match in re.compile(r"/\*|\*/").finditer(sql, position):
        depth += 1 if match.group() == "/*" else -1
        if not depth:
            return match.end()
    return len(sql)


def _split(sql: str) -> Iterator[Statement]:
    start = 0
    found: list[Parameter] = []
    words: list[str] = []
    for token in _tokens(sql):
        if token.kind == "word":
            words.append(token.text.upper())
        elif token.kind in ("name", "jinja"):
            found.append(Parameter(_parameter_name(token), token.start, token.end))
        elif token.kind == "end" and not _is_inside_trigger(words):
            yield from _statement(sql, start, token.start, found)
            start, found, words = token.end, [], []
    yield from _statement(sql, start, len(sql), found)


def _is_inside_trigger(words: list[str]) -> bool:
    """A trigger's body holds semicolons of its own, until the END that closes it."""
    return words[:1] == ["CREATE"] and "TRIGGER" in words[1:5] and words[-1] != "END"


def _parameter_name(token: _Token) -> str:
    if token.kind == "name":
        return token.text[1:]
    inner = token.text[2:-2].strip()
    if token.text.startswith("{%") or not _NAME.fullmatch(inner):
        raise SidecarError(
            f"SQL template `{token.text}` is more than a name",
            hint="values are bound, not pasted: compute it in a Python cell, then use {{ name }}",
        )
    return inner


def _statement(sql: str, start: int, end: int, found: list[Parameter]) -> Iterator[Statement]:
    text = sql[start:end]
    if not any(True for _ in _significant(text)):
        return
    leading = len(text) - len(text.lstrip())
    line = sql.count("\n", 0, start + leading) + 1
    moved = tuple(
        Parameter(p.name, p.start - start - leading, p.end - start - leading) for p in found
    )
    yield Statement(text.strip(), line, moved)


def _significant(text: str) -> Iterator[str]:
    """What is left of a text without its comments."""
    position = 0
    while match := re.compile(r"--[^\n]*|/\*").search(text, position):
        if text[position : match.start()].strip():
            yield text[position : match.start()]
            return
        position = _comment_end(text, match.end()) if match.group() == "/*" else match.end()
    if text[position:].strip():
        yield text[position:]
