"""Run a job: a directory, one sidecar or hand-written file, or a notebook.

Steps run in natural order of file name (ten comes after nine) and of position in the file. What
the job prints goes to stdout untouched; one line for each step goes to stderr.

  nbjob run sales-etl                         all steps
  nbjob run sales-etl -p day=2024-05-01       with an argument
  nbjob run sales-etl --from 20_report        from this file on
  nbjob run sales-etl --plan                  show steps, arguments and databases; run nothing
  nbjob run orders.ipynb --db sqlite:///a.db  a notebook, its sidecars made in memory

Exit status: 0 done, 1 a step raised, n what the job passed to sys.exit(n), 64 arguments refused,
65 a step or notebook cannot be read, 66 a sidecar is stale, 69 a database or its package is not
there, 70 a defect of nbjob, 73 another run holds the lock, 75 a failure that may pass, after all
retries, 78 other packages than the job asks for, 99 skipped, 124 timed out, 130 interrupted, 137 a
child was killed, 143 SIGTERM. With 64, 65, 66, 73, 78 and 99 nothing has run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from nbjob_clean.cli.run_arguments import add_argument_options, given, secrets_of
from nbjob_clean.cli.run_audience import Audience
from nbjob_clean.cli.run_options import (
    add_matrix_options,
    add_run_options,
    require_matrix,
    run_options,
)
from nbjob_clean.errors import (
    ArgumentError,
    ConfigError,
    FileError,
    InvalidJobError,
    NbjobError,
    NotebookFormatError,
    SidecarError,
    UnavailableError,
    UsageError,
    is_full,
)
from nbjob_clean.jobs import job_settings, load, open_job, sidecar_states
from nbjob_clean.record import Record, changed
from nbjob_clean.runner.arguments import resolve, typed
from nbjob_clean.runner.connections import Connections
from nbjob_clean.runner.job import Job, Step, asks_for_packages, select
from nbjob_clean.runner.mask import Mask
from nbjob_clean.runner.run import run as run_job
from nbjob_clean.runner.scratch import VARIABLE

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    import argparse


_DEFECT = 70
_STOPPED = (124, 130, 143)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("job", metavar="JOB", help="a directory, a .py or .sql file, or a notebook")
    add_argument_options(parser)
    add(
        "--db", dest="databases", metavar="[NAME=]URL", action="append", default=[],
        help="duckdb:///file, postgresql://…, sc://…; without NAME the default database",
    )  # fmt: skip
    add("--from", dest="first", metavar="STEP", default="", help="start with this step")
    add("--to", dest="last", metavar="STEP", default="", help="end with this step")
    add("--only", metavar="STEP", default="", help="a number, a file name, or file:cell-id")
    add_run_options(parser)
    add(
        "--env", choices=("none", "uv", "venv"),
        help="run in an environment of the job's own packages, built once by uv or venv and kept; "
        "none: here, without a look at them",
    )  # fmt: skip
    add_matrix_options(parser)
    add("--plan", action="store_true", help="show what would run; run nothing")
    add("--log-format", choices=("text", "json"), default="text", help="json: events on stdout")
    add("--output-format", choices=("text", "json"), default="text", help="of --plan")


def run(args: argparse.Namespace) -> int:
    if args.env in ("uv", "venv") and not args.plan:
        from nbjob_clean.cli.run_environment import run_there

        return run_there(args, _databases(args))
    require_matrix(args)
    code = _with_codes(lambda: _matrix(args)) if args.matrix else _logged(args)
    if code in _STOPPED:
        _leave_threads(code)
    return code


def _leave_threads(code: int) -> None:
    """A run that was told to end does not wait for threads that the job has left running."""
    threading = sys.modules.get("threading")
    if threading and any(t.is_alive() and not t.daemon for t in threading.enumerate()[1:]):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _logged(args: argparse.Namespace) -> int:
    mask = Mask()
    audience = Audience(args, mask)
    code, error = _DEFECT, None
    try:
        code = _with_codes(lambda: _run(args, audience, mask))
    except NbjobError as exc:
        code, error = exc.exit_code, exc
        raise
    finally:
        audience.close(code, error)
    return code


def _with_codes(work: Callable[[], int]) -> int:
    try:
        return work()
    except (NotebookFormatError, SidecarError, FileError) as exc:
        raise InvalidJobError(str(exc), hint=exc.hint) from exc
    except (ConfigError, UsageError) as exc:
        raise ArgumentError(str(exc), hint=exc.hint) from exc
    except (NbjobError, BrokenPipeError):
        raise
    except Exception as exc:  # the job's own errors do not come here: a defect of ours
        if isinstance(exc, OSError) and is_full(exc):
            raise
        if isinstance(exc, ModuleNotFoundError) and exc.name == "tomli":  # Python 3.10, --no-deps
            raise UnavailableError(
                "the package `tomli` is not installed", hint="Python 3.10 reads TOML with it"
            ) from exc
        import traceback

        traceback.print_exc()
        print(
            "\nThis is a defect of nbjob-clean. Please report it with the above.", file=sys.stderr
        )
        return _DEFECT


def _run(args: argparse.Namespace, audience: Audience, mask: Mask) -> int:
    _require_options(args)
    if args.plan:
        return _plan(args)
    ready = _prepared(args, mask)
    job, databases = ready.job, ready.databases
    arguments = resolve(job, ready.steps, given(args, job, ready.secrets))
    options = changed(run_options(args, job, ready.steps), secrets=ready.secrets, mask=mask)
    if args.resume:
        from nbjob_clean.cli.run_resume import resumed

        options = resumed(args.resume, options, job, arguments.values, databases)
    if VARIABLE in os.environ:
        options = changed(options, connections=_guarded(job, databases))
    options = changed(options, listeners=audience.listeners(job, options, databases))
    return run_job(job, arguments, databases, options).exit_code


def _guarded(job: Job, databases: dict[str, str]) -> Connections:
    """Within a smoke test: no database but those that were put in place of the configured ones."""
    from nbjob_clean.runner.engines.url import expanded
    from nbjob_clean.runner.scratch import Guard

    found = Connections(job.name, job.directory, databases)
    given = os.environ.get(f"{VARIABLE}_DATABASES", "").split("\n")
    urls = [expanded(url, os.environ) for url in given]
    found.guard = Guard(Path(os.environ[VARIABLE]), frozenset(urls))
    return found


def _matrix(args: argparse.Namespace) -> int:
    from nbjob_clean.cli.run_matrix import Setting, run_matrix

    _require_options(args)
    mask = Mask()
    ready = _prepared(args, mask)
    return run_matrix(Setting(args, ready.job, ready.steps, ready.databases, ready.secrets, mask))


class _Prepared(Record):
    """What is to run, and with what."""

    job: Job
    steps: tuple[Step, ...]
    databases: dict[str, str]
    secrets: dict[str, str]


def _require_options(args: argparse.Namespace) -> None:
    if not args.job:  # else it would be the directory one happens to be in
        raise ArgumentError("no job: its name is empty", hint="is a variable of the command set?")
    if args.only and (args.first or args.last):
        raise ArgumentError("--only goes without --from and --to")
    if args.output_format == "json" and not args.plan:
        raise ArgumentError("--output-format json is for --plan: stdout is the job's own")


def _prepared(args: argparse.Namespace, mask: Mask) -> _Prepared:
    path = Path(args.job)
    secrets = secrets_of(args)
    for secret in secrets.values():
        mask.add(secret)
    settings = job_settings(path, secrets)
    job = open_job(path, settings)
    if job.is_in_memory and path.is_dir():
        print(f"note: no sidecars here yet: `nbjob emit {path}` writes them", file=sys.stderr)
    if args.env is None and asks_for_packages(job):
        from nbjob_clean.runner.packages import require

        require(job)
    steps = select(job.steps, first=args.first, last=args.last, only=args.only)
    return _Prepared(job, steps, {**settings.databases, **_databases(args)}, secrets)


def _databases(args: argparse.Namespace) -> dict[str, str]:
    if not args.databases:
        return {}
    from nbjob_clean.cli.run_databases import databases_of

    return databases_of(args.databases)


def _plan(args: argparse.Namespace) -> int:
    """Show the files as they are; what a run would refuse is part of the answer."""
    from nbjob_clean.cli.run_plan import print_plan
    from nbjob_clean.runner.plan import plan

    path = Path(args.job)
    secrets = secrets_of(args)
    settings = job_settings(path, secrets)
    databases = {**settings.databases, **_databases(args)}
    states = sidecar_states(path, settings)
    try:
        job = load(path, settings)
    except InvalidJobError as exc:
        # Nothing to run, where nothing was emitted yet.
        raise next((s.error for s in states if s.state != "fresh"), exc) from None
    steps = select(job.steps, first=args.first, last=args.last, only=args.only)
    arguments = typed(job, given(args, job, secrets))
    shown = plan(job, steps, arguments, databases, secrets=secrets)
    shown["sidecars"] = [
        {
            "file": state.file,
            "notebook": state.notebook,
            "state": state.state,
            "hint": state.error.hint if state.state != "fresh" else None,
        }
        for state in states
    ]
    print_plan(shown, args.output_format)
    return 0
