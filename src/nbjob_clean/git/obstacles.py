"""Why the history of a clone cannot be rewritten here and now, in words.

git-filter-repo refuses what is no fresh clone, since what only lives here (reflogs, stashes,
branches that nobody else has) would be gone; that check is its own. Ours come before it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from nbjob_clean.errors import GitError
from nbjob_clean.git.command import git, names, worktree_root
from nbjob_clean.git.history import Ref, refs

_UNFINISHED = {
    "MERGE_HEAD": "a merge",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase",
    "BISECT_LOG": "a bisection",
}


def whole_clone(start: Path) -> Path:
    """The root of a clone that holds its whole history. Raises GitError where it is not here."""
    root = worktree_root(start)
    if root is None:
        raise GitError(
            "not inside a git work tree", hint="a bare repository has no settings: clone it first"
        )
    if _says(root, "rev-parse", "--is-shallow-repository") == "true":
        raise GitError(
            "this clone is shallow: most of its history is not here",
            hint="git fetch --unshallow, or clone it again",
        )
    if any(value == "true" for value in _values(root, r"^remote\..*\.promisor$")):
        raise GitError(
            "this clone is partial: git would fetch every old notebook from the server, one by one",
            hint="clone it again without --filter",
        )
    return root


def obstacles(root: Path) -> tuple[str, ...]:
    """What has to be put right first; no `--force` gets past it, as something would be lost."""
    return (*_unfinished(root), *_unsuitable(root, refs(root)))


def _unfinished(root: Path) -> Iterator[str]:
    for name, what in _UNFINISHED.items():
        if (root / _says(root, "rev-parse", "--git-path", name)).exists():
            yield f"{what} is not finished"
    if changed := names(git("diff", "--name-only", "-z", "HEAD", "--", cwd=root)):
        yield f"{changed[0]} has changes that are not committed"
    if not _says(root, "symbolic-ref", "--quiet", "HEAD"):
        yield "HEAD is on no branch (`git switch BRANCH`)"


def _unsuitable(root: Path, found: Iterable[Ref]) -> Iterator[str]:
    if _says(root, "rev-parse", "--show-superproject-working-tree"):
        yield "this is a submodule of another repository: clone it by itself"
    if _says(root, "worktree", "list", "--porcelain", "-z").count("worktree ") > 1:
        yield "it has linked worktrees (`git worktree list`)"
    known = {ref.name for ref in found}
    if "refs/stash" in known:
        yield "there are stashed changes (`git stash list`)"
    if any(name.startswith("refs/replace/") for name in known) or _has_grafts(root):
        yield "objects are replaced (`git replace --list`): what git shows is not what is there"
    for ref in found:
        if not ref.commit:
            yield f"{ref.name} does not lead to a commit: git-filter-repo cannot rewrite it"


def _has_grafts(root: Path) -> bool:
    return (root / _says(root, "rev-parse", "--git-path", "info/grafts")).exists()


def _says(root: Path, *arguments: str) -> str:
    try:
        return os.fsdecode(git(*arguments, cwd=root)).rstrip("\n")
    except GitError:
        return ""


def _values(root: Path, pattern: str) -> tuple[str, ...]:
    """The values of the settings that match."""
    try:
        listing = git("config", "-z", "--get-regexp", pattern, cwd=root)
    except GitError:  # there is none
        return ()
    return tuple(entry.partition("\n")[2] for entry in names(listing))
