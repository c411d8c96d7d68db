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
there, 70 a defect of nbjob, 130 interrupted. From 64 to 66 nothing has run.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from nbjob_clean.cli.paint import Paint
from nbjob_clean.errors import (
    ArgumentError,
    ConfigError,
    FileError,
    InvalidJobError,
    NbjobError,
    NotebookFormatError,
    SidecarError,
    StaleSidecarError,
)
from nbjob_clean.record import Record
from nbjob_clean.runner.arguments import Given, from_json, from_mapping, from_pairs, resolve, typed
from nbjob_clean.runner.connections import DEFAULT
from nbjob_clean.runner.job import Job, select
from nbjob_clean.runner.load import load_job
from nbjob_clean.runner.places import Places
from nbjob_clean.runner.run import Event, Outcome
from nbjob_clean.runner.run import run as run_job

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any

    from nbjob_clean.config import Config

_DEFECT = 70
_NAMED = re.compile(r"([A-Za-z_][\w.-]*)=(.*)", re.DOTALL)
_STYLES = {"ok": "green", "failed": "red", "interrupted": "red", "not run": "dim"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("job", metavar="JOB", help="a directory, a .py or .sql file, or a notebook")
    add("-p", dest="pairs", metavar="NAME=VALUE", action="append", default=[], help="an argument")
    add("--arguments", metavar="JSON", help="arguments as one JSON object")
    add("--arguments-file", metavar="FILE", help="arguments from a .json or .toml file")
    add(
        "--db", dest="databases", metavar="[NAME=]URL", action="append", default=[],
        help="duckdb:///file, sqlite:///file; without NAME the default database",
    )  # fmt: skip
    add("--from", dest="first", metavar="STEP", default="", help="start with this step")
    add("--to", dest="last", metavar="STEP", default="", help="end with this step")
    add("--only", metavar="STEP", default="", help="a number, a file name, or file:cell-id")
    add("--plan", action="store_true", help="show what would run; run nothing")
    add("--output-format", choices=("text", "json"), default="text", help="of --plan")


def run(args: argparse.Namespace) -> int:
    try:
        return _run(args)
    except (NotebookFormatError, SidecarError, FileError) as exc:
        raise InvalidJobError(str(exc), hint=exc.hint) from exc
    except (NbjobError, BrokenPipeError):
        raise
    except Exception:  # noqa: BLE001 - the job's own errors do not come here: a defect of ours
        import traceback

        traceback.print_exc()
        print(
            "\nThis is a defect of nbjob-clean. Please report it with the above.", file=sys.stderr
        )
        return _DEFECT


def _run(args: argparse.Namespace) -> int:
    if args.only and (args.first or args.last):
        raise ArgumentError("--only goes without --from and --to")
    if args.output_format == "json" and not args.plan:
        raise ArgumentError("--output-format json is for --plan: stdout is the job's own")
    path = Path(args.job)
    settings = _settings(path)
    given = _given(args)
    databases = {**settings.databases, **_databases(args.databases)}

    job = _job(path, settings)
    steps = select(job.steps, first=args.first, last=args.last, only=args.only)
    if args.plan:
        from nbjob_clean.runner.plan import plan

        _print_plan(plan(job, steps, typed(job, given), databases), args.output_format)
        return 0
    arguments = resolve(job, steps, given)
    report = _Report(job)
    outcome = run_job(job, arguments, databases, report.event, steps=steps)
    report.end(outcome)
    return outcome.exit_code


class _Settings(Record):
    """What a run takes from `[tool.nbjob]`; `config` is None where there is none to read."""

    databases: Mapping[str, str]
    config: Config | None = None


def _settings(path: Path) -> _Settings:
    """Loads the configuration's code only where a file may hold settings: images have none."""
    start = (path if path.is_dir() else path.parent).resolve()
    if not _may_have_settings(start):
        return _Settings({})
    from nbjob_clean.config import find_config

    config = find_config(start)
    databases = {}
    for name, table in config.databases.items():
        from nbjob_clean.runner.engines.table import absolute

        if not isinstance(table.get("url"), str):
            raise ConfigError(f"the database `{name}` has no url", hint='url = "duckdb:///file"')
        databases[name] = absolute(table["url"], config.root)
    return _Settings(databases, config)


def _may_have_settings(start: Path) -> bool:
    for folder in (start, *start.parents):
        project = folder / "pyproject.toml"
        if (folder / "nbjob.toml").is_file() or (
            project.is_file() and b"nbjob" in project.read_bytes()
        ):
            return True
        if (folder / ".git").exists():
            return False
    return False


def _given(args: argparse.Namespace) -> dict[str, Given]:
    """Files first, then `--arguments`, then `-p`: what is nearer to the command wins."""
    found = _from_file(Path(args.arguments_file)) if args.arguments_file else {}
    if args.arguments is not None:
        found |= from_json(args.arguments, "--arguments")
    return found | from_pairs(args.pairs)


def _from_file(path: Path) -> dict[str, Given]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise ArgumentError(f"{path}: {getattr(exc, 'strerror', None) or exc}") from exc
    if path.suffix != ".toml":
        return from_json(text, str(path))
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return from_mapping(tomllib.loads(text), str(path))
    except tomllib.TOMLDecodeError as exc:
        raise ArgumentError(f"{path}: not TOML: {exc}") from exc


def _databases(options: list[str]) -> dict[str, str]:
    """By name. A path on the command line is relative to where the command is given."""
    found = {}
    for option in options:
        from nbjob_clean.runner.engines.table import absolute

        match = _NAMED.match(option)
        name, url = match.groups() if match else (DEFAULT, option)
        found[name] = absolute(url, Path.cwd())
    return found


def _job(path: Path, settings: _Settings) -> Job:
    if path.suffix == ".ipynb" and path.is_file():
        return load_job(path, sidecars=_emitted(path, settings))
    notebooks = _notebooks(path)
    for notebook in notebooks:
        _require_fresh(notebook, settings)
    job = load_job(path)
    if notebooks:
        _require_owners(job)
    return job


def _notebooks(path: Path) -> list[Path]:
    """The notebooks that the steps would come from: none in a production image."""
    if path.is_dir():
        names = [entry.name for entry in os.scandir(path) if entry.name.endswith(".ipynb")]
        return [path / name for name in sorted(names) if not name.startswith(".")]
    notebook = path.with_suffix(".ipynb")
    return [notebook] if notebook.is_file() else []


def _emitted(notebook: Path, settings: _Settings) -> dict[str, str]:
    sidecars = _wanted(notebook, settings)
    if not sidecars:
        raise InvalidJobError(f"{notebook}: no production cell", hint="tag cells `job`")
    return {name: data.decode("utf-8") for name, data in sidecars.items()}


def _wanted(notebook: Path, settings: _Settings) -> dict[str, bytes]:
    """The sidecars that the notebook gives now. This loads the other half of the house."""
    from nbjob_clean.cli.paths import read_notebook
    from nbjob_clean.config import Config
    from nbjob_clean.emit.core import emit_sidecars

    config = settings.config or Config()
    try:
        return emit_sidecars(read_notebook(notebook), notebook.name, tags=config.tags)
    except NbjobError as exc:
        raise InvalidJobError(f"{notebook}: {exc}", hint=exc.hint) from exc


def _require_fresh(notebook: Path, settings: _Settings) -> None:
    from nbjob_clean.emit.core import sidecar_names
    from nbjob_clean.emit.plan import changes

    if settings.config and _is_excluded(notebook, settings.config):
        return
    found: dict[str, bytes | None] = {}
    for name in sidecar_names(notebook.name):
        path = notebook.with_name(name)
        found[name] = path.read_bytes() if path.is_file() else None
    for change in changes(_wanted(notebook, settings), found, notebook=notebook.name):
        state = "is missing" if change.found is None else "is not what the notebook says"
        raise StaleSidecarError(
            f"{notebook.with_name(change.name)} {state}", hint=f"nbjob emit {notebook.parent}"
        )


def _require_owners(job: Job) -> None:
    """A sidecar that stayed behind when its notebook went would run beside its successor.

    Where no notebook is at all, as in a production image, that is as it should be.
    """
    for file, sidecar in job.sidecars.items():
        if not (job.directory / sidecar.notebook).exists():
            raise StaleSidecarError(
                f"{job.directory / file}: its notebook {sidecar.notebook} is gone",
                hint=f"remove it: git rm {file}",
            )


def _is_excluded(notebook: Path, config: Config) -> bool:
    import fnmatch

    name = Path(os.path.relpath(notebook.resolve(), config.root)).as_posix()
    return any(fnmatch.fnmatch(name, pattern) for pattern in config.exclude)


class _Report:
    """Says on stderr what the steps do, one line each, and how the run ended."""

    def __init__(self, job: Job) -> None:
        places = Places(job.directory, job.sidecars)
        self._total = len(job.steps)
        self._titles = {step.number: places.title(step) for step in job.steps}
        self._width = max(map(len, self._titles.values()))
        self._paint = Paint(sys.stderr)

    def event(self, event: Event) -> None:
        if event.status == "started":
            return
        number = f"{event.step.number:{len(str(self._total))}}"
        title = self._titles[event.step.number].ljust(self._width)
        took = "" if event.status == "not run" else f"{event.seconds:.2f} s"
        rows = "" if event.rows is None else _counted(event.rows, "row")
        status = self._paint(_STYLES[event.status], event.status)
        self._say(f"[{number}/{self._total}] {title}  {took:>8}  {rows:>9}  {status}")

    def end(self, outcome: Outcome) -> None:
        if outcome.traceback:
            self._say(outcome.traceback)
        elif isinstance(outcome.error, SystemExit) and isinstance(outcome.error.code, str):
            self._say(outcome.error.code)
        status = "ok" if outcome.exit_code == 0 else "failed"
        self._say(f"{self._paint(_STYLES[status], outcome.status)}: {self._summary(outcome)}")

    def _summary(self, outcome: Outcome) -> str:
        left = sum(event.status == "not run" for event in outcome.events)
        ran = _counted(len(outcome.events) - left, "step")
        parts = [f"{ran} in {outcome.seconds:.2f} s"]
        if outcome.step:
            where = self._titles[outcome.step.number]
            parts.insert(0, f"{outcome.said} in {where}" if outcome.said else where)
        if left:
            parts.append(f"{_counted(left, 'step')} not run")
        if outcome.exit_code:
            parts.append(f"exit code {outcome.exit_code}")
        return ", ".join(parts)

    def _say(self, text: str) -> None:
        sys.stdout.flush()  # else the job's own output comes after lines about what printed it
        print(text, file=sys.stderr, flush=True)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _print_plan(plan: Mapping[str, Any], output_format: str) -> None:
    if output_format == "json":
        import json

        print(json.dumps(plan, indent=2, ensure_ascii=False, default=str))
        return
    width = max(len(step["title"]) for step in plan["steps"])
    print(f"steps of {plan['directory']}")
    for step in plan["steps"]:
        how = "run(job_input)" if step["entry"] == "function" else step["language"]
        print(f"  {step['number']:3}  {step['title']:{width}}  {how}")
    _print_section("arguments", [_argument(argument) for argument in plan["arguments"]])
    _print_section("databases", [f"{name} = {url}" for name, url in plan["databases"].items()])
    _print_section("not steps", [f"{name}: {why}" for name, why in plan["not_steps"].items()])


def _print_section(title: str, lines: list[str]) -> None:
    if lines:
        print("\n".join((title, *(f"  {line}" for line in lines))))


def _argument(argument: Mapping[str, Any]) -> str:
    words = f"{argument['name']}: {argument['type']}"
    if "value" in argument:
        words += f" = {argument['value']!r} (given)"
    elif argument["default"] is not None:
        words += f" = {argument['default']}"
    elif argument["required"]:
        words += " (required)"
    return f"{words}  [{argument['declared_in']}]" if argument["declared_in"] else words
