"""git's long-running filter: one process cleans every notebook of a git command.

The protocol is version 2 of gitattributes(5), "Long Running Filter Process": pkt-lines on stdin
and stdout. Clean remembers the outputs it removes, smudge gives them back (memory.py).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

if __name__ == "__main__":
    # Started by git as `python -I -S filter_process.py`: find the package by where this file is.
    sys.path[:0] = [str(Path(__file__).parents[2])]
    if sys.version_info < (3, 11):  # tomli is a package there, and may lie elsewhere
        import site

        site.main()

from nbjob_clean.clean.core import clean
from nbjob_clean.clean.options import DEFAULTS
from nbjob_clean.clean.quick import quick_parts
from nbjob_clean.clean.salvage import withhold_outputs
from nbjob_clean.config import Config, Configs
from nbjob_clean.errors import ConfigError, NbjobError, NotebookFormatError
from nbjob_clean.git.directory import GitDirectory, find_directory
from nbjob_clean.git.memory import Memory
from nbjob_clean.git.removed import cell_keys, keys_of, removed, removed_parts
from nbjob_clean.notebook.model import dumps, loads

_LARGEST = 65516  # bytes of data in one packet
Warn = Callable[[str], None]


class ProtocolError(Exception):
    """The other side does not speak git's filter protocol, version 2."""


def serve(stdin: BinaryIO, stdout: BinaryIO, warn: Warn) -> None:
    """Answer until git closes the pipe.

    Raises ProtocolError where the other side does not speak the protocol.
    """
    _handshake(stdin, stdout)
    directory = find_directory(Path.cwd(), os.environ)
    settings = _Settings(warn)
    memory = Memory(Path.cwd(), directory, lambda: settings.of("").remember, warn)
    answers = _Answers(memory, directory, settings, warn)
    try:
        while (request := _read_list(stdin)) is not None:
            fields = dict(line.split("=", 1) for line in request if "=" in line)
            data = b"".join(_packets(stdin))
            try:
                answer = answers.of(fields, data)
            except NbjobError as exc:
                warn(f"{fields.get('pathname')}: {exc}" + (f" ({exc.hint})" if exc.hint else ""))
                _write_list(stdout, ["status=error"])
            else:
                _write_list(stdout, ["status=success"])
                _write_data(stdout, answer)
                stdout.write(b"0000")  # the status stands
            stdout.flush()
    finally:
        memory.close()


def clean_for_commit(
    data: bytes, name: str, config: Config, warn: Warn, memory: Memory | None = None
) -> bytes:
    """What git stores for a file: a clean notebook; a broken one without its outputs.

    Raises NotebookFormatError where outputs cannot be told from source.
    """
    if not data.strip():
        return data
    options = config.cleaning(Path(name))
    listener = memory if memory and memory.is_on(config) else None
    if options is DEFAULTS and (parts := quick_parts(data, is_recording=bool(listener))):
        if listener:
            cells = removed_parts(parts)
            listener.remember(name, parts.data, cells, lambda: keys_of(parts.cells), config)
        return parts.data
    try:
        notebook = loads(data)
        cleaned = clean(notebook, options)
    except NotebookFormatError as exc:
        safe = withhold_outputs(data)
        if b'"cells"' in data or b'"worksheets"' in data:
            place = f", line {exc.line}" if exc.line else ""
            warn(f"{name}{place}: {exc}; git sees it without its outputs")
        return safe
    if listener:
        gone = removed(notebook, cleaned)
        listener.remember(name, cleaned.data, gone, lambda: cell_keys(cleaned), config)
    return dumps(cleaned)


class _Answers:
    """What git gets for each request of one command."""

    def __init__(
        self, memory: Memory, directory: GitDirectory | None, settings: _Settings, warn: Warn
    ) -> None:
        self._memory = memory
        self._directory = directory
        self._settings = settings
        self._warn = warn
        self._cleaned: set[str] = set()

    def of(self, fields: dict[str, str], data: bytes) -> bytes:
        name = fields.get("pathname", "")
        if fields.get("command") == "clean":
            self._cleaned.add(name)
            config = self._settings.of(name)
            return clean_for_commit(data, name, config, self._warn, self._memory)
        if self._is_for_the_work_tree(fields):
            return self._memory.recall(name, data, self._settings.of(name))
        return data

    def _is_for_the_work_tree(self, fields: dict[str, str]) -> bool:
        """Whether git writes a file that somebody works with; an export stays clean.

        A checkout can be delayed, which is why we say that we could; `git archive` cannot, and
        names a tree. `git apply` reads the file first, and names no blob. What is left holds the
        index's lock (merges before git 2.34) or only shows: `git cat-file --filters`, a diff tool.
        """
        if fields.get("can-delay") == "1":
            return True
        if "treeish" in fields:
            return False
        if "blob" not in fields and fields.get("pathname") in self._cleaned:
            return True
        return self._directory is not None and self._directory.is_being_updated(os.environ)


class _Settings:
    """The configuration of each notebook; a broken one must not stop `git status`."""

    def __init__(self, warn: Warn) -> None:
        self._warn = warn
        self._configs = Configs()

    def of(self, name: str) -> Config:
        try:
            return self._configs.of(Path(name))
        except (ConfigError, OSError, ImportError) as exc:
            self._warn(f"{exc}; cleaning with the defaults")
            return Config()


def _handshake(stdin: BinaryIO, stdout: BinaryIO) -> None:
    welcome = _read_list(stdin)
    if welcome != ["git-filter-client", "version=2"]:
        raise ProtocolError(f"expected git's filter protocol, version 2, got {welcome!r}")
    _write_list(stdout, ["git-filter-server", "version=2"])
    stdout.flush()
    offered = _read_list(stdin) or []
    ours = ("capability=clean", "capability=smudge", "capability=delay")
    _write_list(stdout, [c for c in ours if c in offered])
    stdout.flush()


def _packets(stdin: BinaryIO) -> Iterator[bytes]:
    """The packets up to the flush packet; ends early where git has gone."""
    while True:
        head = stdin.read(4)
        if len(head) < 4:
            raise EOFError
        try:
            size = int(head, 16)
        except ValueError as exc:
            raise ProtocolError(f"no packet starts with {head!r}") from exc
        if not size:
            return
        yield stdin.read(size - 4)


def _read_list(stdin: BinaryIO) -> list[str] | None:
    try:
        return [
            packet.decode("utf-8", "surrogateescape").rstrip("\n") for packet in _packets(stdin)
        ]
    except EOFError:
        return None


def _write_list(stdout: BinaryIO, lines: list[str]) -> None:
    for line in lines:
        stdout.write(b"%04x%s\n" % (len(line) + 5, line.encode()))
    stdout.write(b"0000")


def _write_data(stdout: BinaryIO, data: bytes) -> None:
    for start in range(0, len(data), _LARGEST):
        chunk = data[start : start + _LARGEST]
        stdout.write(b"%04x" % (len(chunk) + 4))
        stdout.write(chunk)
    stdout.write(b"0000")


def main() -> int:
    """Serve git on the standard streams; warnings go to stderr."""

    def warn(message: str) -> None:
        sys.stderr.write(f"nbjob: {message}\n")

    try:
        serve(sys.stdin.buffer, sys.stdout.buffer, warn)
    except (EOFError, BrokenPipeError):
        return 0  # git was stopped in the middle
    except ProtocolError as exc:
        warn(str(exc))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
