"""Smoke test: check, fresh sidecars, and a whole run in a fresh process and a scratch directory.

The job is copied first: nothing that it writes, and no database of its own, reaches the original.

  nbjob test jobs/orders              one job
  nbjob test jobs/orders -p limit=5   with arguments
  nbjob test a/10_x.ipynb a/x.py      the jobs that these files belong to (pre-push hooks)

Exit status: that of `nbjob run`; 65 when `nbjob check` finds something, 66 when sidecars are stale.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from nbjob_clean.cli.baseline import configured
from nbjob_clean.cli.emit import pending
from nbjob_clean.cli.findings import Findings
from nbjob_clean.cli.paths import display
from nbjob_clean.config import Configs
from nbjob_clean.emit.core import emit_sidecars
from nbjob_clean.errors import InvalidJobError, NotebookFormatError, StaleSidecarError, UsageError
from nbjob_clean.notebook.schema import validation_error
from nbjob_clean.notebooks import read_notebook
from nbjob_clean.sidecar.format import sidecar_of

_STATE = ".nbjob"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", metavar="JOB", help="job directories, or files in them")
    parser.add_argument(
        "-p", dest="parameters", action="append", default=[], metavar="NAME=VALUE",
        help="an argument of the job (repeatable)",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    configs = Configs()
    for job in _jobs(args.paths):
        _require_sound(job, configs)
        code = _run_in_scratch(job, args.parameters)
        if code:
            print(f"smoke test failed: {display(job)} (exit status {code})", file=sys.stderr)
            return code
        print(f"smoke test passed: {display(job)}")
    return 0


def _jobs(paths: list[str]) -> list[Path]:
    """The job directories named, and those that named files belong to, each once."""
    found: dict[Path, None] = {}
    for argument in paths:
        path = Path(argument)
        if path.is_dir():
            found[path] = None
        elif not path.exists():
            raise UsageError(f"{argument}: no such file or directory")
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


def _run_in_scratch(job: Path, parameters: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="nbjob-test-") as scratch:
        copy = Path(scratch) / job.resolve().name
        shutil.copytree(job, copy, ignore=shutil.ignore_patterns(_STATE, "__pycache__"))
        command = [sys.executable, "-m", "nbjob_clean", "run", str(copy)]
        for parameter in parameters:
            command += ["-p", parameter]
        return subprocess.run(command, check=False).returncode
