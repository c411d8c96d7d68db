"""A cell's source replaced in the JSON text: in the form it has, with the escapes it has."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping

from nbjob_clean.notebook.model import Notebook, loads
from nbjob_clean.notebook.splice import (
    Edit,
    Json,
    Verbatim,
    after_separator,
    skip_blank,
    splice,
    spliced,
    value_end,
)

_LINE_END = re.compile(r"(\r\n|\r|\n)")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")


def with_sources(notebook: Notebook, sources: Mapping[int, str]) -> Notebook:
    """The notebook with other sources in some cells, by index, and every other byte kept.

    A line that stays is written as it was; a source that is a list of lines stays one.
    """
    if not sources:
        return notebook
    paths = {(*notebook.cells[index].path, "source"): text for index, text in sources.items()}
    places = spliced(notebook.text, [Edit(path, None) for path in paths])[1]
    old = {place.path: notebook.text[place.start : place.end] for place in places}
    is_escaped = notebook.text.isascii() and "\\u" in notebook.text
    edits = [
        Edit(path, _written(old.get(path, '""'), text, is_escaped=is_escaped))
        for path, text in paths.items()
    ]
    bom = codecs.BOM_UTF8 if notebook.data.startswith(codecs.BOM_UTF8) else b""
    return loads(bom + splice(notebook.text, edits).encode())


def source_lines(source: str) -> tuple[list[str], list[str]]:
    """The lines of a source, and what ends each; the last is ended by nothing."""
    parts = _LINE_END.split(source)
    return parts[::2], [*parts[1::2], ""]


def _written(old: str, text: str, *, is_escaped: bool) -> Json:
    if old[0] != "[":
        return Verbatim(json.dumps(text, ensure_ascii=is_escaped))
    items = list(_items(old))
    if not items or not text:
        return _LINES.findall(text)  # in the layout of the notebook
    known = {json.loads(item): item for item in items}
    lines = [
        known.get(line) or json.dumps(line, ensure_ascii=is_escaped)
        for line in _LINES.findall(text)
    ]
    start = skip_blank(old, 1)
    end = start + len(items[0])
    between = (
        old[end : after_separator(old, end)] if len(items) > 1 else "," + (old[1:start] or " ")
    )
    close = old[:-1][len(old[:-1].rstrip(" \t\r\n")) :]
    return Verbatim(f"[{old[1:start]}{between.join(lines)}{close}]")


def _items(text: str) -> Iterator[str]:
    """The JSON texts of the members of a list."""
    position = skip_blank(text, 1)
    while text[position] != "]":
        end = value_end(text, position)
        yield text[position:end]
        position = after_separator(text, end)
