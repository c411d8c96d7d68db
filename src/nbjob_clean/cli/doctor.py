"""What is not right in this clone, and the command that mends each.

The attributes that name the filter are committed, the filter itself is each clone's own: in a
fresh clone git would silently commit outputs. `nbjob doctor` says so; as a hook it stops it.
It changes nothing.

  nbjob doctor                         for people
  nbjob doctor --output-format json    [{"problem": ..., "mend": ...}, ...]

Exit status: 0 nothing found, 1 something to mend.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from nbjob_clean.cli.paint import Paint
from nbjob_clean.errors import GitError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="ignored: hooks pass file names")
    parser.add_argument(
        "--output-format", choices=["full", "json"], default="full", help="default: full"
    )


def run(args: argparse.Namespace) -> int:
    from nbjob_clean.git.clone import Clone
    from nbjob_clean.git.command import worktree_root
    from nbjob_clean.git.doctor import problems

    root = worktree_root(Path.cwd())
    if root is None:
        raise GitError("not inside a git work tree", hint="run this in a clone")
    # pre-commit says so: it runs, so that its hook is not installed is no news.
    found = problems(Clone(root, runs_hooks=os.environ.get("PRE_COMMIT") == "1"))
    if args.output_format == "json":
        import json

        values = [{"problem": problem.what, "mend": problem.mend} for problem in found]
        print(json.dumps(values, indent=2))
        return 1 if found else 0
    paint = Paint(sys.stdout)
    for problem in found:
        print(f"{paint('red', 'problem')}: {problem.what}")
        print(f"   {paint('cyan', 'mend')}: {problem.mend}")
    if not found:
        print("Nothing to mend.")
    return 1 if found else 0
