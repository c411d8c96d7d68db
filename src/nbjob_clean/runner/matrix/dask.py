"""Runs on the workers of a Dask cluster. Dask starts what a lost worker had again elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from nbjob_clean.errors import UnavailableError
from nbjob_clean.runner.matrix.remote import run_row
from nbjob_clean.runner.matrix.task import Task, TaskResult, killed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Done = Callable[[TaskResult, str, str], None]

_PATIENCE = 10  # seconds for the scheduler to answer
_RETRIES = 2  # of a run that a worker has lost its way with


def run_on_dask(
    address: str, tasks: Sequence[Task], orders: Sequence[Mapping[str, Any]], done: Done, batch: str
) -> None:
    """Run each order on a worker; `done` hears of each result, with what the run has printed.

    Raises UnavailableError where there is no scheduler at `address`, or its workers have no
    nbjob-clean.
    """
    try:
        from distributed import Client, as_completed
    except ModuleNotFoundError as exc:
        raise UnavailableError(
            "the package `distributed` is not installed", hint='pip install "nbjob-clean[dask]"'
        ) from exc
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as exc:
        raise UnavailableError(
            f"no Dask scheduler at {address}: {exc}", hint="dask scheduler; dask worker ADDRESS"
        ) from exc
    with client:
        futures = {
            client.submit(run_row, order, key=f"nbjob-{batch}-{order['key']}", retries=_RETRIES,
                          pure=False): task
            for task, order in zip(tasks, orders, strict=True)
        }  # fmt: skip
        try:
            for future in as_completed(futures, loop=client.loop):
                done(*_result(future, futures[future], batch))
                future.release()  # its result is on our disk now
        except BaseException:
            client.cancel(list(futures), force=True)
            raise


def _result(future: Any, task: Task, batch: str) -> tuple[TaskResult, str, str]:
    error = future.exception()
    if isinstance(error, ModuleNotFoundError):
        raise UnavailableError(
            f"a worker cannot load the runner: {error}",
            hint="install nbjob-clean, and what the job needs, where the workers run",
        ) from error
    if error is not None:
        words = f"{type(error).__name__}: {error}"
        return killed(task, words, batch=batch, attempts=_RETRIES + 1), "", ""
    content = future.result()
    out, err = content.pop("out"), content.pop("err")
    return TaskResult(**content), out, err
