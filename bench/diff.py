"""Showing notebooks as source."""

from __future__ import annotations

from pathlib import Path

from bench import diff_in_git
from bench.commands import BARE, bare
from bench.core import Bar, Contender, Work
from bench.corpus import largest, typical

_OURS = "nbjob textconv"
_BARE = "python -I -S -c pass"


def works() -> tuple[Work, ...]:
    bar = Bar(_OURS, 1.5, (_BARE,))
    single = (_textconv("typical", typical(), bar), _textconv("largest", largest()))
    return (*single, *diff_in_git.works())


def _textconv(which: str, path: Path, *bars: Bar) -> Work:
    command = bare("textconv.py", str(path))
    return Work(
        f"one textconv, the {which} notebook, {path.stat().st_size / 1e3:.0f} kB",
        (Contender(_OURS, command, has_done=_is_source), Contender(_BARE, BARE)),
        bars,
        rounds=21,
    )


def _is_source(_: Path, said: bytes) -> bool:
    return said.startswith(b"# %%")
