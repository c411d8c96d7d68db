"""The whole story in a scratch repository, in a minute: nothing is hidden, every command is real.

  nbjob demo        in a temporary folder, removed at the end
  nbjob demo DIR    leaves the repository in DIR to play with

Needs the demo extra: pip install "nbjob-clean[demo]".
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from nbjob_clean.cli import demo_job
from nbjob_clean.cli.paint import Paint
from nbjob_clean.errors import UsageError

_WIDTH = 88
_HOOK = """\
repos:
  - repo: local
    hooks:
      - id: nbjob
        name: nbjob
        entry: nbjob hook
        language: system
        always_run: true
        files: \\.ipynb$
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directory", nargs="?", metavar="DIR", help="keep the repository here")


def run(args: argparse.Namespace) -> int:
    missing = [name for name in ("duckdb", "pre_commit") if not importlib.util.find_spec(name)]
    if missing:
        raise UsageError(f"the demo needs {missing[0]}", hint='pip install "nbjob-clean[demo]"')
    if args.directory is None:
        with tempfile.TemporaryDirectory(prefix="nbjob-demo-") as scratch:
            _Story(Path(scratch) / "repository", Path(scratch) / "pre-commit").tell()
        print("The repository is gone again. `nbjob demo DIR` keeps it.")
        return 0
    directory = Path(args.directory)
    if directory.exists() and any(directory.iterdir()):
        raise UsageError(f"{directory} is not empty", hint="name a new directory")
    with tempfile.TemporaryDirectory(prefix="nbjob-demo-") as cache:
        _Story(directory.resolve(), Path(cache)).tell()
    print(f"The repository is in {directory}. Its job: {directory / demo_job.FOLDER}")
    return 0


class _Story:
    """The chapters, each with its words and its commands."""

    def __init__(self, repository: Path, cache: Path) -> None:
        self._repository = repository
        self._environment = _environment(cache)
        self._paint = Paint(sys.stdout)
        self._chapter = 0

    def tell(self) -> None:
        """Everything, in order. Raises UsageError where a command does not do as told."""
        self._create()
        self._install()
        self._commit()
        self._change()
        self._accidents()
        self._run_job()

    def _create(self) -> None:
        self._title("A job: two notebooks, with outputs and debug cells, Python and SQL")
        self._repository.mkdir(parents=True)
        self._do("git init --quiet .")
        for key, value in (("user.name", "Demo"), ("user.email", "demo@example.org")):
            self._do(f"git config {key} {value}", is_shown=False)
        demo_job.write(self._repository)
        self._show("\n".join(
            f"{path.stat().st_size:6} bytes  {path.relative_to(self._repository).as_posix()}"
            for path in sorted((self._repository / demo_job.FOLDER).iterdir())
        ))  # fmt: skip
        self._say("Cells tagged `job` are production; the others are for looking around:")
        self._show(demo_job.outline())

    def _install(self) -> None:
        self._title("Once per clone: git's filter and diff driver, and the pre-commit hook")
        self._do("nbjob install")
        (self._repository / ".pre-commit-config.yaml").write_text(_HOOK, encoding="utf-8")
        self._show(_HOOK.rstrip())
        self._do("pre-commit install")

    def _commit(self) -> None:
        self._title("The first commit: the hook writes the sidecars and wants them in")
        self._do("git add .")
        self._do('git commit --quiet -m "A job"', fails=True)
        self._do(f"git add {demo_job.FOLDER}")
        self._do('git commit --quiet -m "A job"')
        self._title("What went into the commit: source. The working copy kept its outputs")
        notebook = f"{demo_job.FOLDER}/{demo_job.LOAD}"
        self._do("git show --stat --format=%s")
        self._show(
            f"{notebook}: {(self._repository / notebook).stat().st_size} bytes with outputs"
            f" on disk, {self._size(notebook)} in the commit"
        )
        self._do(f"git show HEAD:{demo_job.FOLDER}/10_load.py")

    def _change(self) -> None:
        self._title("One line changed, everything run again: new outputs, new counts, new timings")
        demo_job.write(self._repository, minimum=25, rerun=True)
        self._say("git shows the line:")
        self._do("git diff")
        self._do('git commit --quiet --all -m "Fewer orders"', fails=True)
        self._say("The sidecar followed; it is what reviewers read and what runs:")
        self._do(f"git add {demo_job.FOLDER}")
        self._do('git commit --quiet --all -m "Fewer orders"')
        self._do("git log --oneline")

    def _accidents(self) -> None:
        for title, code, plant in (
            ("Accident 1: a name that only a debug cell defines", "NBJ102", demo_job.untagged),
            ("Accident 2: cells that ran in another order", "NBJ201", demo_job.out_of_order),
            ("Accident 3: the variable of a cell that is gone", "NBJ101", demo_job.deleted),
        ):
            self._title(title)
            self._accident(code, plant)

    def _accident(self, code: str, plant: Callable[[Path], None]) -> None:
        plant(self._repository)
        self._do(f"git add {demo_job.FOLDER}")
        self._do("git diff --cached --unified=0")
        told = self._do('git commit --quiet --allow-empty -m "Oops"', fails=True)
        if code not in told:
            raise UsageError(f"the demo expected {code} here")
        self._say("Stopped. We take it back:")
        self._do("git reset --quiet --hard")

    def _run_job(self) -> None:
        self._title("At night: the sidecars run on DuckDB, without kernel, Jupyter or git")
        self._do(f"nbjob run {demo_job.FOLDER}")
        self._say("With another argument, typed by the `parameters` cell:")
        self._do(f"nbjob run {demo_job.FOLDER} -p minimum=100")

    def _do(self, command: str, *, fails: bool = False, is_shown: bool = True) -> str:
        """Run a command and show what it prints. Raises UsageError where it ends unexpectedly."""
        if is_shown:
            print(self._paint("bold", f"$ {command}"), flush=True)
        words = shlex.split(command)
        if self._paint.is_on and words[0] == "git":
            words[1:1] = ["-c", "color.ui=always"]
        done = subprocess.run(
            words, cwd=self._repository, env=self._environment, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        told = done.stdout.decode("utf-8", "replace")
        if is_shown and told.strip():
            self._show(told.rstrip())
        if bool(done.returncode) != fails:
            raise UsageError(f"the demo stops: `{command}` ended with {done.returncode}\n{told}")
        return told

    def _size(self, name: str) -> str:
        return self._do(f"git cat-file -s HEAD:{name}", is_shown=False).strip()

    def _title(self, text: str) -> None:
        self._chapter += 1
        print("\n" + self._paint("cyan", f"── {self._chapter}. {text} ".ljust(_WIDTH, "─")) + "\n")

    def _say(self, text: str) -> None:
        print(f"{text}\n")

    def _show(self, text: str) -> None:
        print("\n".join(f"  {line}".rstrip() for line in text.splitlines()) + "\n", flush=True)


def _environment(cache: Path) -> Mapping[str, str]:
    """This interpreter's commands first, and none of the user's own git settings."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "PRE_COMMIT"))}
    return {
        **kept,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_PAGER": "cat",
        "PRE_COMMIT_HOME": str(cache),
        "PYTHONIOENCODING": "utf-8",
    }
