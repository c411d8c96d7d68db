"""Outputs: what a run printed, drew and raised."""

from __future__ import annotations

from collections.abc import Iterable

from nbjob_clean.clean.cleaner import Cleaner, keeps_outputs
from nbjob_clean.notebook.model import Notebook
from nbjob_clean.notebook.splice import Edit


def _edits(notebook: Notebook) -> Iterable[Edit]:
    for cell in notebook.cells:
        if cell.raw.get("outputs") and not keeps_outputs(cell):
            yield Edit((*cell.path, "outputs"), [])


CLEANER = Cleaner("outputs", "what a run printed, drew and raised", _edits)
