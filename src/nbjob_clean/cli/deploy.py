"""Render what a pipeline needs to run a job, after its smoke test.

The job is tested first (`nbjob test`), with the same arguments; where that fails, nothing is
rendered, and the exit status is the test's. The file goes to stdout, or to --output.

  nbjob deploy github-actions jobs/orders --schedule "0 5 * * *" -o .github/workflows/orders.yml
  nbjob deploy docker jobs/orders -o Dockerfile
  nbjob deploy kubernetes jobs/orders --schedule @daily --image registry/orders:1 -o orders.yaml
  nbjob deploy airflow jobs/orders --schedule @daily -p minimum=25 -o dags/orders.py
"""

from __future__ import annotations

import argparse
import configparser
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from nbjob_clean import __version__
from nbjob_clean.cli.paths import display, repository_name
from nbjob_clean.deploy.facts import Argument, JobFacts
from nbjob_clean.deploy.schedule import cron
from nbjob_clean.deploy.targets import TARGETS, Target
from nbjob_clean.errors import UsageError
from nbjob_clean.files import write_bytes
from nbjob_clean.git.command import worktree_root
from nbjob_clean.jobs import job_settings, open_job
from nbjob_clean.runner.arguments import from_pairs, typed
from nbjob_clean.runner.connections import DEFAULT
from nbjob_clean.runner.engines.table import facts_of
from nbjob_clean.runner.plan import plan

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_IMAGE = re.compile(r"[a-z0-9][\w./:@-]*")
_LONGEST = 7 * 24 * 3600


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    known = [name for target in TARGETS for name in (target.name, *target.other_names)]
    listing = "; ".join(f"{target.name}: {target.what}" for target in TARGETS)
    add("target", metavar="TARGET", choices=known, help=listing)
    add("job", metavar="JOB", help="a job directory")
    add(
        "-p", dest="pairs", metavar="NAME=VALUE", action="append", default=[],
        help="an argument of the smoke test and of every run on schedule (repeatable)",
    )  # fmt: skip
    add(
        "--secret", dest="secrets", metavar="NAME", action="append", default=[],
        help="an environment variable that the pipeline keeps as a secret; set here, the smoke test"
        " gets it too (repeatable)",
    )  # fmt: skip
    add(
        "--schedule", metavar="CRON", help='"0 5 * * *" or @daily; else schedule_cron of config.ini'
    )
    add("--timezone", metavar="ZONE", default="Etc/UTC", help="of a CronJob, as Europe/Sofia")
    add("--image", metavar="IMAGE", default="", help="what kubernetes runs: registry/name:tag")
    add("--timeout", metavar="SECONDS", type=_seconds, default=3600, help="of a run (default 3600)")
    add("-o", "--output", metavar="FILE", help="write here instead of to stdout")


def run(args: argparse.Namespace) -> int:
    target = next(t for t in TARGETS if args.target in (t.name, *t.other_names))
    job_path = Path(args.job)
    if not job_path.is_dir():
        raise UsageError(f"{args.job}: not a job directory", hint="nbjob deploy TARGET DIRECTORY")
    schedule = args.schedule if args.schedule is not None else _schedule_of(job_path)
    schedule = cron(schedule) if schedule else ""
    _require(target, args)
    code = _smoke_test(args)
    if code:
        print("not deployed: the smoke test failed", file=sys.stderr)
        return code
    facts = _facts(args, job_path, target, schedule)
    _write(target.render(facts), args.output)
    return 0


def _seconds(text: str) -> int:
    if text.isdecimal() and 0 < int(text) <= _LONGEST:
        return int(text)
    raise argparse.ArgumentTypeError(f"`{text}` is not a number of seconds, a week at most")


def _require(target: Target, args: argparse.Namespace) -> None:
    if target.needs_image and not _IMAGE.fullmatch(args.image):
        wrong = f"`{args.image}` is not an image" if args.image else f"{target.name} needs an image"
        raise UsageError(
            wrong, hint="--image registry/name:tag; `nbjob deploy docker JOB` writes its Dockerfile"
        )
    for name in args.secrets:
        if not _VARIABLE.fullmatch(name):
            raise UsageError(f"`{name}` cannot be a variable's name", hint="--secret WAREHOUSE_URL")


def _schedule_of(job: Path) -> str:
    """VDK's place for it: `schedule_cron` in the section `[job]` of config.ini."""
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(job / "config.ini", encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError) as exc:
        raise UsageError(f"{job / 'config.ini'}: {exc}") from exc
    return parser.get("job", "schedule_cron", fallback="").strip()


def _smoke_test(args: argparse.Namespace) -> int:
    """Its words go to stderr: stdout is the file's."""
    command = [sys.executable, "-m", "nbjob_clean", "test", args.job]
    for pair in args.pairs:
        command += ["-p", pair]
    for name in args.secrets:
        if os.environ.get(name):
            command += ["--secret", f"{name}=env:{name}"]
        else:
            print(f"note: {name} is not set: the smoke test runs without it", file=sys.stderr)
    return subprocess.run(command, stdout=sys.stderr, check=False).returncode


def _facts(args: argparse.Namespace, path: Path, target: Target, schedule: str) -> JobFacts:
    settings = job_settings(path)
    job = open_job(path, settings)
    given = from_pairs(args.pairs)
    planned = plan(job, job.steps, typed(job, given), settings.databases)
    if DEFAULT in planned["databases"] and DEFAULT not in settings.databases:
        _warn_of_lost_state(target)
    root = worktree_root(path) or path.resolve().parent
    fixed = {name: value.value for name, value in given.items()}
    return JobFacts(
        path=repository_name(root, args.job),
        name=job.name,
        command=f"nbjob deploy {target.name} {display(path)}",
        version=__version__,
        schedule=schedule,
        timezone=args.timezone,
        image=args.image,
        timeout=args.timeout,
        arguments=tuple(_argument(found, fixed) for found in planned["arguments"]),
        secrets=tuple(args.secrets),
        extras=_extras(planned["databases"].values()),
        has_requirements=(path / "requirements.txt").is_file(),
    )


def _argument(found: Mapping[str, object], fixed: Mapping[str, str]) -> Argument:
    name, default = str(found["name"]), found["default"]
    return Argument(
        name=name,
        type=str(found["type"]),
        default=_shown(default) if isinstance(default, str) else "",
        value=fixed.get(name),
        declared_in=str(found["declared_in"] or ""),
    )


def _shown(default: str) -> str:
    """The source text of a default as one would type it after `-p`; empty where it is code."""
    import ast
    import json

    try:
        value = ast.literal_eval(default)
    except ValueError:
        return ""
    if value is None or isinstance(value, str):
        return value or ""
    try:
        return json.dumps(value)
    except TypeError:
        return ""


def _extras(urls: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({extra for url in urls if (extra := facts_of(url).extra)}))


def _warn_of_lost_state(target: Target) -> None:
    if not target.keeps_files:
        print(
            "warning: the job's database is a file in its own directory, and is gone after each run"
            "\n  hint: [tool.nbjob.databases.default] with the url of a database that stays",
            file=sys.stderr,
        )


def _write(text: str, output: str | None) -> None:
    if output is None:
        print(text, end="")
        return
    path = Path(output)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(path, text.encode())
    print(f"wrote {display(path)}", file=sys.stderr)
