"""Strip outputs, execution counts and volatile metadata; keep everything that a person wrote.

Ids, kernelspec, tags, attachments and whatever is not known stay, and so do indent, key order,
escapes and line ends. A file is written only when something is removed, and then as a whole.

  nbjob clean                    all notebooks below this folder that git does not ignore
  nbjob clean etl.ipynb          this one
  nbjob clean --check .          name what is not clean, change nothing
  nbjob clean - < in > out       as a filter
  nbjob clean --staged           what is staged, leaving the working copy alone
  nbjob clean --history          what outputs in old commits weigh, and how to be rid of them

Exit status: 0 when everything was clean, 1 when files were (or would be) changed or could not
be read. With `-` it is 0 when the notebook could be cleaned.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from nbjob_clean.clean.core import CLEANERS, clean_bytes
from nbjob_clean.cli import history
from nbjob_clean.cli.output import say_unreadable
from nbjob_clean.cli.paths import display, notebook_paths
from nbjob_clean.config import Config, Configs
from nbjob_clean.errors import FileError, GitError, NotebookFormatError, UsageError
from nbjob_clean.files import read_bytes, write_bytes

_NAMES = [cleaner.name for cleaner in CLEANERS]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="notebooks and folders, or - for stdin"
    )
    parser.add_argument(
        "--check", action="store_true", help="change nothing; 1 when something would"
    )
    parser.add_argument("--diff", action="store_true", help="change nothing; show what would")
    parser.add_argument(
        "--staged", action="store_true", help="clean the index instead of the files"
    )
    parser.add_argument(
        "--keep", action="append", default=[], choices=_NAMES, metavar="WHAT",
        help=f"leave this in (repeatable): {', '.join(_NAMES)}",
    )  # fmt: skip
    parser.add_argument("--output-format", choices=("full", "json"), default="full")
    history.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    configs = Configs()
    here = Path.cwd() / "-"
    _keep(configs.of(here), args.keep)  # a wrong setting is an error even where nothing is cleaned
    if args.history:
        return history.run(args, lambda path: _keep(configs.of(path), args.keep))
    history.refuse_alone(args)
    if args.staged:
        return _clean_index(args, configs)
    if args.paths == ["-"]:
        return _clean_stream(args, _keep(configs.of(here), args.keep))
    changed = failed = 0
    for path in notebook_paths(args.paths, configs.of(here)):
        try:
            changed += _clean_file(path, args, _keep(configs.of(path), args.keep))
        except (NotebookFormatError, FileError) as exc:
            failed += 1
            say_unreadable(path, exc)
    return 1 if changed or failed else 0


def _keep(config: Config, names: list[str]) -> frozenset[str]:
    unknown = sorted(set(config.keep) - set(_NAMES))
    if unknown:
        raise UsageError(f"`keep` has no `{unknown[0]}`", hint=f"known: {', '.join(_NAMES)}")
    return frozenset((*config.keep, *names))


def _clean_stream(args: argparse.Namespace, keep: frozenset[str]) -> int:
    data = sys.stdin.buffer.read()
    cleaned = clean_bytes(data, keep=keep)
    if not (args.check or args.diff):
        sys.stdout.buffer.write(cleaned)
        return 0
    if args.diff:
        _print_diff("-", data, cleaned)
    return int(cleaned != data)


def _clean_file(path: Path, args: argparse.Namespace, keep: frozenset[str]) -> bool:
    data = read_bytes(path) or b""
    cleaned = clean_bytes(data, keep=keep)
    if cleaned == data:
        return False
    if args.diff:
        _print_diff(display(path), data, cleaned)
    elif args.check:
        print(f"would clean {display(path)}")
    else:
        write_bytes(path, cleaned)
        print(f"cleaned {display(path)}")
    return True


def _clean_index(args: argparse.Namespace, configs: Configs) -> int:
    from nbjob_clean.git.command import (
        index_entries,
        read_blobs,
        stage_blob,
        worktree_root,
    )

    root = worktree_root(Path.cwd())
    if root is None:
        raise GitError("not inside a git work tree", hint="--staged cleans what git has staged")
    names = _staged_names(root, args.paths)
    entries = index_entries(root, names)
    blobs = read_blobs(root, (entry.oid for entry in entries.values()))
    changed = False
    for name, entry in entries.items():
        try:
            keep = _keep(configs.of(root / name), args.keep)
            cleaned = clean_bytes(blobs[entry.oid], keep=keep)
        except NotebookFormatError as exc:
            say_unreadable(Path(name), exc)
            changed = True
            continue
        if cleaned != blobs[entry.oid]:
            changed = True
            if args.diff:
                _print_diff(name, blobs[entry.oid], cleaned)
            elif args.check:
                print(f"would clean staged {name}")
            else:
                stage_blob(root, entry, cleaned)
                print(f"cleaned staged {name}")
    return int(changed)


def _staged_names(root: Path, paths: list[str]) -> list[str]:
    """The staged notebooks that the paths name; all of them without paths.

    Raises UsageError for a path that no staged notebook is at or below.
    """
    from nbjob_clean.git.command import staged_notebooks

    staged = staged_notebooks(root)
    found: list[str] = [] if paths else list(staged)
    for argument in paths:
        place = Path(os.path.relpath(Path(argument).resolve(), root.resolve())).as_posix()
        matching = [n for n in staged if place in (".", n) or n.startswith(f"{place}/")]
        if not matching:
            raise UsageError(f"{argument}: no staged notebook", hint="git add it first")
        found += matching
    return list(dict.fromkeys(found))


def _print_diff(name: str, before: bytes, after: bytes) -> None:
    import difflib

    lines = difflib.unified_diff(
        before.decode().splitlines(),
        after.decode().splitlines(),
        f"a/{name}",
        f"b/{name}",
        lineterm="",
    )
    print("\n".join(lines))
