"""What a cleaner is: a name that `keep` knows, and a function from a notebook to edits."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from nbjob_clean.notebook.model import Cell, Notebook
from nbjob_clean.notebook.splice import REMOVED, Edit, Json, Path
from nbjob_clean.record import Record

KEEP_OUTPUT = "keep-output"


class Cleaner(Record):
    """One thing that is removed. Its name is what `keep = [...]` and `--keep` take."""

    name: str
    summary: str
    edits: Callable[[Notebook], Iterable[Edit]]


def keeps_outputs(cell: Cell) -> bool:
    """A person asked for it, by the cell's tag."""
    return KEEP_OUTPUT in cell.tags


def removals(path: Path, found: Json, names: Iterable[str]) -> Iterable[Edit]:
    """Edits that remove the members of `found` named; a dotted name reaches one level down.

    A mapping that a dotted name leaves empty goes too.
    """
    if not isinstance(found, dict):
        return
    for name in names:
        outer, _, inner = name.partition(".")
        value = found.get(outer)
        if outer not in found:
            continue
        if not inner:
            yield Edit((*path, outer), REMOVED)
        elif isinstance(value, dict) and inner in value:
            place = (outer,) if len(value) == 1 else (outer, inner)
            yield Edit((*path, *place), REMOVED)
