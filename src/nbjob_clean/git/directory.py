"""Where git keeps its own files, found without starting git: a filter must start at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from nbjob_clean.record import Record


class GitDirectory(Record):
    """`own` belongs to one work tree, `common` to the repository with all its work trees."""

    own: Path
    common: Path

    @property
    def worktree(self) -> str:
        """The name of a linked work tree; empty for the main one."""
        return "" if self.own == self.common else self.own.name

    def is_being_updated(self, environment: Mapping[str, str]) -> bool:
        """Whether a git command is changing the index, and with it the work tree.

        `git stash pop` brings untracked files back through an index of its own, without a lock.
        """
        index = Path(environment.get("GIT_INDEX_FILE") or self.own / "index")
        return index.name.startswith("index.stash.") or Path(f"{index}.lock").exists()


def find_directory(start: Path, environment: Mapping[str, str]) -> GitDirectory | None:
    """The git directory of a work tree's folder, as gitrepository-layout(5) describes it."""
    named = environment.get("GIT_DIR")
    own = start / named if named else _above(start)
    if own is None or not own.is_dir():
        return None
    shared = environment.get("GIT_COMMON_DIR") or _line(own / "commondir")
    common = own / shared if shared else own
    return GitDirectory(_real(own), _real(common)) if common.is_dir() else None


def _above(start: Path) -> Path | None:
    for folder in (start, *start.parents):
        path = folder / ".git"
        if path.is_dir():
            return path
        pointer = _line(path)
        if pointer:
            return folder / pointer.removeprefix("gitdir:").strip()
    return None


def _line(path: Path) -> str:
    try:
        return os.fsdecode(path.read_bytes()).strip()
    except OSError:
        return ""


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))
