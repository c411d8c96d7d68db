"""A clone with the filter: installing takes longer than most tests, so it is done once."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import GitRepo


@pytest.fixture(scope="session")
def _installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("installed") / "repository"
    with pytest.MonkeyPatch.context() as patch:  # earlier than what every test shuts out
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        subprocess.run(["git", "init", "-q", "--initial-branch=main", path], check=True)
        GitRepo(path).nbjob("install")
    return path


@pytest.fixture
def installed(tmp_path: Path, _installed: Path) -> GitRepo:
    """A clone with the filter."""
    shutil.copytree(_installed, tmp_path / "repository")
    return GitRepo(tmp_path / "repository")
