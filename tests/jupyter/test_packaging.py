"""What is shipped and what CI installs: the extension in the one wheel, a browser or a loud end."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

import nbjob_clean
from tests.jupyter.environments import NEWEST, ROOT, Served

EXTENSION = ROOT / "src" / "nbjob_clean" / "jupyter" / "labextension"


def test_the_extension_has_our_version() -> None:
    for name in ("package.json", "schemas/nbjob-clean/package.json.orig"):
        assert json.loads((EXTENSION / name).read_text())["version"] == nbjob_clean.__version__


def test_every_command_of_the_schema_is_there() -> None:
    schema = (EXTENSION / "schemas" / "nbjob-clean" / "plugin.json").read_text()
    commands = (EXTENSION / "static" / "commands.js").read_text()
    named = {word for word in schema.split('"') if word.startswith("nbjob:")}
    assert named
    assert [name for name in named if f"add('{name}'" not in commands] == []


def test_nothing_is_asked_of_anybody_else() -> None:
    for path in (EXTENSION / "static").iterdir():
        addresses = [word for word in path.read_text().split("'") if word.startswith("http")]
        assert addresses in ([], ["http://www.w3.org/2000/svg"]), path  # a name, not an address


@pytest.mark.slow
@pytest.mark.parametrize("served", [NEWEST], indirect=True)
def test_a_wheel_is_all_that_jupyter_needs(served: Served) -> None:
    python = served.python
    for part, word in (
        ("labextension", "nbjob-clean v"),
        ("server extension", "nbjob_clean.jupyter"),
    ):
        done = subprocess.run(
            [python, "-m", "jupyter", *part.split(), "list"],
            capture_output=True,
            text=True,
            check=True,
        )
        lines = [line for line in (done.stdout + done.stderr).splitlines() if word in line]
        assert any("enabled" in line for line in lines), done.stdout + done.stderr


@pytest.mark.skipif(os.name == "nt", reason="a script for Debian")
def test_the_browser_script_says_when_it_cannot(tmp_path: Path) -> None:
    (tmp_path / "bash").symlink_to(shutil.which("bash") or "")
    command = ["bash", str(ROOT / "scripts" / "browser")]
    environment = {"PATH": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, "error: no chromium" in done.stderr) == (1, True)
    (tmp_path / "apt-get").write_text(f"#!{shutil.which('true')}\n")
    (tmp_path / "apt-get").chmod(0o755)
    for name in ("id", "env"):
        (tmp_path / name).symlink_to(shutil.which(name) or "")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
