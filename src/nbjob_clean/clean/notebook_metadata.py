"""Notebook metadata that differs between two machines or two runs.

The kernelspec and the rest of `language_info` stay: without `file_extension`, nbconvert writes
`.txt` and JupyterLab marks the notebook as changed when it is opened.
"""

from __future__ import annotations

from collections.abc import Iterable

from nbjob_clean.clean.cleaner import Cleaner, removals
from nbjob_clean.notebook.model import Notebook
from nbjob_clean.notebook.splice import REMOVED, Edit

VOLATILE = ("signature", "orig_nbformat", "orig_nbformat_minor")


def _edits(notebook: Notebook) -> Iterable[Edit]:
    yield from removals(("metadata",), notebook.raw.get("metadata"), VOLATILE)
    language = notebook.metadata.get("language_info")
    if isinstance(language, dict) and "version" in language:  # the rest stays, even when empty
        yield Edit(("metadata", "language_info", "version"), REMOVED)


CLEANER = Cleaner("notebook-metadata", "signature and the kernel's patch version", _edits)
