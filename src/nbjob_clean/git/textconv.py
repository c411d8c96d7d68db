"""git's textconv: a notebook as source in percent form, on stdout.

git starts this once for every file it shows, as `python -I -S textconv.py FILE`: nothing may be
imported that a bare interpreter has not loaded. It never fails: what is no notebook passes through.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def convert(data: bytes, marker: "Callable[..., str]", quote: "Callable[[str], str]") -> bytes:
    """The source of a notebook as bytes; `data` itself where it is no notebook."""
    try:
        text = "\n".join(_block(cell, marker, quote) for cell in _cells(_parse(data)))
    except (
        ValueError,
        TypeError,
        AttributeError,
        KeyError,
        StopIteration,
        RecursionError,
        SystemError,
    ):  # the last comes from the C scanner, on text that breaks off
        return data
    return text.encode("utf-8", "backslashreplace")


def _parse(data: bytes) -> "Any":
    text = (data[3:] if data[:3] == b"\xef\xbb\xbf" else data).decode().strip(" \t\r\n")
    try:
        from _json import make_scanner  # private, and half the cost of `json`
    except ImportError:
        import json

        return json.loads(text)
    value, end = make_scanner(_Context)(text, 0)  # type: ignore[arg-type]  # any such object will do
    if end != len(text):
        raise ValueError
    return value


class _Context:
    """What json.JSONDecoder would hand to the C scanner."""

    strict = True
    object_hook = object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float  # of NaN, Infinity and -Infinity
    memo: "dict[str, str]" = {}  # noqa: RUF012 - ClassVar would have to be imported


def _cells(notebook: "Any") -> "list[Any]":
    if "cells" in notebook:
        return list(notebook["cells"])
    return [cell for sheet in notebook["worksheets"] for cell in sheet["cells"]]


def _block(cell: "Any", marker: "Callable[..., str]", quote: "Callable[[str], str]") -> str:
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
        fields.append(("tags", "[" + ", ".join(quote(tag) for tag in tags) + "]"))
    head = marker("#", "" if kind == "code" else kind, fields)
    return head + "\n" + "\n".join(lines).rstrip("\n") + "\n"


def main(argv: "list[str]") -> int:
    """Write the converted file named by the last argument to stdout; always 0."""
    from nbjob_clean.sidecar.percent import marker

    try:
        from _json import encode_basestring as quote
    except ImportError:
        from json.encoder import encode_basestring as quote

    with open(argv[-1], "rb") as file:  # noqa: PTH123 - pathlib costs more than the conversion
        data = file.read()
    sys.stdout.buffer.write(convert(data, marker, quote))
    return 0


if __name__ == "__main__":
    # -I -S leave out site-packages: find the package by where this file is.
    sys.path.insert(0, __file__.rpartition("nbjob_clean")[0])
    sys.exit(main(sys.argv))
