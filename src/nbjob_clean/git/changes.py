"""What a `git diff` compares, file by file: the records of `--raw`, and the bytes behind them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from nbjob_clean.errors import FileError
from nbjob_clean.git.command import git, read_blobs
from nbjob_clean.git.diff_arguments import DiffArguments
from nbjob_clean.record import Record


class Side(Record):
    """A file on one side. `oid` is None where the file in the work tree is that side."""

    name: str
    mode: str
    oid: str | None

    @property
    def is_notebook(self) -> bool:
        return self.name.endswith(".ipynb") and self.mode.startswith("100")

    @property
    def is_submodule(self) -> bool:
        return self.mode == "160000"


class Changes(Record):
    """The files that differ. What git shows in a way of its own is named, not compared."""

    old: tuple[Side, ...]
    new: tuple[Side, ...]
    unmerged: tuple[str, ...]
    is_special: bool  # more than two sides, or files outside of any repository

    @property
    def notebooks(self) -> tuple[Side, ...]:
        return tuple(side for side in (*self.old, *self.new) if side.is_notebook)

    @property
    def has_notebooks(self) -> bool:
        return bool(self.notebooks) or any(name.endswith(".ipynb") for name in self.unmerged)


def changes(arguments: DiffArguments, cwd: Path) -> Changes:
    """Ask git, with its own words on failure. Contents are not looked at, and no filter is run."""
    listing = git(
        # With these git would clean every file that was touched, to find that most did not change;
        # and files as new as the index in any case.
        "-c", "diff.autoRefreshIndex=false", "-c", "filter.nbjob.process=",
        "-c", "filter.nbjob.required=false",
        "diff", "--raw", "-z", "--no-abbrev", "--no-renames", "--no-relative", "--no-ext-diff",
        *arguments.sides, *arguments.operands, cwd=cwd,
    )  # fmt: skip
    fields = [os.fsdecode(field) for field in listing.split(b"\0")]
    if any(field.startswith("::") for field in fields[::2]):
        return Changes((), (), (), is_special=True)
    return _changes(zip(fields[::2], fields[1::2], strict=False))


def _changes(records: Iterable[tuple[str, str]]) -> Changes:
    old: list[Side] = []
    new: list[Side] = []
    unmerged: dict[str, None] = {}
    is_special = False
    for head, name in records:
        old_mode, new_mode, old_oid, new_oid, status = head.removeprefix(":").split(" ")
        if status == "U":
            unmerged[name] = None
            continue
        before, after = _side(name, old_mode, old_oid), _side(name, new_mode, new_oid)
        is_special |= bool(before and after and not (before.oid or after.oid))
        old += [before] if before else []
        new += [after] if after else []
    return Changes(
        tuple(side for side in old if side.name not in unmerged),
        tuple(side for side in new if side.name not in unmerged),
        tuple(unmerged),
        is_special,
    )


def _side(name: str, mode: str, oid: str) -> Side | None:
    """None where there is no such file on that side; git writes what is not there as zeros."""
    return Side(name, mode, oid if oid.strip("0") else None) if mode.strip("0") else None


def contents(sides: Sequence[Side], root: Path) -> dict[Side, bytes]:
    """The bytes of files: blobs in one process, the work tree's as they lie there."""
    blobs = read_blobs(root, [side.oid for side in sides if side.oid])
    return {side: blobs[side.oid] if side.oid else _worktree(root, side) for side in sides}


def _worktree(root: Path, side: Side) -> bytes:
    path = root / side.name
    try:
        if side.mode == "120000" and path.is_symlink():
            return os.fsencode(path.readlink())
        return path.read_bytes()
    except OSError as exc:
        raise FileError(f"{side.name}: {exc.strerror}") from exc
