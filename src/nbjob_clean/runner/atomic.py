"""Files that are there whole or not at all, also when the disk is full or the process is killed."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from nbjob_clean.errors import ArgumentError


def write_whole(path: Path, data: bytes) -> None:
    """Put `data` at `path` in one move. Raises OSError; the file is then as it was."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def writable(path: Path, option: str) -> Path:
    """The absolute path of a file to write, refused before anything runs where it cannot be."""
    path = path.absolute()  # the job runs in a directory of its own
    try:
        if path.is_dir():
            raise IsADirectoryError(0, "is a directory")
        probe = path.with_name(f".{path.name}.probe")
        probe.touch()
        probe.unlink()
    except OSError as exc:
        raise ArgumentError(f"{option} {path}: {exc.strerror or exc}") from exc
    return path
