"""Files on disk: written only when their bytes differ, and then whole or not at all."""

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
    if _holds(path, data):
        return False
    try:
        _replace(path.resolve(), data)
    except OSError as exc:
        raise FileError(f"{path}: {exc.strerror}") from exc
    return True


def _holds(path: Path, data: bytes) -> bool:
    """Whether the file has these bytes; a large one is only read where its size is theirs."""
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except FileNotFoundError:
        return False
    except OSError as exc:
        raise FileError(f"{path}: {exc.strerror}") from exc


def _replace(target: Path, data: bytes) -> None:
    """Write elsewhere and rename: in the git directory, where there is one that takes it.

    A process that is killed leaves its temporary file behind; beside the target, `git add` would
    commit it.
    """
    git_directory = _git_directory(target.parent)
    if git_directory is not None:
        with contextlib.suppress(OSError):  # mounted from elsewhere, or not ours to write in
            _remove_stale(git_directory)
            _replace_from(git_directory, _PREFIX, target, data)
            return
    _replace_from(target.parent, f".{target.name}.", target, data)


def _replace_from(folder: Path, prefix: str, target: Path, data: bytes) -> None:
    temporary = folder / f"{prefix}{os.getpid()}-{time.time_ns()}.tmp"
    handle = os.open(temporary, _NEW_FILE, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        temporary.chmod(_mode(target))
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _git_directory(folder: Path) -> Path | None:
    """The git directory of a work tree, also a linked one's; None outside of one."""
    for parent in (folder, *folder.parents):
        found = parent / ".git"
        if found.is_file():  # a linked work tree or a submodule
            text = found.read_text(encoding="utf-8", errors="surrogateescape")
            found = parent / text.removeprefix("gitdir:").strip()
        elif not found.exists():
            continue
        return found if found.is_dir() else None
    return None


def _remove_stale(git_directory: Path) -> None:
    """Take away what processes that were killed left here."""
    with os.scandir(git_directory) as entries:
        left = [e for e in entries if e.name.startswith(_PREFIX) and e.name.endswith(".tmp")]
    for entry in left:
        with contextlib.suppress(OSError):  # another process was faster
            if entry.stat().st_mtime < time.time() - _STALE:
                Path(entry).unlink()


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode & 0o7777
    except FileNotFoundError:
        mask = os.umask(0)  # the only way to ask for it
        os.umask(mask)
        return 0o666 & ~mask
