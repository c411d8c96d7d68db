"""The bar on a terminal, on a real pseudo-terminal."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from tests.runner.jobs import cell, py, write

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal there")

SLOW = "import time\nprint('begun', end='', flush=True)\ntime.sleep(0.9)\nprint(' and ended')"
QUIET = "import time\ntime.sleep(1.2)\nprint('out')"


def _on_a_terminal(*arguments: object, **variables: str) -> str:
    """All that a terminal is told, by both streams."""
    import pty

    child, terminal = pty.fork()
    if child == 0:  # pragma: no cover - it becomes the program
        environment = {k: v for k, v in os.environ.items() if k not in ("CI", "NO_COLOR")}
        environment |= {"TERM": "xterm", **variables}
        os.execve(sys.executable, [sys.executable, "-m", "nbjob_clean", *map(str, arguments)], environment)  # fmt: skip
    said = b""
    while True:
        try:
            data = os.read(terminal, 65536)
        except OSError:  # Linux says so where others say nothing more
            break
        if not data:
            break
        said += data
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, said
    return said.decode()


def _screen(said: str) -> list[str]:
    """The lines that are left: what was erased is gone."""
    lines = []
    for line in said.replace("\r\n", "\n").split("\n"):
        line = re.sub(r"^.*\r\x1b\[2K", "", line)
        lines.append(re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip())
    return lines


def test_the_bar_comes_and_goes(tmp_path: Path) -> None:
    job = write(tmp_path / "job", py("a", cell("x = 1"), cell(QUIET), cell("y = 1")))
    said = _on_a_terminal("run", job)
    assert "█" in said
    assert "1/3  a.ipynb cell 2  1 s" in said
    lines = _screen(said)
    assert not any("█" in line for line in lines)
    assert lines[1] == "out"
    assert lines[2].startswith("[2/3] a.ipynb cell 2")
    assert lines[-2].startswith("done: 3 steps")


def test_a_line_that_the_job_has_begun_is_left_alone(tmp_path: Path) -> None:
    said = _on_a_terminal("run", write(tmp_path / "job", py("a", cell(SLOW))))
    assert _screen(said)[0] == "begun and ended"


@pytest.mark.parametrize("off", [{"CI": "true"}, {"TERM": "dumb"}, {"NBJOB_PROGRESS": "off"}], ids=str)  # fmt: skip
def test_where_no_bar_is_wanted(tmp_path: Path, off: dict[str, str]) -> None:
    said = _on_a_terminal("run", write(tmp_path / "job", py("a", cell(QUIET))), **off)
    assert "\x1b[2K" not in said


def test_secrets_on_a_terminal(tmp_path: Path) -> None:
    job = write(tmp_path / "job", {"a.py": f"print(token)\n{QUIET}"})
    said = _on_a_terminal("run", job, "--secret", "token=env:TOKEN", TOKEN="s3cret")
    assert "s3cret" not in said
    assert _screen(said)[:2] == ["***", "out"]
