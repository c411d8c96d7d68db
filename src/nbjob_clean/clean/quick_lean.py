"""The quick way through a notebook that stands a value to a line, as Jupyter writes it.

A JSON string holds no line end: where a line starts with the indent of a cell's keys, there is
structure, and outputs are found without parsing them. The little that is left is parsed, before
and after: a layout that lies leaves brackets over, or another notebook than was meant.
"""

from _json import make_scanner

from nbjob_clean.clean.quick_members import (
    GONE,
    Context,
    Parts,
    gone_from_cell,
    gone_from_notebook,
    joined,
    removals,
)
from nbjob_clean.clean.quick_text import BLANK, Unusual, blank

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from nbjob_clean.clean.quick_members import Edit, Known, Tree, Value

    Span = tuple[int, int]
    Change = tuple[int, int, str, str, int, bytes | memoryview]


class _PlainContext(Context):
    object_pairs_hook = None


_scan: "Any" = make_scanner(Context)  # type: ignore[arg-type]  # any such object will do
_scan_plainly: "Any" = make_scanner(_PlainContext)  # type: ignore[arg-type]


def clean_lean(data: bytes, *, looks_inside: bool) -> Parts:
    """The notebook, cleaned. Raises Unusual, or what the scanner raises, where it is another one.

    Outputs go though they are no JSON, unless `looks_inside` asks for that to be an error.
    """
    indent = _indent(data, b'"cell_type": ')
    spans = _outputs(data, indent)
    if looks_inside:
        for start, end in spans:
            _require_json(data[start:end].decode())
    text = _without(data, spans).decode()
    notebook, end = _scan(text, blank(text, 0))
    if text[end:].strip(BLANK) or "worksheets" in notebook:
        raise Unusual
    cells = notebook["cells"]
    known = [_known(cell) for cell in cells]
    changes = _counts(text, cells, indent.decode())
    changes += _metadata(text, notebook, _indent(data, b'"cells": ').decode(), indent.decode())
    changes += _emptied(text, cells, indent.decode(), data, spans)
    cleaned, values = _applied(text, changes)
    if changes and _scan_plainly(cleaned.decode(), blank(text, 0))[0] != notebook:
        raise Unusual
    return Parts(cleaned, values, known)


def _indent(data: bytes, key: bytes) -> bytes:
    """What stands before a key in its line."""
    at = data.index(key)
    indent = data[data.rindex(b"\n", 0, at) + 1 : at]
    if not indent or indent.strip(b" \t"):
        raise Unusual
    return indent


def _outputs(data: bytes, indent: bytes) -> "list[Span]":
    """From bracket to bracket; an empty span where there are none."""
    key = b"\n" + indent + b'"outputs": ['
    closing = b"\n" + indent + b"]"
    spans = []
    at = data.find(key)
    while at >= 0:
        start = end = at + len(key) - 1
        if data[start + 1 : start + 2] != b"]":
            end = data.index(closing, start) + len(closing)
            if data.find(b'"cell_type"', start, end) >= 0:
                raise Unusual  # it was not closed; without another cell, it took its own source
        spans.append((start, end))
        at = data.find(key, end)
    return spans


def _require_json(text: str) -> None:
    if text and _scan_plainly(text, 0)[1] != len(text):
        raise Unusual


def _without(data: bytes, spans: "list[Span]") -> bytes:
    pieces: list[bytes] = []
    position = 0
    for start, end in spans:
        if start < end:
            pieces += (data[position:start], b"[]")
            position = end
    return b"".join((*pieces, data[position:]))


def _known(cell: "Any") -> "Known":
    own = cell.get("id")
    return (cell.get("cell_type"), own if own.__class__ is str else None, joined(cell["source"]))


def _places(text: str, name: str, indent: str, cells: "list[Any]") -> "list[tuple[int, int]]":
    """The cells that have a member, and where its value starts."""
    having = [index for index, cell in enumerate(cells) if name in cell]
    key = f'\n{indent}"{name}": '
    places = []
    at = text.find(key)
    while at >= 0:
        at += len(key)
        places.append(at)
        at = text.find(key, at)
    if len(places) != len(having):
        raise Unusual
    return list(zip(having, places, strict=True))


def _counts(text: str, cells: "list[Any]", indent: str) -> "list[Change]":
    changes: list[Change] = []
    for index, at in _places(text, "execution_count", indent, cells):
        cell = cells[index]
        if cell["execution_count"] is not None:
            end = _scan_plainly(text, at)[1]
            changes.append((at, end, "null", "execution_count", index, text[at:end].encode()))
            cell["execution_count"] = None
    return changes


def _metadata(text: str, notebook: "Tree", outer: str, indent: str) -> "list[Change]":
    edits: list[Edit] = []
    places: dict[int, int] = {}
    for index, cell in enumerate(notebook["cells"]):
        if "prompt_number" in cell:
            raise Unusual
        gone = cell["metadata"] and gone_from_cell(cell["metadata"])
        if gone:
            places = places or dict(_places(text, "metadata", indent, notebook["cells"]))
            _remove(text, places[index], cell["metadata"], gone, edits)
    gone = gone_from_notebook(notebook.get("metadata"))
    if gone:
        key = f'\n{outer}"metadata": '
        _remove(text, text.index(key) + len(key), notebook["metadata"], gone, edits)
    return [(*edit, -1, b"") for edit in edits]


def _remove(text: str, at: int, found: "Tree", gone: "Tree", edits: "list[Edit]") -> None:
    if len(gone) == len(found) and all(inner is GONE for inner in gone.values()):
        edits.append((at, _scan_plainly(text, at)[1], "{}", ""))
    else:
        removals(_scan, text, at, gone, edits)
    _drop(found, gone)


def _drop(found: "Tree", gone: "Tree") -> None:
    for name, inner in gone.items():
        if inner is GONE:
            del found[name]
        else:
            _drop(found[name], inner)


def _emptied(
    text: str, cells: "list[Any]", indent: str, data: bytes, spans: "list[Span]"
) -> "list[Change]":
    """Where outputs were; nothing is left to do there, but what stood there is remembered."""
    places = _places(text, "outputs", indent, cells)
    is_certain = text.count('"outputs"') == len(places) == len(spans)
    if not is_certain or any(cells[index]["outputs"] != [] for index, _ in places):
        raise Unusual  # it may be the name of something else
    view = memoryview(data)
    return [
        (at, at + 2, "[]", "outputs", index, view[start:end])
        for (index, at), (start, end) in zip(places, spans, strict=True)
        if start < end
    ]


def _applied(text: str, changes: "list[Change]") -> "tuple[bytes, list[Value]]":
    pieces: list[bytes] = []
    values: list[Value] = []
    position = length = 0
    for start, end, written, name, index, removed in sorted(changes, key=lambda change: change[0]):
        for piece in (text[position:start].encode(), written.encode()):
            pieces.append(piece)
            length += len(piece)
        if name:
            values.append((index, name, length - len(written), written.encode(), removed))
        position = end
    return b"".join((*pieces, text[position:].encode())), values
