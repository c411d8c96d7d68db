"""Widget state: megabytes of output under the name of metadata."""

from __future__ import annotations

from collections.abc import Iterable

from nbjob_clean.clean.cleaner import Cleaner
from nbjob_clean.clean.options import CleanOptions
from nbjob_clean.clean.volatile import WIDGETS
from nbjob_clean.notebook.model import Notebook
from nbjob_clean.notebook.splice import REMOVED, Edit


def _edits(notebook: Notebook, options: CleanOptions) -> Iterable[Edit]:
    if options.keeps_widgets:
        return
    for key in WIDGETS:
        if key in notebook.metadata:
            yield Edit(("metadata", key), REMOVED)


CLEANER = Cleaner("widgets", _edits)
