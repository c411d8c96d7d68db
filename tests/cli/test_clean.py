from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

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
        ("[tool.nbjob]\nkeep = ['all']\n", "pyproject.toml: `keep` has no `all`"),
        ("[tool.nbjob]\ndrop = ['id']\n", "did you mean `ids`?"),
        ("[tool.nbjob]\ntags = ['etl']\ndrop = ['cells:etl']\n", "would drop production cells"),
        ("[tool.nbjob.per-file-keep]\n'a*' = ['output']\n", "`per-file-keep` has no `output`"),
        ("[tool.nbjob.per-file-drop]\n'a*' = ['cells:job']\n", "would drop production cells"),
        (
            "[tool.nbjob]\nper-file-drop = ['ids']\n",
            "`per-file-drop` is a table of pattern = [words]",
        ),
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


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full there")
@pytest.mark.parametrize(
    "arguments", [["check", "--output-format", "json"], ["check", "--explain", "NBJ101"]]
)
def test_a_full_disk_is_no_defect(repo: GitRepo, arguments: list[str]) -> None:
    repo.write("a.ipynb", notebook(*CELLS))
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "nbjob_clean", *arguments],
            cwd=repo.path, stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.stderr == "error: cannot write the output: No space left on device\n"
    assert done.returncode == 1


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


MIXED = (code("x = 1", id="a", count=3), code("debug()", "debug", id="b", count=4))
PER_FILE = """[tool.nbjob]
drop = ["cells:debug"]
per-file-keep = { "docs/*" = ["outputs", "counts"] }
per-file-drop = { "*b.ipynb" = ["ids"] }
"""


def _per_file(repo: GitRepo) -> dict[str, bytes]:
    """What each of three notebooks is cleaned to under PER_FILE."""
    repo.write("pyproject.toml", PER_FILE)
    for name in ("a.ipynb", "b.ipynb", "docs/a.ipynb"):
        repo.write(name, notebook(*MIXED))
    return {
        "a.ipynb": without_runs(MIXED[0]),
        "b.ipynb": without_runs(code("x = 1", count=3)),
        "docs/a.ipynb": notebook(MIXED[0]),
    }


def test_each_file_has_the_words_of_its_patterns(repo: GitRepo) -> None:
    wanted = _per_file(repo)
    repo.nbjob("clean", "..", cwd="docs", code=1)
    assert {name: (repo.path / name).read_bytes() for name in wanted} == wanted
    assert repo.nbjob("clean") == ""
    assert repo.nbjob("clean", "--drop", "outputs", "docs/a.ipynb", code=1)
    assert b"private" not in (repo.path / "docs/a.ipynb").read_bytes()


def test_what_is_staged_has_the_words_of_its_patterns(repo: GitRepo) -> None:
    wanted = _per_file(repo)
    repo("add", "--all")
    repo.nbjob("clean", "--staged", code=1, cwd="docs")
    assert {name: repo.staged(name) for name in wanted} == wanted
    assert (repo.path / "b.ipynb").read_bytes() == notebook(*MIXED)


def test_the_filter_has_the_words_of_its_patterns(repo: GitRepo) -> None:
    repo.nbjob("install")
    wanted = _per_file(repo)
    repo.commit()
    assert {name: repo.staged(name) for name in wanted} == wanted
    assert repo("status", "--porcelain").stdout == b""
    assert "Nothing to mend" in repo.nbjob("doctor")
    for name in wanted:
        command = [sys.executable, "-m", "nbjob_clean", "git", "clean", name]
        done = subprocess.run(
            command, cwd=repo.path, input=notebook(*MIXED), capture_output=True, check=True
        )
        assert done.stdout == wanted[name]


def test_the_hook_has_the_words_of_its_patterns(repo: GitRepo) -> None:
    wanted = _per_file(repo)
    repo("add", "--all")
    assert "git add" in repo.nbjob("hook", "--only", "clean", code=1)
    assert {name: (repo.path / name).read_bytes() for name in wanted} == wanted
    repo("add", "--all")
    assert repo.nbjob("hook", "--only", "clean") == ""


def test_flags_are_words_too(repo: GitRepo) -> None:
    path = repo.write("a.ipynb", notebook(*MIXED))
    repo.nbjob("clean", "--keep", "counts", "--drop", "cells:debug", "--drop", "ids", code=1)
    expected = notebook(code("x = 1", count=3, outputs=[]))
    assert path.read_bytes() == expected
    assert "`--keep` has no `count`" in repo.nbjob("clean", "--keep", "count", code=2)
    assert "did you mean `counts`" in repo.nbjob("clean", "--drop", "count", code=2)
    assert "production cells" in repo.nbjob("clean", "--drop", "cells:vdk", code=2)


def test_the_last_line_says_what_it_comes_to(repo: GitRepo) -> None:
    repo.write("a.ipynb", notebook(*MIXED))
    repo.write("b.ipynb", without_runs(*MIXED))
    repo.write("c.ipynb", b"{")
    said = repo.nbjob("clean", "--check", code=1).splitlines()
    assert (
        "1 notebook would be cleaned, 1 left as it was, 1 could not be read, 218 bytes less" in said
    )
    (repo.path / "c.ipynb").unlink()
    assert "1 notebook cleaned, 1 left as it was, 218 bytes less" in repo.nbjob("clean", code=1)
    assert repo.nbjob("clean") == ""


def _json(repo: GitRepo, *arguments: str, code: int) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "nbjob_clean", "clean", "--output-format", "json", *arguments],
        cwd=repo.path, input=notebook(*MIXED), capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (code, b"")
    return json.loads(done.stdout)


def test_json_is_what_there_is_to_say(repo: GitRepo) -> None:
    repo.write("a.ipynb", notebook(*MIXED, metadata={"widgets": {}}))
    repo.write("b.ipynb", without_runs(MIXED[0]))
    repo.write("c.ipynb", b'{\n"cells": [}')
    path = repo.write("gr\u00fcn.ipynb", notebook({**MIXED[0], "metadata": {"scrolled": True}}))

    for arguments in (["--check"], ["--check", "--diff"], []):
        size = path.stat().st_size
        found = _json(repo, "--drop", "cells:debug", *arguments, code=1)
        diffs = [entry.pop("diff", "") for entry in found]
        assert [bool(diff) for diff in diffs] == [
            ("--diff" in arguments) and i != 1 for i in range(3)
        ]
        assert [entry["path"] for entry in found] == ["a.ipynb", "c.ipynb", "gr\u00fcn.ipynb"]
        assert found[0]["removed"] == {"cells": 1, "outputs": 1, "counts": 1, "widgets": 1}
        assert found[1]["error"]["line"] == 2
        assert not found[1]["changed"]
        assert found[2]["removed"] == {"outputs": 1, "counts": 1, "cell-metadata": 1}
        assert found[2]["error"] is None
    assert found[2]["bytes_saved"] == size - path.stat().st_size
    (repo.path / "c.ipynb").unlink()
    assert _json(repo, code=0) == []


def test_json_of_a_stream_and_of_what_is_staged(repo: GitRepo) -> None:
    assert _json(repo, "--check", "-", code=1)[0]["removed"] == {"outputs": 2, "counts": 2}
    assert "no place for JSON" in repo.nbjob("clean", "--output-format", "json", "-", code=2)
    repo.write("a.ipynb", notebook(*MIXED))
    repo.write("b.ipynb", b"{")
    repo("add", "--all")
    found = _json(repo, "--staged", code=1)
    assert [(entry["path"], entry["changed"]) for entry in found] == [
        ("a.ipynb", True),
        ("b.ipynb", False),
    ]
    assert repo.staged("a.ipynb") == without_runs(*MIXED)


def test_a_summary_is_for_people_alone(repo: GitRepo) -> None:
    for name in "ab":
        repo.write(f"{name}.ipynb", notebook(*MIXED))
    _json(repo, "--check", code=1)  # nothing on stderr
