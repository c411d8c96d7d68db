"""`git diff` with notebooks as source, in one process; takes the arguments of `git diff`.

  nbjob diff                       the work tree against the index
  nbjob diff --stat HEAD~3         lines of source, not of JSON
  nbjob diff main...topic -- etl/  any revisions, any paths
  nbjob diff --outputs HEAD        with outputs, as text; pictures by size and hash
  nbjob diff --web HEAD            in the browser, with pictures (needs nbjob-clean[web])

Only what changed in source counts: a notebook that was run again is not there, not in `--stat`,
`--name-only` or the status either. Files that are no notebooks are shown as git shows them.

Exit status: 0; with `--exit-code` or `--quiet` 1 when anything differs; 2 where git says no.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from nbjob_clean.git.conversion import convert
from nbjob_clean.git.diff import show

TYPE_CHECKING = False
if TYPE_CHECKING:
    from nbjob_clean.git.web import Shown


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.usage = "nbjob diff [--outputs | --web] [git diff's arguments]"
    parser.add_argument("--outputs", action="store_true", help="show outputs too, as text")
    parser.add_argument("--web", action="store_true", help="open nbdime's rich view in a browser")


def parse(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> argparse.Namespace:
    """Ours are taken out; what is left is git's, in its order."""
    end = list(arguments).index("--") if "--" in arguments else len(arguments)
    options = [a for a in arguments[:end] if a in ("-h", "--help", "--outputs", "--web")]
    args = parser.parse_args(options)
    args.arguments = [a for a in arguments[:end] if a not in options] + list(arguments[end:])
    return args


def run(args: argparse.Namespace) -> int:
    sys.stdout.flush()
    if args.web:
        from nbjob_clean.git.web import browse

        browse(args.arguments, Path.cwd(), _announce)
        return 0
    return show(args.arguments, Path.cwd(), _with_outputs if args.outputs else convert)


def _with_outputs(data: bytes) -> bytes:
    from nbjob_clean.git import outputs

    return outputs.convert(data)


def _announce(shown: Shown) -> None:
    for name in shown.unreadable:
        print(f"{name}: left out, nbdime cannot read it", file=sys.stderr)
    if not shown.notebooks:
        print("no notebook differs", file=sys.stderr)
        return
    print("a tab for each, the next one when it is closed; Ctrl-C ends", file=sys.stderr)
    for name in shown.notebooks:
        print(f"  {name}", file=sys.stderr)
