"""`nbjob emit` in real repositories: edits of a sidecar are taken over, kept or refused."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import GitRepo
from tests.notebooks import code, notebook

ONE = notebook(code("x = 1", "job", id="a", count=3), code("y = 1", "job", id="b"))
TWO = ONE.replace(b"x = 1", b"x = 2")


def _edit(repo: GitRepo, old: str, new: str, name: str = "etl.py") -> None:
    text = (repo.path / name).read_text()
    assert old in text
    repo.write(name, text.replace(old, new))


def test_an_edit_of_a_sidecar_goes_into_the_notebook(repo: GitRepo) -> None:
    repo.write("jobs/etl.ipynb", ONE)
    repo.nbjob("emit", code=1)
    _edit(repo, "x = 1", "x = 7", "jobs/etl.py")
    assert "would change cell 1" in repo.nbjob(
        "emit", "--reverse", "--check", "jobs/etl.py", code=1
    )
    assert (repo.path / "jobs/etl.ipynb").read_bytes() == ONE

    said = repo.nbjob("emit", "--reverse", "etl.py", code=1, cwd="jobs")

    assert said == "etl.ipynb: changed cell 1\n"
    assert (repo.path / "jobs/etl.ipynb").read_bytes() == ONE.replace(b"x = 1", b"x = 7")
    assert repo.nbjob("emit", "--check") == ""
    assert repo.nbjob("emit", "--reverse", "jobs/etl.ipynb") == ""


def test_blank_lines_of_a_formatter_are_no_edit(repo: GitRepo) -> None:
    repo.write("etl.ipynb", ONE)
    repo.nbjob("emit", code=1)
    _edit(repo, "\n\n# %%", "\n\n\n# %%")
    assert repo.nbjob("emit", "--reverse", "etl.py", code=1) == "updated etl.py\n"
    assert (repo.path / "etl.ipynb").read_bytes() == ONE


def test_what_is_no_sidecar_is_named(repo: GitRepo) -> None:
    repo.write("own.py", "x = 1\n")
    repo.write("gone.py", "# nbjob:sidecar 1 gone.ipynb\n")
    assert "own.py: not a sidecar" in repo.nbjob("emit", "--reverse", "own.py", code=2)
    assert "is gone" in repo.nbjob("emit", "--reverse", "gone.py", code=2)
    assert "no such file" in repo.nbjob("emit", "--reverse", "none.py", code=2)
    assert "no such file" in repo.nbjob("emit", "--reverse", ".", code=2)
    assert "--reverse takes sidecars" in repo.nbjob("emit", "--reverse", code=2)
    repo.write("old.ipynb", b'{"nbformat": 3, "worksheets": [], "metadata": {}}')
    assert "of format 3 is not edited" in repo.nbjob("emit", "--reverse", "old.ipynb", code=1)


def test_the_normal_flow_needs_no_force(repo: GitRepo) -> None:
    for version in (ONE, TWO, ONE.replace(b"y = 1", b"y = 2")):
        repo.write("etl.ipynb", version)
        repo.nbjob("emit", code=1)  # without any commit
    repo.commit()
    clone = GitRepo(repo.path.with_name("clone"))
    repo("clone", "--quiet", str(repo.path), str(clone.path))
    clone.write("etl.ipynb", TWO)
    assert clone.nbjob("emit", code=1) == "updated etl.py\n"


def test_an_edited_sidecar_is_not_overwritten(repo: GitRepo) -> None:
    repo.write("etl.ipynb", ONE)
    repo.nbjob("emit", code=1)
    repo.commit()
    _edit(repo, "x = 1", "x = 7")
    repo.commit()  # committed too: somebody merged it on a server
    edited = (repo.path / "etl.py").read_bytes()
    repo.write("etl.ipynb", TWO)
    repo("add", "etl.ipynb")

    for command in (("emit",), ("hook",)):
        said = repo.nbjob(*command, code=1)
        assert "etl.py was edited, and would be overwritten" in said
        assert "nbjob emit --reverse etl.py" in said
        assert (repo.path / "etl.py").read_bytes() == edited
    assert "stale" in repo.nbjob("emit", "--check", code=1)
    assert "changed here and in the notebook" in repo.nbjob("emit", "--reverse", "etl.py", code=1)

    assert repo.nbjob("emit", "--force", code=1) == "updated etl.py\n"
    assert b"x = 2" in (repo.path / "etl.py").read_bytes()


@pytest.mark.parametrize("style", ["merge", "diff3"])
@pytest.mark.parametrize("operation", ["merge", "cherry-pick", "rebase", "stash"])
def test_a_conflict_in_a_sidecar_is_nobodys_edit(repo: GitRepo, style: str, operation: str) -> None:
    repo("config", "merge.conflictStyle", style)
    repo.nbjob("install")
    repo.write("etl.ipynb", notebook(code("x = 1", "job", id="a"), code("x", id="b")))
    repo.nbjob("emit", code=1)
    repo.commit()
    repo("switch", "-q", "-c", "theirs")
    repo.write("etl.ipynb", notebook(code("x = 2", "job", id="a"), code("x", id="b")))
    repo.nbjob("emit", code=1)
    if operation != "stash":
        repo.commit("theirs")
    else:
        repo("stash", "--quiet")
    repo("switch", "-q", "-c", "ours", "main")
    repo.write("etl.ipynb", notebook(code("x = 1", "job", "slow", id="a"), code("x", id="b")))
    repo.nbjob("emit", code=1)
    repo.commit("ours")
    shutil.rmtree(repo.path / ".git/nbjob/emitted")
    command = {"rebase": ("ours", "theirs"), "stash": ("pop",)}.get(operation, ("theirs",))
    repo(operation, *command, code=1)
    conflict = (repo.path / "etl.py").read_text()
    assert "<<<<<<<" in conflict

    repo.write("etl.py", conflict.replace("x = 2", "x = 3"))
    assert "was edited, and would be overwritten" in repo.nbjob("emit", code=1)
    repo.write("etl.py", conflict)
    assert "NBJ602" in repo.nbjob("check", "--output-format=concise", code=1)
    assert repo.nbjob("emit", code=1) == "updated etl.py\n"
    assert (repo.path / "etl.py").read_text().endswith('tags=["job", "slow"]\nx = 2\n')


def test_an_edited_sidecar_is_known_without_git(repo: GitRepo, tmp_path: Path) -> None:
    plain = GitRepo(tmp_path / "plain")
    plain.write("etl.ipynb", ONE)
    plain.nbjob("emit", code=1)
    plain.write("etl.ipynb", TWO)
    plain.nbjob("emit", code=1)
    _edit(plain, "y = 1", "y = 7")
    plain.write("etl.ipynb", ONE)
    assert "was edited" in plain.nbjob("emit", code=1)
    plain.nbjob("emit", "--reverse", "etl.py", code=1)
    assert (plain.path / "etl.ipynb").read_bytes() == ONE.replace(b"y = 1", b"y = 7")
    shutil.copytree(plain.path, tmp_path / "other")
    other = GitRepo(tmp_path / "other")
    other.write("etl.ipynb", ONE)
    assert "nbjob emit --force etl.ipynb" in other.nbjob("emit", code=1)


def test_a_renamed_notebook_takes_its_sidecars_along(repo: GitRepo) -> None:
    repo.write("a.ipynb", ONE)
    repo.write("gone.ipynb", ONE)
    repo.nbjob("emit", code=1)
    repo.commit()
    repo("mv", "a.ipynb", "b.ipynb")
    repo("rm", "-q", "gone.ipynb")
    hooked = repo.nbjob("hook", code=1)
    assert "git rm a.py gone.py" in hooked
    (repo.path / "b.py").unlink()

    said = repo.nbjob("emit", "--check", code=1)
    assert "b.py: missing" in said
    assert "a.py: stale" in said
    assert "-x = 1" in said
    assert repo.nbjob("emit", code=1) == "wrote b.py\nremoved a.py\nremoved gone.py\n"
    assert sorted(path.name for path in repo.path.glob("*.*")) == [".git", "b.ipynb", "b.py"]
    repo.commit()
    assert repo.nbjob("emit") == ""


def test_an_edited_orphan_stays(repo: GitRepo) -> None:
    repo.write("a.ipynb", ONE)
    repo.nbjob("emit", code=1)
    repo.commit()
    _edit(repo, "x = 1", "x = 7", "a.py")
    (repo.path / "a.ipynb").unlink()
    assert "this is not as it was emitted" in repo.nbjob("emit", code=1)
    assert (repo.path / "a.py").exists()
    assert repo.nbjob("emit", "--force", code=1) == "removed a.py\n"


def test_an_edit_may_be_taken_back_by_another(repo: GitRepo) -> None:
    repo.write("etl.ipynb", ONE)
    repo.nbjob("emit", code=1)
    _edit(repo, "x = 1", "x  =  1")
    repo.nbjob("emit", "--reverse", "etl.py", code=1)
    _edit(repo, "x  =  1", "x = 1")
    assert repo.nbjob("emit", "--reverse", "etl.py", code=1) == "etl.ipynb: changed cell 1\n"
    assert (repo.path / "etl.ipynb").read_bytes() == ONE


_ESCAPES = notebook(
    code("from __future__ import annotations\nfound = '\\d'", "job", id="a"),
    code("limit = '\\q'", "job", "parameters", id="p"),
    code("%%sql one <<\nselect :found, '\\d'", "job", id="b"),
    code("two = %sql select :found, '\\d'\nprint('\\d')", "job", id="c"),
)


@pytest.mark.parametrize("command", [("check",), ("emit",), ("emit", "--plain"), ("show",)])
def test_what_python_warns_of_is_not_said_of_a_nameless_text(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    """From 3.12 on, Python says it to everybody."""
    (tmp_path / "10_etl.ipynb").write_bytes(_ESCAPES)
    program = (sys.executable, "-W", "always", "-m", "nbjob_clean", *command, "10_etl.ipynb")

    done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True)

    assert done.returncode in (0, 1), done.stderr
    assert "invalid escape" not in done.stdout + done.stderr


def test_a_run_lets_python_warn_once_and_say_where(tmp_path: Path) -> None:
    cell = code("limit = '\\q'", "job", "parameters", id="p")
    (tmp_path / "10_etl.ipynb").write_bytes(notebook(cell))
    program = (sys.executable, "-W", "always", "-m", "nbjob_clean")
    subprocess.run((*program, "emit"), cwd=tmp_path, check=False)

    done = subprocess.run((*program, "run", "."), cwd=tmp_path, capture_output=True, text=True)

    warned = [line for line in done.stderr.splitlines() if "invalid escape" in line]
    assert ["10_etl.py:" in line for line in warned] == [True], done.stderr
