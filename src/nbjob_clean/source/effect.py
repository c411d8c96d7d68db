"""What code does to the module's names besides what its text shows, as a value."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from nbjob_clean.record import Record


class Effect(Record):
    """What a call does to the module's names; `is_open`: it may bind any name at all.

    `takes` says of a name whether it goes with `deletes`: which names there are, the run knows.
    """

    binds: frozenset[str] = frozenset()
    deletes: frozenset[str] = frozenset()
    takes: Callable[[str], bool] | None = None
    is_open: bool = False

    def deleted(self, names: Iterable[str]) -> frozenset[str]:
        """What is gone afterwards, of the names that there are."""
        return self.deletes.union(filter(self.takes, names)) if self.takes else self.deletes


NOTHING = Effect()
ANYTHING = Effect(is_open=True)
