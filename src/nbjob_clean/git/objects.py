"""git's objects by the million: listings and contents read one after the other, never all at once.

`git.command` holds what git answers in memory. That is right for an index; a history is larger.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from nbjob_clean.errors import GitError
from nbjob_clean.record import Record

_CHUNK = 1 << 16


def records(*arguments: str, cwd: Path, lines: Iterable[str] = ()) -> Iterator[bytes]:
    """What git lists, cut at the NULs. Raises GitError with git's own words where it fails."""
    with _output(arguments, cwd, lines) as stream:
        rest = b""
        while chunk := stream.read(_CHUNK):
            *whole, rest = (rest + chunk).split(b"\0")
            yield from whole
        if rest:
            yield rest


def contents(root: Path, oids: Iterable[str]) -> Iterator[bytes]:
    """The content of each object, in the order asked for."""
    with _output(("cat-file", "--batch"), root, oids) as stream:
        for oid, _, size in map(_fields, iter(stream.readline, b"")):
            data = stream.read(int(size) + 1)
            if len(data) <= int(size):
                raise GitError(f"git cat-file: {oid} breaks off")
            yield data[:-1]


class Size(Record):
    """How large an object is, and what it takes on disk, compressed and as a delta."""

    plain: int
    stored: int


def sizes(root: Path, oids: Iterable[str]) -> Mapping[str, Size]:
    """The sizes of objects."""
    question = "--batch-check=%(objectname) %(objectsize) %(objectsize:disk)"
    with _output(("cat-file", question), root, oids) as stream:
        return {oid: Size(int(plain), int(disk)) for oid, plain, disk in map(_fields, stream)}


def _fields(line: bytes) -> tuple[str, str, str]:
    words = os.fsdecode(line).split()
    if len(words) != 3:
        raise GitError(f"git cat-file: {' '.join(words)}", hint="`git fsck` says what is broken")
    return words[0], words[1], words[2]


@contextmanager
def _output(arguments: Iterable[str], cwd: Path, lines: Iterable[str]) -> Iterator[IO[bytes]]:
    command = ["git", *arguments]
    # Files and not pipes for the two others: nobody then waits for anybody.
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as said:
        asked.writelines(line.encode() + b"\n" for line in lines)
        asked.seek(0)
        with subprocess.Popen(
            command, cwd=cwd, stdin=asked, stdout=subprocess.PIPE, stderr=said
        ) as process:
            try:
                yield cast("IO[bytes]", process.stdout)
            except BaseException:
                process.kill()
                raise
        if process.returncode:
            said.seek(0)
            raise GitError(f"git {command[1]}: {os.fsdecode(said.read()).strip()}")


class Pack:
    """Blobs in a repository of their own, packed as git would pack them: to measure, or to take."""

    def __init__(self, folder: Path, object_format: str) -> None:
        self._folder = folder
        self._names: dict[str, str] = {}
        # Nothing that the caller's git has set may lead to another repository than this one.
        self._environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        other = [] if object_format == "sha1" else [f"--object-format={object_format}"]
        self._git("init", "--quiet", "--bare", *other, ".")
        self._import = subprocess.Popen(
            ["git", "fast-import", "--quiet"],
            cwd=folder, env=self._environment, stdin=subprocess.PIPE,
        )  # fmt: skip

    def add(self, oid: str, name: str, data: bytes) -> None:
        """Take a blob; the name of its file says which blobs are alike."""
        stream = self._import.stdin
        if stream and oid not in self._names:
            self._names[oid] = name.replace("\n", " ")
            stream.write(b"blob\ndata %d\n" % len(data))
            stream.write(data)
            stream.write(b"\n")

    def finish(self) -> Path | None:
        """The pack as a file; None where there is nothing to pack."""
        self._import.communicate()
        if self._import.returncode:
            raise GitError("git fast-import failed", hint="is the disk full?")
        if not self._names:
            return None
        lines = "".join(f"{oid} {name}\n" for oid, name in self._names.items())
        self._git("pack-objects", "--quiet", "pack", stdin=os.fsencode(lines))
        return next(self._folder.glob("pack-*.pack"))

    def _git(self, *arguments: str, stdin: bytes = b"") -> None:
        done = subprocess.run(
            ["git", *arguments], cwd=self._folder, env=self._environment, input=stdin,
            capture_output=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise GitError(f"git {arguments[0]}: {os.fsdecode(done.stderr).strip()}")

    def __enter__(self) -> Pack:
        return self

    def __exit__(self, *_: object) -> None:
        if self._import.poll() is None:
            self._import.kill()
            self._import.communicate()
