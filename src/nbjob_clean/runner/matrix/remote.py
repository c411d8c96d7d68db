"""One run in a fresh process, as a worker is asked for it: plain values in and out.

A worker of a cluster imports this, and calls it more than once for the same run when another
worker has been lost: what is done already is not done again.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from nbjob_clean.runner.matrix.task import TaskResult, empty, read_result, write_result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def run_row(order: Mapping[str, Any]) -> dict[str, Any]:
    """Run a row. `order` holds `index`, `key`, `batch`, `shown`, `directory`, `files`, `job`,
    `folder` and the `options` of `nbjob run`; what comes back is a TaskResult's JSON, with `out`
    and `err`, what the run has printed.

    The job's directory is used where the worker has it; else its texts are written to one.
    """
    directory = Path(order["directory"])
    if not directory.is_dir():
        with tempfile.TemporaryDirectory(prefix="nbjob-") as scratch:
            copy = Path(scratch) / (directory.name or "job")
            copy.mkdir()
            for name, text in order["files"].items():
                (copy / name).write_text(text, encoding="utf-8", newline="\n")
            return _run(order, copy, copy / ".nbjob-run")
    return _run(order, directory, Path(order["folder"]))


def _run(order: Mapping[str, Any], directory: Path, folder: Path) -> dict[str, Any]:
    folder.mkdir(parents=True, exist_ok=True)
    before = read_result(folder)
    if before and before.batch == order["batch"]:
        return before.as_json() | {"out": "", "err": ""}
    empty(folder)
    job = directory / order["job"] if order["job"] else directory
    command = [sys.executable, "-m", "nbjob_clean", "run", str(job), "--log-format", "json"]
    started = time.perf_counter()
    done = subprocess.run(
        [*command, *_options(order["options"], folder)],
        capture_output=True, encoding="utf-8", errors="replace", check=False,
    )  # fmt: skip
    events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    result = _result(order, done.returncode, time.perf_counter() - started, events)
    write_result(folder, result)
    said = {stream: _text(events, stream) for stream in ("stdout", "stderr")}
    return result.as_json() | {"out": said["stdout"], "err": said["stderr"] + done.stderr}


def _options(options: Sequence[str], folder: Path) -> list[str]:
    """`{folder}` in an option is the run's own folder, which only the worker knows."""
    return [option.replace("{folder}", folder.as_posix()) for option in options]


def _result(
    order: Mapping[str, Any], code: int, seconds: float, events: Sequence[Mapping[str, Any]]
) -> TaskResult:
    end: Mapping[str, Any] = next((e for e in reversed(events) if e["event"] == "run-finished"), {})
    error = end.get("error")
    if code < 0:
        code, error = 137, {"type": "Killed", "message": f"its process got signal {-code}"}
    return TaskResult(
        index=order["index"],
        key=order["key"],
        arguments=order["shown"],
        status=str(end.get("status", "killed" if code == 137 else "failed")),
        exit_code=code,
        batch=order["batch"],
        seconds=seconds,
        error=error,
        worker=f"{socket.gethostname()}:{os.getpid()}",
    )


def _text(events: Sequence[Mapping[str, Any]], stream: str) -> str:
    return "".join(
        event["text"]
        for event in events
        if event["event"] == "output" and event["stream"] == stream
    )
