"""What lies around a notebook, read through the program: modules, and the last commit."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import GitRepo
from tests.notebooks import code, notebook

STAR = notebook(code("from helpers import *\nprint(public, missing)", "job", id="a"))


def _found(repo: GitRepo, *arguments: str) -> list[tuple[str, str]]:
    said = repo.nbjob("check", "--output-format", "json", *arguments, code=None)
    found: list[dict[str, Any]] = json.loads(said)
    return [(d["path"], f"{d['code']} {d['symbol']}") for d in found]


@pytest.mark.parametrize("folder", ["", "jobs/", "jobs/ä b/"])
@pytest.mark.parametrize("name", ["helpers.py", "helpers/__init__.py"])
def test_modules_beside_the_notebook_are_read(repo: GitRepo, folder: str, name: str) -> None:
    repo.write(f"{folder}etl.ipynb", STAR)
    repo.write(f"{folder}{name}", "public = 1\nraise SystemExit('this is never run')\n")

    assert _found(repo) == [(f"{folder}etl.ipynb", "NBJ101 missing")]
    assert _found(repo, "--select", "NBJ107") == []


def test_modules_elsewhere_are_not(repo: GitRepo) -> None:
    repo.write("jobs/etl.ipynb", STAR)
    repo.write("helpers.py", "public = 1\n")

    assert _found(repo) == []
    assert _found(repo, "--select", "NBJ107") == [("jobs/etl.ipynb", "NBJ107 helpers")]
