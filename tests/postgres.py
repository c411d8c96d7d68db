"""A real PostgreSQL server of our own, in a scratch directory, that can be stopped and started.

Its programs are those of the package `pgserver`, or, where it has none for this Python, Debian's.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path


class PostgresServer:
    """Started when it is made; `stop` and `start` keep the port and the data."""

    def __init__(self) -> None:
        self.port = _free_port()
        self._scratch = Path(tempfile.mkdtemp(prefix="nbjob-postgresql-"))
        self._data = self._scratch / "data"
        self._programs = _programs(self._scratch)
        self._user = _unprivileged(self._scratch)
        self._run(
            "initdb", "--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8",
            "--locale=C", str(self._data),
        )  # fmt: skip
        self.start()

    def start(self) -> None:
        options = f"-p {self.port} -h 127.0.0.1 -k '' -c fsync=off -c max_connections=40"
        log = str(self._scratch / "log")
        self._run("pg_ctl", "-D", str(self._data), "-w", "-l", log, "-o", options, "start")

    def stop(self) -> None:
        """At once, as after a failure of the power, but with the data kept."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "fast", "-w", "stop")

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self._scratch)

    def url(self, database: str = "postgres", scheme: str = "postgresql") -> str:
        return f"{scheme}://postgres@127.0.0.1:{self.port}/{database}"

    def empty(self) -> None:
        """Nothing is left of the test before, nor does it hold a lock; sooner than a database."""
        self.kill_others()
        self.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public")

    def kill_others(self) -> None:
        """End the server's side of all connections."""
        self.query(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )

    def query(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._programs / program), *arguments],
            cwd=self._scratch, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE if program == "initdb" else subprocess.DEVNULL,
            check=False, **self._user,
        )  # fmt: skip
        log = self._scratch / "log"
        words = (done.stderr or b"").decode() + (log.read_text() if log.exists() else "")
        assert done.returncode == 0, f"{program}: {words}"


def _programs(scratch: Path) -> Path:
    spec = importlib.util.find_spec("pgserver")
    if spec and spec.submodule_search_locations:
        folder = Path(spec.submodule_search_locations[0]) / "pginstall"
        if not _is_root() or all(part.stat().st_mode & 0o001 for part in folder.parents):
            return folder / "bin"
        return shutil.copytree(folder, scratch / "pginstall", symlinks=True) / "bin"
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    on_path = shutil.which("pg_ctl")
    assert found or on_path, "no PostgreSQL here: make postgresql"
    return found[-1].parent if found else Path(str(on_path)).parent


def _unprivileged(scratch: Path) -> dict[str, object]:
    """PostgreSQL refuses to run as root, as which a container runs its tests."""
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
