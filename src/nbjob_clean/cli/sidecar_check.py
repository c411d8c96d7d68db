"""Looks at sidecars: missing, stale, edited by hand, orphaned. Nothing is written here.

Loaded only where one of these rules is to look: it needs all of `emit`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path

from nbjob_clean.cli.paths import display
from nbjob_clean.cli.sidecar_rules import EDITED, MISSING, ORPHANED, STALE
from nbjob_clean.cli.sidecar_versions import is_known, known_versions
from nbjob_clean.config import Config
from nbjob_clean.diagnostic import Diagnostic
from nbjob_clean.emit.core import emit_sidecars, sidecar_names
from nbjob_clean.errors import SidecarError
from nbjob_clean.files import read_bytes
from nbjob_clean.git.command import git, names, worktree_root
from nbjob_clean.notebook.model import Notebook
from nbjob_clean.rules.rule import Rule
from nbjob_clean.sidecar.format import sidecar_of

_SUFFIXES = (".py", ".sql")
_HEAD_SIZE = 1024  # the first line of a sidecar, with a file name of any length
_DIFF_LINES = 12


def sidecar_findings(
    path: Path, notebook: Notebook, *, tags: Collection[str], wanted: Collection[str]
) -> list[Diagnostic]:
    """What is wrong with the sidecars of one notebook; `wanted` are the codes to look for."""
    found = {name: read_bytes(path.with_name(name)) for name in sidecar_names(path.name)}
    is_ours = any(data is not None and _owner(data) == path.name for data in found.values())
    if not is_ours and MISSING.code not in wanted:
        return []
    try:
        given = emit_sidecars(notebook, path.name, tags=tags)
    except SidecarError:
        return []  # NBJ402 says why it gives none

    def known() -> list[Mapping[str, bytes]]:
        return known_versions(path, tags)

    diagnostics = judged(path, given=given, found=found, known=known)
    return [diagnostic for diagnostic in diagnostics if diagnostic.code in wanted]


def judged(
    path: Path,
    *,
    given: Mapping[str, bytes],
    found: Mapping[str, bytes | None],
    known: Callable[[], list[Mapping[str, bytes]]],
) -> Iterator[Diagnostic]:
    """The findings on the sidecars beside `path`, from the bytes there and those it gives.

    `known` is asked only where one differs: the versions that are known to have been emitted.
    """
    for name, data in found.items():
        wanted = given.get(name)
        if data is None:
            if wanted is not None:
                yield _missing(path, name)
        elif data != wanted and _owner(data) == path.name:
            yield _differing(path, name, data, wanted, known())


def orphans(folders: Iterable[Path], config: Config) -> Iterator[Diagnostic]:
    """A finding for each of `orphaned_files`."""
    for file, owner in orphaned_files(folders, config):
        yield _diagnostic(
            ORPHANED,
            display(file),
            f"{file.name} was emitted from {owner}, which is gone",
            f"delete {file.name}, or bring {owner} back",
            line=1,
        )


def orphaned_files(folders: Iterable[Path], config: Config) -> Iterator[tuple[Path, str]]:
    """The sidecars below the folders, where git does not ignore them, whose notebook is gone."""
    for file in sorted({file for folder in folders for file in _below(folder)}):
        relative = Path(os.path.relpath(file, config.root)).as_posix()
        if any(fnmatch(relative, pattern) for pattern in config.exclude):
            continue
        owner = _owner(_head(file))
        if owner is not None and not file.with_name(owner).is_file():
            yield file, owner


def _missing(path: Path, name: str) -> Diagnostic:
    where = display(path)
    return _diagnostic(MISSING, where, f"{name} is missing", f"nbjob emit {where}", symbol=name)


def _differing(
    path: Path,
    name: str,
    data: bytes,
    wanted: bytes | None,
    known: list[Mapping[str, bytes]],
) -> Diagnostic:
    where, line = display(path.with_name(name)), _first_difference(data, wanted or b"")
    command = f"nbjob emit {display(path)}"
    if is_known(name, data, (*known, {name: wanted or b""})):
        message = f"{name} is not what {path.name} gives now"
        message = message if wanted else f"{name} is left over: {path.name} gives none any more"
        return _diagnostic(STALE, where, message, command, line=line, symbol=name)
    return _diagnostic(
        EDITED,
        where,
        f"{name} was edited: {path.name} gives something else, now and in the last commit",
        f"nbjob emit --reverse {where} takes the edit over into the notebook, `{command} --force`"
        f" undoes it\n{_diff(name, data, wanted)}",
        line=line,
        symbol=name,
    )


def _diagnostic(  # noqa: PLR0913 - the parts of a diagnostic
    rule: Rule, path: str, message: str, help_text: str, *, line: int = 0, symbol: str = ""
) -> Diagnostic:
    return Diagnostic(
        path=path,
        line=line,
        code=rule.code,
        name=rule.name,
        severity=rule.severity,
        message=message,
        symbol=symbol or Path(path).name,
        help=help_text,
        file_line=line,
    )


def _below(folder: Path) -> Iterator[Path]:
    if worktree_root(folder) is not None:
        listing = git(
            "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate",
            "--", *(f"*{suffix}" for suffix in _SUFFIXES), cwd=folder,
        )  # fmt: skip
        yield from (path for path in (folder / name for name in names(listing)) if path.is_file())
        return
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(parent) / name for name in files if name.endswith(_SUFFIXES))


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD_SIZE)
    except OSError:
        return b""


def _owner(data: bytes) -> str | None:
    return sidecar_of(data[:_HEAD_SIZE].decode("utf-8", "replace"))


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "replace").split("\n")


def _first_difference(data: bytes, wanted: bytes) -> int:
    """The line of the sidecar, from 1, that differs first."""
    lines, others = _lines(data), _lines(wanted)
    pairs = enumerate(zip(lines, others, strict=False), start=1)
    return next((n for n, (one, other) in pairs if one != other), min(len(lines), len(others)))


def _diff(name: str, data: bytes, wanted: bytes | None) -> str:
    """What was edited, in a few lines: from what the notebook gives to what is there."""
    import difflib

    lines = list(
        difflib.unified_diff(
            _lines(wanted or b""), _lines(data), f"given/{name}", name, lineterm="", n=1
        )
    )
    more = len(lines) - _DIFF_LINES
    return "\n".join(lines[:_DIFF_LINES] + ([f"... {more} lines more"] if more > 0 else []))
