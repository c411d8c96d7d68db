"""What can go wrong, as one tree. Both halves of the house raise these; only `cli` catches them.

::

    NbjobError                     exit code
    ├── UsageError                 2    a path or an option that cannot be
    ├── ConfigError                2    [tool.nbjob] cannot be read
    ├── GitError                   2    git said no
    ├── FileError                  1    a file cannot be read or written
    ├── StoreError                 1    remembered outputs cannot be read or written
    ├── NotebookFormatError        1    not a notebook, or not one that can be read
    ├── SidecarError               1    no faithful sidecar can be written, or a file is in its way
    └── RunError                        `nbjob run` and `nbjob test`
        ├── ArgumentError          64   arguments refused, before anything ran
        ├── InvalidJobError        65   a notebook, sidecar or step that cannot be read
        ├── StaleSidecarError      66   a sidecar is missing or differs from its notebook
        ├── UnavailableError       69   a database or dependency that is not there
        ├── LockedError            73   another run of the job goes on
        └── EnvironmentMismatchError 78  packages are not those that the job asks for
"""

from __future__ import annotations

import errno

# A disk that is full, one's share of it, or a pipe or device that takes no more.
_FULL = ("ENOSPC", "EDQUOT", "EFBIG", "EIO")


class NbjobError(Exception):
    """A failure that a person can mend; `hint` says how, in one line."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(NbjobError):
    """A path or an option that cannot be."""

    exit_code = 2


class ConfigError(NbjobError):
    """`[tool.nbjob]` or `nbjob.toml` cannot be read or says something unknown."""

    exit_code = 2


class GitError(NbjobError):
    """Git refused; the message carries git's own words."""

    exit_code = 2


class FileError(NbjobError):
    """The operating system does not let a file be read or written."""


class StoreError(NbjobError):
    """Remembered outputs cannot be read or written; `is_damaged` where they are lost for good."""

    def __init__(self, message: str, *, is_damaged: bool = False) -> None:
        super().__init__(message)
        self.is_damaged = is_damaged


class NotebookFormatError(NbjobError):
    """The bytes are no notebook; `line` counts from 1, 0 when there is no place to name."""

    def __init__(self, message: str, *, hint: str = "", line: int = 0) -> None:
        super().__init__(message, hint=hint)
        self.line = line


class SidecarError(NbjobError):
    """No faithful sidecar can be written, or a file that is not ours is in its way."""


class RunError(NbjobError):
    """A job that could not be run; its exit code tells a scheduler why."""


class ArgumentError(RunError):
    """An unknown, missing or mistyped argument, refused before anything ran."""

    exit_code = 64


class InvalidJobError(RunError):
    """A notebook, sidecar or step that cannot be read."""

    exit_code = 65


class StaleSidecarError(RunError):
    """A sidecar is missing, or is not what its notebook would emit now."""

    exit_code = 66


class UnavailableError(RunError):
    """A database, or the package that talks to it, is not there; `is_transient`: it may be soon."""

    exit_code = 69

    def __init__(self, message: str, *, hint: str = "", is_transient: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.is_transient = is_transient


class LockedError(RunError):
    """Another run of the job goes on."""

    exit_code = 73


class EnvironmentMismatchError(RunError):
    """The packages of this environment are not those that the job asks for."""

    exit_code = 78


def is_full(exc: OSError) -> bool:
    """The system has no room for what is written: no defect, wherever it comes from."""
    return exc.errno in {getattr(errno, name, None) for name in _FULL}
