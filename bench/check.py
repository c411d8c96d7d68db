"""Finding what will not run."""

from __future__ import annotations

from collections.abc import Sequence

from bench.commands import NBJOB, RUFF
from bench.core import Bar, Contender, Work
from bench.corpus import HUNDRED, MISSING, put_tagged_notebooks

_NAMES = "NBJ101,NBJ102,NBJ103,NBJ104,NBJ105"


def works() -> tuple[Work, ...]:
    return (
        Work(
            f"check names, all cells tagged: {HUNDRED} notebooks",
            (
                _checker(
                    "nbjob check",
                    (*NBJOB, "check", "--select", _NAMES, "."),
                ),
                _checker("ruff F821", (*RUFF, "--select", "F821", ".")),
            ),
            (Bar("nbjob check", 3, ("ruff F821",)),),
        ),
    )


def _checker(name: str, command: Sequence[str]) -> Contender:
    """It has found what was put there for it."""
    return Contender(
        name, command, put_tagged_notebooks, has_done=lambda _, said: MISSING.encode() in said
    )
