"""The options of `nbjob run` about how a run behaves: limits, retries, the lock."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from nbjob_clean.errors import ArgumentError
from nbjob_clean.runner.job import Job, Step
from nbjob_clean.runner.options import DEFAULTS, RunOptions
from nbjob_clean.runner.state import STATE, has_state

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    import argparse

    from nbjob_clean.runner.options import LockMode

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = r"(?:(\d+(?:\.\d+)?)(d|h|m|s|))+"
_PART = r"(\d+(?:\.\d+)?)([dhms]?)"


def add_run_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--report", dest="reports", metavar="FILE", action="append", default=[],
        help="what happened, as FILE.html, .json or .xml (JUnit); written after each step",
    )  # fmt: skip
    add("--result", metavar="FILE", help="what the job leaves behind, as JSON; when it is done")
    add("--resume", metavar="RUN", help="leave out the files that this run (or `last`) has done")
    add(
        "--lock", choices=("fail", "wait", "skip", "off"),
        help="where another run of the job goes on: 73 (the default), wait, 99, or run both",
    )  # fmt: skip
    add("--timeout", metavar="TIME", help="end the run after 90, 10m, 1h30m … (exit status 124)")
    add("--step-timeout", metavar="TIME", help="the same for each step")
    add("--grace", metavar="TIME", help="how long a run that has to end may take to clean up (25)")
    add("--retries", metavar="N", help="try a step again after a failure that may pass (0)")
    add("--retry-delay", metavar="TIME", help="before the first retry; doubles each time (1)")


def add_matrix_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--matrix", metavar="FILE", help="run once for each row: .csv .json .jsonl .yaml .toml")
    add("-j", "--jobs", metavar="N", help="runs of a matrix at a time (as many as processors)")
    add("--shard", metavar="I/N", help="the rows of one of N machines, I from 1")
    add(
        "--executor", metavar="local|dask:ADDRESS", default="local",
        help="where the runs of a matrix go: processes here, or a Dask cluster's workers",
    )  # fmt: skip


def require_matrix(args: argparse.Namespace) -> None:
    """Raise ArgumentError for an option of a matrix without one, or one that goes not with it."""
    if args.executor != "local" and not args.executor.startswith("dask:"):
        raise ArgumentError(f"--executor {args.executor}: unknown", hint="local, dask:ADDRESS")
    used = {"-j": args.jobs, "--shard": args.shard, "--executor": args.executor != "local"}
    for option, value in used.items():
        if value and not args.matrix:
            raise ArgumentError(f"{option} goes with --matrix", hint="--matrix FILE, a row a run")
    alone = {"--plan": args.plan, "--result": args.result}
    for option, value in alone.items():
        if value and args.matrix:
            raise ArgumentError(f"{option} is of one run", hint=f"{option} without --matrix")


def run_options(args: argparse.Namespace, job: Job, steps: Sequence[Step]) -> RunOptions:
    """The options as one value. Raises ArgumentError for one that cannot be."""
    return RunOptions(
        steps=tuple(steps),
        timeout=_limit(args.timeout, "--timeout"),
        step_timeout=_limit(args.step_timeout, "--step-timeout"),
        grace=_seconds(args.grace, "--grace", DEFAULTS.grace),
        retries=_count(args.retries, "--retries"),
        retry_delay=_seconds(args.retry_delay, "--retry-delay", DEFAULTS.retry_delay),
        lock=_lock(args.lock, job),
        on_wait=_say,
        keeps_values=bool(args.result),
        owns_process=True,
    )


def _lock(mode: LockMode | None, job: Job) -> LockMode:
    """Where the job's directory cannot be written to, a lock has to be asked for."""
    if mode:
        return mode
    if has_state(job.directory):
        return "fail"
    _say(f"{job.directory / STATE} cannot be written: no lock, and no history of this run")
    return "off"


def _say(text: str) -> None:
    print(f"note: {text}", file=sys.stderr, flush=True)


def _limit(text: str | None, option: str) -> float | None:
    return None if text is None else _seconds(text, option, 0)


def _seconds(text: str | None, option: str, default: float) -> float:
    if text is None:
        return default
    import re

    if not re.fullmatch(_DURATION, text):
        raise ArgumentError(f"{option}: not a time: `{text}`", hint="90, 10m, 1h30m, 0.5s")
    return float(sum(float(number) * _UNITS[unit] for number, unit in re.findall(_PART, text)))


def _count(text: str | None, option: str) -> int:
    if text is None:
        return 0
    if not text.isdecimal():
        raise ArgumentError(f"{option}: not a number: `{text}`")
    return int(text)
