"""The neighbours that clean notebooks: how each is called, and how its filter gets into a clone.

Each filter is set up by its own installer, where it has one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bench.core import Prepare, quietly
from bench.environments import installed


@dataclass(frozen=True)
class Peer:
    """`in_place` ends with a folder, or takes the names of files."""

    name: str
    stdin: Sequence[str]
    in_place: Sequence[str]
    install: Prepare
    is_rust: bool = True
    smudges: bool = True


@cache
def peers() -> tuple[Peer, ...]:
    """Those that could be installed."""
    found = ((make, name, installed(name)) for name, make in _MAKERS.items())
    return tuple(make(str(programs / name)) for make, name, programs in found if programs)


def _nbstripout(program: str) -> Peer:
    def install(folder: Path) -> None:
        quietly(program, "--install", cwd=folder)

    return Peer("nbstripout", (program,), (program,), install, is_rust=False)


def _nb_clean(program: str) -> Peer:
    def install(folder: Path) -> None:
        quietly(program, "add-filter", cwd=folder)
        # It counts on being found on PATH.
        command = f"{json.dumps(program)} clean"
        quietly("git", "config", "filter.nb-clean.clean", command, cwd=folder)

    return Peer("nb-clean", (program, "clean"), (program, "clean"), install, smudges=False)


def _nbwipers(program: str) -> Peer:
    def install(folder: Path) -> None:
        quietly(program, "install", "local", cwd=folder)

    return Peer("nbwipers", (program, "clean", "-"), (program, "clean-all", "--yes", "."), install)


def _nbstripout_fast(program: str) -> Peer:
    def install(folder: Path) -> None:
        """It has no installer; its README says to put this into git's configuration."""
        settings = {"clean": json.dumps(program), "smudge": "cat", "required": "true"}
        for key, value in settings.items():
            quietly("git", "config", f"filter.jupyter.{key}", value, cwd=folder)
        (folder / ".git/info/attributes").write_text("*.ipynb filter=jupyter\n")

    return Peer("nbstripout-fast", (program,), (program,), install)


_MAKERS: dict[str, Callable[[str], Peer]] = {
    "nbstripout": _nbstripout,
    "nb-clean": _nb_clean,
    "nbwipers": _nbwipers,
    "nbstripout-fast": _nbstripout_fast,
}
