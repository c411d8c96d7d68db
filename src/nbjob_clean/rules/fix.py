"""What `nbjob check --fix` changes in a notebook: tags and ids, never a line of source.

Pure: a notebook in, the mended notebook out. Requirements and sidecars are files of their own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence

from nbjob_clean.notebook.model import Cell, Notebook, edited
from nbjob_clean.notebook.splice import REMOVED, Edit
from nbjob_clean.record import Record
from nbjob_clean.rules.context import context_of
from nbjob_clean.rules.tag_typo import meant_tag

_ID_LENGTH = 8
_FIRST_MINOR_WITH_IDS = 5
_ROUNDS = 100  # each tags at least one cell: more are not to be expected in a notebook


class Fixed(Record):
    """The mended notebook, and what was done, a line each."""

    notebook: Notebook
    done: tuple[str, ...]


class _Step(Record):
    """Some edits and what they do."""

    edits: tuple[Edit, ...]
    said: str


def fix(
    notebook: Notebook, *, codes: Collection[str], tags: Sequence[str], builtins: Collection[str]
) -> Fixed:
    """Mend what the findings with these codes are about, as far as it can be mended safely."""
    done: list[str] = []
    for code, steps in _FIXES.items():
        if code not in codes:
            continue
        for _ in range(_ROUNDS):
            step = next(steps(notebook, tags, builtins), None)
            if step is None:
                break
            notebook = edited(notebook, step.edits)
            done.append(f"{code} {step.said}")
    return Fixed(notebook, tuple(done))


def _untag_other_kinds(
    notebook: Notebook, tags: Sequence[str], _builtins: Collection[str]
) -> Iterator[_Step]:
    for cell in notebook.cells:
        kept = [tag for tag in cell.tags if tag not in tags]
        if not cell.is_code and len(kept) < len(cell.tags):
            yield _Step(_tag_edits(cell, kept), f"removed the production tag of cell {cell.number}")


def _correct_tags(
    notebook: Notebook, tags: Sequence[str], _builtins: Collection[str]
) -> Iterator[_Step]:
    for cell in notebook.cells:
        meant = [tag if tag in tags else meant_tag(tag, tags) or tag for tag in cell.tags]
        if cell.is_code and meant != list(cell.tags):
            wanted = list(dict.fromkeys(meant))
            yield _Step(_tag_edits(cell, wanted), f"tagged cell {cell.number} {', '.join(wanted)}")


def _tag_definitions(
    notebook: Notebook, tags: Sequence[str], builtins: Collection[str]
) -> Iterator[_Step]:
    """Tag the cell that defines a missing name, where it stands above, or where a function needs
    the name later and finds it then; then look again.
    """
    for missing in context_of(notebook, tags, builtins).missing:
        place = missing.definition
        if missing.kind != "untagged" or place is None:
            continue
        cell = notebook.cells[place.cell]
        edits = _tag_edits(cell, [*cell.tags, tags[0]])
        if place.cell > missing.cell:
            left = context_of(edited(notebook, edits), tags, builtins).missing
            if any(other.name == missing.name for other in left):
                continue
        yield _Step(edits, f"tagged cell {cell.number} `{tags[0]}`: `{missing.name}`")


def _renew_ids(
    notebook: Notebook, _tags: Sequence[str], _builtins: Collection[str]
) -> Iterator[_Step]:
    """Of cells with the same id the first keeps it."""
    seen: set[str] = set()
    for cell in notebook.cells:
        if cell.id is not None and cell.id in seen:
            edit = Edit((*cell.path, "id"), _new_id(cell, notebook))
            yield _Step((edit,), f"gave cell {cell.number} an id of its own")
        seen.add(cell.id or "")


def _add_ids(
    notebook: Notebook, _tags: Sequence[str], _builtins: Collection[str]
) -> Iterator[_Step]:
    """All at once: the format has ids from 4.5 on, and then on every cell."""
    without = [cell for cell in notebook.cells if cell.id is None]
    if not without:
        return
    edits = [Edit((*cell.path, "id"), _new_id(cell, notebook)) for cell in without]
    minor = notebook.raw.get("nbformat_minor")
    if not isinstance(minor, int) or minor < _FIRST_MINOR_WITH_IDS:
        edits.append(Edit(("nbformat_minor",), _FIRST_MINOR_WITH_IDS))
    yield _Step(tuple(edits), f"gave {len(without)} cells an id")


def _new_id(cell: Cell, notebook: Notebook) -> str:
    """Made of the cell's number and source, so that every clone makes the same one."""
    taken = {other.id for other in notebook.cells}
    salt = 0
    while True:
        text = f"{cell.index} {salt} {cell.source}".encode("utf-8", "backslashreplace")
        identifier = hashlib.sha256(text).hexdigest()[:_ID_LENGTH]
        if identifier not in taken:
            return identifier
        salt += 1


def _tag_edits(cell: Cell, tags: Sequence[str]) -> tuple[Edit, ...]:
    """Put tags where they belong; Jupyter leaves out a list that is empty."""
    if not isinstance(cell.raw.get("metadata"), dict):
        return (Edit((*cell.path, "metadata"), {"tags": list(tags)}),)
    return (Edit((*cell.path, "metadata", "tags"), list(tags) or REMOVED),)


_Fix = Callable[[Notebook, Sequence[str], Collection[str]], Iterator[_Step]]
_FIXES: dict[str, _Fix] = {
    "NBJ002": _untag_other_kinds,
    "NBJ003": _correct_tags,
    "NBJ102": _tag_definitions,
    "NBJ005": _renew_ids,
    "NBJ010": _add_ids,
}
