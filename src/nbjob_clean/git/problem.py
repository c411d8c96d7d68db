"""A problem of a clone, as a value, and the words that all of them use."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from nbjob_clean.record import Record


class Problem(Record):
    """Something that is not right, and what to do about it: a command where there is one."""

    what: str
    mend: str


def some(names: Iterable[str]) -> str:
    """The first name, and how many there are more."""
    first, *more = sorted(names)
    return f"{first} and {len(more)} more" if more else first


def quoted(names: Iterable[str]) -> str:
    """Names as arguments of a command: three, as nobody reads a hundred."""
    first, more = sorted(names)[:3], len(sorted(names)) > 3
    return " ".join(map(shlex.quote, first)) + " ..." * more
