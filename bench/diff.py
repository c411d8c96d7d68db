"""Showing notebooks as source."""

from __future__ import annotations

from bench.commands import BARE, bare
from bench.core import Bar, Contender, Work
from bench.corpus import largest


def works() -> tuple[Work, ...]:
    return (
        Work(
            "one textconv, the largest notebook",
            (
                Contender("nbjob textconv", bare("textconv.py", str(largest()))),
                Contender("python -I -S -c pass", BARE),
            ),
            (Bar("nbjob textconv", 1.5, ("python -I -S -c pass",)),),
            rounds=21,
        ),
    )
