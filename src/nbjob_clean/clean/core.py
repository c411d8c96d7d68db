"""Cleaning: bytes in, bytes out. Checking is cleaning that would change something."""

from __future__ import annotations

from nbjob_clean.clean import cell_metadata, counts, ids, notebook_metadata, outputs, widgets
from nbjob_clean.clean.cells import dropped_cells
from nbjob_clean.clean.cleaner import Cleaner
from nbjob_clean.clean.options import DEFAULTS, CleanOptions
from nbjob_clean.clean.quick import quick_clean
from nbjob_clean.errors import NotebookFormatError
from nbjob_clean.notebook.model import Notebook, dumps, edited, loads
from nbjob_clean.notebook.splice import REMOVED, Edit
from nbjob_clean.record import changed

CLEANERS: tuple[Cleaner, ...] = (
    outputs.CLEANER,
    counts.CLEANER,
    ids.CLEANER,
    cell_metadata.CLEANER,
    notebook_metadata.CLEANER,
    widgets.CLEANER,
)


def clean(notebook: Notebook, options: CleanOptions = DEFAULTS) -> Notebook:
    """The notebook without what the cleaners remove; itself when it is clean already.

    Raises NotebookFormatError where values are nested too deeply to be walked.
    """
    try:
        found = _edits(notebook, options)
        return edited(notebook, [edit for edits in found.values() for edit in edits])
    except RecursionError as exc:
        raise NotebookFormatError(f"JSON that Python cannot hold: {exc}") from exc


def clean_bytes(data: bytes, options: CleanOptions = DEFAULTS) -> bytes:
    """Clean a notebook's bytes. An empty file has nothing to remove.

    Raises NotebookFormatError where the bytes are no notebook.
    """
    quick = quick_clean(data) if options is DEFAULTS else None
    if quick is not None:
        return quick
    return dumps(clean(loads(data), options)) if data.strip() else data


def is_clean(data: bytes, options: CleanOptions = DEFAULTS) -> bool:
    """Whether cleaning would change nothing. Raises as `clean_bytes` does."""
    return clean_bytes(data, options) == data


def removed(data: bytes, options: CleanOptions = DEFAULTS) -> dict[str, int]:
    """How many things of each kind cleaning takes away. Raises as `clean_bytes` does."""
    if not data.strip():
        return {}
    notebook = loads(data)
    found = _edits(notebook, options)
    counted = {kind: sum(_weight(notebook, edit) for edit in found[kind]) for kind in found}
    return {kind: count for kind, count in counted.items() if count}


def _edits(notebook: Notebook, options: CleanOptions) -> dict[str, list[Edit]]:
    """What is to be edited, by the kind of thing that goes."""
    gone = dropped_cells(notebook, options)
    if gone:
        places = {cell.index for cell in gone}
        left = tuple(cell for cell in notebook.cells if cell.index not in places)
        notebook = changed(notebook, cells=left)
    found = {cleaner.name: list(cleaner.edits(notebook, options)) for cleaner in CLEANERS}
    return {"cells": [Edit(cell.path, REMOVED) for cell in gone], **found}


def _weight(notebook: Notebook, edit: Edit) -> int:
    """An edit takes one thing away, or all items of a list; a changed version is none."""
    if edit.path == ("nbformat_minor",):
        return 0
    found = notebook.raw
    for key in edit.path:
        found = found[key]  # type: ignore[index]  # a list where the key is a number
    return len(found) if edit.value == [] and isinstance(found, list) else 1
