"""Plumbing that git calls; `nbjob install` writes it into git's configuration.

filter-process     git's long-running filter on stdin and stdout
clean [NAME]       one notebook on stdin, clean on stdout
smudge             stdin to stdout
textconv FILE      a notebook as source
merge %O %A %B %L %P [%S %X %Y]   git's merge driver: the result replaces %A; 1 with conflicts
mergetool BASE LOCAL REMOTE MERGED   nbdime's web page for what a merge left to decide
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from nbjob_clean.errors import FileError, UsageError

_PLUMBING = ("filter-process", "clean", "smudge", "textconv", "merge", "mergetool")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=_PLUMBING)
    parser.add_argument("name", nargs="?", default="", help="the file's name")
    parser.add_argument("more", nargs="*", help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    if args.what == "textconv":
        if not Path(args.name).is_file():
            raise FileError(f"{args.name or 'textconv'}: no such file", hint="name a notebook")
        from nbjob_clean.git import textconv

        return int(textconv.main([args.name]))
    if args.what in ("merge", "mergetool"):
        return _merge(args.what, [args.name, *args.more])
    if args.what == "smudge":
        shutil.copyfileobj(sys.stdin.buffer, sys.stdout.buffer)
        return 0
    if args.what == "filter-process":
        from nbjob_clean.git import filter_server

        return filter_server.main()
    return _clean(args.name)


def _clean(name: str) -> int:
    from nbjob_clean.config import Configs
    from nbjob_clean.git.commit import clean_for_commit

    def warn(message: str) -> None:
        print(f"nbjob: {message}", file=sys.stderr)

    config = Configs().of(Path(name))
    sys.stdout.buffer.write(
        clean_for_commit(sys.stdin.buffer.read(), name or "stdin", config, warn)
    )
    return 0


def _merge(what: str, arguments: list[str]) -> int:
    from nbjob_clean.git import merge_driver

    if what == "mergetool" and len(arguments) == 4:
        from nbjob_clean.git.mergetool import open_page

        request = merge_driver.request_of([*arguments[:3], "7", arguments[3]])
        return open_page(request, Path(arguments[3]), merge_driver.warn)
    if what == "merge" and 5 <= len(arguments) <= 8 and arguments[3].isdecimal():
        return merge_driver.main(arguments)
    raise UsageError(f"git {what}: wrong arguments", hint="git calls this; see `nbjob install`")
