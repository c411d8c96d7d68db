"""Edit values inside JSON text and leave every other byte as it was found.

A notebook's indent, key order, escapes, numbers and line endings are its author's (or their
tool's); parsing and dumping would rewrite them all. So an edit names a path, the text is walked
once along the edited paths, and everything else is skipped at the speed of the C scanner.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from json.decoder import scanstring  # type: ignore[attr-defined]  # not in the stubs
from typing import Any

from nbjob_clean.record import Record

Json = Any
Path = tuple[str | int, ...]


class _Removed:
    """The value of an edit that takes a member away."""

    def __repr__(self) -> str:
        return "REMOVED"


REMOVED = _Removed()


class Edit(Record):
    """Put `value` at `path`; with `REMOVED`, take the member of the object or list away.

    All of the path but its last name must exist; a last name that does not is added.
    """

    path: Path
    value: Json


class Verbatim(Record):
    """A value of an edit that is JSON text already, and stays as it is written."""

    text: str


class Replaced(Record):
    """What an edit replaced: from `start` to `end` in the old text, at `at` in the new one."""

    path: Path
    start: int
    end: int
    at: int


class Layout(Record):
    """How a JSON text is written, which is how a new value in it has to look.

    `unit` is the indent of one level, None where the text has no lines.
    """

    newline: str
    unit: str | None
    text: str

    @property
    def is_ascii(self) -> bool:
        """Whether its writer escaped all but ASCII; a control character is escaped by all."""
        return self.text.isascii() and any(
            len(found[1]) % 2 for found in _ESCAPED_LETTER.finditer(self.text)
        )

    def written(self, value: Json, depth: int) -> str:
        """A value for a place `depth` levels down."""
        if isinstance(value, Verbatim):
            return value.text
        has_lines = self.unit is not None and value and isinstance(value, (dict, list))
        text = json.dumps(value, ensure_ascii=False, indent=self.unit if has_lines else None)
        if not text.isascii():
            wrong = _NOT_ASCII if self.is_ascii else _SURROGATE
            text = wrong.sub(lambda match: json.dumps(match[0])[1:-1], text)
        return text.replace("\n", self.newline + (self.unit or "") * depth)


def layout_of(text: str) -> Layout:
    """The layout of a text, by its first line end, its first indent and its escapes."""
    opening = skip_blank(text, 0) + 1
    blank = text[opening : skip_blank(text, opening)]
    return Layout(
        newline="\r\n" if "\r\n" in blank else "\n",
        unit=blank.rpartition("\n")[2] if "\n" in blank else None,
        text=text,
    )


class _Span(Record):
    start: int
    end: int
    text: str
    path: Path | None = None  # of an edit that replaces a value


_BLANK = re.compile(r"[ \t\r\n]*")
_ESCAPED_LETTER = re.compile(r"(\\+)u(?!00[01])")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character; UTF-8 has no bytes for it
_scan_once = json.JSONDecoder().scan_once  # type: ignore[attr-defined]  # not in the stubs


def splice(text: str, edits: Iterable[Edit]) -> str:
    """`text` with the edits made; `text` must be valid JSON in which the paths exist."""
    return spliced(text, edits)[0]


def spliced(text: str, edits: Iterable[Edit]) -> tuple[str, tuple[Replaced, ...]]:
    """As `splice`, and where the values stand that the edits replaced."""
    walk = _Walk(text)
    walk.value(skip_blank(text, 0), _tree(edits), 0)
    pieces: list[str] = []
    replaced: list[Replaced] = []
    position = at = 0
    for span in walk.spans:
        at += span.start - position
        if span.path is not None:
            replaced.append(Replaced(span.path, span.start, span.end, at))
        at += len(span.text)
        pieces += (text[position : span.start], span.text)
        position = span.end
    return "".join((*pieces, text[position:])), tuple(replaced)


def apply(value: Json, edits: Iterable[Edit]) -> Json:
    """`value` with the edits made: what `json.loads` gives for the spliced text."""
    return _applied(value, _tree(edits))


def _tree(edits: Iterable[Edit]) -> Json:
    """Nested mappings along the paths; a leaf is an `Edit`."""
    root: Json = {}
    for edit in edits:
        if not edit.path:
            return edit
        node = root
        for key in edit.path[:-1]:
            node = node.setdefault(key, {})
        node[edit.path[-1]] = edit
    return root


def _applied(value: Json, node: Json) -> Json:
    if isinstance(node, Edit):
        return node.value
    if isinstance(value, dict):
        changed = {k: _applied(v, node[k]) if k in node else v for k, v in value.items()}
        added = {k: edit.value for k, edit in node.items() if k not in value}
        return {key: v for key, v in {**changed, **added}.items() if v is not REMOVED}
    items = [_applied(item, node[i]) if i in node else item for i, item in enumerate(value)]
    return [item for item in items if item is not REMOVED]


class _Walk:
    """Goes through the text along the edited paths and collects the spans to replace."""

    def __init__(self, text: str) -> None:
        self.spans: list[_Span] = []
        self._text = text
        self._layout = layout_of(text)

    def value(self, start: int, node: Json, depth: int) -> int:
        """Go through the value that starts at `start`; returns its end."""
        if isinstance(node, Edit):
            end = value_end(self._text, start)
            text = self._layout.written(node.value, depth)
            self.spans.append(_Span(start, end, text, node.path))
            return end
        if self._text[start] == "{":
            return self._object(start, node, depth)
        return self._array(start, node, depth)

    def _array(self, start: int, node: Mapping[int, Json], depth: int) -> int:
        text, outer = self._text, self.spans
        members: list[_Member] = []
        position = skip_blank(text, start + 1)
        while text[position] != "]":
            item_start = position
            child, self.spans = node.get(len(members)), []
            if child is None or _is_removal(child):
                position = value_end(text, position)
            else:
                position = self.value(position, child, depth + 1)
            members.append(_Member("", item_start, position, _is_removal(child), self.spans))
            position = after_separator(text, position)
        self.spans = outer + _kept_spans(start, position + 1, members, "[]")
        return position + 1

    def _object(self, start: int, node: Mapping[str, Json], depth: int) -> int:
        text, outer = self._text, self.spans
        members: list[_Member] = []
        position = skip_blank(text, start + 1)
        while text[position] != "}":
            member_start = position
            key, position = scanstring(text, position + 1)
            position = skip_blank(text, skip_blank(text, position) + 1)  # over the colon
            child, self.spans = node.get(key), []
            if child is None or _is_removal(child):
                position = value_end(text, position)
            else:
                position = self.value(position, child, depth + 1)
            members.append(_Member(key, member_start, position, _is_removal(child), self.spans))
            position = after_separator(text, position)
        self.spans = outer + _kept_spans(start, position + 1, members, "{}")
        known = {member.key for member in members}
        added = [edit for key, edit in node.items() if key not in known and not _is_removal(edit)]
        self._add(added, (start, position), members, depth)
        self.spans.sort(key=lambda span: span.start)
        return position + 1

    def _add(
        self, added: list[Edit], bounds: tuple[int, int], members: list[_Member], depth: int
    ) -> None:
        """Write new members: where the alphabet puts them among sorted ones, else at the end."""
        unit = self._layout.unit
        line = "" if unit is None else self._layout.newline + unit * (depth + 1)
        between = f",{line}" if line else ", "
        written = {str(edit.path[-1]): self._member(edit, depth + 1) for edit in added}
        kept = [member for member in members if not member.is_removed]
        keys = [member.key for member in kept]
        if added and not kept:
            start, end = bounds
            self.spans = [span for span in self.spans if not start <= span.start <= end]
            close = line[: len(line) - len(unit or "")] if line else ""
            body = between.join(written.values())
            self.spans.append(_Span(start, end + 1, f"{{{line}{body}{close}}}"))
            return
        for key, text in written.items():
            after = next((m for m in kept if m.key > key), None) if keys == sorted(keys) else None
            if after:
                self.spans.append(_Span(after.start, after.start, text + between))
            else:
                end = members[-1].end  # behind those that are removed
                self.spans.append(_Span(end, end, between + text))

    def _member(self, edit: Edit, depth: int) -> str:
        return f"{_json(edit.path[-1])}: {self._layout.written(edit.value, depth)}"


class _Member(Record):
    key: str
    start: int
    end: int
    is_removed: bool
    inner: list[_Span]


def _kept_spans(start: int, end: int, members: list[_Member], empty: str) -> list[_Span]:
    """A removed member goes with the comma that separates it from a neighbour that stays."""
    kept = [index for index, member in enumerate(members) if not member.is_removed]
    if members and not kept:
        return [_Span(start, end, empty)]
    spans: list[_Span] = []
    for index, member in enumerate(members):
        if not member.is_removed:
            spans += member.inner
        elif index < kept[-1]:
            spans.append(_Span(member.start, members[index + 1].start, ""))
    if members and kept[-1] < len(members) - 1:
        spans.append(_Span(members[kept[-1]].end, members[-1].end, ""))
    return spans


def _json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def _is_removal(node: Json) -> bool:
    return isinstance(node, Edit) and node.value is REMOVED


def value_end(text: str, start: int) -> int:
    _, end = _scan_once(text, start)
    return int(end)


def skip_blank(text: str, position: int) -> int:
    match = _BLANK.match(text, position)
    return match.end() if match else position


def after_separator(text: str, position: int) -> int:
    position = skip_blank(text, position)
    return skip_blank(text, position + 1) if text[position] == "," else position
