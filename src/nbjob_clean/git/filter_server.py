"""git's long-running filter: one process cleans every notebook of a git command.

The protocol is version 2 of gitattributes(5), "Long Running Filter Process": pkt-lines on stdin
and stdout. Clean remembers the outputs it removes, smudge gives them back (memory.py).
"""

import gc
import io
import os
import sys

from nbjob_clean.clean.quick import quick_parts
from nbjob_clean.errors import ConfigError, NbjobError
from nbjob_clean.git.directory import find_directory
from nbjob_clean.nearby import REMEMBER, may_have_settings

TYPE_CHECKING = False  # what is loaded here, every `git status` pays for
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from nbjob_clean.config import Config, Configs
    from nbjob_clean.git.memory import Memory

    Warn = Callable[[str], None]

_LARGEST = 65516  # bytes of data in one packet
_PIPE = 1 << 18  # bytes: four packets, and it stays in the processor's cache


class ProtocolError(Exception):
    """The other side does not speak git's filter protocol, version 2."""


def serve(stdin: "BinaryIO", stdout: "BinaryIO", warn: "Warn") -> None:
    """Answer until git closes the pipe.

    Raises ProtocolError where the other side does not speak the protocol.
    """
    _handshake(stdin, stdout)
    answers = _Answers(warn)
    try:
        while (request := _read_list(stdin)) is not None:
            fields = dict(line.split("=", 1) for line in request if "=" in line)
            data = _read_data(stdin)
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
            del data
    finally:
        answers.close()


class _Answers:
    """What git gets for each request of one command."""

    def __init__(self, warn: "Warn") -> None:
        self._warn = warn
        self._directory = find_directory(os.getcwd(), os.environ)
        self._settings = _Settings(warn)
        self._memory: Memory | None = None
        self._cleaned: set[str] = set()

    def close(self) -> None:
        if self._memory:
            self._memory.close()

    def of(self, fields: "dict[str, str]", data: bytes) -> bytes:
        name = fields.get("pathname", "")
        if fields.get("command") == "clean":
            self._cleaned.add(name)
            return self._clean(name, data)
        if self._is_for_the_work_tree(fields) and b"outputs" in data:
            return self._recall(name, data)
        return data

    def _clean(self, name: str, data: bytes) -> bytes:
        config = self._settings.of(name)
        memory = self._memory_of(config)
        if config is None or self._settings.is_default(name, config):
            parts = quick_parts(data, is_recording=memory is not None, looks_inside=False)
            if parts:
                if memory:
                    memory.remember_parts(name, parts, config)
                return parts.data
        from nbjob_clean.git.commit import clean_for_commit

        return clean_for_commit(data, name, self._settings.loaded(name), self._warn, memory)

    def _recall(self, name: str, data: bytes) -> bytes:
        config = self._settings.of(name)
        memory = self._memory_of(config)
        return memory.recall(name, data, config) if memory else data

    def _memory_of(self, config: "Config | None") -> "Memory | None":
        """Where a notebook's outputs are remembered; None where they are not."""
        if self._directory is None or (config and not config.remember):
            return None
        if self._memory is None:
            from nbjob_clean.git.memory import Memory

            self._memory = Memory(self._directory, self._settings.bound, self._warn)
        return self._memory

    def _is_for_the_work_tree(self, fields: "dict[str, str]") -> bool:
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

    def __init__(self, warn: "Warn") -> None:
        self._warn = warn
        self._near: dict[str, bool] = {}
        self._configs: Configs | None = None

    def of(self, name: str) -> "Config | None":
        """What holds for a notebook; None where nothing is set."""
        folder = os.path.dirname(name)
        if folder not in self._near:
            self._near[folder] = may_have_settings(os.path.join(os.getcwd(), folder))
        return self.loaded(name) if self._near[folder] else None

    def loaded(self, name: str) -> "Config":
        from pathlib import Path

        from nbjob_clean.config import Config, Configs

        self._configs = self._configs or Configs()
        try:
            return self._configs.of(Path(name))
        except (ConfigError, OSError, ImportError) as exc:
            self._warn(f"{exc}; cleaning with the defaults")
            return Config()

    def is_default(self, name: str, config: "Config") -> bool:
        """Whether this notebook is cleaned as if nothing were set."""
        from pathlib import Path

        from nbjob_clean.clean.options import DEFAULTS

        return config.cleaning(Path(name)) is DEFAULTS

    def bound(self) -> int:
        """How many bytes of outputs are remembered, as the repository's root says."""
        config = self.of("")
        return config.remember if config and config.remember else REMEMBER


def _handshake(stdin: "BinaryIO", stdout: "BinaryIO") -> None:
    welcome = _read_list(stdin)
    if welcome != ["git-filter-client", "version=2"]:
        raise ProtocolError(f"expected git's filter protocol, version 2, got {welcome!r}")
    _write_list(stdout, ["git-filter-server", "version=2"])
    stdout.flush()
    offered = _read_list(stdin) or []
    ours = ("capability=clean", "capability=smudge", "capability=delay")
    _write_list(stdout, [c for c in ours if c in offered])
    stdout.flush()


def _packets(stdin: "BinaryIO") -> "Iterator[bytes]":
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


def _read_list(stdin: "BinaryIO") -> "list[str] | None":
    try:
        return [
            packet.decode("utf-8", "surrogateescape").rstrip("\n") for packet in _packets(stdin)
        ]
    except EOFError:
        return None


def _read_data(stdin: "BinaryIO") -> bytes:
    """The content of a file; never there twice, as it may be large."""
    whole = io.BytesIO()
    for packet in _packets(stdin):
        whole.write(packet)
    return whole.getvalue()


def _write_list(stdout: "BinaryIO", lines: list[str]) -> None:
    for line in lines:
        stdout.write(b"%04x%s\n" % (len(line) + 5, line.encode()))
    stdout.write(b"0000")


def _write_data(stdout: "BinaryIO", data: bytes) -> None:
    for start in range(0, len(data), _LARGEST):
        chunk = data[start : start + _LARGEST]
        stdout.write(b"%04x" % (len(chunk) + 4))
        stdout.write(chunk)
    stdout.write(b"0000")


def _widen(pipe: int) -> None:
    """Let git write on while a notebook is cleaned; Linux can, and up to a user's limit."""
    try:
        from fcntl import F_SETPIPE_SZ, fcntl

        fcntl(pipe, F_SETPIPE_SZ, _PIPE)
    except (ImportError, OSError):
        pass


def main() -> int:
    """Serve git on the standard streams; warnings go to stderr."""

    def warn(message: str) -> None:
        sys.stderr.write(f"nbjob: {message}\n")

    gc.disable()  # notebooks hold no cycles, and the process lives as long as git's command
    for pipe in (0, 1):
        _widen(pipe)
    try:
        with open(0, "rb", buffering=_PIPE, closefd=False) as stdin:
            serve(stdin, sys.stdout.buffer, warn)
    except (EOFError, BrokenPipeError):
        return 0  # git was stopped in the middle
    except ProtocolError as exc:
        warn(str(exc))
        return 1
    return 0
