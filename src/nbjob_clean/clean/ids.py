"""Cell ids, where they are not wanted. Version 4.5 demands them, so what is left is a 4.4."""

from __future__ import annotations

from collections.abc import Iterable

from nbjob_clean.clean.cleaner import Cleaner
from nbjob_clean.clean.options import CleanOptions
from nbjob_clean.notebook.model import Notebook
from nbjob_clean.notebook.splice import REMOVED, Edit

_WITHOUT_IDS, _WITH_IDS = 4, 5


def _edits(notebook: Notebook, options: CleanOptions) -> Iterable[Edit]:
    minor = notebook.raw.get("nbformat_minor")
    # Ids are the one difference between 4.4 and 4.5; what a later version demands is not known.
    is_known = notebook.nbformat == 4 and isinstance(minor, int) and minor <= _WITH_IDS
    if not options.drops_ids or not is_known or _is_production(notebook, options):
        return
    found = [Edit((*cell.path, "id"), REMOVED) for cell in notebook.cells if "id" in cell.raw]
    yield from found
    if found and minor == _WITH_IDS:
        yield Edit(("nbformat_minor",), _WITHOUT_IDS)


def _is_production(notebook: Notebook, options: CleanOptions) -> bool:
    """Sidecars name their cells by id, and are written from working copies, which have them."""
    return any(not options.production_tags.isdisjoint(cell.tags) for cell in notebook.cells)


CLEANER = Cleaner("ids", _edits)
