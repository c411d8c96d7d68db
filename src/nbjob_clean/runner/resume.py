"""Which files of a job an earlier run has done already, and need not run again.

A file is done when all its steps are, with the same text, arguments, databases and files before it.
What Python code has in memory is never kept: a file has its namespace to itself anyway.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from nbjob_clean.runner.job import Job, Step

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any

    from nbjob_clean.runner.events import Json

try:
    from _blake2 import blake2b  # hashlib would load OpenSSL, for a digest that it does not make
except ImportError:
    from hashlib import blake2b

_DONE = ("ok", "skipped")


def file_keys(
    job: Job, steps: Sequence[Step], arguments: Mapping[str, Any], databases: Mapping[str, str]
) -> dict[str, str]:
    """A key for each file, in order: it stands for all that the file's outcome may depend on.

    Each key goes into the next one: a file depends on what those before it have left in a database.
    """
    names = list(dict.fromkeys(step.file for step in steps))
    shared = [text for name, text in sorted(job.files.items()) if name not in names]
    given = json.dumps([arguments, databases, shared], sort_keys=True, default=str)
    key, found = given, {}
    for name in names:
        chosen = [(step.line, step.text) for step in steps if step.file == name]
        key = digest(json.dumps([key, name, job.files.get(name), chosen]))
        found[name] = key
    return found


def done_files(report: Json, keys: Mapping[str, str]) -> frozenset[str]:
    """The files that the run of this report has done, as they would run now."""
    before = report.get("keys") or {}
    statuses: dict[str, list[str]] = {}
    for step in report["steps"]:
        statuses.setdefault(step["file"], []).append(step["status"])
    return frozenset(
        name
        for name, key in keys.items()
        if before.get(name) == key and all(s in _DONE for s in statuses.get(name, ["not run"]))
    )


def digest(text: str) -> str:
    return str(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest())
