"""The run of a smoke test: a copy of the job, settings of its own, scratch databases.

The child process is told where the scratch directory is, and refuses every other database, be it
configured, named in a cell, or asked for by code.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from nbjob_clean.cli.run_databases import databases_of
from nbjob_clean.jobs import JobSettings, is_excluded, job_settings
from nbjob_clean.runner.database import Database
from nbjob_clean.runner.scratch import VARIABLE, Scratch, scratch_databases

_LEFT_OUT = shutil.ignore_patterns(
    ".nbjob", ".git", "__pycache__", ".ipynb_checkpoints", ".venv", "venv", "node_modules"
)
_NOT_HERE = "not-in-a-smoke-test"


def run_in_scratch(job: Path, options: Sequence[str], databases: Sequence[str]) -> int:
    """Run a copy of a job in a fresh process; its exit status."""
    settings = job_settings(job)
    given = databases_of(databases)
    with tempfile.TemporaryDirectory(prefix="nbjob-test-", ignore_cleanup_errors=True) as scratch:
        directory = Path(scratch).resolve()
        copy = directory / job.resolve().name
        shutil.copytree(job, copy, ignore=_LEFT_OUT)
        instead = _instead(settings, given, directory / "databases")
        (copy / "nbjob.toml").write_text(_settings_file(job, settings, instead), encoding="utf-8")
        for name in instead.refused:
            print(
                f"database {name}: no smoke test touches it; a step that uses it fails",
                file=sys.stderr,
            )
        command = [sys.executable, "-m", "nbjob_clean", "run", str(copy), *options]
        environment = {
            **os.environ,
            VARIABLE: str(directory),
            f"{VARIABLE}_DATABASES": "\n".join(map(_filled_in, instead.urls.values())),
        }
        return subprocess.run(command, check=False, env=environment).returncode


def _instead(settings: JobSettings, given: Mapping[str, str], directory: Path) -> Scratch:
    """What stands in for the configured databases; of those that nothing stands in for, a name."""
    directory.mkdir()
    for_tests = {**settings.test_databases, **given}
    found = scratch_databases(settings.databases, for_tests, directory)
    return Scratch({**found.urls, **given}, found.refused)


def _settings_file(job: Path, settings: JobSettings, instead: Scratch) -> str:
    """The settings of the copy, which lies below none of those that hold for the original."""
    lines = []
    if settings.config:
        excluded = [p.name for p in sorted(job.glob("*.ipynb")) if is_excluded(p, settings.config)]
        lines = [
            f"tags = {json.dumps(settings.config.tags)}",
            f"exclude = {json.dumps(excluded)}",
        ]
    refused = {name: _refused(settings.databases[name]) for name in instead.refused}
    for name, url in {**instead.urls, **refused}.items():
        lines += [f"[databases.{json.dumps(name)}]", f"url = {json.dumps(url)}"]
        if isinstance(url, Database):
            lines += [
                f"results = {json.dumps(url.results)}",
                f"autocommit = {json.dumps(url.autocommit)}",
            ]
    return "\n".join(lines) + "\n"


def _filled_in(url: str) -> str:
    return url.filled_in(os.environ) if isinstance(url, Database) else url


def _refused(url: str) -> str:
    """A database of the same kind, for what the runner says of it. It will not be opened."""
    scheme = url.partition("://")[0]
    return f"{'postgresql' if '$' in scheme else scheme}://{_NOT_HERE}"
