"""The options by which arguments and secrets come to a job: those of `run` and of `test`."""

from __future__ import annotations

import os
from pathlib import Path

from nbjob_clean.runner.arguments import (
    Given,
    from_environment,
    from_json,
    from_pairs,
    with_secrets,
)
from nbjob_clean.runner.job import Job

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    import argparse


def add_argument_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("-p", dest="pairs", metavar="NAME=VALUE", action="append", default=[], help="an argument")
    add("--arguments", metavar="JSON", help="arguments as one JSON object")
    add(
        "--arguments-file", metavar="FILE", action="append", default=[],
        help="arguments from a .json, .toml or .yaml file (repeatable, the last one wins)",
    )  # fmt: skip
    add(
        "--secret", dest="secrets", metavar="NAME=env:VAR|file:PATH", action="append", default=[],
        help="an argument, or what job_input.get_secret gives, that nothing shows",
    )  # fmt: skip


def secrets_of(args: argparse.Namespace) -> dict[str, str]:
    """The secrets by name. Raises ArgumentError for a place that is none, or is empty."""
    if not args.secrets:
        return {}
    from nbjob_clean.runner.secret_place import read_secrets

    return read_secrets(args.secrets, os.environ)


def given(args: argparse.Namespace, job: Job, secrets: dict[str, str]) -> dict[str, Given]:
    """What is nearer to the command wins: variables, then files, `--arguments`, and `-p`.

    Raises ArgumentError for what cannot be read, and for secrets and variables without effect.
    """
    found = from_environment(job, os.environ)
    for file in args.arguments_file:
        from nbjob_clean.runner.argument_file import read_arguments

        found |= read_arguments(Path(file))
    if args.arguments is not None:
        found |= from_json(args.arguments, "--arguments")
    return with_secrets(job, found | from_pairs(args.pairs), secrets)
