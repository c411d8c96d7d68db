"""Smoke test: check, fresh sidecars, and a whole run in a fresh process and a scratch directory.

The job is copied first, and every database that is configured is replaced by an empty one: nothing
that it writes reaches the original, and no server is touched but what `test-url` or --db names.

  nbjob test jobs/orders                      one job
  nbjob test jobs/orders -p limit=5           with arguments
  nbjob test jobs/orders --db warehouse=URL   with a database that may be written to
  nbjob test jobs/orders --report test.xml    and a report, as of `nbjob run`
  nbjob test a/10_x.ipynb a/x.py              the jobs that these files belong to (pre-push hooks)

Exit status: that of `nbjob run`; 65 when `nbjob check` finds something, 66 when sidecars are stale,
69 when the job needs a database that there is no test database for.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from nbjob_clean.cli.baseline import configured
from nbjob_clean.cli.emit import pending
from nbjob_clean.cli.findings import Findings
from nbjob_clean.cli.paths import display
from nbjob_clean.cli.run_arguments import add_argument_options
from nbjob_clean.cli.test_run import run_in_scratch
from nbjob_clean.config import Configs
from nbjob_clean.emit.core import emit_sidecars
from nbjob_clean.errors import (
    ArgumentError,
    ConfigError,
    InvalidJobError,
    NotebookFormatError,
    StaleSidecarError,
    UsageError,
)
from nbjob_clean.jobs import is_excluded
from nbjob_clean.notebook.schema import validation_error
from nbjob_clean.notebooks import read_notebook
from nbjob_clean.sidecar.format import sidecar_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("paths", nargs="+", metavar="JOB", help="job directories, or files in them")
    add_argument_options(parser)
    add(
        "--db", dest="databases", metavar="[NAME=]URL", action="append", default=[],
        help="a database that the test may write to; without NAME the default one",
    )  # fmt: skip
    add(
        "--report", metavar="FILE", action="append", default=[],
        help="of the run, as .html, .json or .xml (repeatable)",
    )  # fmt: skip
    add("--env", choices=("none", "uv", "venv"), help="as of `nbjob run`: the packages to run with")
    add("--timeout", metavar="TIME", help="end the run after 90, 10m, 1h30m … (exit status 124)")


def run(args: argparse.Namespace) -> int:
    try:
        return _test(args)
    except (ConfigError, UsageError) as exc:  # exit status 2 is one of the job's own
        raise ArgumentError(str(exc), hint=exc.hint) from exc


def _test(args: argparse.Namespace) -> int:
    configs = Configs()
    for job in _jobs(args.paths):
        _require_sound(job, configs)
        code = run_in_scratch(job, _options(args), args.databases)
        if code:
            print(f"smoke test failed: {display(job)} (exit status {code})", file=sys.stderr)
            return code
        print(f"smoke test passed: {display(job)}")
    return 0


def _options(args: argparse.Namespace) -> list[str]:
    """What `nbjob run` is to be given, as it was given here."""
    repeated = {
        "-p": args.pairs, "--arguments-file": args.arguments_file, "--secret": args.secrets,
        "--report": args.report,
    }  # fmt: skip
    found = [
        word for name, values in repeated.items() for value in values for word in (name, value)
    ]
    single = {"--arguments": args.arguments, "--timeout": args.timeout, "--env": args.env}
    for name, value in single.items():
        found += [] if value is None else [name, value]
    return found


def _jobs(paths: list[str]) -> list[Path]:
    """The job directories named, and those that named files belong to, each once."""
    found: dict[Path, None] = {}
    for argument in paths:
        path = Path(argument)
        if path.is_dir():
            found[path] = None
        elif not path.exists():
            hint = "a job is a directory; a file stands for the one that it lies in"
            raise InvalidJobError(f"{argument}: no such file or directory", hint=hint)
        elif any(_is_sidecar(p) for p in path.parent.glob("*.[ps][yq]*")):
            found[path.parent] = None
    return list(found)


def _is_sidecar(path: Path) -> bool:
    with path.open(encoding="utf-8", errors="replace") as file:
        return sidecar_of(file.readline()) is not None


def _require_sound(job: Path, configs: Configs) -> None:
    """Raises InvalidJobError or StaleSidecarError for what `check` and `emit` would object to."""
    config = configs.of(job / "any.ipynb")
    findings = Findings(configs, baseline=configured(config), with_file_places=False)
    for path in sorted(job.glob("*.ipynb")):
        if is_excluded(path, config):
            continue
        try:
            notebook = read_notebook(path)
        except NotebookFormatError as exc:
            raise InvalidJobError(f"{display(path)}: {exc}", hint=exc.hint) from exc
        wrong = validation_error(notebook)
        if wrong:
            raise InvalidJobError(f"{display(path)}: not a valid notebook: {wrong}")
        findings.add(path, notebook, is_named=False)
        stale = pending(path, emit_sidecars(notebook, path.name, tags=config.tags))
        if stale:
            raise StaleSidecarError(
                f"{display(path.with_name(stale[0].name))} is not what {path.name} gives now",
                hint=f"nbjob emit {display(path)}",
            )
    if findings.found:
        findings.print("full")
        raise InvalidJobError("the job did not pass `nbjob check`")
