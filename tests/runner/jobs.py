"""Job directories for tests, a call each."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbjob_clean.runner.arguments import Given, resolve
from nbjob_clean.runner.load import load_job
from nbjob_clean.runner.options import RunOptions
from nbjob_clean.runner.outcome import Event, Outcome, Run
from nbjob_clean.runner.run import run
from nbjob_clean.sidecar.format import Block, Sidecar, render

SQLITE = {"default": "sqlite:///test.db"}


def cell(text: str, id: str = "", *, tags: tuple[str, ...] = ("job",)) -> Block:
    return Block(kind="code", lines=tuple(text.split("\n")), id=id, tags=tags)


def parameters(text: str) -> Block:
    return cell(text, "parameters", tags=("job", "parameters"))


def markdown(text: str) -> Block:
    return Block(kind="markdown", lines=(f"# {text}",))


def query(text: str, id: str = "q") -> Block:
    lines = tuple(text.split("\n"))
    return Block(kind="sql", lines=lines, id=id, tags=("job",), first_line=2)


def call(text: str, id: str = "q") -> Block:
    return Block(kind="sql", lines=(text,), id=id, tags=("job",))


def py(name: str, *blocks: Block, preamble: str = "") -> dict[str, str]:
    lines = tuple(preamble.split("\n")) if preamble else ()
    sidecar = Sidecar(notebook=f"{name}.ipynb", suffix=".py", blocks=blocks, preamble=lines)
    return {f"{name}.py": render(sidecar)}


def sql(name: str, *blocks: Block) -> dict[str, str]:
    return {f"{name}.sql": render(Sidecar(notebook=f"{name}.ipynb", suffix=".sql", blocks=blocks))}


RUN_SQL = "from nbjob_clean.runner import run_sql"


def names(directory: Path) -> list[str]:
    return sorted(entry.name for entry in directory.iterdir())


def write(directory: Path, *files: Mapping[str, str]) -> Path:
    directory.mkdir(exist_ok=True)
    for name, text in {k: v for found in files for k, v in found.items()}.items():
        (directory / name).write_text(text, encoding="utf-8")
    return directory


@dataclass(frozen=True)
class Ran:
    outcome: Outcome
    events: tuple[Event, ...]

    @property
    def statuses(self) -> list[str]:
        return [event.status for event in self.events if event.status != "started"]


class Heard:
    """A listener that keeps what it heard."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.events: list[Event] = []
        self.outcomes: list[Outcome] = []

    def begin(self, run: Run) -> None:
        self.runs.append(run)

    def event(self, event: Event) -> None:
        self.events.append(event)

    def end(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)


def ran(
    directory: Path,
    *,
    given: Mapping[str, object] | None = None,
    databases: Mapping[str, str] | None = None,
    **options: Any,
) -> Ran:
    """Load and run a job in this process."""
    job = load_job(directory)
    heard = Heard()
    arguments = resolve(job, job.steps, {k: Given(v) for k, v in (given or {}).items()})
    options = RunOptions(**{**options, "listeners": (heard,)})
    outcome = run(job, arguments, SQLITE if databases is None else databases, options)
    return Ran(outcome, tuple(heard.events))


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


def nbjob(
    *arguments: object, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> Said:
    """Run the program itself."""
    done = subprocess.run(
        [sys.executable, "-m", "nbjob_clean", *map(str, arguments)],
        cwd=cwd, env=env, capture_output=True, text=True, check=False, encoding="utf-8",
    )  # fmt: skip
    return Said(done.returncode, done.stdout, done.stderr)
