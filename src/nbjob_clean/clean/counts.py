"""Execution counts, of cells and of the outputs that stay. A missing count is not added."""

from __future__ import annotations

from collections.abc import Iterable

from nbjob_clean.clean.cleaner import Cleaner, keeps_outputs
from nbjob_clean.notebook.model import Notebook
from nbjob_clean.notebook.splice import Edit

_KEYS = ("execution_count", "prompt_number")  # version 4; versions 2 and 3


def _edits(notebook: Notebook) -> Iterable[Edit]:
    for cell in notebook.cells:
        for key in _KEYS:
            if cell.raw.get(key) is not None:
                yield Edit((*cell.path, key), None)
        if keeps_outputs(cell):
            for number, output in enumerate(cell.outputs):
                for key in _KEYS:
                    if isinstance(output, dict) and output.get(key) is not None:
                        yield Edit((*cell.path, "outputs", number, key), None)


CLEANER = Cleaner("counts", "execution counts", _edits)
