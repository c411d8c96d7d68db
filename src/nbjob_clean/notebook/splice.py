"""Edit values inside JSON text and leave every other byte as it was found.

A notebook's indent, key order, escapes, numbers and line endings are its author's (or their
tool's); parsing and dumping would rewrite them all. So an edit names a path, the text is walked
once along the edited paths, and everything else is skipped at the speed of the C scanner.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]  # not in the stubs
from typing import Any

Json = Any
Path = tuple[str | int, ...]


class _Removed:
    """The value of an edit that takes a member away."""

    def __repr__(self) -> str:
        return "REMOVED"


REMOVED = _Removed()


@dataclass(frozen=True, slots=True)
class Edit:
    """Put `value` at `path`; with `REMOVED`, take the object's member away.

    The path must exist: an edit changes what is there and adds nothing.
    """

    path: Path
    value: Json


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    text: str


_BLANK = re.compile(r"[ \t\r\n]*")
_scan_once = json.JSONDecoder().scan_once  # type: ignore[attr-defined]  # not in the stubs


def splice(text: str, edits: Iterable[Edit]) -> str:
    """`text` with the edits made; `text` must be valid JSON in which the paths exist."""
    spans: list[_Span] = []
    _walk(text, _skip_blank(text, 0), _tree(edits), spans)
    pieces: list[str] = []
    position = 0
    for span in spans:
        pieces += (text[position : span.start], span.text)
        position = span.end
    return "".join(pieces) + text[position:]


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
        return {key: item for key, item in changed.items() if item is not REMOVED}
    return [_applied(item, node[i]) if i in node else item for i, item in enumerate(value)]


def _walk(text: str, start: int, node: Json, spans: list[_Span]) -> int:
    """Collect the spans to replace in the value that starts at `start`; returns its end."""
    if isinstance(node, Edit):
        end = _value_end(text, start)
        spans.append(_Span(start, end, json.dumps(node.value, ensure_ascii=False)))
        return end
    if text[start] == "{":
        return _walk_object(text, start, node, spans)
    return _walk_array(text, start, node, spans)


def _walk_array(text: str, start: int, node: Mapping[int, Json], spans: list[_Span]) -> int:
    position = _skip_blank(text, start + 1)
    index = 0
    while text[position] != "]":
        if index in node:
            position = _walk(text, position, node[index], spans)
        else:
            position = _value_end(text, position)
        position = _after_separator(text, position)
        index += 1
    return position + 1


def _walk_object(text: str, start: int, node: Mapping[str, Json], spans: list[_Span]) -> int:
    members: list[_Member] = []
    position = _skip_blank(text, start + 1)
    while text[position] != "}":
        member_start = position
        key, position = scanstring(text, position + 1)
        position = _skip_blank(text, _skip_blank(text, position) + 1)  # over the colon
        inner: list[_Span] = []
        child = node.get(key)
        if child is None or _is_removal(child):
            position = _value_end(text, position)
        else:
            position = _walk(text, position, child, inner)
        members.append(_Member(member_start, position, _is_removal(child), inner))
        position = _after_separator(text, position)
    spans += _object_spans(start, position + 1, members)
    return position + 1


@dataclass(frozen=True, slots=True)
class _Member:
    start: int
    end: int
    is_removed: bool
    inner: list[_Span]


def _object_spans(start: int, end: int, members: list[_Member]) -> list[_Span]:
    """A removed member goes with the comma that separates it from a neighbour that stays."""
    kept = [index for index, member in enumerate(members) if not member.is_removed]
    if members and not kept:
        return [_Span(start, end, "{}")]
    spans: list[_Span] = []
    for index, member in enumerate(members):
        if not member.is_removed:
            spans += member.inner
        elif index < kept[-1]:
            spans.append(_Span(member.start, members[index + 1].start, ""))
    if members and kept[-1] < len(members) - 1:
        spans.append(_Span(members[kept[-1]].end, members[-1].end, ""))
    return spans


def _is_removal(node: Json) -> bool:
    return isinstance(node, Edit) and node.value is REMOVED


def _value_end(text: str, start: int) -> int:
    _, end = _scan_once(text, start)
    return int(end)


def _skip_blank(text: str, position: int) -> int:
    match = _BLANK.match(text, position)
    return match.end() if match else position


def _after_separator(text: str, position: int) -> int:
    position = _skip_blank(text, position)
    return _skip_blank(text, position + 1) if text[position] == "," else position
