"""Make git forget notebooks that it calls modified although what it would store is the same.

git compares sizes before it asks the filter: a notebook that was only run again is "modified"
until it is added, and `git pull` refuses. Nothing is added here: the index keeps its blobs and
loses what it remembers of size and time, and git itself then compares through the filter. So no
content can come in, whatever happens to a file meanwhile.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from nbjob_clean.git.command import IndexEntry, filtered, git, index_entries
from nbjob_clean.record import Record


class Refreshed(Record):
    """What became of the modified notebooks, by name relative to the root of the work tree."""

    forgotten: tuple[str, ...]
    changed: tuple[str, ...]  # in what git would store
    unfiltered: tuple[str, ...]  # no filter of ours on them, so not ours to judge


def refresh(root: Path, is_wanted: Callable[[str], bool]) -> Refreshed:
    """Forget the notebooks among the wanted ones whose clean bytes are those of the index."""
    modified = {entry.name: entry for entry in modified_notebooks(root) if is_wanted(entry.name)}
    filtered_names = filtered(root, modified)
    ours = [name for name in modified if name in filtered_names]
    stored = _would_store(root, ours)
    same = {name: modified[name] for name in ours if stored.get(name) == modified[name].oid}
    _forget_stat(root, same)
    still = {entry.name for entry in modified_notebooks(root)} if same else frozenset()
    return Refreshed(
        tuple(name for name in same if name not in still),
        tuple(name for name in ours if name not in same or name in still),
        tuple(name for name in modified if name not in ours),
    )


def modified_notebooks(root: Path) -> tuple[IndexEntry, ...]:
    """The notebooks whose stat differs from the index's, and nothing else about them.

    git leaves out what is marked assume-unchanged or skip-worktree; a conflict, a new or missing
    file and another mode or type have another letter or mode.
    """
    listing = git(
        "diff-files", "--raw", "--no-abbrev", "--no-renames", "-z", "--", "*.ipynb", cwd=root
    )
    fields = listing.split(b"\0")
    found, unmerged = {}, set()
    for head, name in zip(fields[::2], map(os.fsdecode, fields[1::2]), strict=False):
        mode, mode_there, oid, _, letter = head.removeprefix(b":").decode().split(" ")
        if letter == "U":
            unmerged.add(name)
        elif letter == "M" and mode == mode_there and mode.startswith("100"):
            found[name] = IndexEntry(name, mode, oid)
    return tuple(entry for name, entry in found.items() if name not in unmerged)


def _would_store(root: Path, paths: Sequence[str]) -> dict[str, str]:
    """The blob that `git add` would make of each file; without those that the filter refuses.

    What the filter says of a notebook goes to stderr, as when git runs it.
    """
    stored: dict[str, str] = {}
    waiting = list(paths)
    while waiting:
        done = subprocess.run(
            ["git", "hash-object", "--stdin-paths"],
            cwd=root,
            input=b"".join(_quoted(os.fsencode(path)) + b"\n" for path in waiting),
            stdout=subprocess.PIPE,
            check=False,
        )
        oids = done.stdout.decode().split()
        stored.update(zip(waiting, oids, strict=False))
        waiting = waiting[len(oids) + 1 :]  # git stops at the first that it cannot store
    return stored


def _quoted(name: bytes) -> bytes:
    """A name as git quotes it in C's way; the listing has one per line and knows no `-z`."""
    plain = b"/-._ " + bytes(range(48, 58)) + bytes(range(65, 91)) + bytes(range(97, 123))
    return b'"%s"' % b"".join(bytes([byte]) if byte in plain else b"\\%03o" % byte for byte in name)


def _forget_stat(root: Path, same: Mapping[str, IndexEntry]) -> None:
    """Enter the blobs that are there again, without stat data, and let git compare."""
    there = index_entries(root, same)  # what was staged since then stays
    lines: Iterable[str] = (
        f"{entry.mode} {entry.oid} 0\t{name}\0"
        for name, entry in same.items()
        if there.get(name) == entry
    )
    if data := os.fsencode("".join(lines)):
        git("update-index", "-z", "--index-info", cwd=root, stdin=data)
        git("update-index", "-q", "--unmerged", "--ignore-missing", "--refresh", cwd=root)
