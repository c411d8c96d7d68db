"""The runs of a job: what ran when, how it ended, and what differs between two of them.

A run is named by its id, the start of one, or `last`. Without JOB it is the job here.

  nbjob runs list sales-etl                    the latest runs
  nbjob runs show sales-etl last               one run, step by step
  nbjob runs compare sales-etl                 the last run with the one before it
  nbjob runs compare sales-etl 20240501 last   two runs by name
  nbjob runs list --output-format json         for programs: the reports

The history lies in the job's state directory, .nbjob/: the last 500 runs.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from nbjob_clean.cli.paint import Paint
from nbjob_clean.cli.runs_text import comparison, listing, one_run
from nbjob_clean.errors import ArgumentError, NbjobError, UsageError
from nbjob_clean.runner.history import History
from nbjob_clean.runner.state import STATE

_ACTIONS = ("list", "show", "compare")
_MOST_NAMES = {"list": 0, "show": 1, "compare": 2}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("action", choices=_ACTIONS, metavar="list|show|compare")
    add("names", nargs="*", metavar="JOB RUN", help="a job directory, then the runs to look at")
    add("-n", dest="limit", type=int, default=20, metavar="N", help="how many to list (20)")
    add("--output-format", choices=("text", "json"), default="text")


def run(args: argparse.Namespace) -> int:
    names = list(args.names)
    path = Path(names.pop(0)) if names and Path(names[0]).exists() else Path()
    directory = path if path.is_dir() else path.parent
    if len(names) > _MOST_NAMES[args.action]:
        raise UsageError(f"{names[0]}: no such job, or too many runs for `{args.action}`")
    if not (directory / STATE).is_dir():
        raise UsageError(f"{directory}: no job has run here", hint="nbjob runs list JOB")
    try:
        with History(directory.resolve()) as history:
            found = _found(history, args, names)
    except ArgumentError as exc:
        raise UsageError(str(exc), hint=exc.hint) from exc
    if args.output_format == "json":
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return 0
    shown = {"list": listing, "show": one_run, "compare": comparison}[args.action]
    print(shown(found, Paint(sys.stdout)))
    return 0


def _found(history: History, args: argparse.Namespace, names: list[str]) -> Any:
    if args.action == "list":
        return history.reports(args.limit)
    if args.action == "show":
        return history.find(names[0] if names else "last")
    if len(names) == 1:
        return [history.find(names[0]), history.find("last")]
    if names:
        return [history.find(name) for name in names]
    reports = history.reports(2)
    if len(reports) < 2:
        raise NbjobError("there is one run only: nothing to compare it with")
    return [reports[1], reports[0]]
