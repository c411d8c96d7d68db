"""Make git forget "modified" notebooks whose source is what git has already.

A notebook that was only run again has another size, so git calls it modified until it is added,
and `git pull` refuses although `git diff` is empty. This changes what git remembers of the file,
never what is staged, and never the file. It needs the filter of `nbjob install`.

  nbjob refresh                  every notebook of this work tree
  nbjob refresh jobs etl.ipynb   those below this folder, and this one
  nbjob refresh --verbose        name them, and those that did change

Exit status: 0.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from nbjob_clean.cli.paths import repository_name
from nbjob_clean.errors import GitError, UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="notebooks and folders; default: all"
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="name the notebooks")


def run(args: argparse.Namespace) -> int:
    from nbjob_clean.git.command import worktree_root
    from nbjob_clean.git.refresh import refresh

    root = worktree_root(Path.cwd())
    if root is None:
        raise GitError("not inside a git work tree", hint="run this in a clone")
    places = _places(root, args.paths)
    found = refresh(root, lambda name: not args.paths or _is_below(name, places))
    if args.verbose:
        _say(root, "refreshed", found.forgotten)
        _say(root, "changed", found.changed)
    count = len(found.forgotten)
    print(f"refreshed {count} notebook{'s' * (count != 1)}" if count else "nothing to refresh")
    if found.unfiltered:
        some, more = found.unfiltered[0], len(found.unfiltered) - 1
        print(
            f"left alone: {some}{f' and {more} more' * bool(more)},"
            " which the nbjob filter does not clean here: see `nbjob doctor`, `nbjob install`",
            file=sys.stderr,
        )
    return 0


def _places(root: Path, arguments: Iterable[str]) -> frozenset[str]:
    for argument in arguments:
        if not os.path.lexists(argument):
            raise UsageError(f"{argument}: no such file or directory")
    return frozenset(repository_name(root, argument) for argument in arguments)


def _is_below(name: str, places: frozenset[str]) -> bool:
    return any(place in (".", name) or name.startswith(f"{place}/") for place in places)


def _say(root: Path, verb: str, names: Iterable[str]) -> None:
    for name in names:
        print(f"{verb} {Path(os.path.relpath(root / name)).as_posix()}")
