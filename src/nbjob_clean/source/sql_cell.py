"""Cells that are SQL, in all the ways people write them; and what their magic line says.

Read without the magics' own parsers: JupySQL, ipython-sql, VDK, Databricks and VS Code agree on
little more than that SQL follows.
"""

from __future__ import annotations

import re

from nbjob_clean.record import Record, changed
from nbjob_clean.source.table import words

_MAGIC = re.compile(r"[ \t]*%%(?:sql|vdksql)(?![\w?])(?P<rest>.*)")
# Databricks writes a cell's language as a line magic, with the SQL below it.
_LANGUAGE_LINE = re.compile(r"[ \t]*%{1,2}(?:sql|vdksql)[ \t]*")
_OPTION = re.compile(r"(?P<name>--?[A-Za-z][\w-]*)(?:=(?P<joined>\S+))?(?:\s+|$)")
_URL = re.compile(r"(?:[A-Za-z][\w+.-]*://\S*|@\w\S*|\w+@\w\S*)(?:\s+|$)")
_RESULT = re.compile(r"(?P<name>[^\W\d]\w*)\s*=?\s*<<\s*")
_ALIAS = re.compile(r"(?P<name>[^\W\d][\w-]*)(?:\s+(?=-|(?P<next>[A-Za-z]+))|\s*$)")
_VALUE = re.compile(r"(\"[^\"]*\"|'[^']*'|\S+)(?:\s+|$)")
_VALUED = {
    "-c": "connection",
    "--connection": "connection",
    "-S": "save",
    "--save": "save",
    "-w": "with",
    "--with": "with",
    "-s": "connection",  # of a file with one connection a section
    "--section": "connection",
    "-A": "alias",
    "--alias": "alias",
    "-x": "close",
    "--close": "close",
    "-a": "connection_arguments",
    "--connection_arguments": "connection_arguments",
    "-f": "file",
    "--file": "file",
    "--interact": "interact",
}
_SHORT = {"-N": "no-execute", "-p": "persist", "-n": "no-index", "-l": "connections"}
# What only the magic can do: compose saved queries, hold one back, make tables of frames.
_MAGICAL = words("""
    append close connection_arguments connections creator file interact no-execute persist
    persist-replace with
    """)
_STATEMENTS = words("""
    alter analyze attach begin call checkpoint comment commit copy create delete describe detach
    drop end exec execute explain export from grant import insert install load merge optimize
    pivot pragma refresh replace reset revoke rollback select set show summarize table truncate
    unpivot update upsert use vacuum values with
    """)


class SqlCell(Record):
    """The SQL of a cell or of a `%sql` line.

    `first_line` is the line of the cell, from 1, that `lines[0]` is (or ends). `options` are the
    magic's other options, long names without dashes, each with its value or an empty string.
    `is_vdk`: the magic is VDK's, which pastes `{name}`.
    """

    lines: tuple[str, ...]
    first_line: int
    connection: str = ""
    out: str = ""
    save: str = ""
    options: tuple[tuple[str, str], ...] = ()
    is_vdk: bool = False

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def is_plain(self) -> bool:
        """Whether running the text is all there is to do."""
        return not any(name in _MAGICAL for name, _ in self.options)


def parse_sql_cell(source: str, language: str = "") -> SqlCell | None:
    """The SQL that a whole cell is; None for a cell of another language.

    `language` is what the cell's metadata says, as `production.cell_language` finds it.
    """
    if language != "sql" and "sql" not in source:
        return None
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = next((n for n, line in enumerate(lines) if line.strip()), 0)
    body = tuple(lines[first + 1 :])
    match = _MAGIC.fullmatch(lines[first])
    if match:
        cell = _with_head(match.group("rest").strip(), body, first + 1)
        return changed(cell, is_vdk="%%vdksql" in lines[first])
    if _LANGUAGE_LINE.fullmatch(lines[first]) and (language == "sql" or _starts_as_sql(body)):
        return SqlCell(body, first + 2)
    return SqlCell(tuple(lines), 1) if language == "sql" else None


def parse_sql_line(text: str, line: int) -> SqlCell | None:
    """The SQL of what follows `%sql` on its line; None where it only opens a connection."""
    cell = _head(text.strip(), line, is_alone=True)
    words = cell.text.split(None, 1)
    if not words:
        return None
    return cell if len(words) > 1 or words[0].rstrip(";").lower() in _STATEMENTS else None


def sql_options(magic: str) -> tuple[str, ...]:
    """The long names of the options of a `%sql` or `%%sql` line."""
    _, _, rest = magic.partition("sql")
    return tuple(name for name, _ in _head(rest.strip(), 1, is_alone=True).options)


def _with_head(rest: str, body: tuple[str, ...], line: int) -> SqlCell:
    head = _head(rest, line, is_alone=False)
    if head.text.strip():
        return changed(head, lines=(*head.lines, *body))
    return changed(head, lines=body, first_line=line + 1)


def _head(rest: str, line: int, *, is_alone: bool) -> SqlCell:
    """Options, a connection and `name <<` in whatever order; what is left is SQL."""
    connection, out, save = "", "", ""
    options: list[tuple[str, str]] = []
    while rest:
        if option := _OPTION.match(rest):
            name, value, rest = _option(option, rest)
            connection = value if name == "connection" else connection
            save = value if name == "save" else save
            if name not in ("connection", "save"):
                options.append((name, value))
        elif found := _RESULT.match(rest):
            out, rest = found.group("name"), rest[found.end() :]
        elif not connection and (found := _URL.match(rest) or _alias(rest, is_alone=is_alone)):
            connection, rest = found.group().strip(), rest[found.end() :]
        else:
            break
    return SqlCell((rest,), line, connection, out, save, tuple(options))


def _option(match: re.Match[str], rest: str) -> tuple[str, str, str]:
    """Name, value and what follows."""
    written = match.group("name")
    rest = rest[match.end() :]
    if written not in _VALUED:
        return _SHORT.get(written, written.lstrip("-")), match.group("joined") or "", rest
    if match.group("joined"):
        return _VALUED[written], match.group("joined").strip("\"'"), rest
    value = _VALUE.match(rest)
    if value is None:
        return _VALUED[written], "", rest
    return _VALUED[written], value.group(1).strip("\"'"), rest[value.end() :]


def _alias(rest: str, *, is_alone: bool) -> re.Match[str] | None:
    """A connection's name: a word that is no SQL, before options, a statement or the line's end."""
    match = _ALIAS.match(rest)
    if match is None or match.group("name").lower() in _STATEMENTS:
        return None
    if match.group("next"):
        return match if match.group("next").lower() in _STATEMENTS else None
    return None if is_alone and match.end() == len(rest) else match


def _starts_as_sql(body: tuple[str, ...]) -> bool:
    words = " ".join(body).split(None, 1)
    return bool(words) and words[0].strip("(;").lower() in _STATEMENTS
