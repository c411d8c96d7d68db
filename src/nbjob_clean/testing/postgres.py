"""A real PostgreSQL server in a scratch directory, for the tests of one process.

Its programs are those of the package `pgserver`, or of an installed PostgreSQL.
"""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from nbjob_clean.errors import UnavailableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypedDict

    class _User(TypedDict, total=False):
        user: int
        group: int
        extra_groups: list[int]


_DEBIAN = Path("/usr/lib/postgresql")
# No test survives a failure of the power, and none needs the network.
_OPTIONS = "-h 127.0.0.1 -k '' -c fsync=off -c full_page_writes=off -c max_connections=50"


class PostgresServer:
    """Started when it is made. Raises UnavailableError where there is no PostgreSQL to start."""

    def __init__(self) -> None:
        self.port = _free_port()
        self._numbers = itertools.count(1)
        self._scratch = Path(tempfile.mkdtemp(prefix="nbjob-postgresql-"))
        self._programs = _programs(self._scratch)
        self._user = _unprivileged(self._scratch)
        self._run(
            "initdb", "--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8",
            "--locale=C", self._data,
        )  # fmt: skip
        self.start()

    def start(self) -> None:
        options = f"-p {self.port} {_OPTIONS}"
        self._run("pg_ctl", "-D", self._data, "-w", "-l", self._log, "-o", options, "start")

    def stop(self) -> None:
        """At once, but with the data kept: `start` goes on with it, at the same port."""
        self._run("pg_ctl", "-D", self._data, "-m", "fast", "-w", "stop")

    def url(self, database: str = "postgres", scheme: str = "postgresql") -> str:
        return f"{scheme}://postgres@127.0.0.1:{self.port}/{database}"

    @contextlib.contextmanager
    def database(self) -> Iterator[str]:
        """The URL of an empty database, dropped afterwards, whoever is still connected."""
        name = f"test_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            yield self.url(name)
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self._scratch, ignore_errors=True)

    @property
    def _data(self) -> str:
        return str(self._scratch / "data")

    @property
    def _log(self) -> str:
        return str(self._scratch / "log")

    def _execute(self, statement: str) -> None:
        try:
            import psycopg  # type: ignore[import-not-found,unused-ignore]
        except ModuleNotFoundError as exc:
            raise UnavailableError(
                "the package `psycopg` is not installed",
                hint='pip install "nbjob-clean[postgresql]"',
            ) from exc
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._programs / program), *arguments],
            cwd=self._scratch, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            # The server keeps what pg_ctl has: a pipe would never come to its end.
            stderr=subprocess.PIPE if program == "initdb" else subprocess.DEVNULL,
            check=False, **self._user,
        )  # fmt: skip
        if done.returncode:
            log = Path(self._log).read_text("utf-8") if Path(self._log).exists() else ""
            said = (done.stderr or b"").decode(errors="replace")
            raise UnavailableError(f"{program} failed: {said}{log}")


def _programs(scratch: Path) -> Path:
    """Where `initdb` and `pg_ctl` are; copied where whoever runs them may not look."""
    spec = importlib.util.find_spec("pgserver")
    for place in (spec and spec.submodule_search_locations) or ():
        folder = Path(place) / "pginstall"
        if not _is_root() or all(part.stat().st_mode & 0o001 for part in folder.parents):
            return folder / "bin"
        return shutil.copytree(folder, scratch / "pginstall", symlinks=True) / "bin"
    on_path = shutil.which("pg_ctl")
    found = [Path(on_path)] if on_path else sorted(_DEBIAN.glob("*/bin/pg_ctl"))
    if not found:
        raise UnavailableError("no PostgreSQL to start", hint="pip install pgserver")
    return found[-1].resolve().parent


def _unprivileged(scratch: Path) -> _User:
    """PostgreSQL refuses to run as root, as which a container may well run its tests."""
    if not _is_root():
        return {}
    import pwd

    nobody = pwd.getpwnam("nobody")
    os.chown(scratch, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
