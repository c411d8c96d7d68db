"""Check, clean and emit in one pass over what is about to be committed: what pre-commit runs.

With the filter of `nbjob install`, what is staged is clean already and the working copy keeps its
outputs. Without it the notebook is cleaned in place, as a formatter would, and staged again by
you. Sidecars are written beside the notebook and have to be part of the commit.

  nbjob hook etl.ipynb     these notebooks (pre-commit names them)
  nbjob hook               the notebooks that are staged (plain git hooks)
  nbjob hook --only clean  one part of it: clean, check or emit

Exit status: 0 commit on, 1 the commit is stopped; the last lines say what to do.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Collection
from pathlib import Path

from nbjob_clean.clean.core import clean_bytes
from nbjob_clean.cli.baseline import configured
from nbjob_clean.cli.emit import carry_out, pending, require_unedited
from nbjob_clean.cli.findings import Findings
from nbjob_clean.cli.output import say_unreadable
from nbjob_clean.cli.paths import repository_name
from nbjob_clean.config import Configs
from nbjob_clean.emit.core import emit_sidecars, sidecar_names
from nbjob_clean.errors import GitError, NbjobError, NotebookFormatError, SidecarError
from nbjob_clean.files import read_bytes, write_bytes
from nbjob_clean.git.command import (
    deleted_notebooks,
    filtered,
    is_partial_commit,
    staged_notebooks,
    worktree_root,
)
from nbjob_clean.git.staged import Staged, notebooks_of_sidecars, staged_files
from nbjob_clean.notebook.model import Notebook, loads
from nbjob_clean.notebooks import version_4
from nbjob_clean.sidecar.format import sidecar_of

TYPE_CHECKING = False  # a plain command line is read without it
if TYPE_CHECKING:
    import argparse

_PARTS = ("check", "clean", "emit")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="notebooks; default: those staged")
    parser.add_argument("--only", choices=_PARTS, help="one part of the pass; default: all three")


def run(args: argparse.Namespace) -> int:
    gc.disable()  # trees are many and hold no cycles: looking for some is a tenth of the time
    root = worktree_root(Path.cwd())
    if root is None:
        raise GitError(
            "not inside a git work tree", hint="outside of git: nbjob check, clean, emit"
        )
    names = (
        [repository_name(root, path) for path in args.paths]
        if args.paths
        else staged_notebooks(root)
    )
    notebooks = staged_files(root, (*names, *notebooks_of_sidecars(root)))
    gone = [name for name in deleted_notebooks(root) if name not in notebooks]
    sidecars = [_beside(n, s) for n in (*notebooks, *gone) for s in sidecar_names(Path(n).name)]
    parts = (args.only,) if args.only else _PARTS
    hook = _Hook(root, staged_files(root, sidecars), parts, filtered(root, notebooks))
    for notebook in notebooks.values():
        hook.judge(notebook)
    for name in gone:
        hook.judge_deleted(name)
    return hook.verdict()


class _Hook:
    """One pass over the notebooks of a commit, and what it found to be done."""

    def __init__(
        self,
        root: Path,
        sidecars: dict[str, Staged],
        parts: Collection[str],
        filtered_names: Collection[str],
    ) -> None:
        self._root = root
        self._configs = Configs()
        config = self._configs.of(root / "any.ipynb")
        self._sidecars = sidecars
        self._parts = parts
        self._filtered = filtered_names
        self._findings = Findings(
            self._configs, baseline=configured(config), with_file_places=False
        )
        self._to_stage: list[str] = []
        self._to_clean_staged: list[str] = []
        self._to_remove: list[str] = []
        self._failed = 0

    def judge(self, staged: Staged) -> None:
        """Check, clean and emit one notebook; an unreadable one is left as it is."""
        try:
            notebook = version_4(loads(staged.data))
        except NotebookFormatError as exc:
            self._findings.add_unreadable(staged.name, exc)
            return
        if "check" in self._parts:
            seen = self._with_stored_state(staged) or notebook
            self._findings.add(self._root / staged.name, seen, is_named=False)
        try:
            if "clean" in self._parts:
                self._clean(staged)
            if "emit" in self._parts:
                self._emit(staged.name, notebook)
        except (SidecarError, NotebookFormatError) as exc:
            self._fail(staged.name, exc)

    def verdict(self) -> int:
        """Say what was found and what to do; 1 stops the commit."""
        self._findings.print("full")
        commands = [
            f"{command} {' '.join(_shell(os.path.relpath(self._root / n)) for n in names)}"
            for command, names in (
                ("git add", self._to_stage),
                ("nbjob clean --staged", self._to_clean_staged),
                ("git rm", self._to_remove),
            )
            if names
        ]
        if commands:
            print("Not in the commit as it should be. Run:\n", file=sys.stderr)
            print("\n".join(f"    {command}" for command in commands) + "\n", file=sys.stderr)
            if is_partial_commit():
                print("and name these files in `git commit` too.\n", file=sys.stderr)
        return 1 if self._findings.found or commands or self._failed else 0

    def judge_deleted(self, name: str) -> None:
        """A notebook that goes takes its sidecars with it: they would be run without it."""
        for sidecar in (_beside(name, s) for s in sidecar_names(Path(name).name)):
            found = self._sidecars.get(sidecar)
            text = found.data.decode("utf-8", "replace") if found and found.entry else ""
            if "emit" in self._parts and sidecar_of(text) == Path(name).name:
                print(f"{sidecar} stays behind, and {name} is gone")
                self._to_remove.append(sidecar)

    def _with_stored_state(self, staged: Staged) -> Notebook | None:
        """The working copy where its source is what is staged: the filter left the counts there,
        and the order in which cells ran is judged by them."""
        path = self._root / staged.name
        data = read_bytes(path) or b""
        options = self._configs.of(path).cleaning(path)
        try:
            is_same = clean_bytes(data, options) == clean_bytes(staged.data, options)
            return version_4(loads(data)) if is_same else None
        except NotebookFormatError:
            return None

    def _fail(self, name: str, error: NbjobError) -> None:
        self._failed += 1
        say_unreadable(self._root / name, error)

    def _clean(self, staged: Staged) -> None:
        """A dirty notebook would be committed: clean the working copy, which keeps its source.

        Where the filter cleans on the way in, outputs may stay on disk: then the index alone.
        """
        path = self._root / staged.name
        options = self._configs.of(path).cleaning(path)
        cleaned = clean_bytes(staged.data, options)
        if cleaned == staged.data:
            return
        if staged.name in self._filtered:
            self._to_clean_staged.append(staged.name)
            return
        data = read_bytes(path)
        there = cleaned if data is None else clean_bytes(data, options)
        if data is not None and write_bytes(path, there):
            print(f"cleaned {staged.name}")
        # Source that is not staged must not come in by the way.
        is_whole = data is not None and there == cleaned
        (self._to_stage if is_whole else self._to_clean_staged).append(staged.name)

    def _emit(self, name: str, notebook: Notebook) -> None:
        path = self._root / name
        wanted = emit_sidecars(notebook, path.name, tags=self._configs.of(path).tags)
        needed = pending(path, wanted)
        require_unedited(path, needed, self._configs.of(path).tags)
        for change in needed:
            carry_out(path, change)
            print(f"{change.verb} {_beside(name, change.name)}")
        for sidecar in sidecar_names(path.name):
            if not self._is_staged(_beside(name, sidecar), wanted.get(sidecar)):
                self._to_stage.append(_beside(name, sidecar))

    def _is_staged(self, name: str, wanted: bytes | None) -> bool:
        found = self._sidecars.get(name)
        in_index = found.data if found and found.entry else None
        is_foreign = wanted is None and (self._root / name).exists()
        return in_index == wanted or is_foreign


def _beside(notebook: str, sidecar: str) -> str:
    return Path(notebook).with_name(sidecar).as_posix()


def _shell(name: str) -> str:
    import shlex

    return shlex.quote(name.encode("utf-8", "backslashreplace").decode())
