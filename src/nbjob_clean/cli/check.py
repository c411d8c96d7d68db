"""Is every production cell self-contained and in order? Nothing is executed.

Production cells are the code cells tagged `job` or `vdk`. A notebook without findings runs
top-down in a fresh process; every finding names the cell, the line and what to do.

  nbjob check                         all notebooks below this folder that git does not ignore
  nbjob check etl.ipynb               this one, and say so when it has no production cell
  nbjob check --output-format json    for machines
  nbjob check --explain NBJ102        what a code means

Exit status: 0 no findings, 1 findings, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from nbjob_clean.cli.output import print_diagnostics, say_unreadable
from nbjob_clean.cli.paths import display, notebook_paths, read_notebook
from nbjob_clean.cli.surroundings import Surveyor
from nbjob_clean.config import Config, find_config
from nbjob_clean.diagnostic import Diagnostic
from nbjob_clean.errors import FileError, NotebookFormatError, UsageError
from nbjob_clean.notebook.model import Notebook
from nbjob_clean.rules import unreadable_notebook
from nbjob_clean.rules.core import RULES, check

_NO_PRODUCTION_CELL = "NBJ004"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="notebooks and folders")
    parser.add_argument(
        "--output-format", choices=["full", "concise", "json"], default="full", help="default: full"
    )
    parser.add_argument("--select", action="append", default=[], metavar="CODES", help="only these")
    parser.add_argument("--ignore", action="append", default=[], metavar="CODES", help="not these")
    parser.add_argument("--explain", metavar="CODE", help="say what a rule looks for, and stop")


def run(args: argparse.Namespace) -> int:
    if args.explain:
        return _explain(args.explain)
    config = find_config(Path.cwd())
    named = {Path(p) for p in args.paths}
    findings = Findings(config, select=codes(args.select), ignore=codes(args.ignore))
    paths = notebook_paths(args.paths, config)
    for path in paths:
        try:
            findings.add(path, read_notebook(path), is_named=path in named)
        except NotebookFormatError as exc:
            findings.add_unreadable(display(path), exc)
        except FileError as exc:
            findings.failed += 1
            say_unreadable(path, exc)
    findings.print(args.output_format)
    if args.output_format == "full":
        _summary(len(findings.found), len(paths))
    return 1 if findings.found or findings.failed else 0


def codes(values: list[str]) -> tuple[str, ...]:
    """Codes from a repeatable option that also takes a comma-separated list.

    Raises UsageError for a code that no rule has.
    """
    wanted = tuple(code.strip() for value in values for code in value.split(",") if code.strip())
    known = [rule.code for rule in RULES] + [unreadable_notebook.CODE]
    for code in wanted:
        if code != "ALL" and not any(name.startswith(code) for name in known):
            raise UsageError(
                f"no rule has the code `{code}`", hint=f"known: {', '.join(sorted(known))}"
            )
    return wanted


class Findings:
    """The findings of one invocation, with the sources that their excerpts come from."""

    def __init__(
        self, config: Config, *, select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()
    ) -> None:
        self._config = config
        self._surveyor = Surveyor(config)
        self._select = select or config.select
        self._ignore = (*config.ignore, *ignore)
        self._sources: dict[tuple[str, int], list[str]] = {}
        self.found: list[Diagnostic] = []
        self.failed = 0

    def add(self, file: Path, notebook: Notebook, *, is_named: bool) -> list[Diagnostic]:
        """Check one notebook. Only one that was named is blamed for having no production cell."""
        path = display(file)
        ignored = self._ignore if is_named else (*self._ignore, _NO_PRODUCTION_CELL)
        found = check(
            notebook,
            path=path,
            tags=self._config.tags,
            select=self._select,
            ignore=(*ignored, *self._ignored_for(path)),
            builtins=self._config.builtins,
            surroundings=self._surveyor.of(file),
        )
        self.found += found
        for cell in notebook.cells:
            self._sources[path, cell.number] = cell.lines
        return found

    def add_unreadable(self, path: str, error: NotebookFormatError) -> None:
        self.found.append(unreadable_notebook.diagnose(path, error))

    def print(self, output_format: str) -> None:
        print_diagnostics(self.found, output_format=output_format, sources=self._sources)

    def _ignored_for(self, path: str) -> list[str]:
        from fnmatch import fnmatch

        patterns = self._config.per_file_ignores
        return [c for pattern, codes in patterns.items() if fnmatch(path, pattern) for c in codes]


def _explain(code: str) -> int:
    for rule in RULES:
        if code in (rule.code, rule.name):
            print(f"{rule.code} {rule.name}\n\n{rule.explanation}")
            return 0
    raise UsageError(f"no rule has the code `{code}`", hint=", ".join(rule.code for rule in RULES))


def _summary(count: int, notebooks: int) -> None:
    files = f"{notebooks} notebook{'s' * (notebooks != 1)}"
    if count:
        print(f"Found {count} problem{'s' * (count != 1)} in {files}.", file=sys.stderr)
    else:
        print(f"All checks passed: {files}.", file=sys.stderr)
