"""Is every production cell self-contained and in order? Nothing is executed.

Production cells are the code cells tagged `job` or `vdk`. A notebook without findings runs
top-down in a fresh process; every finding names the cell, the line and what to do.

  nbjob check                         all notebooks below this folder that git does not ignore
  nbjob check etl.ipynb               this one, and say so when it has no production cell
  nbjob check --output-format github  for machines: json, github, gitlab, sarif
  nbjob check --write-baseline FILE   live with what is there; --baseline FILE reports what is new
  nbjob check --fix --diff            what --fix would change: tags, ids, requirements, sidecars
  nbjob check --fix                   change it
  nbjob check --with ruff             ruff's, mypy's or sqlfluff's results on the sidecars, at cells
  nbjob check --explain NBJ102        what a code means

Exit status: 0 no findings, or a baseline written; 1 findings, 2 wrong usage.
"""

from __future__ import annotations

import gc
import sys
import warnings
from collections.abc import Collection
from pathlib import Path

from nbjob_clean.cli.findings import Findings, Seen, codes
from nbjob_clean.cli.output import counted
from nbjob_clean.cli.paths import display, notebook_paths
from nbjob_clean.cli.shares import shared
from nbjob_clean.cli.sidecar_rules import SIDECAR_RULES
from nbjob_clean.config import Config, Configs
from nbjob_clean.errors import FileError, NotebookFormatError, SidecarError, UsageError
from nbjob_clean.notebooks import read_notebook
from nbjob_clean.rules import unreadable_notebook
from nbjob_clean.rules.core import RULES

TYPE_CHECKING = False  # few repositories have a baseline; a plain command line needs no argparse
if TYPE_CHECKING:
    import argparse

    from nbjob_clean.cli.baseline import Baseline

FORMATS = ("full", "concise", "json", "github", "gitlab", "sarif")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="notebooks and folders")
    parser.add_argument("--output-format", choices=FORMATS, default="full", help="default: full")
    parser.add_argument("--select", action="append", default=[], metavar="CODES", help="only these")
    parser.add_argument("--ignore", action="append", default=[], metavar="CODES", help="not these")
    baseline = parser.add_mutually_exclusive_group()
    baseline.add_argument("--baseline", metavar="FILE", help="report only what FILE does not list")
    baseline.add_argument("--write-baseline", metavar="FILE", help="list what is found, and stop")
    parser.add_argument("--fix", action="store_true", help="mend what can be mended; never source")
    parser.add_argument(
        "--diff", action="store_true", help="show what --fix would change, and stop"
    )
    parser.add_argument(
        "--with", dest="tool", choices=("ruff", "mypy", "sqlfluff"),
        help="what this tool says of the sidecars, at cells; instead of our own rules",
    )  # fmt: skip
    parser.add_argument("--explain", metavar="CODE", help="say what a rule looks for, and stop")


def run(args: argparse.Namespace) -> int:
    if args.explain:
        return _explain(args.explain)
    gc.disable()  # trees are many and hold no cycles: looking for some is a tenth of the time
    configs = Configs()
    config = configs.of(Path.cwd() / "any.ipynb")
    named = {Path(p) for p in args.paths}
    findings = Findings(
        configs,
        select=codes(args.select),
        ignore=codes(args.ignore),
        baseline=_baseline(args, config),
        with_file_places=args.output_format not in ("full", "concise"),
    )
    paths = notebook_paths(args.paths, config)
    if args.fix or args.diff:
        changed = _fix(paths, findings, configs, is_dry=args.diff)
        if args.diff:
            return 1 if changed else 0
    if args.tool:
        for path in paths:
            findings.take(_look_with(args.tool, path, configs.of(path)))
        return _report(args, findings, paths)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # once for all: Python's, about what others wrote
        for seen in shared(lambda path: _look(path, findings, named), paths, "notebooks"):
            findings.take(seen)
    findings.add_orphans(Path(p) for p in args.paths or ["."] if Path(p).is_dir())
    return _report(args, findings, paths)


def _look(path: Path, findings: Findings, named: Collection[Path]) -> Seen:
    try:
        return findings.see(path, read_notebook(path), is_named=path in named)
    except NotebookFormatError as exc:
        return Seen(path, (unreadable_notebook.diagnose(display(path), exc),), {})
    except FileError as exc:
        return Seen(path, (), {}, exc)


def _look_with(tool: str, path: Path, config: Config) -> Seen:
    from nbjob_clean.cli.tools import look_with

    try:
        return look_with(tool, path, read_notebook(path), tags=config.tags)
    except NotebookFormatError as exc:
        return Seen(path, (unreadable_notebook.diagnose(display(path), exc),), {})
    except SidecarError as exc:
        return Seen(path, (), {}, FileError(str(exc), hint=exc.hint))
    except FileError as exc:
        return Seen(path, (), {}, exc)


def _report(args: argparse.Namespace, findings: Findings, paths: list[Path]) -> int:
    """Print what was found, or write it down as the baseline; the exit status."""
    gc.freeze()  # nor does the interpreter have to look through them on its way out
    if args.write_baseline:
        return findings.write_baseline(Path(args.write_baseline))
    findings.print(args.output_format)
    if not args.select and not args.ignore:
        _say_gone(findings.gone(paths))
    if args.output_format == "full":
        _summary(len(findings.found), len(paths))
    return 1 if findings.found or findings.failed else 0


def _fix(paths: list[Path], findings: Findings, configs: Configs, *, is_dry: bool) -> int:
    from nbjob_clean.cli.fix import fix_files

    return fix_files(paths, findings, configs, is_dry=is_dry)


def _baseline(args: argparse.Namespace, config: Config) -> Baseline | None:
    """The one that is named, else the configured one; none where one is to be written."""
    if args.write_baseline or not (args.baseline or config.baseline):
        return None
    from nbjob_clean.cli.baseline import configured, read_baseline

    return read_baseline(Path(args.baseline)) if args.baseline else configured(config)


def _explain(code: str) -> int:
    for rule in (*RULES, *SIDECAR_RULES):
        if code.lower() in (rule.code.lower(), rule.name):
            print(f"{rule.code} {rule.name}\n\n{rule.explanation}")
            return 0
    raise UsageError(
        f"no rule has the code `{code}`",
        hint=", ".join(rule.code for rule in (*RULES, *SIDECAR_RULES)),
    )


def _summary(count: int, notebooks: int) -> None:
    files = counted(notebooks, "notebook")
    if count:
        print(f"Found {counted(count, 'problem')} in {files}.", file=sys.stderr)
    else:
        print(f"All checks passed: {files}.", file=sys.stderr)


def _say_gone(count: int) -> None:
    if count:
        verb = "is" if count == 1 else "are"
        words = f"{counted(count, 'finding')} of the baseline {verb} gone: write it again"
        print(words, file=sys.stderr)
