"""One statement of IPython syntax -> lines of Python: `%magic`, `!cmd`, `x?` and assignments."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from nbjob_clean.record import Record
from nbjob_clean.source.magic import SQL_MAGICS, Magic, MagicKind, line_kind, magic_name
from nbjob_clean.source.sql_call import placeholder
from nbjob_clean.source.sql_cell import SqlCell, parse_sql_line
from nbjob_clean.source.syntax import parsed
from nbjob_clean.source.written import comment, needs_ipython

_STATEMENT = re.compile(
    r"(?P<head>[ \t\f]*)(?P<text>(?:%{1,2}(?=[^\W\d])|!|\?{1,2}(?=\s*[%\w])|[,;/](?=\w)).*)"
)
_HELP = re.compile(
    r"(?P<head>[ \t\f]*)(?P<text>[^\s#'\"!?](?:[^#'\"!]*[\w*\])])?(?<=[\w*\])])\?{1,2})\s*"
)
_ASSIGNMENT = re.compile(
    r"(?P<head>[ \t\f]*(?P<target>(?:[^=#!%?'\"]|'[^']*'|\"[^\"]*\")*[\w\])'\"])\s*=\s*)"
    r"(?P<text>(?:!|%(?=[^\W\d])).*)"
)


class Translated(Record):
    """Lines of Python, the magics in them, and by how much a line's columns moved."""

    lines: tuple[str, ...] = ()
    magics: tuple[Magic, ...] = ()
    shifts: Mapping[int, int] = MappingProxyType({})

    def plus(self, other: Translated) -> Translated:
        """Both, one below the other; line numbers are the cell's in both already."""
        shifts = {**self.shifts, **other.shifts}
        return Translated(self.lines + other.lines, self.magics + other.magics, shifts)


class _Escape(Record):
    """What was found: `head` is all before `text`, `text` is joined over continued lines."""

    line: int
    head: str
    target: str
    text: str
    lines: tuple[str, ...]
    is_help: bool = False

    @property
    def indent(self) -> str:
        return self.head[: len(self.head) - len(self.head.lstrip())]

    @property
    def name(self) -> str:
        return magic_name(self.text)

    @property
    def arguments(self) -> str:
        return self.text.lstrip("%")[len(self.name) :].strip()

    def magic(self, kind: MagicKind, sql: SqlCell | None = None) -> Magic:
        column, target = len(self.head) + 1, self.target.strip()
        return Magic(
            self.line,
            column,
            self.text,
            self.name,
            kind,
            sql=sql,
            target=target,
            indent=self.indent,
        )

    def written(self, statement: str, magic: Magic) -> Translated:
        """The statement in place of the first line; continued lines are kept as comments."""
        lines = (self.indent + statement, *map(comment, self.lines[1:]))
        return Translated(lines, (magic,))


def translate_line(lines: Sequence[str], index: int) -> Translated | None:
    """The statement of IPython syntax that starts at `index`; None where Python does."""
    escape = _found(lines, index)
    if escape is None:
        return None
    if escape.is_help:
        magic = Magic(index + 1, len(escape.head) + 1, escape.text, "?", "harmless")
        return escape.written(f"pass  # {escape.text}", magic)
    if escape.name in SQL_MAGICS and escape.text[:2] != "%%":
        sql = parse_sql_line(escape.arguments, escape.line)
        if sql is not None and sql.is_plain:
            call = placeholder(sql, escape.target.strip() or sql.out)
            return escape.written(call, escape.magic("sql", sql))
    kind = _kind(escape)
    if kind == "transparent" and (timed := _timed(escape)) is not None:
        return timed
    if kind == "harmless":
        return escape.written(f"pass  # {escape.lines[0].strip()}", escape.magic(kind))
    call = needs_ipython(escape.text)
    call = f"{escape.target.strip()} = {call}" if escape.target else call
    return escape.written(call, escape.magic("needed"))


def _found(lines: Sequence[str], index: int) -> _Escape | None:
    line = lines[index]
    if match := _HELP.fullmatch(line):
        return _Escape(index + 1, match["head"], "", match["text"], (line,), is_help=True)
    match = _STATEMENT.fullmatch(line) or _ASSIGNMENT.fullmatch(line)
    if match is None:
        return None
    end = index
    while lines[end].endswith("\\") and end + 1 < len(lines):
        end += 1
    first = match.group("text")
    parts = [first, *lines[index + 1 : end + 1]]
    text = " ".join(p.removesuffix("\\").strip() for p in parts) if end > index else first.rstrip()
    target = match.groupdict().get("target") or ""
    taken = tuple(lines[index : end + 1])
    is_help = text.startswith("?")
    return _Escape(index + 1, match["head"], target, text, taken, is_help=is_help)


def _kind(escape: _Escape) -> MagicKind:
    """A magic whose value is kept is needed, whatever it does otherwise."""
    if not escape.text.startswith("%") or escape.text.startswith("%%"):
        return "needed"
    kind = line_kind(escape.name, escape.arguments)
    return "needed" if kind == "harmless" and escape.target else kind


def _timed(escape: _Escape) -> Translated | None:
    """`%time x = f()` as `x = f()`; None where what is timed is no statement."""
    magic = escape.magic("transparent")
    first = escape.lines[0]
    statement = first[len(escape.head) + len("%time") :].lstrip()
    if not statement:
        return escape.written("pass  # %time", magic)
    head = escape.head[len(escape.indent) :]
    if parsed("\n".join((head + statement, *escape.lines[1:]))).problem is not None:
        return None
    shift = len(first) - len(escape.head) - len(statement)
    timed = escape.head + statement
    # A comment behind a backslash would end the statement there.
    timed = timed if len(escape.lines) > 1 else f"{timed}  # %time"
    return Translated((timed, *escape.lines[1:]), (magic,), {escape.line: shift})
