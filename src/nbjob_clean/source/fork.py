"""Ways of which a run takes one: only what all of them lack is certainly missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from nbjob_clean.source.miss import Miss
from nbjob_clean.source.run import Run


@contextmanager
def forked(run: Run) -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """Each way in a `with` of what is given. One that calls the body anew takes another at last."""
    mark, before = len(run.misses), run.recursed
    found: list[list[Miss]] = []

    @contextmanager
    def way() -> Iterator[None]:
        run.recursed = False
        yield
        if not run.recursed:
            found.append(run.misses[mark:])
        del run.misses[mark:]

    yield way
    run.recursed = before or not found
    if found:
        common = set.intersection(*({miss.name for miss in misses} for misses in found))
        run.misses += [miss for miss in found[0] if miss.name in common]
