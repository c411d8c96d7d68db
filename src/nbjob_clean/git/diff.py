"""`git diff` of notebooks as source, in one process: git finds the files and shows the diff.

In between, notebooks are converted here, and both sides are put into a scratch repository as two
commits. So every option, every header, the pager, the colours and the status are git's own.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from nbjob_clean.errors import GitError, NotebookFormatError
from nbjob_clean.git.changes import Changes, Side, changes, contents
from nbjob_clean.git.command import git
from nbjob_clean.git.diff_arguments import DiffArguments, parse
from nbjob_clean.git.scratch import NEW, OLD, Repo, Scratch, repo

Convert = Callable[[bytes], bytes]
_CLOSED_PAGER = 141  # SIGPIPE, as a shell says it


def show(arguments: Sequence[str], cwd: Path, convert: Convert) -> int:
    """Show the diff on the streams of this process; git's status: 0, or 1 with `--exit-code`.

    Raises GitError, with git's own words, where git cannot tell what is to be compared.
    """
    wanted = parse(arguments)
    if "--no-index" in wanted.view:
        return _git_diff(arguments, cwd)
    found = changes(wanted, cwd)
    if found.is_special or not found.has_notebooks:
        return _git_diff(arguments, cwd)
    original = repo(cwd)
    with tempfile.TemporaryDirectory(prefix="nbjob-diff-") as folder:
        scratch = Scratch(Path(folder), original)
        status = 0
        if found.old or found.new:
            _fill(scratch, found, original, convert)
            status = _git_diff([*wanted.view, OLD, NEW, "--"], cwd, scratch.environment)
        return max(status, _unmerged(wanted, found, scratch, cwd))


def _unmerged(wanted: DiffArguments, found: Changes, scratch: Scratch, cwd: Path) -> int:
    """Paths in conflict, as git shows them: the file against both sides."""
    if not found.unmerged:
        return 0
    if wanted.is_cached:
        return _git_diff([*wanted.sides, *wanted.view, "--diff-filter=U", *wanted.operands], cwd)
    paths = [f":(top,literal){name}" for name in found.unmerged]
    return _git_diff([*wanted.sides, *wanted.view, "--", *paths], cwd, scratch.with_conflict())


def _fill(scratch: Scratch, found: Changes, original: Repo, convert: Convert) -> None:
    known = contents(found.notebooks, original.root)
    converted = {data: _converted(data, convert) for data in set(known.values())}
    files: dict[Side, bytes | str] = {side: converted[data] for side, data in known.items()}
    files |= _others(
        [side for side in (*found.old, *found.new) if side not in files], scratch, original
    )
    scratch.commit(((s, files[s]) for s in found.old), ((s, files[s]) for s in found.new))


def _converted(data: bytes, convert: Convert) -> bytes:
    """What is no notebook as git would have it, without outputs: so that both sides are alike."""
    text = convert(data)
    if text != data:
        return text
    from nbjob_clean.clean.salvage import withhold_outputs

    try:
        return withhold_outputs(data)
    except NotebookFormatError:
        return data


def _others(sides: Sequence[Side], scratch: Scratch, original: Repo) -> dict[Side, bytes | str]:
    """What is no notebook, as it is: an object of the repository, or stored as git would."""
    files: dict[Side, bytes | str] = {side: side.oid for side in sides if side.oid}
    there = [side for side in sides if not side.oid]
    links = [side for side in there if side.mode == "120000"]
    modules = [side for side in there if side.is_submodule]
    files |= contents(links, original.root)
    files |= {side: _head(original.root / side.name) for side in modules}
    files |= scratch.store([side for side in there if side not in files])
    return files


def _head(submodule: Path) -> str:
    return git("rev-parse", "HEAD", cwd=submodule).decode().strip()


def _git_diff(arguments: Sequence[str], cwd: Path, env: Mapping[str, str] | None = None) -> int:
    try:
        status = subprocess.run(
            ["git", "diff", *arguments], cwd=cwd, env=env, check=False
        ).returncode
    except FileNotFoundError as exc:
        raise GitError("git was not found", hint="install git, or put it on PATH") from exc
    if status in (_CLOSED_PAGER, -13):
        return 0
    return status if status in (0, 1) else GitError.exit_code
