"""The servers that the tests of engines talk to, each started once, when it is first needed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.engines.opened import Open
from tests.engines.trino_server import TrinoServer
from tests.postgres import PostgresServer


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    server = PostgresServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def spark_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Sail: the protocol of Spark Connect, without a JVM. Its tables are files of its folder."""
    code = (
        "import sys; from pysail.spark import SparkConnectServer as Server;"
        "server = Server('127.0.0.1', 0); server.start(background=True);"
        "print(server.listening_address[1], flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=tmp_path_factory.mktemp("sail"), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as server:  # fmt: skip
        assert server.stdout
        yield f"sc://127.0.0.1:{int(server.stdout.readline())}"
        server.kill()


@pytest.fixture
def trino() -> Iterator[TrinoServer]:
    server = TrinoServer()
    yield server
    server.close()


@pytest.fixture
def opening(tmp_path: Path) -> Iterator[Callable[[str], Open]]:
    """What opens a database by its URL; it is closed after the test."""
    found: list[Open] = []

    def opening(url: str) -> Open:
        found.append(Open(url.partition("://")[0], url, tmp_path))
        return found[-1]

    yield opening
    for database in found:
        database.connections.rollback()
        database.connections.close(keep=False)
