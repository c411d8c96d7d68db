"""What is not right in this clone, and the command that mends each.

The attributes that name the filter are committed, the filter itself is each clone's own: in a
fresh clone git would silently commit outputs. `nbjob doctor` says so; as a hook it stops it.

Exit status: 0 nothing found, 1 something to mend.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from nbjob_clean.cli.paint import Paint

if TYPE_CHECKING:
    from nbjob_clean.git.repository import Repository


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="ignored: hooks pass file names")


def run(args: argparse.Namespace) -> int:  # noqa: ARG001 - every command takes its arguments
    import sys

    from nbjob_clean.git.repository import Repository

    repository = Repository(Path.cwd())
    problems = [*_problems(repository), *_stored_outputs(repository)]
    paint = Paint(sys.stdout)
    for problem, remedy in problems:
        print(f"{paint('red', 'problem')}: {problem}\n   {paint('cyan', 'mend')}: {remedy}")
    if not problems:
        print("Nothing to mend.")
    return 1 if problems else 0


def _problems(repository: Repository) -> Iterator[tuple[str, str]]:
    """Pairs of what is wrong and the command that mends it."""
    found = {name: repository.attribute(name, "any.ipynb") for name in ("filter", "diff")}
    if found["filter"] == "nbjob" and not repository.get("filter.nbjob.process"):
        yield (
            "notebooks have filter=nbjob, but this clone has no such filter:"
            " outputs would be committed as they are",
            "nbjob install",
        )
    if found["diff"] == "nbjob" and not repository.get("diff.nbjob.textconv"):
        yield "notebooks have diff=nbjob, but this clone has no such driver", "nbjob install"
    if repository.get("filter.nbjob.process"):
        yield from _driver_problems(repository)
        if found["filter"] != "nbjob":
            yield (
                f"the nbjob filter is configured, but notebooks have filter={found['filter']}",
                "nbjob install",
            )


def _stored_outputs(repository: Repository) -> Iterator[tuple[str, str]]:
    """Notebooks that were committed with outputs: git calls them modified for ever."""
    from nbjob_clean.git.staged import dirty_notebooks

    if repository.attribute("filter", "any.ipynb") != "nbjob":
        return
    found = dirty_notebooks(repository.root)
    if found:
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        yield (
            f"{found[0]}{more} were committed with outputs: git shows them as modified, and"
            " checkout, merge and stash refuse",
            'git add --renormalize . && git commit -m "Notebooks without outputs"',
        )


def _driver_problems(repository: Repository) -> Iterator[tuple[str, str]]:
    import re

    command = repository.get("filter.nbjob.process") or ""
    interpreter = re.search(r"test -x ('[^']*'|\S+);", command)
    if interpreter and not Path(interpreter.group(1).strip("'")).exists():
        yield (
            f"the interpreter that git was told to use is gone: {interpreter.group(1)}",
            "nbjob install",
        )
    if repository.get("filter.nbjob.required") != "true":
        yield (
            "the nbjob filter is not required: when it fails, outputs are committed",
            "nbjob install",
        )
