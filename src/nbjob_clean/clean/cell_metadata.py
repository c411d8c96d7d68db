"""Cell metadata that changes when somebody runs or looks at the notebook (`volatile.py`)."""

from __future__ import annotations

from collections.abc import Iterable

from nbjob_clean.clean.cleaner import Cleaner
from nbjob_clean.clean.metadata import removals
from nbjob_clean.clean.options import CleanOptions
from nbjob_clean.notebook.model import Notebook
from nbjob_clean.notebook.splice import Edit


def _edits(notebook: Notebook, options: CleanOptions) -> Iterable[Edit]:
    for cell in notebook.cells:
        found = cell.raw.get("metadata")
        if found:
            yield from removals((*cell.path, "metadata"), found, options.cell_metadata)


CLEANER = Cleaner("cell-metadata", _edits)
