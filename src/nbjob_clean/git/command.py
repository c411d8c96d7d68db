"""The one way to git's data: bytes in, bytes out, names ended by NUL, git's own words on failure.

The environment is passed on as it is: a hook must see the index that git is about to commit
(`git commit FILE` prepares one of its own and names it in GIT_INDEX_FILE).
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from nbjob_clean.errors import GitError
from nbjob_clean.record import Record

Attributes = dict[str, dict[str, str]]  # path -> attribute -> value


def git(
    *arguments: str, cwd: Path, stdin: bytes = b"", env: Mapping[str, str] | None = None
) -> bytes:
    """What git prints. Raises GitError with git's own words where it fails."""
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=cwd, env=env, input=stdin, capture_output=True, check=False
        )
    except FileNotFoundError as exc:
        if not cwd.is_dir():
            raise GitError(f"{cwd}: no such directory") from exc
        raise GitError("git was not found", hint="install git, or put it on PATH") from exc
    if done.returncode:
        words = os.fsdecode(done.stderr).strip() or f"exit status {done.returncode}"
        raise GitError(f"git {_subcommand(arguments)}: {words}")
    return done.stdout


def settings(cwd: Path, *, scope: str = "") -> dict[str, str]:
    """git's configuration as it holds here, or as one scope's file says: each key's last value."""
    try:
        listing = git("config", *([f"--{scope}"] if scope else []), "--list", "-z", cwd=cwd)
    except GitError:
        if scope:
            return {}  # no such file
        raise
    pairs = (os.fsdecode(entry).partition("\n") for entry in listing.split(b"\0") if entry)
    return {key: value for key, _, value in pairs}


def git_paths(root: Path, *wanted: str) -> tuple[Path, ...]:
    """Where git keeps things: `hooks`, `info/attributes`; in a linked work tree too."""
    questions = [word for name in wanted for word in ("--git-path", name)]
    answer = git("rev-parse", *questions, cwd=root)
    return tuple(root / line for line in os.fsdecode(answer).splitlines())


def attributes(root: Path, wanted: Iterable[str], paths: Iterable[str]) -> Attributes:
    """What git decides for each path: a value, `set`, `unset` or `unspecified`."""
    stdin = b"".join(os.fsencode(path) + b"\0" for path in paths)
    answer = names(git("check-attr", "-z", "--stdin", *wanted, cwd=root, stdin=stdin))
    found: Attributes = {}
    for path, name, value in zip(*(answer[start::3] for start in range(3)), strict=True):
        found.setdefault(path, {})[name] = value
    return found


def filtered(root: Path, paths: Iterable[str]) -> frozenset[str]:
    """The paths that git sends through our filter: attributes name it and this clone has it."""
    paths = tuple(paths)
    if not paths or not settings(root).get("filter.nbjob.process"):
        return frozenset()
    found = attributes(root, ("filter",), paths)
    return frozenset(path for path, values in found.items() if values["filter"] == "nbjob")


def _subcommand(arguments: Sequence[str]) -> str:
    settings = 0
    while arguments[settings] == "-c":
        settings += 2
    return arguments[settings]


def names(listing: bytes) -> tuple[str, ...]:
    """The names in a listing made with `-z`."""
    return tuple(os.fsdecode(name) for name in listing.split(b"\0") if name)


def worktree_root(start: Path) -> Path | None:
    """The root of the work tree that holds `start`; None outside of one.

    Raises GitError where there is one that git does not trust, as it belongs to somebody else.
    """
    try:
        answer = git("rev-parse", "--show-toplevel", cwd=start)
    except GitError as exc:
        if "safe.directory" in str(exc):
            raise
        return None
    return Path(os.fsdecode(answer.removesuffix(b"\n")))


class IndexEntry(Record):
    """A file in the index: what the next commit will hold."""

    name: str
    mode: str
    oid: str


def index_entries(root: Path, paths: Iterable[str]) -> dict[str, IndexEntry]:
    """The regular files among `paths` that are in the index, by name relative to the root."""
    pathspecs = b"".join(os.fsencode(f":(top,literal){path}") + b"\0" for path in paths)
    if not pathspecs:
        return {}
    return {
        entry.name: entry
        for entry, stage in _entries(_ls_files(root, pathspecs))
        if stage == "0" and entry.mode.startswith("100")
    }


def notebook_entries(root: Path) -> tuple[dict[str, IndexEntry], frozenset[str]]:
    """All notebooks in the index by name, and the names of those that are in conflict."""
    listing = git("ls-files", "--stage", "-z", "--", "*.ipynb", cwd=root)
    found = list(_entries(listing))
    regular = {e.name: e for e, stage in found if stage == "0" and e.mode.startswith("100")}
    return regular, frozenset(entry.name for entry, stage in found if stage != "0")


def _entries(listing: bytes) -> Iterator[tuple[IndexEntry, str]]:
    for line in names(listing):
        head, name = line.split("\t", 1)
        mode, oid, stage = head.split(" ")
        yield IndexEntry(name, mode, oid), stage


def _ls_files(root: Path, pathspecs: bytes) -> bytes:
    # ls-files takes no pathspecs from a file; a few hundred at a time stay below any limit.
    found = pathspecs.rstrip(b"\0").split(b"\0")
    chunks = (found[start : start + 200] for start in range(0, len(found), 200))
    return b"".join(
        git("ls-files", "--stage", "-z", "--", *map(os.fsdecode, chunk), cwd=root)
        for chunk in chunks
    )


def read_blobs(root: Path, oids: Iterable[str]) -> dict[str, bytes]:
    """The contents of blobs, in one process for all of them."""
    wanted = tuple(dict.fromkeys(oids))
    if not wanted:
        return {}
    answer = git("cat-file", "--batch", cwd=root, stdin="\n".join(wanted).encode() + b"\n")
    blobs = {}
    position = 0
    for oid in wanted:
        end = answer.index(b"\n", position)
        head = answer[position:end].split(b" ")
        if len(head) != 3:
            raise GitError(f"git cat-file: {os.fsdecode(answer[position:end])}")
        start, size = end + 1, int(head[2])
        blobs[oid] = answer[start : start + size]
        position = start + size + 1
    return blobs


def staged_notebooks(root: Path) -> tuple[str, ...]:
    """The notebooks that the next commit adds or changes, relative to the root."""
    return _staged(root, "ACMRT")


def tracked_notebooks(root: Path) -> tuple[str, ...]:
    """All notebooks in the index, relative to the root."""
    return names(git("ls-files", "-z", "--", "*.ipynb", cwd=root))


def deleted_notebooks(root: Path) -> tuple[str, ...]:
    """The notebooks that the next commit takes away, renamed ones among them."""
    return _staged(root, "D")


def staged_scripts(root: Path) -> tuple[str, ...]:
    """The .py and .sql files that the next commit adds, changes or takes away."""
    return _staged(root, "ACMRTD", "*.py", "*.sql")


def _staged(root: Path, changes: str, *patterns: str) -> tuple[str, ...]:
    listing = git(
        "diff", "--cached", "--name-only", f"--diff-filter={changes}", "--no-renames", "-z",
        "--", *(patterns or ("*.ipynb",)), cwd=root,
    )  # fmt: skip
    return names(listing)


def is_partial_commit() -> bool:
    """Whether git commits named files alone (`git commit FILE`), from an index made for that."""
    return Path(os.environ.get("GIT_INDEX_FILE", "")).name.startswith("next-index-")


def stage_blob(root: Path, entry: IndexEntry, data: bytes) -> None:
    """Put `data` into the index for an entry; the working copy is not touched."""
    oid = git("hash-object", "-w", "--stdin", "--no-filters", cwd=root, stdin=data).decode().strip()
    line = f"{entry.mode} {oid} 0\t{entry.name}"
    git("update-index", "-z", "--index-info", cwd=root, stdin=os.fsencode(line) + b"\0")


def notebooks_below(folder: Path) -> tuple[Path, ...] | None:
    """The notebooks below a folder that git does not ignore; None outside of a work tree."""
    if worktree_root(folder) is None:
        return None
    listing = git(
        "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate",
        "--", "*.ipynb", cwd=folder,
    )  # fmt: skip
    return tuple(path for path in (folder / name for name in names(listing)) if path.is_file())
