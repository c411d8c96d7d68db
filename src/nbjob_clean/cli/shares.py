"""Work shared out among forked processes, as many as there are processors.

A process that fails leaves no answer: its share is then done here, where an error is an error.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

from nbjob_clean.cli.progress import watched

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
# Fewer items than these are done before another process is of any help.
_LEAST = 16
# On macOS system libraries do not survive a fork; Windows has none.
_CAN_FORK = hasattr(os, "fork") and sys.platform != "darwin"


def shared(work: Callable[[_Item], _Result], items: Sequence[_Item], what: str) -> list[_Result]:
    """What `work` makes of each item, in their order; it must not change anything here.

    `what` the items are is shown on a terminal while the work lasts.
    """
    count = min(_processors(), len(items) // _LEAST) if _CAN_FORK else 1
    shares = [items[n :: max(count, 1)] for n in range(max(count, 1))]
    answers = [_start(work, share) for share in shares[1:]]
    found = [[work(item) for item in watched(shares[0], what)]]
    found += [answer() for answer in answers]
    return [found[n % len(found)][n // len(found)] for n in range(len(items))]


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _start(work: Callable[[_Item], _Result], share: Sequence[_Item]) -> Callable[[], list[_Result]]:
    """Begin a share in a process of its own; the call of what comes back waits for the answer."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        _answer(work, share, writing)
    os.close(writing)

    def answer() -> list[_Result]:
        with open(reading, "rb") as pipe:  # noqa: PTH123 - it has no path
            data = pipe.read()
        os.waitpid(child, 0)
        if not data:
            return [work(item) for item in share]
        found: list[_Result] = pickle.loads(data)  # noqa: S301 - from our own child
        return found

    return answer


def _answer(work: Callable[[_Item], _Result], share: Sequence[_Item], writing: int) -> None:
    """The child's whole life: nothing of the parent's may run or be written a second time."""
    try:
        data = pickle.dumps([work(item) for item in share])
        with open(writing, "wb") as pipe:
            pipe.write(data)
    except BaseException:  # noqa: BLE001 - the parent finds no answer, and meets the error itself
        os._exit(1)
    os._exit(0)
