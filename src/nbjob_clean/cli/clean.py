"""Strip outputs, execution counts and volatile metadata; keep everything that a person wrote.

Ids, kernelspec, tags, attachments and whatever is not known stay, and so do indent, key order,
escapes and line ends. A file is written only when something is removed, and then as a whole.

  nbjob clean                    all notebooks below this folder that git does not ignore
  nbjob clean etl.ipynb          this one
  nbjob clean --check .          name what is not clean, change nothing
  nbjob clean - < in > out       as a filter
  nbjob clean --staged           what is staged, leaving the working copy alone
  nbjob clean --history          what outputs in old commits weigh, and how to be rid of them
  nbjob clean --keep counts --keep 'outputs:<10kB' --drop ids

WHAT is a word, and after a colon the part of it that is meant:

{words}

Exit status: 0 when everything was clean, 1 when files were (or would be) changed or could not
be read. With `-` it is 0 when the notebook could be cleaned.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

from nbjob_clean.clean.core import clean_bytes
from nbjob_clean.clean.options import CleanOptions
from nbjob_clean.clean.words import THINGS, Layer, layer
from nbjob_clean.cli import history
from nbjob_clean.cli.clean_report import FORMATS, CleanReport
from nbjob_clean.cli.paths import display, notebook_paths
from nbjob_clean.cli.progress import watched
from nbjob_clean.config import Configs
from nbjob_clean.errors import FileError, GitError, NotebookFormatError, UsageError
from nbjob_clean.files import read_bytes, write_bytes

TYPE_CHECKING = False  # a plain command line is read without it
if TYPE_CHECKING:
    import argparse

_WORDS = [f"  {thing.usage:24}  {thing.summary}" for thing in THINGS]
__doc__ = (__doc__ or "").replace("{words}", "\n".join(_WORDS))


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
        "--keep", action="append", default=[], metavar="WHAT",
        help="leave this in, though it would go (repeatable)",
    )  # fmt: skip
    parser.add_argument(
        "--drop", action="append", default=[], metavar="WHAT",
        help="take this out, though it would stay (repeatable)",
    )  # fmt: skip
    parser.add_argument("--output-format", choices=FORMATS, default="text", help="default: text")
    history.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    gc.disable()  # notebooks hold no cycles: looking for some takes longer than their cells do
    asked = layer(tuple(args.keep), tuple(args.drop), ("--keep", "--drop"))
    configs = Configs()
    here = Path.cwd() / "-"
    options = configs.of(here).cleaning(here, asked)  # wrong even where nothing is cleaned
    if args.history:
        return history.run(args, lambda path: configs.of(path).cleaning(path, asked))
    history.refuse_alone(args)
    report = CleanReport(args)
    if args.staged:
        _clean_index(args, configs, asked, report)
    elif args.paths == ["-"]:
        return _clean_stream(args, options, report)
    else:
        for path in watched(notebook_paths(args.paths, configs.of(here)), "notebooks"):
            try:
                _clean_file(path, args, configs.of(path).cleaning(path, asked), report)
            except (NotebookFormatError, FileError) as exc:
                report.add_unreadable(path, display(path), exc)
    return report.end()


def _clean_stream(args: argparse.Namespace, options: CleanOptions, report: CleanReport) -> int:
    is_dry = args.check or args.diff
    if args.output_format == "json" and not is_dry:
        raise UsageError(
            "stdout is the notebook: there is no place for JSON", hint="add --check or --diff"
        )
    data = sys.stdin.buffer.read()
    cleaned = clean_bytes(data, options)
    if not is_dry:
        sys.stdout.buffer.write(cleaned)
        return 0
    if args.diff or args.output_format == "json":
        report.add("-", data, cleaned, options, "-")
        return report.end()
    return int(cleaned != data)


def _clean_file(
    path: Path, args: argparse.Namespace, options: CleanOptions, report: CleanReport
) -> None:
    data = read_bytes(path) or b""
    cleaned = clean_bytes(data, options)
    if cleaned != data and not (args.check or args.diff):
        write_bytes(path, cleaned)
    name = display(path) if cleaned != data else ""
    report.add(name, data, cleaned, options, name)


def _clean_index(
    args: argparse.Namespace, configs: Configs, asked: Layer, report: CleanReport
) -> None:
    from nbjob_clean.git.command import index_entries, read_blobs, stage_blob, worktree_root

    root = worktree_root(Path.cwd())
    if root is None:
        raise GitError("not inside a git work tree", hint="--staged cleans what git has staged")
    names = _staged_names(root, args.paths)
    entries = index_entries(root, names)
    blobs = read_blobs(root, (entry.oid for entry in entries.values()))
    for name, entry in watched(tuple(entries.items()), "notebooks"):
        data = blobs[entry.oid]
        options = configs.of(root / name).cleaning(root / name, asked)
        try:
            cleaned = clean_bytes(data, options)
        except NotebookFormatError as exc:
            report.add_unreadable(Path(name), name, exc)
            continue
        if cleaned != data and not (args.check or args.diff):
            stage_blob(root, entry, cleaned)
        report.add(name, data, cleaned, options, f"staged {name}")


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
