"""`--resume`: what an earlier run has done, and may be left out now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbjob_clean.errors import ArgumentError
from nbjob_clean.record import changed
from nbjob_clean.runner.history import History
from nbjob_clean.runner.job import Job
from nbjob_clean.runner.options import RunOptions
from nbjob_clean.runner.resume import done_files, file_keys

_IN_MEMORY = ("", "/", ":memory:", "/:memory:")


def resumed(
    name: str,
    options: RunOptions,
    job: Job,
    arguments: Mapping[str, Any],
    databases: Mapping[str, str],
) -> RunOptions:
    """The options of a run that goes on where another one has ended.

    Raises ArgumentError where there is no such run, or nothing that it has done can be left.
    """
    gone = [name for name, url in databases.items() if url.partition("://")[2] in _IN_MEMORY]
    if gone:
        raise ArgumentError(f"--resume: the database `{gone[0]}` was in memory, and is gone")
    with History(job.directory) as history:
        report = history.find(name)
    done = done_files(report, file_keys(job, options.steps, arguments, databases))
    return changed(options, done=done, resumed_from=report["run_id"])
