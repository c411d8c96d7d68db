"""The sidecars that this clone emitted last: what tells a hand's edit from what is stale.

A copy of each is kept in the git directory (outside of git: in the user's cache folder), as the
format has no checksum, and a commit is not there yet while one works on a notebook.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from nbjob_clean.emit.core import emit_sidecars, sidecar_names
from nbjob_clean.errors import FileError, GitError, NotebookFormatError, SidecarError
from nbjob_clean.files import read_bytes, write_bytes
from nbjob_clean.git.command import git, git_paths, worktree_root
from nbjob_clean.notebook.model import loads
from nbjob_clean.notebooks import version_4

_FOLDER = "nbjob/emitted"
# What git is bringing into HEAD, where it stopped for a conflict.
_COMING = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REBASE_HEAD", "REVERT_HEAD^", "stash@{0}")
_MARK = re.compile(rb"([<|=>])\1{6,}(?: .*)?")


def known_versions(
    path: Path, tags: Collection[str], *, with_staged: bool = True
) -> list[Mapping[str, bytes]]:
    """The sidecars of a notebook as they are known to have been emitted: here, the last time;
    from the notebook of git's HEAD, or of what is being merged into it; and from the one that is
    staged, which may be edited since.
    """
    found: list[Mapping[str, bytes]] = []
    copies = {name: _last_emitted(path.with_name(name)) for name in sidecar_names(path.name)}
    if any(copies.values()):
        found.append({name: data for name, data in copies.items() if data is not None})
    for revision in ("HEAD", *_COMING, "") if with_staged else ("HEAD",):
        with contextlib.suppress(GitError, NotebookFormatError, SidecarError):
            data = git("cat-file", "blob", f"{revision}:./{path.name}", cwd=path.parent)
            found.append(emit_sidecars(version_4(loads(data)), path.name, tags=tags))
    return found


def is_known(name: str, data: bytes, versions: Iterable[Mapping[str, bytes]]) -> bool:
    """Whether a sidecar is one of these (line ends aside), or what git made of two of them."""
    found = [_lf(version.get(name, b"")) for version in versions]
    return _lf(data) in found or _is_merged(_lf(data), found)


def _is_merged(data: bytes, sides: Iterable[bytes]) -> bool:
    """Whether a file has conflict marks, and beside them nothing that is in none of the sides."""
    known = {line for side in sides for line in side.split(b"\n")}
    state = b""
    for line in data.split(b"\n"):
        if mark := _MARK.fullmatch(line):
            state = mark[1]
        elif state != b"|" and line not in known:  # what both sides replaced is there in no version
            return False
    return state == b">"


def _lf(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n")


def _last_emitted(path: Path) -> bytes | None:
    """The bytes of a sidecar as they were emitted last; None where nobody knows."""
    try:
        return read_bytes(_copy(path))
    except FileError:
        return None


def remember_emitted(path: Path, data: bytes | None) -> None:
    """Keep a copy of what was written to `path`; forget it where the sidecar went.

    Where no copy can be kept the sidecar is judged by git alone.
    """
    copy = _copy(path)
    with contextlib.suppress(OSError, FileError):
        if data is None:
            copy.unlink(missing_ok=True)
        else:
            copy.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(copy, data)


def _copy(path: Path) -> Path:
    """Named by a hash: a sidecar's path may be too long for a file's name, or stand in its way."""
    path = path.parent.resolve() / path.name
    with contextlib.suppress(GitError):
        root = worktree_root(path.parent)
        if root is not None:
            (folder,) = git_paths(root, _FOLDER)
            return folder / _hash(os.path.relpath(path, root.resolve()))
    return _cache() / "emitted" / _hash(str(path))


def _hash(name: str) -> str:
    import hashlib

    return hashlib.sha256(Path(name).as_posix().encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _cache() -> Path:
    """The user's folder for what can be made again."""
    if found := os.environ.get("XDG_CACHE_HOME"):
        return Path(found) / "nbjob"
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return Path(local) / "nbjob" if local else Path.home() / "AppData/Local/nbjob"
    return Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "nbjob"
