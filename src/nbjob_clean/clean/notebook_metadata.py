"""Notebook metadata that differs between two machines or two runs (`volatile.py`)."""

from __future__ import annotations

from collections.abc import Iterable

from nbjob_clean.clean.cleaner import Cleaner
from nbjob_clean.clean.metadata import removals
from nbjob_clean.clean.options import CleanOptions
from nbjob_clean.notebook.model import Notebook
from nbjob_clean.notebook.splice import Edit


def _edits(notebook: Notebook, options: CleanOptions) -> Iterable[Edit]:
    return removals(("metadata",), notebook.raw.get("metadata"), options.notebook_metadata)


CLEANER = Cleaner("notebook-metadata", _edits)
