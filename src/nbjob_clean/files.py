"""Files on disk: written only when their bytes differ, and then whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from nbjob_clean.errors import FileError


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
    if read_bytes(path) == data:
        return False
    try:
        _replace(path.resolve(), data)
    except OSError as exc:
        raise FileError(f"{path}: {exc.strerror}") from exc
    return True


def _replace(target: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        temporary.chmod(_mode(target))
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode & 0o7777
    except FileNotFoundError:
        mask = os.umask(0)  # the only way to ask for it
        os.umask(mask)
        return 0o666 & ~mask
