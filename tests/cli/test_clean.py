from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import CORPUS, GitRepo
from tests.notebooks import code, notebook, without_runs

CELLS = (code("x = 1", "job", id="a", count=3),)


def test_in_place_names_what_changed_and_keeps_the_mode(repo: GitRepo) -> None:
    path = repo.write("a.ipynb", notebook(*CELLS))
    path.chmod(0o640)
    assert repo.nbjob("clean", "a.ipynb", code=1) == "cleaned a.ipynb\n"
    assert path.read_bytes() == without_runs(*CELLS)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert repo.nbjob("clean", "a.ipynb") == ""


def test_a_clean_file_is_not_written(repo: GitRepo) -> None:
    path = repo.write("a.ipynb", without_runs(*CELLS))
    before = path.stat()
    repo.nbjob("clean")
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_a_link_stays_a_link(repo: GitRepo) -> None:
    target = repo.write("real.ipynb", notebook(*CELLS))
    (repo.path / "link.ipynb").symlink_to("real.ipynb")
    repo.nbjob("clean", "link.ipynb", code=1)
    assert (repo.path / "link.ipynb").is_symlink()
    assert target.read_bytes() == without_runs(*CELLS)


def test_check_and_diff_change_nothing(repo: GitRepo) -> None:
    path = repo.write("a.ipynb", notebook(*CELLS))
    assert repo.nbjob("clean", "--check", code=1) == "would clean a.ipynb\n"
    assert '-   "execution_count": 3' in repo.nbjob("clean", "--diff", code=1)
    assert path.read_bytes() == notebook(*CELLS)


def test_a_folder_means_what_git_does_not_ignore(repo: GitRepo) -> None:
    for name in (
        "a.ipynb",
        "sub/b.ipynb",
        "ignored/c.ipynb",
        "sub/.ipynb_checkpoints/d.ipynb",
        "no/e.ipynb",
    ):
        repo.write(name, notebook(*CELLS))
    repo.write(".gitignore", "ignored/\n")
    repo.write("pyproject.toml", '[tool.nbjob]\nexclude = ["no/*"]\n')
    said = repo.nbjob("clean", code=1)
    assert [line for line in said.splitlines() if line.startswith("cleaned")] == [
        "cleaned a.ipynb",
        "cleaned sub/b.ipynb",
    ]


def test_outside_of_git_a_folder_is_walked(tmp_path: Path) -> None:
    place = GitRepo(tmp_path)
    place.write("sub/a.ipynb", notebook(*CELLS))
    place.write(".hidden/b.ipynb", notebook(*CELLS))
    assert place.nbjob("clean", code=1) == "cleaned sub/a.ipynb\n"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (notebook(*CELLS)[:-30], "a.ipynb:"),
        (b"\xef\xbb\xbf{", "not JSON"),
        (b"<<<<<<< HEAD\n{}", "a.ipynb:1: not JSON: it holds the markers of a merge conflict"),
        (b"\x80abc", "not UTF-8"),
    ],
)
def test_what_cannot_be_read_is_named_and_left(repo: GitRepo, data: bytes, told: str) -> None:
    path = repo.write("a.ipynb", data)
    repo.write("b.ipynb", notebook(*CELLS))
    said = repo.nbjob("clean", code=1)
    assert told in said
    assert "hint:" in said
    assert "cleaned b.ipynb" in said
    assert path.read_bytes() == data


@pytest.mark.parametrize("name", ["a.ipynb", "no/such"])
def test_a_path_that_is_not_there(repo: GitRepo, name: str) -> None:
    assert f"{name}: no such file" in repo.nbjob("clean", name, code=2)


def test_as_a_filter(repo: GitRepo) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nbjob_clean", "clean", "-"],
        input=notebook(*CELLS),
        capture_output=True,
        check=True,
    )
    assert done.stdout == without_runs(*CELLS)
    broken = subprocess.run(
        [sys.executable, "-m", "nbjob_clean", "clean", "-"],
        input=b"{",
        capture_output=True,
        check=False,
    )
    assert (broken.returncode, broken.stdout) == (1, b"")


def test_staged_leaves_the_working_copy(repo: GitRepo) -> None:
    path = repo.write("a.ipynb", notebook(*CELLS))
    repo("add", "a.ipynb")
    assert repo.nbjob("clean", "--staged", code=1) == "cleaned staged a.ipynb\n"
    assert repo.staged("a.ipynb") == without_runs(*CELLS)
    assert path.read_bytes() == notebook(*CELLS)
    assert repo.nbjob("clean", "--staged") == ""


def test_keep_from_the_configuration(repo: GitRepo) -> None:
    repo.write("pyproject.toml", '[tool.nbjob]\nkeep = ["counts"]\n')
    path = repo.write("a.ipynb", notebook(code("x", count=7)))
    repo.nbjob("clean", code=1)
    assert b'"execution_count": 7' in path.read_bytes()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[tool.nbjob]\ntag = []\n", "did you mean `tags`?"),
        ("[tool.nbjob]\ntags = 'job'\n", "`tags` is a list of strings"),
        ("[tool.nbjob]\nkeep = ['all']\n", "`keep` has no `all`"),
        ("[tool.nbjob\n", "pyproject.toml"),
    ],
)
def test_a_wrong_configuration_is_an_error(repo: GitRepo, text: str, told: str) -> None:
    repo.write("pyproject.toml", text)
    assert told in repo.nbjob("clean", code=2)


def test_a_full_pipe_is_no_error(repo: GitRepo) -> None:
    for number in range(300):
        repo.write(f"{'long' * 30}{number}.ipynb", notebook(*CELLS))
    command = f'"{sys.executable}" -m nbjob_clean clean --check | head -1'
    done = subprocess.run(command, shell=True, cwd=repo.path, capture_output=True, check=False)
    assert done.stdout.count(b"\n") == 1
    assert done.stderr == b""


@pytest.mark.slow
@pytest.mark.skipif(not CORPUS.is_dir(), reason="needs the corpus")
def test_the_handbook(tmp_path: Path) -> None:
    shutil.copytree(CORPUS / "handbook", tmp_path / "handbook", copy_function=shutil.copyfile)
    os.chmod(tmp_path / "handbook", 0o755)  # noqa: PTH101
    place = GitRepo(tmp_path)
    place.nbjob("clean", code=1)
    assert place.nbjob("clean", "--check") == ""


def test_staged_takes_staged_notebooks_alone(repo: GitRepo) -> None:
    repo.write("sub/a.ipynb", notebook(*CELLS))
    repo.write("sub/p.py", "x = 1\n")
    repo("add", "--all")
    assert "no staged notebook" in repo.nbjob("clean", "--staged", "nope.ipynb", code=2)
    assert "no staged notebook" in repo.nbjob("clean", "--staged", "/etc/passwd", code=2)
    assert '-   "execution_count": 3' in repo.nbjob("clean", "--staged", "--diff", "sub", code=1)
    assert repo.staged("sub/a.ipynb") == notebook(*CELLS)
    assert repo.nbjob("clean", "--staged", "sub", code=1) == "cleaned staged sub/a.ipynb\n"


def test_check_of_a_stream_prints_no_notebook() -> None:
    command = [sys.executable, "-m", "nbjob_clean", "clean", "--check", "-"]
    for data, code_ in ((notebook(*CELLS), 1), (without_runs(*CELLS), 0)):
        done = subprocess.run(command, input=data, capture_output=True, check=False)
        assert (done.returncode, done.stdout) == (code_, b"")
