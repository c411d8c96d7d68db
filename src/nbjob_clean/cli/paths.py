"""From the paths on a command line to the files of notebooks."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from nbjob_clean.config import Config
from nbjob_clean.errors import UsageError

_CHECKPOINTS = ".ipynb_checkpoints"


def notebook_paths(arguments: Sequence[str], config: Config) -> list[Path]:
    """Files as named; a directory means the notebooks below it that git does not ignore.

    Raises UsageError for a path that does not exist.
    """
    found: dict[Path, None] = {}
    for argument in arguments or (".",):
        path = Path(argument)
        if path.is_dir():
            found.update(dict.fromkeys(_below(path, config)))
        elif path.exists():
            found[path] = None
        else:
            raise UsageError(f"{argument}: no such file or directory")
    return list(found)


def display(path: Path) -> str:
    """The path as people and git write it: relative where it can be, with `/`."""
    here = os.path.join(os.path.realpath("."), "")
    there = os.path.realpath(path)
    return Path(there[len(here) :] if there.startswith(here) else path).as_posix()


def repository_name(root: Path, argument: str) -> str:
    """A path on the command line as git names it: relative to the root; a link stays a link."""
    path = Path(argument)
    there = path.parent.resolve() / path.name if path.name != ".." else path.resolve()
    return Path(os.path.relpath(there, root.resolve())).as_posix()


def _below(folder: Path, config: Config) -> Iterator[Path]:
    for path in sorted(_candidates(folder)):
        name = Path(os.path.relpath(path, config.root)).as_posix()
        excluded = any(fnmatch.fnmatch(name, pattern) for pattern in config.exclude)
        if _CHECKPOINTS not in path.parts and not excluded:
            yield path


def _candidates(folder: Path) -> Iterable[Path]:
    from nbjob_clean.git.command import notebooks_below

    known = notebooks_below(folder)
    return _walk(folder) if known is None else known


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(parent) / name for name in files if name.endswith(".ipynb"))
