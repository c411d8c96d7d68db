"""`--log-format json`: what programs that watch a run are told."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from nbjob_clean.runner.capture import Capture, _Lines
from tests.runner.jobs import Said, cell, nbjob, py, query, sql, write


def events(said: Said) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.out.splitlines()]


def test_the_events_of_a_run(tmp_path: Path) -> None:
    job = write(tmp_path / "job", py("a", cell("x = 0", "one"), cell("print('hi')\n1 / x", "two"), cell("y = 1")))  # fmt: skip
    said = nbjob("run", job, "--log-format", "json")
    assert (said.code, said.err) == (1, "")
    found = events(said)
    assert [(e["event"], e.get("status")) for e in found] == [
        ("run-started", None),
        ("step-started", None),
        ("step-finished", "ok"),
        ("step-started", None),
        ("output", None),
        ("step-finished", "failed"),
        ("step-finished", "not run"),
        ("run-finished", "failed"),
    ]
    assert all(e["time"].endswith("Z") for e in found)
    assert found[0]["job"] == "job"
    assert found[0]["run_id"]
    assert len(found[0]["steps"][1].pop("digest")) == 32
    assert found[0]["steps"][1] == found[3]["step"] == {
        "number": 2, "title": "a.ipynb cell 2", "file": "a.py", "notebook": "a.ipynb",
        "cell": 2, "cell_id": "two", "language": "python",
    }  # fmt: skip
    assert (found[4]["stream"], found[4]["text"], found[4]["step"]) == ("stdout", "hi\n", 2)
    error = found[5]["error"]
    assert (error["type"], error["message"]) == ("ZeroDivisionError", "division by zero")
    assert (error["cell"], error["cell_id"], error["line"]) == (2, "two", 2)
    assert "  a.ipynb, cell 2, line 2\n" in error["traceback"]
    assert found[-1]["exit_code"] == 1
    assert found[-1]["error"] == error


def test_rows_of_sql(tmp_path: Path) -> None:
    said = nbjob("run", write(tmp_path, sql("a", query("SELECT 1 UNION SELECT 2;"))), "--db", "sqlite://", "--log-format", "json")  # fmt: skip
    assert events(said)[2]["rows"] == 2


PRINTS = """
import os, subprocess, sys
print("a", end="")
print("b")
print("to stderr", file=sys.stderr)
sys.stdout.buffer.write(b"bytes\\n")
subprocess.run([sys.executable, "-c", "import sys; print('child'); print('child err', file=sys.stderr)"])
os.write(1, b"descriptor\\n")
print("no end", end="")
"""


def test_output_of_the_job_and_its_children_is_in_the_events(tmp_path: Path) -> None:
    said = nbjob("run", write(tmp_path, {"a.py": PRINTS}), "--log-format", "json")
    assert said.err == ""
    found = [(e["stream"], e["text"]) for e in events(said) if e["event"] == "output"]
    assert [text for stream, text in found if stream == "stderr"] == ["to stderr\n", "child err\n"]
    assert [text for stream, text in found if stream == "stdout"] == [
        "ab\n", "bytes\n", "child\n", "descriptor\n", "no end"
    ]  # fmt: skip


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork there")
def test_output_of_a_forked_child(tmp_path: Path) -> None:
    text = (
        "import os\nif os.fork() == 0:\n    print('forked', flush=True)\n    os._exit(0)\nos.wait()"
    )
    said = nbjob("run", write(tmp_path, {"a.py": text}), "--log-format", "json")
    # Python 3.12 and later warn of a fork beside a thread: the one that reads the pipe.
    found = [e["text"] for e in events(said) if e.get("stream") == "stdout"]
    assert found == ["forked\n"]


def test_a_refused_run_ends_with_an_event(tmp_path: Path) -> None:
    said = nbjob("run", write(tmp_path, {"a.py": ""}), "-p", "x=1", "--log-format", "json")
    (end,) = events(said)
    assert (said.code, end["event"], end["status"], end["exit_code"]) == (64, "run-finished", "refused", 64)  # fmt: skip
    assert end["error"]["message"] == "unknown argument `x`"
    assert said.err.startswith("error: unknown argument")


def test_text_leaves_stdout_to_the_job(tmp_path: Path) -> None:
    assert nbjob("run", write(tmp_path, {"a.py": PRINTS})).out.splitlines()[0] == "ab"


def test_a_bar_that_a_job_draws_is_seen_while_it_grows() -> None:
    heard: list[str] = []
    lines = _Lines("stderr", lambda _, text: heard.append(text))
    for data in (b"\r10 %", b"\r20 %", b"\r", b"\n", b"a\r\nb\n", b"x" * (1 << 20), b"y", b"z"):
        lines.feed(data)
    lines.end()
    assert heard[:5] == ["\r", "10 %\r", "20 %\r\n", "a\r\n", "b\n"]
    assert [len(text) for text in heard[5:]] == [(1 << 20) + 1, 1]


def test_a_capture_gives_the_streams_back(capfd: pytest.CaptureFixture[str]) -> None:
    heard: list[tuple[str, str]] = []
    before = (sys.stdout, sys.stderr)
    capture = Capture(lambda stream, text: heard.append((stream, text)))
    capture.open()
    print("one\n\ntwo", end="")
    capture.close()
    assert heard == [("stdout", "one\n"), ("stdout", "\n"), ("stdout", "two")]
    assert (sys.stdout, sys.stderr) == before
    os.write(1, b"after")
    assert capfd.readouterr().out == "after"
