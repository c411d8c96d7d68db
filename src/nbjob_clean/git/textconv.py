"""git's textconv: a notebook as source in percent form, on stdout.

git starts this once for every file it shows, as `python -I -S textconv.py FILE`: nothing may be
imported that a bare interpreter has not loaded. It never fails: what is no notebook passes through.
"""

import sys


def convert(data, marker, quote):  # type: ignore[no-untyped-def]  # no typing import at start-up
    """The source of a notebook as bytes; `data` itself where it is no notebook."""
    try:
        cells = list(_cells(_parse(data)))
        text = "\n".join(_block(cell, marker, quote) for cell in cells)
    except (ValueError, TypeError, AttributeError, KeyError, StopIteration, RecursionError):
        return data
    return text.encode("utf-8", "backslashreplace")


def _parse(data):  # type: ignore[no-untyped-def]
    text = (data[3:] if data[:3] == b"\xef\xbb\xbf" else data).decode().strip(" \t\r\n")
    try:
        from _json import make_scanner  # private, and half the cost of `json`
    except ImportError:
        import json

        return json.loads(text)
    value, end = make_scanner(_Context)(text, 0)
    if end != len(text):
        raise ValueError
    return value


class _Context:
    """What json.JSONDecoder would hand to the C scanner."""

    strict = True
    object_hook = object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = {"NaN": float("nan"), "Infinity": 1e999, "-Infinity": -1e999}.get  # noqa: RUF012
    memo = {}  # noqa: RUF012


def _cells(notebook):  # type: ignore[no-untyped-def]
    if "cells" in notebook:
        return notebook["cells"]
    return [cell for sheet in notebook["worksheets"] for cell in sheet["cells"]]


def _block(cell, marker, quote):  # type: ignore[no-untyped-def]
    kind = cell["cell_type"]
    source = cell["source"] if "source" in cell else cell["input"]
    if not isinstance(source, str):
        source = "".join(source)
    lines = source.split("\n")
    if kind != "code":
        lines = [("# " + line).rstrip() for line in lines]
    head = marker("#", "" if kind == "code" else kind, _fields(cell, quote))
    return head + "\n" + "\n".join(lines).rstrip("\n") + "\n"


def _fields(cell, quote):  # type: ignore[no-untyped-def]
    if "id" in cell:
        yield "id", cell["id"]
    tags = cell.get("metadata", {}).get("tags")
    if tags:
        yield "tags", "[" + ", ".join(quote(tag) for tag in tags) + "]"


def main(argv):  # type: ignore[no-untyped-def]
    """Write the converted file named by the last argument to stdout; always 0."""
    from nbjob_clean.sidecar.percent import marker

    try:
        from _json import encode_basestring as quote
    except ImportError:
        from json.encoder import encode_basestring as quote  # type: ignore[assignment]

    with open(argv[-1], "rb") as file:  # noqa: PTH123 - pathlib costs more than the conversion
        data = file.read()
    sys.stdout.buffer.write(convert(data, marker, quote))
    return 0


if __name__ == "__main__":
    # -I -S leave out site-packages: find the package by where this file is.
    sys.path.insert(0, __file__.rpartition("nbjob_clean")[0])
    sys.exit(main(sys.argv))
