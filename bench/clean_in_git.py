"""Cleaning through git's filter: adding, checking out, asking for the status."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from bench.core import Bar, Contender, Prepare, Work, nothing, quietly
from bench.corpus import described, many, put_many
from bench.environments import ourselves
from bench.peers import peers

_OURS = "nbjob"
_REMEMBERING = "nbjob, outputs remembered"
_NO_FILTER = "no filter"


def works() -> tuple[Work, ...]:
    half = Bar(_OURS, 0.5, [peer.name for peer in peers()])
    # nb-clean has no part in a checkout: what it costs is git's own work, and nobody halves that.
    half_of_smudges = Bar(_OURS, 0.5, [peer.name for peer in peers() if peer.smudges])
    # Outputs that are given back are written: ten times the bytes, as without a filter.
    writing = Bar(_REMEMBERING, 1.5, (_NO_FILTER,))
    remembering = Bar(_REMEMBERING, 1.5, (_OURS,))
    return (
        Work(
            f"git add -A: {described(many())}",
            _filters(("git", "add", "-A"), put_many, _is_stored),
            (half, Bar(_OURS, 1, (_NO_FILTER,)), remembering),
        ),
        Work(
            "git checkout of all",
            _filters(("git", "checkout", "--", "."), _gone, _is_there),
            (half_of_smudges, half, remembering, writing),
        ),
        Work(
            "git status after touching all",
            _filters(("git", "status", "--porcelain"), _touched, _is_unchanged),
            (half, remembering),
        ),
    )


def _filters(
    command: Sequence[str], arrange: Prepare, has_done: Callable[[Path, bytes], bool]
) -> tuple[Contender, ...]:
    installers: dict[str, Prepare] = {_OURS: _install, _REMEMBERING: _install_remembering}
    installers |= {peer.name: peer.install for peer in peers()}
    with_filter = [
        Contender(name, command, partial(_prepare, install, arrange), has_done=has_done)
        for name, install in installers.items()
    ]
    # Without one nothing is cleaned, and nobody asks whether it was.
    return (*with_filter, Contender(_NO_FILTER, command, partial(_prepare, nothing, arrange)))


def _prepare(install: Prepare, arrange: Prepare, folder: Path) -> None:
    quietly("git", "init", "--quiet", ".", cwd=folder)
    install(folder)
    arrange(folder)


def _install(folder: Path) -> None:
    """Without remembering, as the neighbours' filters are."""
    (folder / "nbjob.toml").write_text("remember = false\n")
    _install_remembering(folder)


def _install_remembering(folder: Path) -> None:
    quietly(str(ourselves() / "nbjob"), "install", cwd=folder)


def _committed(folder: Path) -> None:
    put_many(folder)
    quietly("git", "add", "-A", cwd=folder)
    quietly("git", "commit", "--quiet", "-m", "all", cwd=folder)


def _gone(folder: Path) -> None:
    _committed(folder)
    for path in folder.glob("*.ipynb"):
        path.unlink()


def _touched(folder: Path) -> None:
    _committed(folder)
    for path in folder.glob("*.ipynb"):
        os.utime(path, (2_000_000_000, 2_000_000_000))


def _is_stored(folder: Path, _: bytes) -> bool:
    """All of them, and without outputs."""

    def holding(what: str) -> int:
        command = ("git", "grep", "--cached", "--name-only", "-F", what, "--", "*.ipynb")
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
        return done.stdout.count(b"\n")

    return holding('"cells"') == len(many()) and not holding('"output_type"')


def _is_there(folder: Path, _: bytes) -> bool:
    return len(list(folder.glob("*.ipynb"))) == len(many())


def _is_unchanged(_: Path, said: bytes) -> bool:
    return b".ipynb" not in said
