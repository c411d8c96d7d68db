"""Runs on this machine where it cannot fork, as on Windows: a fresh process for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from nbjob_clean.runner.matrix.remote import run_row
from nbjob_clean.runner.matrix.task import TaskResult

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def run_in_processes(
    orders: Sequence[Mapping[str, Any]],
    count: int,
    done: Callable[[TaskResult, str, str], None],
) -> None:
    """Run each order, `count` at a time; `done` hears of each result and what it has printed."""
    with ThreadPoolExecutor(count) as pool:
        futures = [pool.submit(run_row, order) for order in orders]
        try:
            for future in as_completed(futures):
                content = future.result()
                out, err = content.pop("out"), content.pop("err")
                done(TaskResult(**content), out, err)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
