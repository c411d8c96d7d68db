"""Put cells in another order, and those of other notebooks among them, each in its own bytes."""

from __future__ import annotations

from collections.abc import Sequence
from json.decoder import scanstring  # type: ignore[attr-defined]  # not in the stubs

from nbjob_clean.notebook.model import Notebook, edited, loads
from nbjob_clean.notebook.splice import (
    Edit,
    after_separator,
    layout_of,
    skip_blank,
    value_end,
)
from nbjob_clean.record import Record


class _Array(Record):
    """Where the list of cells and each of them stand in the text."""

    start: int
    end: int
    items: tuple[tuple[int, int], ...]


def cell_texts(notebook: Notebook) -> tuple[str, ...]:
    """The JSON of each cell as it stands in the file."""
    return tuple(notebook.text[start:end] for start, end in _cells(notebook.text).items)


def arranged(notebook: Notebook, cells: Sequence[int | str]) -> Notebook:
    """The notebook with these cells alone: its own by their index, others as JSON.

    The JSON of others must have the layout of this notebook. Every other byte stays.
    """
    if list(cells) == list(range(len(notebook.cells))):
        return notebook
    if not cells:
        return edited(notebook, [Edit(("cells",), [])])
    text = notebook.text
    array = _cells(text)
    own = [text[start:end] for start, end in array.items]
    opening, between, closing = _separators(text, array)
    written = between.join(own[cell] if isinstance(cell, int) else cell for cell in cells)
    text = text[: array.start] + opening + written + closing + text[array.end :]
    bom = notebook.data[: len(notebook.data) - len(notebook.text.encode())]
    return loads(bom + text.encode())


def _separators(text: str, array: _Array) -> tuple[str, str, str]:
    """What stands before the first cell, between two cells and behind the last."""
    if not array.items:
        layout = layout_of(text)
        line = "" if layout.unit is None else layout.newline + layout.unit
        inner = line + (layout.unit or "")
        return "[" + inner, "," + (inner or " "), line + "]"
    opening = text[array.start : array.items[0][0]]
    closing = text[array.items[-1][1] : array.end]
    if len(array.items) > 1:
        return opening, text[array.items[0][1] : array.items[1][0]], closing
    return opening, "," + (opening[1:] or " "), closing


def _cells(text: str) -> _Array:
    position = skip_blank(text, skip_blank(text, 0) + 1)
    while True:
        key, position = scanstring(text, position + 1)
        position = skip_blank(text, skip_blank(text, position) + 1)  # over the colon
        if key == "cells":
            return _array(text, position)
        position = after_separator(text, value_end(text, position))


def _array(text: str, start: int) -> _Array:
    items = []
    position = skip_blank(text, start + 1)
    while text[position] != "]":
        end = value_end(text, position)
        items.append((position, end))
        position = after_separator(text, end)
    return _Array(start, position + 1, tuple(items))
