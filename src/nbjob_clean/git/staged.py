"""What will be committed: the staged version of files, whatever the working copies hold."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from nbjob_clean.errors import NotebookFormatError
from nbjob_clean.files import read_bytes
from nbjob_clean.git.command import (
    IndexEntry,
    index_entries,
    read_blobs,
    staged_scripts,
    tracked_notebooks,
)
from nbjob_clean.record import Record

_MARKS = (b"# nbjob:sidecar ", b"-- nbjob:sidecar ")


def dirty_notebooks(root: Path, among: Iterable[Staged] | None = None) -> list[str]:
    """The notebooks (all that are tracked) whose staged version the filter would not store."""
    from nbjob_clean.clean.core import is_clean
    from nbjob_clean.config import Configs

    configs = Configs()
    found = []
    if among is None:
        among = staged_files(root, tracked_notebooks(root)).values()
    for staged in among:
        try:
            path = root / staged.name
            if staged.entry and not is_clean(staged.data, configs.of(path).cleaning(path)):
                found.append(staged.name)
        except NotebookFormatError:
            continue  # `nbjob check` tells
    return found


class Staged(Record):
    """A file on its way into a commit; `entry` is None for one that git does not know yet."""

    name: str
    data: bytes
    entry: IndexEntry | None


def notebooks_of_sidecars(root: Path) -> tuple[str, ...]:
    """The notebooks in the index whose sidecars the next commit changes or takes away."""
    scripts = staged_scripts(root)
    if not scripts:
        return ()
    present = staged_files(root, scripts)
    sidecars = [n for n in scripts if n not in present or present[n].data.startswith(_MARKS)]
    beside = dict.fromkeys(Path(name).with_suffix(".ipynb").as_posix() for name in sidecars)
    return tuple(index_entries(root, tuple(beside)))


def staged_files(root: Path, names: Iterable[str]) -> dict[str, Staged]:
    """The files as they would be committed, by name relative to the root.

    A file that is not in the index is taken from disk; one that is nowhere is left out.
    """
    names = tuple(dict.fromkeys(names))
    entries = index_entries(root, names)
    blobs = read_blobs(root, (entry.oid for entry in entries.values()))
    found = {}
    for name in names:
        entry = entries.get(name)
        data = blobs[entry.oid] if entry else read_bytes(root / name)
        if data is not None:
            found[name] = Staged(name, data, entry)
    return found
