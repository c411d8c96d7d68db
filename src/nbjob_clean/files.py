"""Files on disk: written only when their bytes differ, and then whole or not at all.

Strings and not Path inside: `nbjob clean` writes hundreds, and Path would be a tenth of its time.
"""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

from nbjob_clean.errors import FileError

_PREFIX = "nbjob-"
_NEW_FILE = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_STALE = 3600  # seconds; a temporary file in use is there for a blink


def read_bytes(path: Path) -> bytes | None:
    """The file's bytes; None where there is no file. Raises FileError where it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as exc:
        raise FileError(f"{path}: {exc.strerror}") from exc


def write_bytes(path: Path, data: bytes) -> bool:
    """Put `data` at `path`, keeping its mode and a link to it; True when that changed the file.

    Raises FileError where it cannot be written; the file is then as it was.
    """
    try:
        if _holds(path, data):
            return False
        _replace(os.path.realpath(path), data)
    except OSError as exc:
        raise FileError(f"{path}: {exc.strerror}") from exc
    return True


def _holds(path: Path, data: bytes) -> bool:
    """Whether the file has these bytes; a large one is only read where its size is theirs."""
    try:
        return os.stat(path).st_size == len(data) and path.read_bytes() == data
    except FileNotFoundError:
        return False


def _replace(target: str, data: bytes) -> None:
    """Write elsewhere and rename: in the git directory, where there is one that takes it.

    A process that is killed leaves its temporary file behind; beside the target, `git add` would
    commit it.
    """
    folder, name = os.path.split(target)
    git_directory = _git_directory(folder)
    if git_directory:
        with contextlib.suppress(OSError):  # mounted from elsewhere, or not ours to write in
            _remove_stale(git_directory)
            _replace_from(git_directory, _PREFIX, target, data)
            return
    _replace_from(folder, f".{name}.", target, data)


def _replace_from(folder: str, prefix: str, target: str, data: bytes) -> None:
    temporary = os.path.join(folder, f"{prefix}{os.getpid()}-{time.time_ns()}.tmp")
    handle = os.open(temporary, _NEW_FILE, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(temporary, _mode(target))
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def _git_directory(folder: str) -> str:
    """The git directory of a work tree, also a linked one's; empty outside of one."""
    parent = ""
    while parent != folder:
        parent, folder = folder, os.path.dirname(folder)
        found = os.path.join(parent, ".git")
        if not os.path.exists(found):
            continue
        if os.path.isfile(found):  # a linked work tree or a submodule
            text = Path(found).read_text(encoding="utf-8", errors="surrogateescape")
            found = os.path.join(parent, text.removeprefix("gitdir:").strip())
        return found if os.path.isdir(found) else ""
    return ""


def _remove_stale(git_directory: str) -> None:
    """Take away what processes that were killed left here."""
    with os.scandir(git_directory) as entries:
        left = [e for e in entries if e.name.startswith(_PREFIX) and e.name.endswith(".tmp")]
    for entry in left:
        with contextlib.suppress(OSError):  # another process was faster
            if entry.stat().st_mtime < time.time() - _STALE:
                os.unlink(entry)


def _mode(target: str) -> int:
    try:
        return os.stat(target).st_mode & 0o7777
    except FileNotFoundError:
        mask = os.umask(0)  # the only way to ask for it
        os.umask(mask)
        return 0o666 & ~mask
