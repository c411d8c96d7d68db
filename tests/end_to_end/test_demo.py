from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import GitRepo

pytestmark = pytest.mark.slow


def test_the_whole_story(tmp_path: Path) -> None:
    directory = tmp_path / "demo"
    done = subprocess.run(
        [sys.executable, "-m", "nbjob_clean", "demo", str(directory)],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = done.stdout
    assert done.returncode == 0, said + done.stderr
    for told in (
        "+minimum: float = 25",
        "NBJ102",
        "NBJ201",
        "NBJ101",
        "done: 6 steps",
        "country  orders",
    ):
        assert told in said, said
    assert "execution_count" not in said

    repository = GitRepo(directory)
    assert repository("status", "--porcelain").stdout == b""
    assert b"Fewer orders" in repository("log", "--oneline").stdout
    assert "done:" in repository.nbjob("run", "jobs/orders")


def test_a_directory_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    assert "is not empty" in GitRepo(tmp_path).nbjob("demo", ".", code=2)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_project_passes_its_own_hooks(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    listing = GitRepo(root)("ls-files", "-z", "--", "examples").stdout.decode().split("\0")
    repository = GitRepo(tmp_path)
    repository("init", "-q")
    for name in filter(None, [*listing, ".pre-commit-config.yaml"]):
        repository.write(name, (root / name).read_bytes())
    repository("add", "--all")
    said = subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "nbjob", "--all-files"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stdout + said.stderr
