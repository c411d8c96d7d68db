"""SQL statements as an engine takes them, and the values that are bound to them. Nothing is run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from nbjob_clean.errors import ArgumentError
from nbjob_clean.record import Record
from nbjob_clean.runner.engines.engine import Engine, Syntax
from nbjob_clean.sidecar.sql import Statement, statement_start, statements

_WORDS = re.compile(r"(\w+)\s*(\w*)")
_STARTS = frozenset(["BEGIN", "START"])
_ENDS = frozenset(["COMMIT", "END", "ROLLBACK", "ABORT"])
# Statements that need no transaction, and have nothing to roll back.
_NEUTRAL = frozenset(
    ["ATTACH", "DETACH", "INSTALL", "LOAD", "PRAGMA", "SET", "RESET", "SHOW", "USE"]
)
_OF_A_TRANSACTION = frozenset(["LOCAL", "TRANSACTION", "CONSTRAINTS"])  # SET …
_SESSION = re.compile(
    r"(?:SET\s+(?!LOCAL|TRANSACTION)|USE|ATTACH|LOAD|PRAGMA|PREPARE|LISTEN|CREATE\s+(?:OR\s+REPLACE\s+)?"
    r"(?:GLOBAL\s+|LOCAL\s+)?TEMP)",
    re.IGNORECASE,
)
_MEMBER = re.compile(r"\b(?P<negated>NOT\s+)?IN\s*(?P<open>\(\s*)?\Z", re.IGNORECASE)
_IN = re.compile(r"\bin\b", re.IGNORECASE)
_CLOSE = re.compile(r"\s*\)")
_IDENTIFIER = re.compile(
    r"\b(?:FROM|JOIN|INTO|UPDATE|TABLE|BY|COLUMN|INDEX|VIEW)\s+\Z", re.IGNORECASE
)
_NO_MEMBERS: Mapping[int, Member] = {}
_SIMPLE = frozenset([int, str, float, bool, bytes, type(None)])


class Member(Record):
    """The list of an `x IN :list`: what stands from `start` to `end` is written anew."""

    start: int
    end: int
    is_negated: bool


class Prepared(NamedTuple):
    """A statement in an engine's syntax, without the comments before it; `line` is its first.

    `names` are what is bound, in the order of the marks; `members` the lists among them.
    """

    text: str
    line: int
    names: tuple[str, ...]
    control: str  # begin, end, outside, neutral: what it is to the transaction of a step
    is_session: bool  # it leaves something in the session that a later statement may need
    statement: Statement
    members: Mapping[int, Member]


class Bound(NamedTuple):
    """A statement with its values, as `Engine.execute` takes them."""

    text: str
    values: Any


@lru_cache(maxsize=64)
def prepared(sql: str, syntax: Syntax) -> tuple[Prepared, ...]:
    """All statements of a text. Raises SidecarError for a template that is more than a name."""
    return tuple(_prepared(statement, syntax) for statement in statements(sql))


def bind(statement: Prepared, given: Mapping[str, object], engine: Engine) -> Bound:
    """The values of the names that it has. Raises ArgumentError where one has none."""
    values: dict[str, object] = {}
    lists: dict[str, list[object]] = {}
    for name in statement.names:
        if name not in given:
            raise ArgumentError(
                f"SQL parameter `{name}` has no value",
                hint=f"`nbjob run` takes it as -p {name}=VALUE",
            )
        value = given[name]
        if type(value) not in _SIMPLE:
            value = plain(value)
            if statement.members and isinstance(value, list):
                lists[name] = [_adapted(item, engine) for item in value]
            value = _adapted(value, engine)
        values[name] = value
    text, names = statement.text, statement.names
    if lists:
        text, names = _render(statement.statement, engine.syntax, statement.members, lists, values)
    if engine.syntax.is_named:
        return Bound(text, {name: values[name] for name in names} if lists else values)
    return Bound(text, [values[name] for name in names])


def _adapted(value: object, engine: Engine) -> object:
    return value if type(value) in _SIMPLE else engine.adapt(value)


def plain(value: object) -> object:
    """What pandas, numpy and Python's own containers hold, as drivers know it."""
    if isinstance(value, (tuple, set, frozenset, range)):
        return [plain(item) for item in value]
    name = type(value).__name__
    if name in ("NaTType", "NAType"):
        return None
    if name == "Timestamp" and hasattr(value, "to_pydatetime"):
        return value.to_pydatetime()
    if hasattr(value, "__array__"):  # numpy's numbers and arrays, pandas' columns
        listed = value.tolist() if hasattr(value, "tolist") else list(value)  # type: ignore[call-overload]
        return [plain(item) for item in listed] if isinstance(listed, list) else listed
    return value


def names_identifier(statement: Statement) -> str:
    """The first parameter that stands where a table's or column's name does; else empty."""
    for parameter in statement.parameters:
        if _IDENTIFIER.search(statement.text, max(0, parameter.start - 40), parameter.start):
            return parameter.name
    return ""


def _prepared(statement: Statement, syntax: Syntax) -> Prepared:
    members: Mapping[int, Member] = _NO_MEMBERS
    text, line = statement.text, statement.line
    names: tuple[str, ...] = ()
    start = statement_start(text)
    if statement.parameters:
        members = _members(statement)
        rendered, names = _render(statement, syntax, _NO_MEMBERS, {}, {})
        start = statement_start(rendered) if start else 0
        text = rendered
    if start:  # some engines name no line after a comment
        line += text.count("\n", 0, start)
        text = text[start:]
    control, is_session = _control(text, syntax), bool(_SESSION.match(text))
    return Prepared(text, line, names, control, is_session, statement, members)


def control_of(text: str, syntax: Syntax) -> str:
    """What a statement is to the transaction of a step: begin, end, outside, neutral, or a part."""
    return _control(text[statement_start(text) :], syntax)


def _control(text: str, syntax: Syntax) -> str:
    match = _WORDS.match(text)
    first, second = (word.upper() for word in match.groups()) if match else ("", "")
    if first in _STARTS:
        return "begin"
    if first in _ENDS and second != "TO":  # ROLLBACK TO a savepoint ends nothing
        return "end"
    if syntax.outside.match(text):
        return "outside"
    is_neutral = first in _NEUTRAL and second not in _OF_A_TRANSACTION
    return "neutral" if is_neutral else ""


def _members(statement: Statement) -> Mapping[int, Member]:
    """The parameters that are the whole list of an IN, by their index."""
    if not _IN.search(statement.text):
        return _NO_MEMBERS
    found = {}
    for index, parameter in enumerate(statement.parameters):
        match = _MEMBER.search(statement.text, max(0, parameter.start - 40), parameter.start)
        if not match:
            continue
        end = parameter.end
        if match["open"]:
            close = _CLOSE.match(statement.text, end)
            if not close:
                continue
            end = close.end()
        found[index] = Member(match.start(), end, bool(match["negated"]))
    return found


def _render(
    statement: Statement,
    syntax: Syntax,
    members: Mapping[int, Member],
    lists: Mapping[str, list[object]],
    values: dict[str, object],
) -> tuple[str, tuple[str, ...]]:
    """The text with its marks, and the names in their order; items of lists go to `values`."""
    pieces: list[str] = []
    marks = _Marks(syntax)
    position = 0
    for index, parameter in enumerate(statement.parameters):
        member, name = members.get(index), parameter.name
        is_list = member is not None and name in lists
        start, end = (member.start, member.end) if member and is_list else _place(parameter)
        pieces.append(_literal(statement.text[position:start], syntax))
        if member and is_list:
            items = _named(statement, name, lists[name])
            values.update(items)
            pieces.append(_membership(syntax, member, [marks.mark(item) for item in items]))
        else:
            pieces.append(marks.mark(name))
        position = end
    pieces.append(_literal(statement.text[position:], syntax))
    return "".join(pieces), tuple(marks.names)


def _place(parameter: Any) -> tuple[int, int]:
    return parameter.start, parameter.end


def _literal(text: str, syntax: Syntax) -> str:
    return text.replace("%", "%%") if syntax.doubles_percent else text


def _membership(syntax: Syntax, member: Member, marks: list[str]) -> str:
    if not marks:
        return _literal(syntax.not_in_nothing if member.is_negated else syntax.in_nothing, syntax)
    return f"{'NOT IN' if member.is_negated else 'IN'} ({', '.join(marks)})"


def _named(statement: Statement, name: str, items: list[object]) -> dict[str, object]:
    """The items of a list by names that no parameter of the statement has."""
    separator = "__"
    while any(p.name.startswith(name + separator) for p in statement.parameters):
        separator += "_"
    return {f"{name}{separator}{number}": item for number, item in enumerate(items, start=1)}


class _Marks:
    """Numbers a value once, however often it is named, where the engine's marks tell them apart."""

    def __init__(self, syntax: Syntax) -> None:
        self.names: list[str] = []
        self._numbers: dict[str, int] = {}
        self._mark = syntax.mark
        self._is_once = "{" in syntax.mark

    def mark(self, name: str) -> str:
        if name not in self._numbers or not self._is_once:
            self.names.append(name)
            self._numbers[name] = len(self.names)
        return self._mark.format(name=name, number=self._numbers[name])
