"""Execution counts, of cells and of the outputs that stay. A missing count is not added."""

from __future__ import annotations

from collections.abc import Iterable

from nbjob_clean.clean.cleaner import Cleaner
from nbjob_clean.clean.options import CleanOptions
from nbjob_clean.clean.outputs import cells_with_outputs
from nbjob_clean.notebook.model import Notebook
from nbjob_clean.notebook.splice import Edit

_KEYS = ("execution_count", "prompt_number")  # version 4; versions 2 and 3


def _edits(notebook: Notebook, options: CleanOptions) -> Iterable[Edit]:
    if options.keeps_counts:
        return
    for cell in notebook.cells:
        for key in _KEYS:
            if cell.raw.get(key) is not None:
                yield Edit((*cell.path, key), None)
    for cell, stays in cells_with_outputs(notebook, options.outputs):
        for index, _ in stays:
            output = cell.outputs[index]
            for key in _KEYS:
                if isinstance(output, dict) and output.get(key) is not None:
                    yield Edit((*cell.path, "outputs", index, key), None)


CLEANER = Cleaner("counts", _edits)
