"""Execution counts, of cells and of the outputs that stay. A missing count is not added."""

from __future__ import annotations

from collections.abc import Iterable

from nbjob_clean.clean.cleaner import Cleaner
from nbjob_clean.clean.options import CleanOptions
from nbjob_clean.clean.outputs import staying
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
        if not cell.raw.get("outputs"):
            continue
        for index, _ in staying(cell, notebook, options.outputs):
            output = cell.outputs[index]
            for key in _KEYS:
                if isinstance(output, dict) and output.get(key) is not None:
                    yield Edit((*cell.path, "outputs", index, key), None)


CLEANER = Cleaner("counts", _edits)
