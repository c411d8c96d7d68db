from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.conftest import GitRepo
from tests.notebooks import code, notebook, without_runs

NAMES = [
    "a.ipynb",
    "with space.ipynb",
    "grün.ipynb",
    'q"uote.ipynb',
    "t\tab.ipynb",
    "new\nline.ipynb",
]
LINE = b"*.ipynb filter=nbjob diff=nbjob merge=nbjob\n"
COLLAPSED = b"*.ipynb linguist-generated gitlab-generated\n"
CELLS = (code("x = 1", "job", id="a", count=3), code("y = 2", id="b", count=4))


@pytest.mark.parametrize("name", NAMES)
def test_outputs_stay_out_of_the_index_and_on_disk(repo: GitRepo, name: str) -> None:
    repo.nbjob("install")
    path = repo.write(name, notebook(*CELLS))
    repo.commit()

    assert repo.staged(name) == without_runs(*CELLS)
    assert path.read_bytes() == notebook(*CELLS)
    assert repo("status", "--porcelain").stdout == b""


def test_two_hundred_notebooks_take_one_process(repo: GitRepo) -> None:
    repo.nbjob("install")
    for number in range(200):
        repo.write(f"n{number}.ipynb", notebook(code(f"x = {number}", count=number)))
    repo.commit()
    listing = repo("ls-files").stdout.split()
    assert len([name for name in listing if name.endswith(b".ipynb")]) == 200
    assert repo.staged("n123.ipynb") == without_runs(code("x = 123", count=123))


def test_a_second_install_changes_nothing(repo: GitRepo) -> None:
    repo.nbjob("install")
    before = _state(repo)
    assert "nothing to do" in repo.nbjob("install")
    assert _state(repo) == before


@pytest.mark.parametrize(
    "attributes",
    [None, b"*.csv text\n", b"*.csv text", b"*.csv text\r\n", b"# ours\n\n*.csv text\n\n"],
)
def test_uninstall_takes_back_exactly_what_was_added(
    repo: GitRepo, attributes: bytes | None
) -> None:
    if attributes is not None:
        repo.write(".gitattributes", attributes)
    with (repo.path / ".git" / "config").open("a") as config:
        config.write("# a comment\n[alias]\n\tst = status ; short\n")
    before = _state(repo)
    repo.nbjob("install")
    assert _state(repo) != before
    repo.nbjob("install", "--uninstall")
    assert _state(repo) == before


def test_a_line_that_was_committed_by_others_stays(repo: GitRepo) -> None:
    repo.write(".gitattributes", "*.ipynb filter=nbjob diff=nbjob\n")
    repo.nbjob("install")
    repo.nbjob("install", "--uninstall")
    assert (repo.path / ".gitattributes").exists()


def test_a_filter_of_another_kind_is_named_and_nothing_is_written(repo: GitRepo) -> None:
    repo.write(".gitattributes", "*.ipynb filter=lfs diff=lfs merge=lfs -text\n")
    before = _state(repo)
    assert "filter=lfs" in repo.nbjob("install", code=2)
    assert _state(repo) == before


def test_exceptions_that_other_lines_make_stay_exceptions(repo: GitRepo) -> None:
    lines = b"raw/*.ipynb -filter\n*.csv filter=lfs\n"
    repo.write(".gitattributes", lines)
    repo.nbjob("install")
    assert (repo.path / ".gitattributes").read_bytes() == LINE + COLLAPSED + lines
    repo.write("raw/a.ipynb", notebook(*CELLS))
    repo.write("b.ipynb", notebook(*CELLS))
    repo.commit()
    assert repo.staged("raw/a.ipynb") == notebook(*CELLS)
    assert repo.staged("b.ipynb") == without_runs(*CELLS)
    repo.nbjob("install", "--uninstall")
    assert (repo.path / ".gitattributes").read_bytes() == lines


def test_hosts_collapse_notebooks_unless_somebody_does_not_want_that(repo: GitRepo) -> None:
    path = repo.path / ".gitattributes"
    repo.nbjob("install")
    assert path.read_bytes() == LINE + COLLAPSED
    found = repo("check-attr", "linguist-generated", "--", "deep/a.ipynb", "deep/a.py").stdout
    assert found.decode().splitlines() == [
        "deep/a.ipynb: linguist-generated: set",
        "deep/a.py: linguist-generated: unspecified",
    ]
    path.write_bytes(LINE)
    assert "nothing to do" in repo.nbjob("install")
    repo.nbjob("install", "--uninstall")
    for line in (b"*.ipynb -linguist-generated\n", b"*.ipynb gitlab-generated=false\n"):
        path.write_bytes(line)
        repo.nbjob("install")
        assert path.read_bytes() == line + LINE
        repo.nbjob("install", "--uninstall")
        assert path.read_bytes() == line


def test_our_line_in_other_words_is_ours(repo: GitRepo) -> None:
    lines = b"*.ipynb   diff=nbjob text filter=nbjob\n"
    repo.write(".gitattributes", lines)
    repo.nbjob("install")
    assert (repo.path / ".gitattributes").read_bytes() == lines.rstrip() + b" merge=nbjob\n"
    repo.nbjob("install", "--uninstall")
    assert (repo.path / ".gitattributes").read_bytes() == lines


@pytest.mark.parametrize("word", ["merge=union", "-merge", "merge=nbjob", "binary"])
def test_a_word_about_merges_stays(repo: GitRepo, word: str) -> None:
    lines = f"*.ipynb filter=nbjob diff=nbjob {word}\n".encode()
    repo.write(".gitattributes", lines)
    repo.nbjob("install")
    assert (repo.path / ".gitattributes").read_bytes() == lines


def test_the_line_of_an_earlier_release_is_extended(repo: GitRepo) -> None:
    earlier = b"*.csv text\n*.ipynb filter=nbjob diff=nbjob\n"
    path = repo.write(".gitattributes", earlier)
    before = _state(repo)
    assert "added merge=nbjob" in repo.nbjob("install")
    assert path.read_bytes() == earlier.replace(b"diff=nbjob", b"diff=nbjob merge=nbjob")
    assert "nothing to do" in repo.nbjob("install")
    repo.nbjob("install", "--uninstall")
    assert _state(repo) == before


@pytest.mark.parametrize("is_extended", [True, False])
def test_a_line_that_an_earlier_release_added_is_ours_to_remove(
    repo: GitRepo, *, is_extended: bool
) -> None:
    before = _state(repo)
    repo.nbjob("install")
    repo.write(".gitattributes", "*.ipynb filter=nbjob diff=nbjob\n")
    if is_extended:
        repo.nbjob("install")
        assert b"merge=nbjob" in (repo.path / ".gitattributes").read_bytes()
    repo.nbjob("install", "--uninstall")
    assert _state(repo) == before


def test_install_works_from_a_subfolder_and_a_linked_work_tree(
    repo: GitRepo, tmp_path: Path
) -> None:
    repo.write("deep/er/x.txt", "x")
    repo.commit()
    repo.nbjob("install", cwd="deep/er")
    repo.commit("attributes")
    repo("worktree", "add", "--quiet", str(tmp_path / "linked"))
    linked = GitRepo(tmp_path / "linked")
    linked.nbjob("install")
    linked.write("a.ipynb", notebook(*CELLS))
    linked.commit()
    assert linked.staged("a.ipynb") == without_runs(*CELLS)


def test_global_install_needs_no_clone(
    tmp_path: Path, repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    GitRepo(tmp_path).nbjob("install", "--global")
    repo.write("a.ipynb", notebook(*CELLS))
    repo.commit()
    assert repo.staged("a.ipynb") == without_runs(*CELLS)
    GitRepo(tmp_path).nbjob("install", "--global", "--uninstall")
    assert not (tmp_path / "xdg/git/attributes").exists()
    assert "nbjob" not in (tmp_path / "gitconfig").read_text()


def test_outside_of_a_repository_it_says_so(tmp_path: Path) -> None:
    assert "not inside a git repository" in GitRepo(tmp_path).nbjob("install", code=2)


def test_a_git_directory_that_is_named(
    repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for a home directory under version control (`git --git-dir=... --work-tree=...`)."""
    (repo.path / ".git").rename(tmp_path / "named")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "named"))
    monkeypatch.setenv("GIT_WORK_TREE", str(repo.path))
    GitRepo(tmp_path).nbjob("install")
    repo.write("a.ipynb", notebook(*CELLS))
    repo("add", ".")
    assert repo.staged("a.ipynb") == without_runs(*CELLS)
    assert "Nothing to mend" in GitRepo(tmp_path).nbjob("doctor", code=0)


def test_diff_log_show_and_blame_speak_source(repo: GitRepo) -> None:
    repo.nbjob("install")
    repo.write("a.ipynb", notebook(*CELLS))
    repo.commit()
    rerun = code("y = 3", id="b", count=9)
    repo.write("a.ipynb", notebook(code("x = 1", "job", id="a", count=8), rerun))

    changed = [
        ln
        for ln in _text(repo("diff")).splitlines()
        if ln[:1] in "+-" and ln[:3] not in ("+++", "---")
    ]
    assert changed == ["-y = 2", "+y = 3"]
    assert "# %% id=b" in _text(repo("diff"))

    repo.commit("second")
    assert "+y = 3" in _text(repo("log", "-p", "-1"))
    assert "+y = 3" in _text(repo("show"))
    assert [ln.split(") ", 1)[1] for ln in _text(repo("blame", "a.ipynb")).splitlines()][:2] == [
        '# %% id=a tags=["job"]',
        "x = 1",
    ]


def test_rerunning_shows_no_difference(repo: GitRepo) -> None:
    repo.nbjob("install")
    repo.write("a.ipynb", notebook(*CELLS))
    repo.commit()
    repo.write(
        "a.ipynb", notebook(code("x = 1", "job", id="a", count=30), code("y = 2", id="b", count=40))
    )
    assert repo("diff").stdout == b""


BROKEN = {
    "empty": b"",
    "lfs pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
    "nul": b"\0\1\2",
    "truncated": notebook(*CELLS)[:-20],
    "merge markers": b"<<<<<<< HEAD\n" + notebook(*CELLS) + b"=======\n>>>>>>> b\n",
    "bom": b"\xef\xbb\xbf" + notebook(*CELLS),
    "nbformat 3": b'{"metadata": {}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": ['
    b'{"cell_type": "code", "input": ["a = 1"], "outputs": [{"text": "private 42"}], "language": "python"}]}]}',
    "lone surrogate": notebook(code("x = 'E'", count=1)).replace(b"'E'", b"'\\ud83d'"),
    "nan": notebook(*CELLS, metadata={"n": float("nan")}),
    "a list": b"[1, 2]",
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_git_never_dies_and_no_output_is_stored(repo: GitRepo, data: bytes) -> None:
    repo.nbjob("install")
    repo.write("good.ipynb", notebook(*CELLS))
    repo.write("b.ipynb", notebook(*CELLS))
    repo.commit()
    path = repo.write("b.ipynb", data)
    repo.write("good.ipynb", notebook(code("changed = 1", id="a")))

    for command in (["status"], ["diff"], ["diff", "--stat"], ["stash"], ["stash", "pop"]):
        repo(*command)
    assert "+changed = 1" in _text(repo("diff"))
    repo.commit("broken")
    assert b"private" not in repo.staged("b.ipynb")
    assert b"x = " in repo.staged("b.ipynb") or b"x = " not in data
    for command in (["log", "-p"], ["show"], ["blame", "b.ipynb"], ["diff", "HEAD~1"]):
        repo(*command)
    if b"private" not in data:
        assert path.read_bytes() == data


def test_a_diff_falls_back_to_the_raw_file_when_the_interpreter_has_gone(repo: GitRepo) -> None:
    repo.nbjob("install")
    repo.write("a.ipynb", notebook(*CELLS))
    repo.commit()
    command = _text(repo("config", "diff.nbjob.textconv"))
    repo("config", "diff.nbjob.textconv", command.replace("textconv.py", "gone.py").strip())
    assert '+   "execution_count": null' in _text(repo("show"))


GONE = {"the interpreter": "bin/python", "the package": "filter_process.py"}


@pytest.fixture(params=GONE.values(), ids=GONE)
def vanished(repo: GitRepo, request: pytest.FixtureRequest) -> GitRepo:
    """A clone with one committed notebook, whose filter calls what is no longer there."""
    repo.nbjob("install")
    repo.write("a.ipynb", notebook(*CELLS))
    repo.commit()
    command = repo("config", "filter.nbjob.process").stdout.decode().rstrip("\n")
    there = shlex.split(command)[3 if request.param == "bin/python" else 7].rstrip(";")
    assert there.rstrip("0123456789.").endswith(request.param)
    repo("config", "filter.nbjob.process", command.replace(there, "/nowhere/at-all"))
    return repo


def test_with_nbjob_on_path_a_vanished_interpreter_goes_unnoticed(vanished: GitRepo) -> None:
    vanished.write("b.ipynb", notebook(*CELLS))
    vanished.commit()
    assert vanished.staged("b.ipynb") == without_runs(*CELLS)


def test_without_nbjob_on_path_git_stops_and_says_what_to_do(
    vanished: GitRepo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", _path_without_nbjob(tmp_path))
    before = vanished("ls-files", "--stage").stdout
    vanished.write("b.ipynb", notebook(*CELLS))
    for command in (["add", "b.ipynb"], ["add", "--all"], ["commit", "-a", "-m", "x"]):
        vanished.write("a.ipynb", notebook(code("x = 7", id="a", count=3)))
        done = vanished(*command, code=None)
        assert done.returncode != 0
        assert b"run nbjob install" in done.stderr
    assert vanished("ls-files", "--stage").stdout == before
    for command in (["status"], ["log", "--stat"], ["show", "--no-textconv"]):
        vanished(*command)
    without = ["-c", "filter.nbjob.process=", "-c", "filter.nbjob.required=false"]
    assert b"x = 7" in vanished(*without, "diff").stdout
    vanished(*without, "log", "-p")


def _path_without_nbjob(folder: Path) -> str:
    """Every program of PATH but ours."""
    bin_directory = folder / "bin"
    bin_directory.mkdir()
    for directory in os.environ["PATH"].split(os.pathsep):
        for program in Path(directory).glob("*"):
            link = bin_directory / program.name
            if program.name != "nbjob" and not os.path.lexists(link):
                link.symlink_to(program)
    return str(bin_directory)


def _state(repo: GitRepo) -> dict[str, bytes | None]:
    paths = (repo.path / ".git" / "config", repo.path / ".gitattributes")
    return {path.name: path.read_bytes() if path.exists() else None for path in paths}


def _text(done: subprocess.CompletedProcess[bytes]) -> str:
    return done.stdout.decode()


def test_notebooks_that_hold_outputs_already_are_named(repo: GitRepo) -> None:
    repo.write("a.ipynb", notebook(*CELLS))
    repo.commit()
    assert "git add --renormalize" in repo.nbjob("install")
