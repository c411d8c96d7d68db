"""Notebooks as read from disk, all of one version."""

from __future__ import annotations

from pathlib import Path

from nbjob_clean.files import read_bytes
from nbjob_clean.notebook.model import Notebook, loads


def read_notebook(path: Path) -> Notebook:
    """A notebook from disk, as version 4.

    Raises FileError or NotebookFormatError where it cannot be read.
    """
    return version_4(loads(read_bytes(path) or b""))


def version_4(notebook: Notebook) -> Notebook:
    """The notebook, upgraded in memory where it is older; nbformat is loaded only then."""
    if notebook.nbformat >= 4:
        return notebook
    from nbjob_clean.notebook.schema import upgraded

    return upgraded(notebook)
