"""Finding what will not run."""

from __future__ import annotations

from bench.commands import NBJOB, RUFF
from bench.core import Bar, Contender, Work
from bench.corpus import described, put_tagged_notebooks

_NAMES = "NBJ101,NBJ102,NBJ103,NBJ104,NBJ105"


def works() -> tuple[Work, ...]:
    return (
        Work(
            f"check names, all cells tagged: {described()}",
            (
                Contender(
                    "nbjob check", (*NBJOB, "check", "--select", _NAMES, "."), put_tagged_notebooks
                ),
                Contender("ruff F821", (*RUFF, "--select", "F821", "."), put_tagged_notebooks),
            ),
            (Bar("nbjob check", 3, ("ruff F821",)),),
        ),
    )
