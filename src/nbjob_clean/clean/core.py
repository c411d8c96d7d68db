"""Cleaning: bytes in, bytes out. Checking is cleaning that would change something."""

from __future__ import annotations

from collections.abc import Iterable

from nbjob_clean.clean import cell_metadata, counts, notebook_metadata, outputs, widgets
from nbjob_clean.clean.cleaner import Cleaner
from nbjob_clean.notebook.model import Notebook, dumps, edited, loads
from nbjob_clean.notebook.splice import Edit

CLEANERS: tuple[Cleaner, ...] = (
    outputs.CLEANER,
    counts.CLEANER,
    cell_metadata.CLEANER,
    notebook_metadata.CLEANER,
    widgets.CLEANER,
)


def clean(notebook: Notebook, *, keep: frozenset[str] = frozenset()) -> Notebook:
    """The notebook without what the cleaners remove; itself when it is clean already."""
    return edited(notebook, _edits(notebook, keep))


def clean_bytes(data: bytes, *, keep: frozenset[str] = frozenset()) -> bytes:
    """Clean a notebook's bytes. An empty file has nothing to remove.

    Raises NotebookFormatError where the bytes are no notebook.
    """
    return dumps(clean(loads(data), keep=keep)) if data.strip() else data


def is_clean(data: bytes, *, keep: frozenset[str] = frozenset()) -> bool:
    """Whether cleaning would change nothing. Raises as `clean_bytes` does."""
    return clean_bytes(data, keep=keep) == data


def _edits(notebook: Notebook, keep: frozenset[str]) -> Iterable[Edit]:
    for cleaner in CLEANERS:
        if cleaner.name not in keep:
            yield from cleaner.edits(notebook)
