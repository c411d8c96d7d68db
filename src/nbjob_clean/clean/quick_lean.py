"""The quick way through a notebook that stands a value to a line, as Jupyter writes it.

A JSON string holds no line end: where a line starts with the indent of a cell's keys, there is
structure, and what goes is found and taken out without parsing the rest. What is left is parsed
once. It has to be clean then, and each name that was found one of a cell: otherwise the layout
lies.
"""

from _json import make_scanner

from nbjob_clean.clean.quick_members import (
    IN_QUESTION,
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
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, AnyStr

    from nbjob_clean.clean.quick_members import Edit, Known, Tree, Value

    Span = tuple[int, int]


_COUNT, _METADATA, _OUTPUTS = '"execution_count"', '"metadata"', '"outputs"'
_CLOSED = ord("]")


class _PlainContext(Context):
    object_pairs_hook = None


_scan: "Any" = make_scanner(Context)  # type: ignore[arg-type]  # any such object will do
_scan_plainly: "Any" = make_scanner(_PlainContext)  # type: ignore[arg-type]


def clean_lean(data: bytes, *, is_recording: bool, looks_inside: bool) -> Parts:
    """The notebook, cleaned. Raises Unusual, or what the scanner raises, where it is another one.

    Outputs go though they are no JSON, unless `looks_inside` asks for that to be an error.
    """
    indent = _indent(data, b'"cell_type": ')
    spans = _outputs(data, indent, looks_inside=looks_inside)
    text = _without(data, spans).decode()
    inner, outer = (f"\n{found.decode()}" for found in (indent, _indent(data, b'"cells": ')))
    counts = _places(text, f"{inner}{_COUNT}: ")
    of_cells = _places(text, f"{inner}{_METADATA}: ")
    of_notebook = _places(text, f"{outer}{_METADATA}: ")
    numbers = [text[at : _count_end(text, at)] for at in counts]
    edits = [(at, at + len(n), "null", "") for at, n in zip(counts, numbers, strict=True) if n]
    edits += _metadata(text, of_cells, gone_from_cell, f"{inner}}}")
    edits += _metadata(text, of_notebook, gone_from_notebook, f"{outer}}}")
    cleaned = _edited(text, edits) if edits else text
    found = _Found(cleaned)
    is_certain = (
        len(counts) == len(found.counts) == text.count(_COUNT)
        and len(of_cells) + len(of_notebook) == found.metadata == text.count(_METADATA)
        and len(spans) == len(found.outputs) == cleaned.count(_OUTPUTS)
    )
    if not is_certain:
        raise Unusual  # a name stands elsewhere too, or is written in another way
    written = cleaned.encode()
    if not is_recording:
        return Parts(written, [], [])
    view = memoryview(data)
    values = [
        *_values(written, f"{inner}{_OUTPUTS}: ", found.outputs, [view[s:e] for s, e in spans]),
        *_values(written, f"{inner}{_COUNT}: ", found.counts, [n.encode() for n in numbers]),
    ]
    return Parts(written, sorted(values, key=lambda value: value[2]), found.cells)


def _indent(data: bytes, key: bytes) -> bytes:
    """What stands before a key in its line."""
    at = data.index(key)
    indent = data[data.rindex(b"\n", 0, at) + 1 : at]
    if not indent or indent.strip(b" \t"):
        raise Unusual
    return indent


def _outputs(data: bytes, indent: bytes, *, looks_inside: bool) -> "list[Span]":
    """From bracket to bracket; an empty span where there are none."""
    key = b"\n" + indent + b'"outputs": ['
    closing = b"\n" + indent + b"]"
    spans = []
    at = data.find(key)
    while at >= 0:
        start = end = at + len(key) - 1
        if data[start + 1] != _CLOSED:
            stop = data.index(closing, start)
            end = stop + len(closing)
            first, last = (
                data[start + 1 : start + 99].lstrip()[:1],
                data[stop - 2 : stop].strip()[-1:],
            )
            if first != b"{" or last != b"}":
                raise Unusual  # it holds something else than outputs
            if looks_inside:
                _require_json(data[start:end].decode())
            elif data.find(b'"cell_type"', start, end) >= 0:
                raise Unusual  # it was not closed; without another cell, it took its own source
        spans.append((start, end))
        at = data.find(key, end)
    return spans


def _require_json(text: str) -> None:
    if _scan_plainly(text, 0)[1] != len(text):
        raise Unusual


def _without(data: bytes, spans: "list[Span]") -> bytes:
    pieces: list[bytes] = []
    position = 0
    for start, end in spans:
        if start < end:
            pieces += (data[position:start], b"[]")
            position = end
    return b"".join((*pieces, data[position:]))


def _places(text: "AnyStr", key: "AnyStr") -> "list[int]":
    """Where the values of a key start."""
    places = []
    at = text.find(key)
    while at >= 0:
        at += len(key)
        places.append(at)
        at = text.find(key, at)
    return places


def _count_end(text: str, at: int) -> int:
    """Where a count ends, or starts if there is none."""
    end: int = at if text.startswith("null", at) else _scan_plainly(text, at)[1]
    return end


def _metadata(
    text: str, places: "list[int]", judge: "Callable[[Any], Tree]", closing: str
) -> "list[Edit]":
    """What goes from the metadata at these places. Most cells of a notebook have the same."""
    edits: list[Edit] = []
    known: dict[str, list[Edit]] = {}
    for at in places:
        if text.startswith("{}", at):
            continue
        value = text[at : text.index(closing, at) + len(closing)]  # or more, on one line
        if value not in known:
            known[value] = _edits_of(value, judge)
        edits += [(at + start, at + end, new, gone) for start, end, new, gone in known[value]]
    return edits


def _edits_of(value: str, judge: "Callable[[Any], Tree]") -> "list[Edit]":
    """What goes from the value that the text starts with."""
    found, end = _scan(value, 0)
    edits: list[Edit] = []
    gone = judge(found)
    if gone and len(gone) == len(found) and not any(gone.values()):
        edits.append((0, end, "{}", ""))
    elif gone:
        removals(_scan, value, 0, gone, edits)
    return edits


def _edited(text: str, edits: "list[Edit]") -> str:
    pieces: list[str] = []
    position = 0
    for start, end, written, _ in sorted(edits):
        pieces += (text[position:start], written)
        position = end
    return "".join((*pieces, text[position:]))


class _Found:
    """The cells of a clean notebook; by their numbers, those that have outputs, and counts.

    Raises Unusual, or what is raised for values of another kind, where it is not clean.
    """

    def __init__(self, text: str) -> None:
        notebook, end = _scan(text, blank(text, 0))
        if text[end:].strip(BLANK) or "worksheets" in notebook:
            raise Unusual
        self.counts: list[int] = []
        self.outputs: list[int] = []
        self.cells: list[Known] = []
        self.metadata = 0
        if "metadata" in notebook:
            self.metadata = 1
            if gone_from_notebook(notebook["metadata"]):
                raise Unusual
        for index, cell in enumerate(notebook["cells"]):
            self._add(index, cell)

    def _add(self, index: int, cell: "Any") -> None:
        if "prompt_number" in cell:
            raise Unusual
        if "metadata" in cell:
            self.metadata += 1
            metadata = cell["metadata"]
            if not IN_QUESTION.isdisjoint(metadata) and gone_from_cell(metadata):
                raise Unusual
        if "execution_count" in cell:
            self.counts.append(index)
            if cell["execution_count"] is not None:
                raise Unusual
        if "outputs" in cell:
            self.outputs.append(index)
            if cell["outputs"] != []:
                raise Unusual
        own = cell.get("id")
        own = own if own.__class__ is str else None
        self.cells.append((cell.get("cell_type"), own, joined(cell["source"])))


def _values(
    written: bytes, key: str, cells: "list[int]", removed: "Sequence[bytes | memoryview]"
) -> "Iterator[Value]":
    """What was removed from cells, and where in the clean notebook the empty value stands now."""
    name = key.strip('\n\t :"')
    empty = b"[]" if name == "outputs" else b"null"
    places = _places(written, key.encode())
    for index, at, value in zip(cells, places, removed, strict=True):
        if value:
            yield index, name, at, empty, value
