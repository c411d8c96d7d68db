"""A matrix on a real Dask scheduler with two workers, one of which is killed."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runner.jobs import Said, cell, nbjob, parameters, py, write


def _port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port: int = server.getsockname()[1]
        return port


class Cluster:
    """A scheduler and two workers, processes all."""

    def __init__(self, folder: Path) -> None:
        port = _port()
        self.address = f"tcp://127.0.0.1:{port}"
        self._folder = folder
        self.workers: list[subprocess.Popen[bytes]] = []
        self._scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"
        )
        self._wait(port)
        for _ in range(2):
            self.workers.append(
                self._start(
                    "worker", self.address, "--nthreads", "1", "--no-dashboard", "--no-nanny"
                )
            )

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]],
            cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def _wait(self, port: int) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)
        pytest.fail("no scheduler")

    def stop(self) -> None:
        for process in (*self.workers, self._scheduler):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    found = Cluster(tmp_path)
    try:
        yield found
    finally:
        found.stop()


def _run(cluster: Cluster, job: Path, rows: Path, *options: str) -> Said:
    return nbjob(
        "run", job, "--matrix", str(rows), "--executor", f"dask:{cluster.address}", *options
    )


@pytest.mark.slow
def test_a_worker_is_lost_and_no_run_is(cluster: Cluster, tmp_path: Path) -> None:
    job = write(tmp_path / "job", py("10_a", parameters("n = 0\nday = '2024-01-01'"), cell(
        "import time\nwith open(f'ran{n}', 'a') as file: file.write(day)\ntime.sleep(1)\nprint('n is', n)")))  # fmt: skip
    rows = tmp_path / "rows.json"
    rows.write_text(json.dumps([{"n": n, "day": "2024-02-02"} for n in range(1, 6)]))
    report = tmp_path / "report.json"

    def kill_one() -> None:
        deadline = time.monotonic() + 60
        while not (job / "ran1").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        cluster.workers[0].kill()

    killer = threading.Thread(target=kill_one)
    killer.start()
    said = _run(cluster, job, rows, "--report", str(report))
    killer.join()
    assert said.code == 0, said.err
    content = json.loads(report.read_text())
    assert [run["index"] for run in content["runs"]] == [1, 2, 3, 4, 5]
    assert content["failed"] == 0
    assert sorted(said.out.splitlines()) == [f"n is {n}" for n in range(1, 6)]
    assert (job / "ran3").read_text().startswith("2024-02-02")


@pytest.mark.slow
def test_a_failure_on_a_worker_is_the_jobs_own(cluster: Cluster, tmp_path: Path) -> None:
    job = write(
        tmp_path / "job",
        py("10_a", parameters("n = 0"), cell("if n == 2: raise ValueError('two')")),
    )
    rows = tmp_path / "rows.csv"
    rows.write_text("n\n1\n2\n")
    said = _run(cluster, job, rows)
    assert said.code == 1
    assert "ValueError: two" in said.err


def test_no_scheduler(tmp_path: Path) -> None:
    job = write(tmp_path / "job", py("10_a", parameters("n = 0")))
    rows = tmp_path / "rows.csv"
    rows.write_text("n\n1\n")
    said = nbjob("run", job, "--matrix", str(rows), "--executor", "dask:tcp://127.0.0.1:1")
    assert said.code == 69
    assert "no Dask scheduler at tcp://127.0.0.1:1" in said.err
