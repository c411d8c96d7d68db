"""A notebook as source with its outputs as text: what `nbjob diff --outputs` compares.

Text stands there as text. A picture, or anything else, is a line with its type, size and hash: a
diff says that it changed, and `nbjob diff --web` shows how.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from nbjob_clean.git import conversion

Json = Any
_LINE = "#>"
_BASE64 = ("image/", "audio/", "video/", "application/pdf")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def convert(data: bytes) -> bytes:
    """Source and outputs of a notebook; where it is none, what a diff without outputs shows."""
    try:
        return conversion.joined([_block(cell) for cell in conversion.cells(data)])
    except conversion.NO_NOTEBOOK:
        return conversion.convert(data)


def _block(cell: Json) -> str:
    outputs = cell.get("outputs") or ()
    lines = [line for output in outputs for line in _output(output)]
    text = "".join(f"{_LINE} {line}".rstrip() + "\n" for line in lines)
    return conversion.block(cell) + ("\n" + text if text else "")


def _output(output: Mapping[str, Json]) -> Iterator[str]:
    kind = output["output_type"]
    if kind == "stream":
        yield f"[{output.get('name', 'stdout')}]"
        yield from _lines(output["text"])
    elif kind in ("error", "pyerr"):
        yield f"[error] {output.get('ename', '')}: {output.get('evalue', '')}".partition("\n")[0]
        yield from _lines([line + "\n" for line in output.get("traceback") or ()])
    else:
        yield f"[{kind}]"
        for mime, value in sorted(_bundle(output).items()):
            if mime in ("text/plain", "text"):
                yield from _lines(value)
            else:
                yield f"{mime} {_weight(mime, value)}"


def _bundle(output: Mapping[str, Json]) -> Mapping[str, Json]:
    """Versions 2 and 3 have the types among the other keys of the output."""
    if "data" in output:
        found: Mapping[str, Json] = output["data"]
        return found
    others = {"output_type", "metadata", "prompt_number", "execution_count"}
    return {name: value for name, value in output.items() if name not in others}


def _lines(value: Json) -> list[str]:
    text = value if isinstance(value, str) else "".join(value)
    return _COLOURS.sub("", text).rstrip("\n").split("\n")


def _weight(mime: str, value: Json) -> str:
    """Size and hash of what a browser would show: of a picture, not of its base64."""
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        value = "".join(value)
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    data = text.encode("utf-8", "surrogatepass")
    if mime.startswith(_BASE64) and mime != "image/svg+xml":
        with contextlib.suppress(ValueError):
            data = base64.b64decode(b"".join(data.split()), validate=True)
    return f"{len(data)} bytes sha256:{hashlib.sha256(data).hexdigest()[:12]}"
