"""`nbjob run --env uv|venv`: the same command again, in the environment of the job's packages."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from nbjob_clean.cli.output import counted
from nbjob_clean.jobs import job_settings, open_job
from nbjob_clean.runner.connections import Connections
from nbjob_clean.runner.engines.table import facts_of
from nbjob_clean.runner.job import Job
from nbjob_clean.runner.packages import requirements
from nbjob_clean.runner.queries import queries
from nbjob_clean.runner.virtual_environment import drivers, python_of

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    import argparse


def run_there(args: argparse.Namespace, databases: Mapping[str, str]) -> int:
    """Build the environment if need be, and give it this process.

    Raises what opening the job raises, UnavailableError and EnvironmentMismatchError.
    """
    path = Path(args.job)
    settings = job_settings(path)
    job = open_job(path, settings)
    packages = (*requirements(job), *drivers(_extras(job, {**settings.databases, **databases})))
    started = time.perf_counter()
    python, is_new = python_of(args.env, packages, job.directory)
    if is_new:
        seconds = time.perf_counter() - started
        what = counted(len(packages), "requirement")
        print(f"built the job's environment: {what} in {seconds:.1f} s", file=sys.stderr)
    command = [str(python), "-m", "nbjob_clean", *args.argv, "--env", "none"]
    if os.name == "nt":
        return subprocess.run(command, check=False).returncode
    sys.stdout.flush()
    sys.stderr.flush()
    # In place of this process: signals, streams and the exit status are the run's own.
    os.execv(command[0], command)  # noqa: S606 - no shell is meant


def _extras(job: Job, databases: Mapping[str, str]) -> set[str]:
    """What the databases need that the job uses: its code may ask for any that has a name."""
    connections = Connections(job.name, job.directory, databases)
    used = (query.connection for query in queries(job, job.steps))
    urls = [connections.url(name) for name in (*databases, *used)]
    return {extra for url in urls if (extra := facts_of(url).extra)}
