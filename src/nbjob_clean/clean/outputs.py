"""Outputs: what a run printed, drew and raised.

A cell's own word (tag or metadata) is stronger than the notebook's, and that than any setting.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from fnmatch import fnmatchcase

from nbjob_clean.clean.cleaner import Cleaner
from nbjob_clean.clean.options import CleanOptions, OutputChoice
from nbjob_clean.notebook.model import Cell, Notebook
from nbjob_clean.notebook.splice import REMOVED, Edit, Json, Path

# Version 3 calls kinds by other names, and writes data beside the kind under short ones.
_OLD_KINDS = {"pyout": "execute_result", "pyerr": "error"}
_OLD_MIMES = {
    "text": "text/plain",
    "html": "text/html",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "svg": "image/svg+xml",
    "latex": "text/latex",
    "javascript": "application/javascript",
    "json": "application/json",
    "pdf": "application/pdf",
}
# What is shown; counts and what is written about an output do not make it larger.
_CONTENT = ("data", "text", "ename", "evalue", "traceback", *_OLD_MIMES)


Staying = tuple[int, tuple[Path, ...]]
"""The index of an output that stays, and the members of it that do not."""


def staying(cell: Cell, notebook: Notebook, choice: OutputChoice) -> list[Staying]:
    """The outputs of a cell that stay."""
    found = cell.outputs
    if not found:
        return []
    asked = cell.keeps_outputs
    asked = notebook.keeps_outputs if asked is None else asked
    if asked is None and choice.init_cells and cell.metadata.get("init_cell") is True:
        asked = True
    if asked is not None or not choice.keeps_some:
        return [(index, ()) for index in range(len(found))] if asked else []
    looked_at = (_looked_at(index, output, choice) for index, output in enumerate(found))
    return [output for output in looked_at if output]


def _looked_at(index: int, output: Json, choice: OutputChoice) -> Staying | None:
    if not isinstance(output, dict):
        return (index, ()) if choice.keeps_all else None
    kind = output.get("output_type")
    name = output.get("name", output.get("stream", "stdout")) if kind == "stream" else None
    kinds = {_OLD_KINDS.get(word, word) for word in (kind, name) if isinstance(word, str)}
    length = _size(output) if choice.below or choice.above != float("inf") else 0
    if kinds & choice.dropped or length > choice.above:
        return None
    stays = bool(choice.keeps_all or kinds & choice.kept or length < choice.below)
    mimes = _mimes(output, is_stream="stream" in kinds)
    kept = [
        place
        for mime, place in mimes.items()
        if not _matches(mime, choice.dropped_mimes) and (stays or _matches(mime, choice.kept_mimes))
    ]
    if not kept:
        return (index, ()) if stays and not mimes else None
    removed = [(mime, place) for mime, place in mimes.items() if place not in kept]
    about = output.get("metadata")
    of_removed = [
        ("metadata", mime) for mime, _ in removed if isinstance(about, dict) and mime in about
    ]
    return index, (*(place for _, place in removed), *of_removed)


def _mimes(output: dict[str, Json], *, is_stream: bool) -> dict[str, Path]:
    """Where an output holds what, by mime type."""
    data = output.get("data")
    if isinstance(data, dict):
        return {mime: ("data", mime) for mime in data}
    if is_stream or "data" in output:
        return {}
    return {mime: (key,) for key, mime in _OLD_MIMES.items() if key in output}


def _matches(mime: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(mime, pattern) for pattern in patterns)


def _size(output: dict[str, Json]) -> int:
    """The bytes of what is shown, however the file is laid out."""
    content = [output[key] for key in sorted(_CONTENT) if key in output]
    return sum(
        len(json.dumps(part, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        for part in content
    )


def cells_with_outputs(
    notebook: Notebook, choice: OutputChoice
) -> Iterable[tuple[Cell, list[Staying]]]:
    """The cells that have outputs, each with those that stay."""
    is_plain = not (choice.keeps_some or choice.init_cells or notebook.keeps_outputs)
    for cell in notebook.cells:
        if cell.raw.get("outputs"):
            nothing_stays = is_plain and not cell.keeps_outputs
            yield cell, [] if nothing_stays else staying(cell, notebook, choice)


def _edits(notebook: Notebook, options: CleanOptions) -> Iterable[Edit]:
    for cell, stays in cells_with_outputs(notebook, options.outputs):
        path = (*cell.path, "outputs")
        if not stays:
            yield Edit(path, [])
            continue
        left = {index for index, _ in stays}
        gone = (index for index in range(len(cell.outputs)) if index not in left)
        yield from (Edit((*path, index), REMOVED) for index in gone)
        parts = ((index, *place) for index, places in stays for place in places)
        yield from (Edit((*path, *part), REMOVED) for part in parts)


CLEANER = Cleaner("outputs", _edits)
