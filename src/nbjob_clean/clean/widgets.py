"""Widget state: megabytes of output under the name of metadata."""

from __future__ import annotations

from collections.abc import Iterable

from nbjob_clean.clean.cleaner import Cleaner, removals
from nbjob_clean.notebook.model import Notebook
from nbjob_clean.notebook.splice import Edit


def _edits(notebook: Notebook) -> Iterable[Edit]:
    return removals(("metadata",), notebook.raw.get("metadata"), ("widgets",))


CLEANER = Cleaner("widgets", "the stored state of widgets", _edits)
