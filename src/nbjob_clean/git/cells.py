"""What clean takes out of a parsed notebook, and how its cells get back what they had."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping

from nbjob_clean.git.removed import (
    NO_COUNT,
    NO_OUTPUTS,
    CellKey,
    Remembered,
    Removed,
    Value,
    keys_of,
)
from nbjob_clean.notebook.model import Cell, Notebook
from nbjob_clean.notebook.splice import Edit, Path, Replaced, Verbatim, splice

_COUNTS = ("execution_count", "prompt_number")  # version 4; versions 2 and 3
_EMPTY: Mapping[str | int, bytes] = {"outputs": NO_OUTPUTS, **dict.fromkeys(_COUNTS, NO_COUNT)}


def removed(notebook: Notebook, cleaned: Notebook) -> tuple[Removed, ...]:
    """What `cleaned`, which was made of `notebook`, lacks. Cells that keep outputs are left out."""
    from zlib import crc32

    offsets = _byte_offsets(cleaned)
    found: dict[Path, dict[str, Value]] = {}
    for place in cleaned.replaced:
        empty = _EMPTY.get(place.path[-1])
        at = offsets[place.at]
        if empty and cleaned.data.startswith(empty, at):
            text = _text(notebook, place)
            value = Value(at, empty, text, crc32(text))
            found.setdefault(place.path[:-1], {})[str(place.path[-1])] = value
    cells = []
    for cell in notebook.cells if found else ():
        values = found.get(cell.path)
        if values and cell.is_code and ("outputs" in values or not cell.outputs):
            outputs = values.pop("outputs", None)
            cells.append(Removed(cell.index, outputs, next(iter(values.values()), None)))
    return tuple(cells)


def _byte_offsets(notebook: Notebook) -> dict[int, int]:
    """Where in the bytes the replaced places of the text are."""
    text = notebook.text
    byte = len(codecs.BOM_UTF8) if notebook.data.startswith(codecs.BOM_UTF8) else 0
    offsets = {}
    position = 0
    for at in sorted(place.at for place in notebook.replaced):
        byte += at - position if text.isascii() else len(text[position:at].encode())
        offsets[at] = byte
        position = at
    return offsets


def _text(notebook: Notebook, place: Replaced) -> bytes | memoryview:
    """The bytes of a place; a view where nothing has to be encoded, as outputs are large."""
    if len(notebook.text) == len(notebook.data):
        return memoryview(notebook.data)[place.start : place.end]
    return notebook.text[place.start : place.end].encode()


def cell_keys(notebook: Notebook) -> dict[int, CellKey]:
    """The keys of the code cells, by index."""
    return keys_of([(cell.kind, cell.id, cell.source) for cell in notebook.cells])


def bare_cells(notebook: Notebook) -> dict[int, Cell]:
    """The code cells without outputs, by index."""
    return {
        cell.index: cell
        for cell in notebook.cells
        if cell.is_code and cell.raw.get("outputs") == []
    }


def filled(
    notebook: Notebook,
    found: Mapping[int, Remembered],
    read: Callable[[int], bytes | None],
) -> bytes:
    """The notebook's bytes with what was found, as it was written then."""
    edits = []
    for index, remembered in found.items():
        cell = notebook.cells[index]
        outputs = None if remembered.outputs is None else read(remembered.outputs)
        if outputs is not None:
            edits.append(Edit((*cell.path, "outputs"), Verbatim(outputs.decode())))
        if remembered.count is not None:
            count = Verbatim(remembered.count.decode())
            names = (name for name in _COUNTS if cell.raw.get(name, "") is None)
            edits += [Edit((*cell.path, name), count) for name in names]
    bom = codecs.BOM_UTF8 if notebook.data.startswith(codecs.BOM_UTF8) else b""
    return bom + splice(notebook.text, edits).encode() if edits else notebook.data
