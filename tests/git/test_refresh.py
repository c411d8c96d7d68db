"""Phantom changes go, real ones stay: what is staged is the same before and after, always."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conftest import GitRepo
from tests.git.test_install import NAMES
from tests.notebooks import code, notebook, without_runs

CELLS = (code("x = 1", "job", id="a", count=3), code("y = 2", id="b", count=4))
RERUN = (code("x = 1", "job", id="a", count=30), code("y = 2", id="b", count=40))
EDITED = (code("x = 5", "job", id="a", count=30), code("y = 2", id="b", count=40))


@pytest.fixture
def installed(repo: GitRepo) -> GitRepo:
    """A clone with the filter and one committed notebook."""
    repo.nbjob("install")
    repo.write("a.ipynb", notebook(*CELLS))
    repo.commit()
    return repo


def _index(repo: GitRepo) -> bytes:
    return repo("ls-files", "--stage", "-z").stdout


def _status(repo: GitRepo) -> bytes:
    return repo("status", "--porcelain", "-z").stdout


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_that_was_only_run_again_is_forgotten(repo: GitRepo, name: str) -> None:
    repo.nbjob("install")
    repo.write(name, notebook(*CELLS))
    repo.commit()
    path = repo.write(name, notebook(*RERUN))
    before, written = _index(repo), path.stat().st_mtime_ns
    assert _status(repo) != b""

    assert repo.nbjob("refresh") == "refreshed 1 notebook\n"

    assert _status(repo) == b""
    assert repo("diff-files").stdout == b""
    assert _index(repo) == before
    assert path.read_bytes() == notebook(*RERUN)
    assert path.stat().st_mtime_ns == written
    assert repo.nbjob("refresh") == "nothing to refresh\n"


def test_a_real_change_is_not_staged_and_named_when_asked(installed: GitRepo) -> None:
    installed.write("b.ipynb", notebook(*CELLS))
    installed.commit()
    before = _index(installed)
    installed.write("a.ipynb", notebook(*EDITED))
    installed.write("b.ipynb", notebook(*RERUN))
    said = installed.nbjob("refresh", "--verbose")
    assert said == "refreshed b.ipynb\nchanged a.ipynb\nrefreshed 1 notebook\n"
    assert _index(installed) == before
    assert _status(installed) == b" M a.ipynb\0"


def test_paths_limit_it_from_a_subfolder_too(installed: GitRepo) -> None:
    for name in ("deep/er/b.ipynb", "deep/c.ipynb", "deeper/d.ipynb"):
        installed.write(name, notebook(*CELLS))
    installed.commit()
    for name in ("a.ipynb", "deep/er/b.ipynb", "deep/c.ipynb", "deeper/d.ipynb"):
        installed.write(name, notebook(*RERUN))
    said = installed.nbjob("refresh", "-v", ".", "../a.ipynb", cwd="deep")
    assert said.splitlines()[:-1] == [
        "refreshed ../a.ipynb",
        "refreshed c.ipynb",
        "refreshed er/b.ipynb",
    ]
    assert _status(installed) == b" M deeper/d.ipynb\0"
    assert installed.nbjob("refresh", cwd="deep/er") == "refreshed 1 notebook\n"


def test_a_path_that_is_not_there_is_an_error(installed: GitRepo, tmp_path: Path) -> None:
    assert "nowhere.ipynb" in installed.nbjob("refresh", "nowhere.ipynb", code=2)
    assert "not inside a git work tree" in GitRepo(tmp_path).nbjob("refresh", code=2)


@pytest.mark.parametrize("bit", ["--assume-unchanged", "--skip-worktree"])
def test_what_the_user_told_git_about_a_file_stays(installed: GitRepo, bit: str) -> None:
    installed("update-index", bit, "a.ipynb")
    installed.write("a.ipynb", notebook(*RERUN))
    before = installed("ls-files", "-v", "--debug").stdout
    assert installed.nbjob("refresh") == "nothing to refresh\n"
    assert installed("ls-files", "-v", "--debug").stdout == before


def test_intent_to_add_stays_intent_to_add(installed: GitRepo) -> None:
    installed.write("new.ipynb", notebook(*CELLS))
    installed.write("empty.ipynb", b"")
    installed("add", "--intent-to-add", "new.ipynb", "empty.ipynb")
    before = _status(installed)
    assert installed.nbjob("refresh") == "nothing to refresh\n"
    assert _status(installed) == before
    assert installed("diff", "--cached", "--name-only").stdout == b""


def test_a_notebook_in_conflict_is_left_alone(installed: GitRepo) -> None:
    installed.write("b.ipynb", notebook(*CELLS))
    installed.commit()
    installed("checkout", "-qb", "other")
    installed.write("a.ipynb", notebook(code("x = 2", "job", id="a")))
    installed.commit("theirs")
    installed("checkout", "-q", "main")
    installed.write("a.ipynb", notebook(code("x = 3", "job", id="a")))
    installed.commit("ours")
    installed("merge", "-q", "other", code=1)
    installed.write("a.ipynb", notebook(code("x = 3", "job", id="a", count=1)))
    installed.write("b.ipynb", notebook(*RERUN))
    before = _index(installed)
    assert installed.nbjob("refresh") == "refreshed 1 notebook\n"
    assert _index(installed) == before
    assert b"UU a.ipynb" in _status(installed)


def test_another_mode_a_missing_file_and_a_link_are_changes(installed: GitRepo) -> None:
    for name in ("mode.ipynb", "gone.ipynb", "link.ipynb"):
        installed.write(name, notebook(*CELLS))
    installed.commit()
    before = _index(installed)
    installed.write("mode.ipynb", notebook(*RERUN)).chmod(0o755)
    (installed.path / "gone.ipynb").unlink()
    (installed.path / "link.ipynb").unlink()
    (installed.path / "link.ipynb").symlink_to("a.ipynb")
    assert installed.nbjob("refresh") == "nothing to refresh\n"
    assert _index(installed) == before


def test_what_is_staged_stays_staged(installed: GitRepo) -> None:
    installed.write("a.ipynb", notebook(*EDITED))
    installed("add", "a.ipynb")
    installed.write("a.ipynb", notebook(*EDITED, indent=2))
    installed.write("a.ipynb", notebook(*(c | {"execution_count": 777} for c in EDITED)))
    before = _index(installed)
    assert installed.nbjob("refresh") == "refreshed 1 notebook\n"
    assert _index(installed) == before
    assert _status(installed) == b"M  a.ipynb\0"


def test_without_the_filter_nothing_is_staged(installed: GitRepo) -> None:
    installed.nbjob("install", "--uninstall")
    installed.write("a.ipynb", notebook(*RERUN))
    before = _index(installed)
    said = installed.nbjob("refresh")
    assert "nothing to refresh" in said
    assert "nbjob install" in said
    assert _index(installed) == before


def test_attributes_of_a_folder_take_it_out(installed: GitRepo) -> None:
    installed.write("raw/.gitattributes", "*.ipynb -filter\n")
    installed.write("raw/b.ipynb", notebook(*CELLS))
    installed.commit()
    before = _index(installed)
    installed.write("raw/b.ipynb", notebook(*RERUN))
    assert "left alone: raw/b.ipynb" in installed.nbjob("refresh")
    assert _index(installed) == before


def test_a_notebook_that_the_filter_refuses_does_not_stop_the_others(installed: GitRepo) -> None:
    for name in ("b.ipynb", "c.ipynb"):
        installed.write(name, notebook(*CELLS))
    installed.commit()
    before = _index(installed)
    for name in ("a.ipynb", "c.ipynb"):
        installed.write(name, notebook(*RERUN))
    installed.write("b.ipynb", b'{"cells": [{"outputs": [}, "text": "private"')
    said = installed.nbjob("refresh")
    assert "refreshed 2 notebooks" in said
    assert "b.ipynb" in said
    assert _index(installed) == before
    assert installed("diff-files", "--name-only").stdout == b"b.ipynb\n"


def test_line_ends_that_git_converts_are_no_change(installed: GitRepo) -> None:
    installed("config", "core.autocrlf", "true")
    installed.write("a.ipynb", notebook(*RERUN).replace(b"\n", b"\r\n"))
    before = _index(installed)
    assert installed.nbjob("refresh") == "refreshed 1 notebook\n"
    assert _index(installed) == before


def test_a_pull_that_refused_passes(installed: GitRepo, tmp_path: Path) -> None:
    subprocess.run(["git", "clone", "-q", installed.path, tmp_path / "clone"], check=True)
    clone = GitRepo(tmp_path / "clone")
    clone.nbjob("install")
    installed.write("a.ipynb", notebook(*EDITED))
    installed.commit("their change")
    clone.write("a.ipynb", notebook(*RERUN))
    assert clone("diff").stdout == b""
    assert b"would be overwritten" in clone("pull", "-q", "--ff-only", code=1).stderr

    clone.nbjob("refresh")
    clone("pull", "-q", "--ff-only")
    assert b"x = 5" in (clone.path / "a.ipynb").read_bytes()


def test_a_linked_work_tree_and_a_submodule_have_their_own_index(
    installed: GitRepo, tmp_path: Path
) -> None:
    installed("worktree", "add", "-q", str(tmp_path / "linked"))
    outer = tmp_path / "outer"
    outer.mkdir()
    super_project = GitRepo(outer)
    super_project("init", "-q", ".")
    add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add"]
    super_project(*add, str(installed.path), "sub")
    inner = GitRepo(outer / "sub")
    inner.nbjob("install")

    for clone in (GitRepo(tmp_path / "linked"), inner):
        clone.write("a.ipynb", notebook(*RERUN))
        before = _index(clone)
        assert clone.nbjob("refresh") == "refreshed 1 notebook\n"
        assert _index(clone) == before
        assert _status(clone) == b""
    assert inner.staged("a.ipynb") == without_runs(*CELLS)


def test_a_hundred_notebooks_take_no_process_each(
    installed: GitRepo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for number in range(100):
        installed.write(f"n{number}.ipynb", notebook(code(f"x = {number}", count=1)))
    installed.commit()
    for number in range(100):
        installed.write(f"n{number}.ipynb", notebook(code(f"x = {number}", count=1000)))
    monkeypatch.setenv("GIT_TRACE", str(tmp_path / "trace"))
    assert installed.nbjob("refresh") == "refreshed 100 notebooks\n"
    asked = [
        line for line in (tmp_path / "trace").read_text().splitlines() if "built-in: git" in line
    ]
    assert len(asked) < 15
