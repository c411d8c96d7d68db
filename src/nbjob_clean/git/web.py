"""nbdime's rich view, in the browser, of what a `git diff` compares.

nbdime knows fewer ways to name two sides than git does. So it is given a scratch repository with
the two sides as commits, and the notebooks as they are.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from nbjob_clean.errors import UsageError
from nbjob_clean.git.changes import Side, changes, contents
from nbjob_clean.git.conversion import NO_NOTEBOOK, cells
from nbjob_clean.git.diff_arguments import parse
from nbjob_clean.git.scratch import NEW, OLD, Scratch, repo
from nbjob_clean.record import Record


class Shown(Record):
    """What the browser was given, and what nbdime could not have read."""

    notebooks: tuple[str, ...]
    unreadable: tuple[str, ...]


def browse(arguments: Sequence[str], cwd: Path, announce: Callable[[Shown], None]) -> None:
    """Open a tab for each notebook that differs, the next one when the last is closed.

    `announce` is called before the first. Raises UsageError where nbdime is not installed, GitError
    where git cannot tell what is to be compared.
    """
    if importlib.util.find_spec("nbdime") is None:
        raise UsageError("--web needs nbdime", hint='pip install "nbjob-clean[web]"')
    wanted = parse(arguments)
    if wanted.view:
        raise UsageError(f"--web takes revisions and paths, not `{wanted.view[0]}`")
    found = changes(wanted, cwd)
    original = repo(cwd)
    known = contents(found.notebooks, original.root)
    unreadable = {side.name for side, data in known.items() if not _is_notebook(data)}
    old, new = (
        {side.name: (side, known[side]) for side in sides if side in known}
        for sides in (found.old, found.new)
    )
    names = {name for name in {**old, **new} if _bytes(old, name) != _bytes(new, name)} - unreadable
    announce(Shown(tuple(sorted(names)), (*sorted(unreadable), *found.unmerged)))
    if not names:
        return
    with tempfile.TemporaryDirectory(prefix="nbjob-diff-") as folder:
        scratch = Scratch(Path(folder), original)
        scratch.commit(
            [old[name] for name in sorted(names & old.keys())],
            [new[name] for name in sorted(names & new.keys())],
        )
        _serve(Path(folder))


def _bytes(files: Mapping[str, tuple[Side, bytes]], name: str) -> bytes | None:
    found = files.get(name)
    return found and found[1]


def _is_notebook(data: bytes) -> bool:
    try:
        cells(data)
    except NO_NOTEBOOK:
        return False
    return True


def _serve(folder: Path) -> None:
    """nbdime's server ends when the page is closed; its log names the address."""
    names = [ref.rpartition("/")[2] for ref in (OLD, NEW)]
    environment = {name: value for name, value in os.environ.items() if name[:4] != "GIT_"}
    command = [sys.executable, "-m", "nbdime.webapp.nbdiffweb", "--log-level", "INFO", *names]
    done = subprocess.run(command, cwd=folder, env=environment, check=False)
    if done.returncode:
        raise UsageError(f"nbdime ended with status {done.returncode}")
