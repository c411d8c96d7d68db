"""Completion, by a real bash."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from nbjob_clean.cli import COMMANDS


def _script(shell: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "nbjob_clean", "completion", shell],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip


@pytest.fixture(scope="module")
def bash(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("completion") / "nbjob.bash"
    path.write_text(_script("bash"))
    return path


def _complete(script: Path, *words: str) -> set[str]:
    """What is offered for the last word."""
    listed = " ".join(f"'{word}'" for word in words)
    program = (
        f"source {script}; COMP_WORDS=({listed}); COMP_CWORD={len(words) - 1};"
        ' _nbjob; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["bash", "--norc", "-c", program], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_commands(bash: Path) -> None:
    assert set(COMMANDS) < _complete(bash, "nbjob", "")
    assert _complete(bash, "nbjob", "che") == {"check"}


def test_options_and_their_values(bash: Path) -> None:
    assert _complete(bash, "nbjob", "run", "--step") == {"--step-timeout"}
    assert _complete(bash, "nbjob", "run", "--env", "") == {"none", "uv", "venv"}
    assert _complete(bash, "nbjob", "run", "--env", "v") == {"venv"}
    assert "sarif" in _complete(bash, "nbjob", "check", "--output-format", "")
    assert _complete(bash, "nbjob", "deploy", "kub") == {"kubernetes", "kubernetes-cronjob"}


def test_paths_are_the_shells(bash: Path) -> None:
    assert _complete(bash, "nbjob", "run", "jo") == set()
    assert _complete(bash, "nbjob", "run", "--db", "x") == set()
    assert "complete -o default" in bash.read_text()


def test_zsh_and_fish_have_the_same_words() -> None:
    zsh, fish = _script("zsh"), _script("fish")
    assert zsh.startswith("autoload -U +X bashcompinit && bashcompinit\n_nbjob() {")
    for name in COMMANDS:
        assert f"-f -a {name} -d" in fish
    assert "-l step-timeout -r -d" in fish
    assert "-l env -x -a 'none uv venv'" in fish
