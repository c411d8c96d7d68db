"""Cell metadata that changes when somebody runs or looks at the notebook.

Tags, slide show settings, hidden sources and everything unknown are a person's work: they stay.
"""

from __future__ import annotations

from collections.abc import Iterable

from nbjob_clean.clean.cleaner import Cleaner, removals
from nbjob_clean.notebook.model import Notebook
from nbjob_clean.notebook.splice import Edit

VOLATILE = (
    "ExecuteTime",  # the Execute Time extension
    "execution",  # JupyterLab's recorded timing
    "collapsed",  # how somebody last looked at it
    "scrolled",
    "heading_collapsed",
    "hidden",
    "jupyter.outputs_hidden",
    "trusted",  # whether this machine trusts the outputs
)


def _edits(notebook: Notebook) -> Iterable[Edit]:
    for cell in notebook.cells:
        yield from removals((*cell.path, "metadata"), cell.raw.get("metadata"), VOLATILE)


CLEANER = Cleaner("cell-metadata", "cell metadata that running or looking changes", _edits)
