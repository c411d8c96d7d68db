"""Plumbing that git calls; `nbjob install` writes it into git's configuration.

filter-process     git's long-running filter on stdin and stdout
clean [NAME]       one notebook on stdin, clean on stdout
smudge             stdin to stdout
textconv FILE      a notebook as source
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from nbjob_clean.errors import FileError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["filter-process", "clean", "smudge", "textconv"])
    parser.add_argument("name", nargs="?", default="", help="the file's name")


def run(args: argparse.Namespace) -> int:
    if args.what == "textconv":
        if not Path(args.name).is_file():
            raise FileError(f"{args.name or 'textconv'}: no such file", hint="name a notebook")
        from nbjob_clean.git import textconv

        return int(textconv.main([args.name]))
    if args.what == "smudge":
        shutil.copyfileobj(sys.stdin.buffer, sys.stdout.buffer)
        return 0
    from nbjob_clean.git import filter_process

    if args.what == "filter-process":
        return filter_process.main()
    return _clean(args.name)


def _clean(name: str) -> int:
    from nbjob_clean.config import Configs
    from nbjob_clean.git.filter_process import clean_for_commit

    def warn(message: str) -> None:
        print(f"nbjob: {message}", file=sys.stderr)

    config = Configs().of(Path(name))
    sys.stdout.buffer.write(
        clean_for_commit(sys.stdin.buffer.read(), name or "stdin", config, warn)
    )
    return 0
