"""What lies around a notebook, read through the program: modules, and the last commit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import GitRepo
from tests.notebooks import code, notebook, without_runs

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


OLD = [code("rate = 1.16", "job", id="a", count=3), code("rate", "job", id="b", count=4)]
NEW = [code("rate = 1.19", "job", id="a", count=3), code("rate", "job", id="b", count=4)]
COMMENTED = [code("rate = 1.16  # of 2020", "job", id="a", count=3), OLD[1]]
KEEP = '[tool.nbjob]\nkeep = ["counts", "outputs"]\n'
STALE = ("etl.ipynb", "NBJ206 ")


def test_an_edit_without_a_run_is_found(repo: GitRepo) -> None:
    repo.write("pyproject.toml", KEEP)
    names = ["etl.ipynb", "jobs/é b.ipynb", "other.ipynb"]
    for name in names:
        repo.write(name, notebook(*OLD))
    repo.commit()
    for name in names[:2]:
        repo.write(name, notebook(*NEW))

    assert _found(repo) == [(name, "NBJ206 ") for name in names[:2]]
    assert _found(repo, "--ignore", "NBJ206") == []
    said = repo.nbjob("check", "b.ipynb", "é b.ipynb", cwd="jobs", code=2)
    assert "b.ipynb: no such file" in said
    said = repo.nbjob("check", "é b.ipynb", cwd="jobs", code=1)
    assert "NBJ206 cell 1 was edited after its run as number 3" in said


def test_a_comment_and_a_new_run_are_no_finding(repo: GitRepo) -> None:
    repo.write("pyproject.toml", KEEP)
    repo.write("etl.ipynb", notebook(*OLD))
    repo.write("run.ipynb", notebook(*OLD))
    repo.commit()
    repo.write("etl.ipynb", notebook(*COMMENTED))
    repo.write("run.ipynb", notebook(code("rate = 1.19", "job", id="a", count=5), OLD[1]))

    assert _found(repo, "--select", "NBJ206") == []


def test_a_repository_of_clean_notebooks_has_nothing_to_compare(repo: GitRepo) -> None:
    repo.nbjob("install")
    repo.write("etl.ipynb", notebook(*OLD))
    repo.commit()
    assert b'"execution_count": null' in repo("show", "HEAD:etl.ipynb").stdout
    repo.write("etl.ipynb", notebook(*NEW))

    assert _found(repo) == []


def test_before_the_first_commit_and_of_a_new_file_nothing_is_known(repo: GitRepo) -> None:
    repo.write("pyproject.toml", KEEP)
    repo.write("etl.ipynb", notebook(*NEW))
    assert _found(repo) == []

    repo("add", "pyproject.toml")
    repo("commit", "--quiet", "-m", "x")
    assert _found(repo) == []


def test_without_a_repository_nothing_is_known(tmp_path: Path) -> None:
    folder = GitRepo(tmp_path)
    folder.write("etl.ipynb", notebook(*NEW))
    assert _found(folder) == []

    folder.write(".git", "gitdir: nowhere\n")
    assert _found(folder, "etl.ipynb") == []


def test_what_is_broken_in_the_last_commit_is_left_alone(repo: GitRepo) -> None:
    repo.write("etl.ipynb", b'{"execution_count": 3, <<<<<<< ')
    repo.commit()
    repo.write("etl.ipynb", notebook(*NEW))

    assert _found(repo) == []


def test_a_clone_of_one_commit_and_a_linked_work_tree_know_their_head(
    repo: GitRepo, tmp_path: Path
) -> None:
    repo.write("pyproject.toml", KEEP)
    repo.write("etl.ipynb", notebook(*OLD))
    repo.commit()
    repo("clone", "--quiet", "--depth=1", repo.path.as_uri(), str(tmp_path / "shallow"))
    repo("worktree", "add", "--quiet", str(tmp_path / "linked"))

    for name in ("shallow", "linked"):
        other = GitRepo(tmp_path / name)
        other.write("etl.ipynb", notebook(*NEW))
        assert _found(other) == [STALE]


def test_the_hook_stops_an_edit_without_a_run(repo: GitRepo) -> None:
    repo.write("pyproject.toml", KEEP)
    repo.write("etl.ipynb", notebook(*OLD))
    repo.nbjob("emit", "etl.ipynb", code=1)
    repo.commit()
    repo.write("etl.ipynb", notebook(*NEW))
    repo.nbjob("emit", "etl.ipynb", code=1)
    repo("add", "--all")

    assert "NBJ206 cell 1 was edited after its run as number 3" in repo.nbjob("hook", code=1)

    repo.write("etl.ipynb", notebook(code("rate = 1.19", "job", id="a", count=1), OLD[1]))
    repo("add", "--all")
    assert "NBJ206" not in repo.nbjob("hook", code=None)


def test_one_git_answers_for_all_and_none_for_clean_notebooks(
    repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.write("pyproject.toml", KEEP)
    for number in range(12):
        repo.write(f"{number}.ipynb", notebook(*OLD))
    repo.commit()
    log = tmp_path / "git.log"
    monkeypatch.setenv("GIT_TRACE", str(log))

    repo.nbjob("check", *(f"{number}.ipynb" for number in range(12)))
    assert log.read_text().count("cat-file") == 1

    log.unlink()
    for number in range(12):
        repo.write(f"{number}.ipynb", without_runs(*OLD))
    repo.nbjob("check", *(f"{number}.ipynb" for number in range(12)))
    assert not log.exists() or "cat-file" not in log.read_text()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("10_load.sql", b"CREATE OR REPLACE TABLE recent AS SELECT 1 AS x;\n"),
        (
            "10_load.py",
            b"def run(job_input):\n    job_input.execute_query('create table if not exists recent (x int)')\n",
        ),
        (
            "10_load.ipynb",
            notebook(code("%%sql\nCREATE TABLE main.recent AS SELECT 1 AS x", "job", id="a")),
        ),
    ],
)
def test_a_table_that_another_step_creates(repo: GitRepo, name: str, text: bytes) -> None:
    create = code("%%sql\nCREATE OR REPLACE TABLE recent AS SELECT 1 AS x", id="a")
    read = code("%%sql\nINSERT INTO recent SELECT max(x) + 1 FROM recent", "job", id="b")
    repo.write("job/20_report.ipynb", notebook(create, read))
    assert "NBJ406" in repo.nbjob("check", "--select", "NBJ406", "job", code=1)

    repo.write(f"job/{name}", text)
    repo.nbjob("check", "--select", "NBJ406", "job")
