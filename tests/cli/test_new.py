from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import GitRepo


@pytest.mark.parametrize("name", ["jobs/sales", "sales/", "my sales", "Umsätze", "10-load"])
def test_it_passes_out_of_the_box(repo: GitRepo, name: str) -> None:
    said = repo.nbjob("new", name)
    assert "next:" in said
    assert "All checks passed" in repo.nbjob("check", name)
    assert repo.nbjob("clean", "--check") == ""
    assert repo.nbjob("emit", "--check") == ""
    ran = repo.nbjob("run", name, "-p", "minimum=50")
    assert "750.85 in all, of orders from 50.00 on" in ran
    assert "done: 4 steps" in ran


def test_its_test_and_the_smoke_test(repo: GitRepo) -> None:
    repo.nbjob("new", "jobs/sales")
    assert "smoke test passed" in repo.nbjob("test", "jobs/sales")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "jobs/sales"]
    done = subprocess.run(command, cwd=repo.path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
    assert not (repo.path / "jobs/sales/.nbjob").exists()


def test_the_commands_of_its_text_work(repo: GitRepo) -> None:
    said = repo.nbjob("new", "my job")
    lines = [line.strip() for line in said.split("next:")[1].splitlines() if line.strip()]
    for line in lines:
        command = line.split("  ")[0]
        if command.startswith("nbjob") and "pre-commit" not in command:
            done = subprocess.run(
                command.replace("nbjob", f"{sys.executable} -m nbjob_clean", 1),
                shell=True, cwd=repo.path, capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr


def test_the_tag_is_the_configured_one(repo: GitRepo) -> None:
    (repo.path / "nbjob.toml").write_text('tags = ["prod"]\n')
    assert "cells tagged `prod` are production" in repo.nbjob("new", "a")
    assert "done: 4 steps" in repo.nbjob("run", "a")


def test_nothing_is_overwritten(repo: GitRepo) -> None:
    (repo.path / "a").mkdir()
    (repo.path / "a" / "mine").write_text("x")
    (repo.path / "file").write_text("x")
    assert "a is not empty" in repo.nbjob("new", "a", code=2)
    assert "file is a file" in repo.nbjob("new", "file", code=2)
    assert [path.name for path in (repo.path / "a").iterdir()] == ["mine"]


def test_an_empty_directory_is_taken(repo: GitRepo) -> None:
    Path(repo.path / "a").mkdir()
    repo.nbjob("new", "a")
    assert "done: 4 steps" in repo.nbjob("run", "a")
