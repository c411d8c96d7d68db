"""SQL text as far as both halves need it: where statements end, and which parameters they name.

A lexer, not a parser: strings, quoted names, dollar quotes and (nested) comments are skipped, so
that casts, slices, JSON and times inside them are never taken for parameters, in any dialect.
One regular expression runs over everything that is of no interest: a dump of ten thousand
statements is a matter of a tenth of a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from nbjob_clean.errors import SidecarError


class Parameter(NamedTuple):
    """A place where a value is bound: `{{ name }}` or `:name`; offsets within the statement."""

    name: str
    start: int
    end: int


class Statement(NamedTuple):
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


# What holds neither the end of a statement nor a parameter, and then one of these. A quote that is
# never closed, and a comment with stars, are left to `_events`.
_NEXT = re.compile(
    r"""
    (?: [^\w\s;:'"`$/{-]+ | \s+
      | [eE]'(?:[^'\\]|\\.)*' | '[^']*' | "[^"]*" | `[^`]*`    # '' inside is two of them
      | \$(?P<dollar>(?:[A-Za-z_]\w*)?)\$.*?\$(?P=dollar)\$ | \$
      | \w[\w$]*
      | --[^\n]* | - | /(?!\*) | \{(?![{%])
      | :: | :(?![A-Za-z_:]) | (?<=[\w\])'"]):
    )*
    (?: (?P<end>;) | :(?P<name>[A-Za-z_]\w*) | (?P<jinja>\{\{.*?\}\}|\{%.*?%\}) | (?P<star>/\*) )?
    """,
    re.VERBOSE | re.DOTALL,
)
_NAME = re.compile(r"[A-Za-z_]\w*")
# `{{ name }}` is a parameter, and bound.
PASTED = re.compile(r"(?<!\{)\{([^{}\n]+)\}(?!\})")
_STAR = re.compile(r"/\*|\*/")
_HEAD = re.compile(r"(?:\s+|--[^\n]*)*(?P<star>/\*)?")
# The statements whose body holds semicolons of its own, and what opens and closes in it.
_WITH_BODY = re.compile(
    r"(?:\s+|--[^\n]*|/\*.*?\*/)*"
    r"CREATE\s+(?:\w+\s+){0,4}?(?:TRIGGER|FUNCTION|PROCEDURE)\b",
    re.IGNORECASE | re.DOTALL,
)
_BODY = re.compile(
    r"""
      --[^\n]* | /\*.*?\*/ | '[^']*' | "[^"]*" | `[^`]*` | \$(\w*)\$.*?\$\1\$
    | \b(?: (?P<closed>END(?:\s+(?:IF|LOOP|WHILE|REPEAT|CASE|FOR))?) | (?P<opened>BEGIN|CASE) )\b
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_LOOPS = ("IF", "LOOP", "WHILE", "REPEAT", "FOR")


@lru_cache(maxsize=64)
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
    ends = [match.end() for match in _events(sql) if match.lastgroup == "end"]
    return bool(ends) and not is_significant(sql[ends[-1] :])


def is_significant(text: str) -> bool:
    """Whether anything is left of a text without its comments."""
    return bool(text[statement_start(text) :].strip())


def statement_start(text: str) -> int:
    """Where blank space and comments at the head of a text end."""
    position = 0
    while (match := _HEAD.match(text, position)) and match["star"]:
        position = comment_end(text, match.end())
    return match.end() if match else position


def _events(sql: str) -> Iterator[re.Match[str]]:
    """The ends of statements, and the parameters: groups of matches that begin anywhere before."""
    position = 0
    while match := _NEXT.match(sql, position):
        position = match.end()
        if match.lastgroup in ("end", "name", "jinja"):
            yield match
        elif match.lastgroup == "star":
            position = comment_end(sql, position)
        elif position >= len(sql):
            return
        else:
            position += 1


def comment_end(sql: str, position: int) -> int:
    """Behind a block comment, which may hold others, that was opened before `position`."""
    depth = 1
    for match in _STAR.finditer(sql, position):
        depth += 1 if match.group() == "/*" else -1
        if not depth:
            return match.end()
    return len(sql)


def _split(sql: str) -> Iterator[Statement]:
    start, line, depth = 0, 1, 0
    seen = -1  # up to where the body of this statement is counted; -1 where it can have none
    found: list[re.Match[str]] = []
    for event in (*_events(sql), None):
        if event is not None and event.lastgroup != "end":
            found.append(event)
            continue
        end = event.start("end") if event else len(sql)
        if event and (seen > 0 or _WITH_BODY.match(sql, start, end)):
            depth += _depth(sql, max(seen, start), end)
            seen = end
            if depth > 0:
                continue
        text = sql[start:end]
        stripped = text.lstrip()
        if is_significant(stripped) if stripped[:1] in "-/" else stripped:
            head = len(text) - len(stripped)
            at = line + text.count("\n", 0, head)
            named = tuple([_parameter(match, start + head) for match in found])
            yield Statement(stripped.rstrip(), at, named)
        line += text.count("\n")
        start, depth, seen, found = end + 1, 0, -1, []


def _depth(sql: str, start: int, end: int) -> int:
    """How many blocks of a body a part of it opens and does not close."""
    depth = 0
    for match in _BODY.finditer(sql, start, end):
        if match["opened"]:
            depth += 1
        elif match["closed"] and not match["closed"].upper().endswith(_LOOPS):
            depth -= 1
    return depth


def _parameter(match: re.Match[str], start: int) -> Parameter:
    if match.lastgroup == "name":
        begin, end = match.span("name")
        return Parameter(match["name"], begin - 1 - start, end - start)
    begin, end = match.span("jinja")
    text = match["jinja"]
    inner = text[2:-2].strip()
    if text.startswith("{%") or not _NAME.fullmatch(inner):
        raise SidecarError(
            f"SQL template `{text}` is more than a name",
            hint="values are bound, not pasted: compute it in a Python cell, then use {{ name }}",
        )
    return Parameter(inner, begin - start, end - start)
