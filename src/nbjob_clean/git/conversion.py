"""A notebook as source in percent form: what every diff shows. Bytes in, bytes out.

git starts an interpreter for every file it shows, and that interpreter imports this: nothing may
be imported here that it has not loaded, but for what the text itself needs.
"""

from nbjob_clean.sidecar.percent import marker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Context:
    """What json.JSONDecoder would hand to the scanner."""

    strict = True
    object_hook = object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float  # of NaN, Infinity and -Infinity
    memo: "dict[str, str]" = {}  # noqa: RUF012 - ClassVar would have to be imported


try:
    from _json import encode_basestring as _quote
    from _json import make_scanner  # private, and half the cost of `json`

    _scan = make_scanner(_Context)  # type: ignore[arg-type]  # any such object will do
except ImportError:
    from json import JSONDecoder
    from json.encoder import py_encode_basestring as _quote

    _scan = JSONDecoder().scan_once  # type: ignore[attr-defined]  # not in the stubs

# What a text that is no notebook makes the reader raise; SystemError comes from the C scanner.
NO_NOTEBOOK = (
    ValueError, TypeError, AttributeError, KeyError, StopIteration, RecursionError, SystemError,
)  # fmt: skip
# What git puts into the header of a hunk: the cell, or the function in it.
XFUNCNAME = "^(# %%.*|[[:space:]]*((async )?def|class) .*)$"
_OUTPUTS = b'"outputs": [\n'


def convert(data: bytes) -> bytes:
    """The source of a notebook; both sides of a conflict; `data` itself where it is neither."""
    try:
        return joined(blocks(data))
    except NO_NOTEBOOK:
        if b"<<<<<<<" not in data:
            return data
    from nbjob_clean.git.conflict import remarked

    return remarked(data)


def joined(texts: "list[str]") -> bytes:
    """The text of a whole notebook, from those of its cells."""
    return "\n".join(texts).encode("utf-8", "backslashreplace")


def blocks(data: bytes) -> "list[str]":
    """The text of each cell. Raises one of NO_NOTEBOOK where the bytes are none.

    What stands in outputs is not looked at, where the layout shows where they end.
    """
    lean = without_outputs(data)
    try:
        return [block(cell) for cell in cells(lean)]
    except NO_NOTEBOOK:
        if lean is data:
            raise
    return [block(cell) for cell in cells(data)]


def without_outputs(data: bytes) -> bytes:
    """Empty the outputs of a notebook that is written a value to a line, as Jupyter writes it.

    No JSON string holds a line end, so both searches find nothing but structure. Where a layout
    lies, and another bracket is taken for the closing one, brackets are left over at the end:
    the result is then no JSON, and never the wrong notebook.
    """
    pieces = []
    start = 0
    while True:
        found = data.find(_OUTPUTS, start)
        line = data.rfind(b"\n", start, found) + 1
        indent = data[line:found]
        if found < 0 or line <= start or indent.strip(b" \t"):
            break
        opened = found + len(_OUTPUTS) - 1
        end = data.find(b"\n" + indent + b"]", opened)
        if end < 0:
            break
        pieces.append(data[start:opened])
        start = end
    return b"".join([*pieces, data[start:]]) if pieces else data


def cells(data: bytes) -> "list[Any]":
    """The cells as JSON values. Raises one of NO_NOTEBOOK."""
    text = (data[3:] if data[:3] == b"\xef\xbb\xbf" else data).decode().strip(" \t\r\n")
    notebook, end = _scan(text, 0)
    if end != len(text):
        raise ValueError
    if "cells" in notebook:
        return list(notebook["cells"])
    return [cell for sheet in notebook["worksheets"] for cell in sheet["cells"]]


def block(cell: "Any") -> str:
    """A cell as text: its marker, its lines, verbatim or (not code) as comments."""
    kind = cell["cell_type"]
    source = cell["source"] if "source" in cell else cell["input"]
    if not isinstance(source, str):
        source = "".join(source)
    lines = source.split("\n")
    if kind != "code":
        lines = [("# " + line).rstrip() for line in lines]
    fields = [("id", cell["id"])] if "id" in cell else []
    tags = cell.get("metadata", {}).get("tags")
    if tags:
        fields.append(("tags", "[" + ", ".join(_quote(tag) for tag in tags) + "]"))
    head = marker("#", "" if kind == "code" else kind, fields)
    return head + "\n" + "\n".join(lines).rstrip("\n") + "\n"
