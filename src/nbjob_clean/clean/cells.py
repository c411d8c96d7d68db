"""Whole cells: those with a tag that is named, and empty ones. Production cells always stay."""

from __future__ import annotations

from nbjob_clean.clean.options import CleanOptions
from nbjob_clean.clean.outputs import staying
from nbjob_clean.notebook.model import Cell, Notebook


def dropped_cells(notebook: Notebook, options: CleanOptions) -> list[Cell]:
    """The cells that go as a whole."""
    if not options.dropped_tags and not options.drops_empty_cells:
        return []
    return [cell for cell in notebook.cells if _goes(cell, notebook, options)]


def _goes(cell: Cell, notebook: Notebook, options: CleanOptions) -> bool:
    tags = frozenset(cell.tags)
    if tags & options.production_tags:
        return False
    if tags & options.dropped_tags:
        return True
    is_empty = not (cell.source.strip() or tags or cell.raw.get("attachments"))
    return options.drops_empty_cells and is_empty and not staying(cell, notebook, options.outputs)
