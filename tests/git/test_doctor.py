"""Each problem is found, and what is named as its mend mends it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from nbjob_clean.git.doctor import is_old
from tests.conftest import GitRepo
from tests.git.test_install import NAMES
from tests.git.test_neighbours import OURS, TOOLS
from tests.notebooks import code, notebook, without_runs

CELLS = (code("x = 1", "job", id="a", count=3),)
CLEAN = without_runs(*CELLS)
NOTHING = "Nothing to mend.\n"
PRE_COMMIT = "repos:\n  - repo: x\n    hooks:\n      - id: nbjob\n"


@pytest.fixture
def installed(repo: GitRepo) -> GitRepo:
    """A clone in which nothing is wrong."""
    repo.nbjob("install")
    repo.write("a.ipynb", notebook(*CELLS))
    repo.commit()
    assert repo.nbjob("doctor") == NOTHING
    return repo


def _found(repo: GitRepo, cwd: str = ".") -> list[tuple[str, str]]:
    said = repo.nbjob("doctor", "--output-format", "json", code=None, cwd=cwd)
    return [(entry["problem"], entry["mend"]) for entry in json.loads(said)]


def _only(repo: GitRepo, cwd: str = ".") -> tuple[str, str]:
    (found,) = _found(repo, cwd)
    return found


def _mend(repo: GitRepo, command: str, cwd: str = ".") -> None:
    subprocess.run(command, shell=True, cwd=repo.path / cwd, check=True, capture_output=True)


def test_where_nbjob_is_not_asked_for_nothing_is_wrong(repo: GitRepo) -> None:
    repo.write("a.ipynb", notebook(*CELLS))
    repo.commit()
    assert repo.nbjob("doctor") == NOTHING
    assert repo.nbjob("doctor", "--output-format", "json") == "[]\n"


def test_outside_of_a_work_tree_it_says_so(tmp_path: Path) -> None:
    assert "not inside a git work tree" in GitRepo(tmp_path).nbjob("doctor", code=2)


def test_a_repository_that_git_does_not_trust(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    for command in ("doctor", "install", "refresh", "hook", "clean"):
        assert "safe.directory" in repo.nbjob(command, code=2)


def test_a_fresh_clone(installed: GitRepo, tmp_path: Path) -> None:
    subprocess.run(["git", "clone", "-q", installed.path, tmp_path / "clone"], check=True)
    clone = GitRepo(tmp_path / "clone")
    assert [mend for _, mend in _found(clone)] == ["nbjob install"] * 2
    said = clone.nbjob("doctor", code=1)
    assert "outputs would be committed as they are" in said
    assert "mend: nbjob install" in said
    _mend(clone, "nbjob install")
    assert clone.nbjob("doctor") == NOTHING


@pytest.mark.parametrize(
    "command",
    [
        "if test -x /nowhere/python; then exec x; else exec nbjob git filter-process; fi",
        "if test -x '/no where/it'\"'\"'s/python' && test -f /x; then exec x; fi",
        f"if test -x {sys.executable} && test -f /nowhere/filter_process.py; then exec x; fi",
    ],
)
def test_a_driver_path_that_has_gone(installed: GitRepo, command: str) -> None:
    installed("config", "filter.nbjob.process", command)
    what, mend = _only(installed)
    assert "is gone: /no" in what
    _mend(installed, mend)
    assert installed.nbjob("doctor") == NOTHING


def test_a_filter_that_is_not_ours(installed: GitRepo) -> None:
    installed("config", "filter.nbjob.process", "/nowhere/python x")
    what, mend = _only(installed)
    assert "not a command of nbjob" in what
    _mend(installed, mend)
    assert installed.nbjob("doctor") == NOTHING


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("filter.nbjob.required", None, "is not required"),
        ("filter.nbjob.required", "false", "is not required"),
        ("diff.nbjob.xfuncname", None, "an earlier nbjob"),
        ("diff.nbjob.textconv", ": format 0; f() { cat; }; f", "an earlier nbjob"),
        ("diff.nbjob.textconv", "nbjob git textconv", "an earlier nbjob"),
    ],
)
def test_configuration_that_is_not_what_install_writes(
    installed: GitRepo, key: str, value: str | None, told: str
) -> None:
    installed("config", *([key, value] if value else ["--unset", key]))
    what, mend = _only(installed)
    assert told in what
    _mend(installed, mend)
    assert installed.nbjob("doctor") == NOTHING


def test_a_filter_without_attributes(installed: GitRepo) -> None:
    installed.write(".gitattributes", "*.csv text\n")
    what, mend = _only(installed)
    assert "filter=unspecified" in what
    _mend(installed, mend)
    assert installed.nbjob("doctor") == NOTHING


@pytest.mark.parametrize("name", NAMES)
def test_attributes_of_a_folder_that_override(installed: GitRepo, name: str) -> None:
    installed.write(f"sub/{name}", notebook(*CELLS))
    installed.write("sub/.gitattributes", "*.ipynb filter=other\n")
    installed("add", "--all")
    what, mend = _only(installed)
    assert what.startswith(f"sub/{name}: filter=other")
    assert "sub/.gitattributes" in mend


def test_what_somebody_decided_is_no_problem(installed: GitRepo) -> None:
    installed.write("raw/.gitattributes", "a.ipynb -filter\nb.ipynb filter=lfs\n")
    installed.write("raw/a.ipynb", notebook(*CELLS))
    installed.write("raw/b.ipynb", "version https://git-lfs.github.com/spec/v1\n")
    installed.commit()
    assert installed.nbjob("doctor") == NOTHING


def test_attributes_that_only_this_clone_has(repo: GitRepo) -> None:
    repo.write(".git/info/attributes", OURS)
    repo.nbjob("install")
    (repo.path / ".gitattributes").unlink()
    what, mend = _only(repo)
    assert "only this clone" in what
    _mend(repo, mend)
    what, mend = _only(repo)
    assert "is not in git" in what
    _mend(repo, mend)
    assert repo.nbjob("doctor") == NOTHING


def test_attributes_that_git_never_reads(installed: GitRepo, tmp_path: Path) -> None:
    installed("worktree", "add", "-q", str(tmp_path / "linked"))
    linked = GitRepo(tmp_path / "linked")
    assert linked.nbjob("doctor") == NOTHING
    installed.write(".git/worktrees/linked/info/attributes", OURS)
    what, mend = _only(linked)
    assert "git never reads" in what
    assert installed.nbjob("doctor") == NOTHING
    _mend(linked, mend)
    assert linked.nbjob("doctor") == NOTHING


@pytest.mark.parametrize("has_nbjob", [True, False])
@pytest.mark.parametrize("tool", TOOLS)
def test_another_tools_filter(repo: GitRepo, tool: str, has_nbjob: bool) -> None:  # noqa: FBT001
    if has_nbjob:
        repo.nbjob("install")
    repo.write("a.ipynb", CLEAN)
    repo.commit()
    config, lines = TOOLS[tool]
    with (repo.path / ".git/config").open("a") as file:
        file.write(config)
    repo.write(".git/info/attributes", lines)
    what, mend = _only(repo)
    assert what == f"a.ipynb: filter={tool}, so {tool} cleans them, by its own rules"
    _mend(repo, mend)
    repo("add", ".gitattributes")
    assert repo.nbjob("doctor") == NOTHING


@pytest.mark.parametrize("hook", ["nbstripout", "nb-clean", "nbwipers-check-install"])
def test_another_tools_hook_beside_ours(installed: GitRepo, hook: str) -> None:
    installed.write(".pre-commit-config.yaml", f"{PRE_COMMIT}      - id: {hook}  # both\n")
    installed.write(".git/hooks/pre-commit", "#!/bin/sh\n# pre-commit\n").chmod(0o755)
    what, mend = _only(installed)
    assert f"pre-commit runs {hook}" in what
    assert mend == f"delete the hook {hook} from .pre-commit-config.yaml"
    installed.write(".pre-commit-config.yaml", f"{PRE_COMMIT}      # - id: {hook}\n")
    assert installed.nbjob("doctor") == NOTHING


def test_another_tools_hook_alone_is_none_of_our_business(repo: GitRepo) -> None:
    repo.write(".pre-commit-config.yaml", "repos:\n- repo: x\n  hooks:\n  - id: nbstripout\n")
    assert repo.nbjob("doctor") == NOTHING


def test_hooks_that_are_not_installed(installed: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    installed.write(".pre-commit-config.yaml", PRE_COMMIT)
    monkeypatch.setenv("PRE_COMMIT", "1")  # as in CI: pre-commit runs without being installed
    assert installed.nbjob("doctor") == NOTHING
    monkeypatch.delenv("PRE_COMMIT")
    what, mend = _only(installed)
    assert "no pre-commit hook" in what
    assert mend == "pre-commit install"
    _mend(installed, mend)
    assert installed.nbjob("doctor") == NOTHING

    (installed.path / ".git/hooks/pre-commit").chmod(0o644)
    what, mend = _only(installed)
    assert "not executable" in what
    _mend(installed, mend)
    assert installed.nbjob("doctor") == NOTHING


@pytest.mark.parametrize(
    "text",
    [
        PRE_COMMIT.replace("nbjob", "nbjob  # all of it"),
        "repos: [{repo: x, hooks: [{id: nbjob-doctor}]}]\n",
        "repos:\n- repo: local\n  hooks:\n  - id: x\n    entry: nbjob hook\n",
    ],
)
def test_the_ways_to_name_our_hook(installed: GitRepo, text: str) -> None:
    installed.write(".pre-commit-config.yaml", text)
    assert "no pre-commit hook" in _only(installed)[0]


def test_a_filter_for_one_folder_alone(installed: GitRepo) -> None:
    installed("mv", "a.ipynb", "b.ipynb")
    installed.write(".gitattributes", "b.ipynb filter=nbjob diff=nbjob\n")
    installed("add", "--all")
    assert installed.nbjob("doctor") == NOTHING


def test_a_hooks_folder_that_pre_commit_does_not_know(installed: GitRepo) -> None:
    installed.write(".pre-commit-config.yaml", PRE_COMMIT)
    installed("config", "core.hooksPath", "elsewhere")
    what, mend = _only(installed)
    assert "elsewhere" in what
    _mend(installed, mend)
    assert installed.nbjob("doctor") == NOTHING


def test_the_hook_of_a_push(installed: GitRepo) -> None:
    installed.write(
        ".pre-commit-config.yaml", "repos:\n- repo: x\n  hooks:\n  - id: 'nbjob-test'\n"
    )
    what, mend = _only(installed)
    assert "no pre-push hook" in what
    _mend(installed, mend)
    assert installed.nbjob("doctor") == NOTHING


def test_notebooks_that_are_not_clean_in_git(repo: GitRepo) -> None:
    for name in ("a.ipynb", "deep/b.ipynb", "deep/c.ipynb"):
        repo.write(name, notebook(*CELLS))
    repo.write("other.txt", "1")
    repo.commit()
    repo.nbjob("install")
    repo("add", ".gitattributes")
    repo.write("other.txt", "not meant to be committed")
    what, mend = _only(repo, "deep")
    assert what.startswith("../a.ipynb and 2 more: not clean in git")
    _mend(repo, mend, "deep")
    assert repo.nbjob("doctor") == NOTHING
    assert repo("show", "HEAD:other.txt").stdout == b"1"


def test_a_merge_that_is_not_finished_and_markers_that_were_added(installed: GitRepo) -> None:
    installed("checkout", "-qb", "other")
    installed.write("a.ipynb", notebook(code("x = 2", "job", id="a")))
    installed.commit("theirs")
    installed("checkout", "-q", "main")
    installed.write("a.ipynb", notebook(code("x = 3", "job", id="a")))
    installed.commit("ours")
    installed("merge", "-q", "other", code=1)
    what, mend = _only(installed)
    assert "a.ipynb: in conflict" in what
    assert "git add a.ipynb" in mend

    installed("add", "a.ipynb")
    what, mend = _only(installed)
    assert "merge markers" in what
    assert mend.endswith("nbjob check a.ipynb")
    assert "a.ipynb" in installed.nbjob("check", "a.ipynb", code=1)


MARKED = "<<<<<<< ours\nx = 1\n=======\nx = 2\n>>>>>>> theirs\n"


@pytest.mark.parametrize("form", ["lines", "text"])
@pytest.mark.parametrize("is_staged", [True, False])
def test_markers_in_a_cell(installed: GitRepo, form: str, is_staged: bool) -> None:  # noqa: FBT001
    cell = code("y = 1\n" + MARKED, "job", id="a")
    if form == "text":
        cell["source"] = "".join(cell["source"])
    installed.write("a.ipynb", notebook(cell))
    if is_staged:
        installed("add", "a.ipynb")
    what, mend = _only(installed)
    assert "merge markers" in what
    assert "NBJ008" in installed.nbjob(*mend.partition("nbjob ")[2].split(), code=1)


def test_markers_that_are_quoted_are_none(installed: GitRepo) -> None:
    text = {"cell_type": "markdown", "id": "m", "metadata": {}, "source": f"```\n{MARKED}```"}
    installed.write("a.ipynb", notebook(text, code("s = '<<<<<<< '", "job", id="a")))
    installed("add", "a.ipynb")
    assert installed.nbjob("doctor") == NOTHING


@pytest.mark.parametrize("formats", ["ipynb,py:percent", "py:light,ipynb", "ipynb,py"])
def test_a_pair_of_jupytext_where_the_sidecar_stands(installed: GitRepo, formats: str) -> None:
    pairing = {"jupytext": {"formats": formats}}
    installed.write("deep/b c.ipynb", notebook(code("x = 1", "job", id="a"), metadata=pairing))
    installed.write("free.ipynb", notebook(code("x = 1", id="a"), metadata=pairing))
    installed.commit()
    what, mend = _only(installed, "deep")
    assert what == "b c.ipynb: jupytext pairs it with b c.py, which is the sidecar's name"
    assert mend == "delete b c.py, then: jupytext --set-formats ipynb 'b c.ipynb'"


@pytest.mark.parametrize(
    "formats", ["ipynb", "ipynb,scripts//py:percent", "ipynb,.pct.py", "ipynb,md"]
)
def test_a_pair_that_is_not_in_the_way(installed: GitRepo, formats: str) -> None:
    pairing = {"jupytext": {"formats": formats}}
    installed.write("b.ipynb", notebook(code("x = 1", "job", id="a"), metadata=pairing))
    installed.write("jupytext.toml", f'formats = "{formats}"\n')
    installed.commit()
    assert installed.nbjob("doctor") == NOTHING


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("jupytext.toml", 'formats = "ipynb,py:percent"\n'),
        (".jupytext.toml", "formats = 'ipynb,py'\n"),
        ("pyproject.toml", '[tool.x]\n[tool.jupytext]\nformats = "ipynb,py:percent"\n[tool.y]\n'),
    ],
)
def test_pairs_of_the_whole_project(installed: GitRepo, file: str, text: str) -> None:
    installed.write(file, text)
    what, _ = _only(installed)
    assert what.startswith(f"{file}: jupytext pairs")
    installed.write(file, text.replace(",py", ",paired//py"))
    assert installed.nbjob("doctor") == NOTHING


def test_a_submodule_is_its_own_clone(installed: GitRepo, tmp_path: Path) -> None:
    (tmp_path / "outer").mkdir()
    outer = GitRepo(tmp_path / "outer")
    outer("init", "-q", ".")
    add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add"]
    outer(*add, str(installed.path), "sub")
    assert outer.nbjob("doctor") == NOTHING
    inner = GitRepo(outer.path / "sub")
    assert [mend for _, mend in _found(inner)] == ["nbjob install"] * 2
    inner.nbjob("install")
    assert inner.nbjob("doctor") == NOTHING


def test_a_global_installation_is_one(
    repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    GitRepo(tmp_path).nbjob("install", "--global")
    repo.write("a.ipynb", notebook(*CELLS))
    repo.commit()
    assert repo.nbjob("doctor") == NOTHING


def test_questions_to_git_do_not_grow_with_the_notebooks(
    installed: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(300):
        installed.write(f"n{number}.ipynb", CLEAN)
    installed.commit()
    monkeypatch.setenv("GIT_TRACE", str(tmp_path / "trace"))
    assert installed.nbjob("doctor") == NOTHING
    lines = (tmp_path / "trace").read_text().splitlines()
    assert len([line for line in lines if "built-in: git" in line]) < 12


@pytest.mark.parametrize(
    ("version", "answer"),
    [
        ("git version 2.10.5", True),
        ("git version 1.8.3.1", True),
        ("git version 2.11.0", False),
        ("git version 2.39.5 (Apple Git-154)", False),
        ("git version 2.47.1.windows.2", False),
        ("something else", False),
    ],
)
def test_the_oldest_git_with_a_filter_process(version: str, answer: bool) -> None:  # noqa: FBT001
    assert is_old(version) is answer
