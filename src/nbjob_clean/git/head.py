"""What the last commit holds of files: one `git cat-file --batch` for all that are asked about.

Silent: outside of a repository, before the first commit and without git there is simply nothing.
"""

from __future__ import annotations

import os
import subprocess
import weakref
from pathlib import Path


class Head:
    """HEAD of each work tree that a file lies in; git is started when it is first asked."""

    def __init__(self) -> None:
        self._roots: dict[Path, Path | None] = {}
        self._batches: dict[Path, _Batch] = {}

    def read(self, path: Path) -> bytes | None:
        """The file as of the last commit; None where that does not have it."""
        folder = path.parent.resolve()
        root = self._root(folder)
        name = None if root is None else (folder / path.name).relative_to(root).as_posix()
        if root is None or not name or "\n" in name:
            return None
        if root not in self._batches:
            self._batches[root] = _Batch(root)
        return self._batches[root].read(f"HEAD:{name}")

    def _root(self, folder: Path) -> Path | None:
        """The nearest folder with a `.git`, which is a file in linked work trees."""
        if folder not in self._roots:
            places = (folder, *folder.parents)
            self._roots[folder] = next((p for p in places if (p / ".git").exists()), None)
        return self._roots[folder]


class _Batch:
    """A running `git cat-file --batch`; once it has failed, nothing is there."""

    def __init__(self, root: Path) -> None:
        try:
            self._process: subprocess.Popen[bytes] | None = subprocess.Popen(
                ["git", "cat-file", "--batch"],
                cwd=root,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            self._process = None
        else:
            weakref.finalize(self, _end, self._process)

    def read(self, revision: str) -> bytes | None:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return None
        try:
            process.stdin.write(os.fsencode(revision) + b"\n")
            process.stdin.flush()
            head = process.stdout.readline().split()
            if not head:
                self._process = None
                return None
            if head[-1] == b"missing":
                return None
            size = int(head[-1])
            data = process.stdout.read(size + 1)[:size]
        except (OSError, ValueError):
            self._process = None
            return None
        return data if head[-2] == b"blob" and len(data) == size else None


def _end(process: subprocess.Popen[bytes]) -> None:
    """Git ends when nothing more can be asked; a pipe that it closed before is no matter."""
    try:
        process.communicate()
    except (OSError, ValueError):
        process.kill()
        process.wait()
