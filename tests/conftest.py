"""Real repositories, with the developer's own git settings shut out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CORPUS = Path(os.environ.get("NBJOB_CORPUS", Path(__file__).parents[2] / "shared" / "corpus"))


@pytest.fixture(autouse=True)
def _no_git_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    shut_out(monkeypatch)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


def shut_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the developer's configuration nor a git that runs the tests may leak in."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Test")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "test@example.org")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    bin_directory = str(Path(sys.executable).parent)
    monkeypatch.setenv("PATH", bin_directory + os.pathsep + os.environ["PATH"])


class GitRepo:
    """A repository in a temporary directory; calling it runs git in it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self, *arguments: str, code: int | None = 0) -> subprocess.CompletedProcess[bytes]:
        done = subprocess.run(["git", *arguments], cwd=self.path, capture_output=True, check=False)
        if code is not None:
            assert done.returncode == code, done.stdout.decode() + done.stderr.decode()
        return done

    def write(self, name: str, data: bytes | str) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    def nbjob(self, *arguments: str, code: int | None = 0, cwd: str = ".") -> str:
        """Run the program; what it said on both streams."""
        done = subprocess.run(
            [sys.executable, "-m", "nbjob_clean", *arguments],
            cwd=self.path / cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        said = done.stdout.decode()
        if code is not None:
            assert done.returncode == code, said
        return said

    def commit(self, message: str = "x", *, code: int | None = 0) -> str:
        self("add", "--all")
        done = self("commit", "--quiet", "-m", message, code=code)
        return (done.stdout + done.stderr).decode()

    def staged(self, name: str) -> bytes:
        return self("show", f":{name}").stdout


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    path = tmp_path / "repository"
    path.mkdir()
    found = GitRepo(path)
    found("init", "--quiet", "--initial-branch=main", ".")
    return found
