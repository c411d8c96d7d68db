"""A notebook is a function: `call` it with arguments, and it gives back values and tables.

One call at a time in a process, as a job's code expects a working directory and a `__main__` of its
own. Many at once are what `nbjob run --matrix` is for.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbjob_clean.errors import InvalidJobError, RunError
from nbjob_clean.jobs import job_settings, open_job
from nbjob_clean.runner.arguments import from_objects, resolve
from nbjob_clean.runner.connections import Connections
from nbjob_clean.runner.context import Context, active, depth
from nbjob_clean.runner.job import Job, select
from nbjob_clean.runner.options import RunOptions
from nbjob_clean.runner.places import Places
from nbjob_clean.runner.readable import add_note, place_of, show_source_of, without_our_frames
from nbjob_clean.runner.result import Result
from nbjob_clean.runner.run import run as run_job
from nbjob_clean.runner.shared import SharedConnections
from nbjob_clean.runner.tables import Tables, named_rows

_DEEPEST = 20
_lock = threading.Lock()
_caller: int | None = None  # the thread in which a call goes on


def call(job: str | os.PathLike[str], /, **arguments: Any) -> Result:
    """Run a notebook, a sidecar or a job directory; what it leaves behind by name.

    Within a run a relative path starts at the job's directory, and the databases are those of the
    run, in the step's transaction. What the job raises is raised here, as it is.
    Raises RunError for what cannot be run, ArgumentError for arguments that do not fit.
    """
    __tracebackhide__ = True  # pytest's word for it
    result = run(job, arguments)
    if result.error:
        raise result.error
    return result


def run(
    job: str | os.PathLike[str],
    arguments: Mapping[str, Any] | None = None,
    *,
    databases: Mapping[str, str] | None = None,
    only: str = "",
) -> Result:
    """As `call`, but a step that fails is part of the result: `is_ok`, `exit_code`, `error`.

    With `databases` (name -> URL, `default` for the unnamed one) it shares none with a run that
    goes on. `only` runs one step or file, as `nbjob run --only` does.
    """
    global _caller
    thread = threading.get_ident()
    if not (_caller == thread or _lock.acquire(blocking=False)):
        raise RunError(
            "a job is being called in another thread of this process",
            hint="one call at a time in a process; `nbjob run --matrix` runs many at once",
        )
    is_outermost = _caller != thread
    _caller = thread
    try:
        return _run(Path(job), dict(arguments or {}), databases, only)
    finally:
        if is_outermost:
            _caller = None
            _lock.release()


def _run(
    path: Path, arguments: dict[str, Any], databases: Mapping[str, str] | None, only: str
) -> Result:
    caller = active()
    if caller and not path.is_absolute():
        path = caller.directory / path
    if depth() > _DEEPEST:
        raise InvalidJobError(f"{path}: called {_DEEPEST} calls deep", hint="does it call itself?")
    settings = job_settings(path)
    job = open_job(path, settings)
    steps = select(job.steps, only=only)
    urls = {**settings.databases, **_absolute(databases)}
    connections = _connections(job, urls, caller if databases is None else None)
    options = RunOptions(
        steps=steps,
        caller=caller,
        connections=connections,
        mask=caller.mask if caller else None,
        keeps_values=True,
    )
    outcome = run_job(job, resolve(job, steps, from_objects(arguments)), urls, options)
    if outcome.error:
        _make_readable(outcome.error, job, is_nested=caller is not None)
    return Result(outcome, Tables(connections, named_rows(outcome.values)))


def _connections(job: Job, urls: Mapping[str, str], caller: Context | None) -> Connections:
    if caller:
        return SharedConnections(caller.connections, job.name, job.directory, urls)
    found = Connections(job.name, job.directory, urls)
    going = active()
    found.guard = going.connections.guard if going else None
    found.keeps_memory = True
    return found


def _absolute(databases: Mapping[str, str] | None) -> dict[str, str]:
    """As on the command line: relative paths start where the caller is."""
    found = {}
    for name, url in (databases or {}).items():
        from nbjob_clean.runner.engines.table import absolute

        found[name] = absolute(url, Path.cwd())
    return found


def _make_readable(error: BaseException, job: Job, *, is_nested: bool) -> None:
    without_our_frames(error)
    show_source_of(job)
    # Where a run goes on, it is its own traceback that shows the cells.
    if not is_nested and isinstance(error, Exception):
        add_note(error, place_of(error, job, Places(job.directory, job.sidecars)))
