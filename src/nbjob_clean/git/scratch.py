"""A repository beside the repository, for as long as a diff is shown: two commits, nothing else.

Its objects are its own and, through git's alternates, those of the real one, which is only read.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from nbjob_clean.git.changes import Side
from nbjob_clean.git.command import git
from nbjob_clean.git.conversion import XFUNCNAME
from nbjob_clean.record import Record

OLD, NEW = "refs/heads/old", "refs/heads/new"
_DRIVER = "nbjob-source"  # a name of its own: whatever notebooks are set to, they are text here


class Repo(Record):
    """Where a repository keeps what its scratch needs."""

    root: Path
    git_directory: Path
    common: Path
    objects: Path
    index: Path
    format: str


def repo(cwd: Path) -> Repo:
    """The repository that holds `cwd`. Raises GitError outside of one."""
    answer = git(
        "rev-parse", "--show-toplevel", "--git-dir", "--git-common-dir", "--git-path", "objects",
        "--git-path", "index", "--show-object-format", cwd=cwd,
    )  # fmt: skip
    *paths, object_format = os.fsdecode(answer).removesuffix("\n").split("\n")
    root, git_directory, common, objects, index = (cwd / path for path in paths)
    return Repo(root, git_directory, common, objects, index, object_format)


class Scratch:
    """The repository in `folder`, made on the spot; the folder is the caller's to remove."""

    def __init__(self, folder: Path, original: Repo) -> None:
        self.folder = folder
        self._original = original
        self._git_directory = folder / ".git"
        for name, text in self._files().items():
            path = self._git_directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(os.fsencode(text))

    def _files(self) -> Mapping[str, str]:
        original = self._original
        attributes = original.common / "info" / "attributes"
        own = attributes.read_text("utf-8", "surrogateescape") if attributes.is_file() else ""
        configs = (original.common / "config", original.git_directory / "config.worktree")
        return {
            "HEAD": f"ref: {OLD}\n",
            "refs/heads/.keep": "",
            "objects/info/alternates": f"{original.objects.resolve()}\n",
            "info/attributes": f"{own}\n*.ipynb diff={_DRIVER}\n",
            "config": (
                "".join(f"[include]\n\tpath = {_quoted(path.resolve())}\n" for path in configs)
                + "[core]\n\trepositoryFormatVersion = 1\n\tbare = false\n\tfsmonitor = false\n"
                + f"[extensions]\n\tobjectFormat = {original.format}\n"
                + f'[diff "{_DRIVER}"]\n\txfuncname = "{XFUNCNAME}"\n'
            ),
        }

    @property
    def environment(self) -> dict[str, str]:
        """Where git finds the scratch, with the files of the real work tree (their attributes)."""
        return {
            **os.environ,
            "GIT_DIR": str(self._git_directory),
            "GIT_WORK_TREE": str(self._original.root),
            "GIT_OBJECT_DIRECTORY": str(self._git_directory / "objects"),
            "GIT_INDEX_FILE": str(self._git_directory / "index"),
        }

    def with_conflict(self) -> dict[str, str]:
        """The environment with the real index, which holds the sides of a conflict.

        From here on git converts notebooks itself: it knows how two sides and a file are shown.
        A split index can be read in its own repository alone: there, what is installed converts.
        """
        from nbjob_clean.git.install import drivers

        if any(self._original.git_directory.glob("sharedindex.*")):
            return dict(os.environ)

        git(
            "config", "--file", str(self._git_directory / "config"),
            f"diff.{_DRIVER}.textconv", drivers(Path(sys.executable))["diff.nbjob.textconv"],
            cwd=self.folder,
        )  # fmt: skip
        index = {"GIT_INDEX_FILE": str(self._original.index), "GIT_OPTIONAL_LOCKS": "0"}
        return {**self.environment, **index}

    def store(self, sides: Sequence[Side]) -> dict[Side, str]:
        """Store files of the work tree as git would, through their filters; their object ids."""
        if not sides:
            return {}
        listing = "\n".join(_c_quoted(side.name) for side in sides) + "\n"
        environment = {
            **os.environ,
            "GIT_OBJECT_DIRECTORY": self.environment["GIT_OBJECT_DIRECTORY"],
        }
        answer = git(
            "hash-object", "-w", "--stdin-paths",
            cwd=self._original.root, stdin=os.fsencode(listing), env=environment,
        )  # fmt: skip
        return dict(zip(sides, answer.decode().split(), strict=True))

    def commit(
        self, old: Iterable[tuple[Side, bytes | str]], new: Iterable[tuple[Side, bytes | str]]
    ) -> None:
        """Make the two commits, of files given by their bytes or by the id of an object."""
        stream = b"".join((*_commit(OLD, old), *_commit(NEW, new), b"done\n"))
        git(
            "-c", "core.fsync=none", "-c", "fastimport.unpackLimit=0", "-c", "core.compression=0",
            "fast-import", "--quiet", "--done", "--depth=0",
            cwd=self._original.root, stdin=stream, env=self.environment,
        )  # fmt: skip


def _commit(ref: str, files: Iterable[tuple[Side, bytes | str]]) -> Iterator[bytes]:
    yield f"commit {ref}\ncommitter nbjob <nbjob> 0 +0000\ndata 0\n".encode()
    for side, content in files:
        mode = side.mode
        if mode.startswith("100"):  # very old commits hold 100664 too
            mode = "100755" if int(mode, 8) & 0o100 else "100644"
        what = content if isinstance(content, str) else "inline"
        yield os.fsencode(f"M {mode} {what} {_c_quoted(side.name)}\n")
        if not isinstance(content, str):
            yield b"data %d\n%s\n" % (len(content), content)


def _c_quoted(name: str) -> str:
    """A path as git reads it from a line of text."""
    if not any(sign in name for sign in '"\\\n') and name == name.strip():
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _quoted(path: Path) -> str:
    return '"' + path.as_posix().replace("\\", "\\\\").replace('"', '\\"') + '"'
