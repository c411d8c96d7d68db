"""The tables of docs/git-commands.md, row by row, on 30 changed notebooks and a broken one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import GitRepo, shut_out
from tests.notebooks import code, markdown, notebook

PAGE = Path(__file__).parents[2] / "docs/git-commands.md"
COUNT = 30
JSON = '\\n"'  # how a line of source ends there


def _notebook(rate: int, *, count: int = 1, name: str = "x") -> bytes:
    return notebook(
        markdown(f"# {name}", id="m"),
        code("import os", "job", id="a", count=count),
        code(
            f"def f():\n    a = 1\n    b = 2\n    c = 3\n    rate = {rate}\n    return rate",
            "job",
            id="b",
            count=count,
        ),
        code("f()", id="c", count=count),
    )


def _write(repo: GitRepo, rate: int) -> None:
    """Everything with this rate; what is as it should be keeps its time, and costs git nothing."""
    files = {"etl/broken.ipynb": f'{{"cells": [\n"broken {rate}'.encode()}
    files["plain.txt"] = f"plain {rate}\n".encode()
    for number in range(COUNT):
        files[f"etl/n{number}.ipynb"] = _notebook(rate, count=rate, name=str(number))
    for name, data in files.items():
        path = repo.path / name
        if not path.is_file() or path.read_bytes() != data:
            repo.write(name, data)


@pytest.fixture
def changed(_changed: GitRepo) -> Iterator[GitRepo]:
    """One repository for all, as it was before the test: also after one that failed half-way."""
    yield _changed
    _changed("reset", "-q")
    _write(_changed, 3)


@pytest.fixture(scope="module")
def _changed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitRepo]:
    """Two commits on main, another on `topic`, and the work tree changed once more."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        shut_out(monkeypatch)
        repo = GitRepo(tmp_path_factory.mktemp("changed"))
        repo("init", "--quiet", "--initial-branch=main", ".")
        repo.nbjob("install")
        _write(repo, 1)
        repo.commit("first")
        repo("branch", "topic")
        _write(repo, 2)
        repo.commit("second")
        _write(repo, 3)
        yield repo


def _shows(out: str, sign: str, rate: int, *, times: int = COUNT) -> None:
    """The change of one line in every healthy notebook, the broken one as it is, and no JSON."""
    assert out.count(f"\n{sign}    rate = {rate}\n") == times
    assert f'{sign}"broken {rate}' in out
    assert f"{sign}plain {rate}\n" in out
    assert JSON not in out


# What is run, with what in it changed from which rate to which.
SOURCE: dict[str, tuple[list[str], int, int]] = {
    "git diff": (["diff"], 2, 3),
    "git diff HEAD": (["diff", "HEAD"], 2, 3),
    "git diff A B": (["diff", "HEAD~1", "HEAD"], 1, 2),
    "git diff A...B": (["diff", "topic...main"], 1, 2),
    "git log -p": (["log", "-p", "-1"], 1, 2),
    "git show": (["show"], 1, 2),
    "--color-moved": (["diff", "--color-moved"], 2, 3),
    "-U0": (["diff", "-U0"], 2, 3),
    "-w": (["diff", "-w"], 2, 3),
    "git diff --color=never": (["diff", "--color=never"], 2, 3),
    "--no-color": (["diff", "--no-color"], 2, 3),
}


@pytest.mark.parametrize("name", SOURCE)
def test_source(changed: GitRepo, name: str) -> None:
    command, old, new = SOURCE[name]
    out = _text(changed(*command))
    _shows(out, "-", old)
    _shows(out, "+", new)
    assert len(re.findall(r"^[-+](?![-+])", out, re.MULTILINE)) == 2 * (COUNT + 2)
    assert "\x1b" not in out
    assert re.search(r"^@@ .* @@ def f\(\):$", out, re.MULTILINE)


def test_cached(changed: GitRepo) -> None:
    changed("add", "-A")
    for command in (["diff", "--cached"], ["status", "-v"]):
        _shows(_text(changed(*command)), "+", 3)
    message = changed("commit", "-v", "--dry-run", code=0)
    _shows(_text(message), "+", 3)


def test_from_a_subfolder_and_in_a_linked_work_tree(changed: GitRepo, tmp_path: Path) -> None:
    below = GitRepo(changed.path / "etl")
    out = _text(below("diff", "--relative", "--", "."))
    assert out.count("+    rate = 3\n") == COUNT
    changed("worktree", "add", "-q", str(tmp_path / "linked"), "HEAD~1")
    linked = GitRepo(tmp_path / "linked")
    _shows(_text(linked("diff", "main")), "-", 2)
    changed("worktree", "remove", "--force", str(linked.path))


def test_colours_where_they_are_asked_for(changed: GitRepo) -> None:
    out = _text(changed("diff", "--color=always", "--", "etl/n1.ipynb"))
    assert "\x1b[32m+\x1b[m\x1b[32m    rate = 3" in out


def test_word_diff_and_function_context(changed: GitRepo) -> None:
    out = _text(changed("diff", "--word-diff"))
    assert out.count("rate = [-2-]{+3+}\n") == COUNT
    out = _text(changed("diff", "-W", "--", "etl/n7.ipynb"))
    assert "\n def f():\n     a = 1\n     b = 2\n     c = 3\n-    rate = 2\n" in out
    assert "import os" not in out


@pytest.mark.parametrize("revision", [[], ["HEAD"]])
def test_blame_is_about_lines_of_source(changed: GitRepo, revision: list[str]) -> None:
    lines = _text(changed("blame", "-s", *revision, "--", "etl/n3.ipynb")).splitlines()
    shown = [line.split(") ", 1)[-1] for line in lines]
    assert shown[3:7] == ['# %% id=a tags=["job"]', "import os", "", '# %% id=b tags=["job"]']
    assert len(lines) == 16
    commits = {line.split(" ")[0].lstrip("^") for line in lines}
    assert len(commits) == 2


def test_grep_and_cat_file(changed: GitRepo) -> None:
    found = _text(changed("grep", "-n", "--textconv", "rate = 3")).splitlines()
    assert len(found) == COUNT
    assert "etl/n3.ipynb:12:    rate = 3" in found
    for command in (
        ["cat-file", "--textconv", "HEAD:etl/n3.ipynb"],
        ["show", "--textconv", "HEAD:etl/n3.ipynb"],
    ):
        assert _text(changed(*command)).splitlines()[11] == "    rate = 2"


def test_log_searches_source(changed: GitRepo) -> None:
    def subjects(*options: str) -> list[str]:
        return _text(changed("log", "--format=%s", *options, "--", "etl/n3.ipynb")).split()

    assert subjects("-Srate = 2") == ["second"]
    assert subjects("-Grate = 1") == ["second", "first"]
    assert subjects("-Gexecution_count") == []


def test_range_diff(changed: GitRepo) -> None:
    changed("switch", "-q", "-c", "other", "topic", "--discard-changes")
    _write(changed, 5)
    changed.commit("second")
    out = _text(changed("range-diff", "--creation-factor=100", "topic..main", "topic..other"))
    assert out.count(" -+    rate = 2\n") == COUNT
    assert JSON not in out
    changed("switch", "-q", "main")
    changed("branch", "-q", "-D", "other")


@pytest.mark.parametrize("option", ["--stat", "--numstat"])
def test_counts_are_true_in_nbjob_diff_alone(changed: GitRepo, option: str) -> None:
    counted = re.compile(r"etl/n3.ipynb\s+\|\s+2 \+-|1\t1\tetl/n3.ipynb")
    assert counted.search(changed.nbjob("diff", option, "HEAD~1"))
    git = _text(changed("diff", option, "HEAD~1"))
    assert "etl/n3.ipynb" in git


def test_a_new_run_is_no_change(changed: GitRepo) -> None:
    for number in range(COUNT):
        changed.write(f"etl/n{number}.ipynb", _notebook(2, count=77, name=str(number)))
    for name in ("plain.txt", "etl/broken.ipynb"):
        changed("checkout", "-q", "--", name)
        os.utime(changed.path / name)  # git has to look again
    assert changed.nbjob("diff", "--exit-code") == ""
    assert changed("diff").stdout == b""
    changed("diff", "--exit-code")
    changed("diff", "--quiet")
    changed.write("etl/n1.ipynb", _notebook(9, count=77))
    changed("diff", "--exit-code", code=1)
    changed("diff", "--quiet", code=1)
    assert changed.nbjob("diff", "--quiet", code=1) == ""


def test_what_works_on_json_has_no_outputs(changed: GitRepo) -> None:
    for command in (
        ["format-patch", "--stdout", "-1"],
        ["diff-tree", "-p", "HEAD"],
        ["diff", "--no-textconv"],
    ):
        out = _text(changed(*command))
        assert out.count('\n+    "    rate = ') == COUNT
        assert "private 42" not in out


def test_stash_and_its_patch(changed: GitRepo) -> None:
    changed("stash")
    assert JSON in _text(changed("stash", "show", "-p"))
    _shows(_text(changed("stash", "show", "-p", "--textconv")), "+", 3)
    changed("stash", "pop")


def test_add_p_is_one_hunk_of_json(changed: GitRepo) -> None:
    done = subprocess.run(
        ["git", "add", "-p", "etl/n3.ipynb"], cwd=changed.path, input=b"q\n", capture_output=True, check=False
    )  # fmt: skip
    out = done.stdout.decode() + done.stderr.decode()
    assert "(1/1) Stage this hunk" in out
    assert '+    "    rate = 3\\n",' in out


def test_a_patch_of_json_can_be_applied(changed: GitRepo) -> None:
    patch = changed("diff", "--no-textconv", "HEAD~1", "HEAD", "--", "etl/n3.ipynb").stdout
    (changed.path / "p").write_bytes(patch)
    assert "rate = 2" in _text(changed("grep", "--cached", "rate = ", "--", "etl/n3.ipynb"))
    changed("apply", "--cached", "--reverse", "p")
    assert "rate = 1" in _text(changed("grep", "--cached", "rate = ", "--", "etl/n3.ipynb"))
    changed("apply", "--cached", "p")
    (changed.path / "p").unlink()


def test_difftool_gives_files(changed: GitRepo) -> None:
    out = _text(changed("difftool", "-y", "-x", "cat", "HEAD~1", "HEAD", "--", "etl/n3.ipynb"))
    assert JSON in out


def test_check_sees_source(changed: GitRepo) -> None:
    changed.write("etl/n1.ipynb", notebook(code("x = 1   ", id="a")))
    said = changed.nbjob("diff", "--check", "--", "etl/n1.ipynb", code=2)
    assert "etl/n1.ipynb:2: trailing whitespace." in said


def test_a_submodule_needs_an_install_of_its_own(repo: GitRepo, tmp_path: Path) -> None:
    inner = GitRepo(tmp_path / "inner")
    inner.path.mkdir()
    inner("init", "-q", "-b", "main")
    inner.write("a.ipynb", _notebook(1))
    inner.commit()
    repo("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.path), "inner")
    repo.nbjob("install")
    repo.commit()
    module = GitRepo(repo.path / "inner")
    module.write("a.ipynb", _notebook(2))
    module.commit()
    assert JSON in _text(repo("diff", "--submodule=diff"))
    module.nbjob("install")
    out = _text(repo("diff", "--submodule=diff"))
    assert "+    rate = 2\n" in out
    assert JSON not in out


def _edited(repo: GitRepo) -> GitRepo:
    repo.nbjob("install")
    repo.write("a.ipynb", _notebook(1))
    repo.commit()
    return repo


def test_a_rename_keeps_its_header(repo: GitRepo) -> None:
    _edited(repo)("mv", "a.ipynb", "b.ipynb")
    repo.write("b.ipynb", _notebook(2))
    repo("add", "-A")
    for out in (_text(repo("diff", "--cached")), repo.nbjob("diff", "--cached")):
        assert "rename from a.ipynb\nrename to b.ipynb\n" in out
        assert re.search(r"^similarity index \d\d%$", out, re.MULTILINE)
        assert "-    rate = 1\n+    rate = 2\n" in out


@pytest.mark.skipif(sys.platform == "win32", reason="no such bit")
def test_a_mode_is_shown(repo: GitRepo) -> None:
    (_edited(repo).path / "a.ipynb").chmod(0o755)
    wanted = "diff --git a/a.ipynb b/a.ipynb\nold mode 100644\nnew mode 100755\n"
    assert _text(repo("diff")) == wanted
    assert repo.nbjob("diff") == wanted


def test_added_and_deleted_notebooks_are_source(repo: GitRepo) -> None:
    _edited(repo)("mv", "a.ipynb", "z.ipynb")
    for out in (
        _text(repo("diff", "--no-renames", "HEAD")),
        repo.nbjob("diff", "--no-renames", "HEAD"),
    ):
        assert "deleted file mode 100644\n" in out
        assert "new file mode 100644\n" in out
        assert "-import os\n" in out
        assert "+import os\n" in out
        assert JSON not in out


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right of their own there")
def test_a_link_is_its_target(repo: GitRepo) -> None:
    _edited(repo)
    (repo.path / "b.ipynb").symlink_to("a.ipynb")
    repo("add", "-A")
    for out in (_text(repo("diff", "--cached")), repo.nbjob("diff", "--cached")):
        assert "new file mode 120000\n" in out
        assert "+a.ipynb\n" in out


ODD = {
    "empty": b"",
    "pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
    "null": b'{"cells": [\n\0',
    "mark": b"\xef\xbb\xbf" + _notebook(1),
    "utf16": _notebook(1).decode().encode("utf-16"),
    "latin": _notebook(1).replace(b"import os", "é".encode("latin-1")),
    "nothing": b"null",
    "number": b'{"cells": 5}',
    "nested": b"[" * 100_000,
    "version 3": b'{"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": "x"}]}]}',
    "conflict": b"<<<<<<< HEAD\n" + _notebook(1) + b"=======\n" + _notebook(2) + b">>>>>>> b\n",
}


def test_no_odd_file_costs_another_one_its_diff(repo: GitRepo) -> None:
    _edited(repo)
    for name, data in ODD.items():
        repo.write(f"{name}.ipynb", data)
    repo.commit("odd")
    for name, data in ODD.items():
        repo.write(f"{name}.ipynb", data + b" ")
    repo.write("a.ipynb", _notebook(2))
    wanted = b"\n+    rate = 2\n"
    for command in (["diff"], ["diff", "HEAD~1"]):
        assert wanted in repo(*command).stdout
    said = subprocess.run(
        [sys.executable, "-m", "nbjob_clean", "diff"],
        cwd=repo.path,
        capture_output=True,
        check=True,
    )
    assert wanted in said.stdout
    assert said.stderr == b""
    repo.commit("more")
    for command in (["log", "-p"], ["show"]):
        assert wanted in repo(*command).stdout
    assert b"a.ipynb:    rate = 2\n" in repo("grep", "--textconv", "rate").stdout
    for name in ODD:
        repo("blame", "--", f"{name}.ipynb")
        repo("cat-file", "--textconv", f"HEAD:{name}.ipynb")


def test_conversions_of_commits_are_kept(changed: GitRepo) -> None:
    changed("log", "-p")
    convert = _text(changed("config", "diff.nbjob.textconv")).rstrip("\n")
    marked = convert.replace("f() {", f"f() {{ echo >> {changed.path.as_posix()}/../count;")
    changed("config", "diff.nbjob.textconv", marked)
    changed("log", "-p")
    first = (changed.path.parent / "count").stat().st_size
    changed("log", "-p")
    assert (changed.path.parent / "count").stat().st_size == first > 0
    changed("config", "diff.nbjob.textconv", convert)


_APART: dict[str, Callable[..., None]] = {
    "git diff --cached": test_cached,
    "git status -v": test_cached,
    "git commit -v": test_cached,
    "git blame": test_blame_is_about_lines_of_source,
    "git blame REV": test_blame_is_about_lines_of_source,
    "git grep --textconv": test_grep_and_cat_file,
    "git cat-file --textconv": test_grep_and_cat_file,
    "git show --textconv REV:FILE": test_grep_and_cat_file,
    "git log -S": test_log_searches_source,
    "git log -G": test_log_searches_source,
    "git diff --word-diff": test_word_diff_and_function_context,
    "-W": test_word_diff_and_function_context,
    "NO_COLOR": test_colours_where_they_are_asked_for,
    "git range-diff": test_range_diff,
    "git difftool": test_difftool_gives_files,
    "git diff --stat": test_counts_are_true_in_nbjob_diff_alone,
    "git diff --numstat": test_counts_are_true_in_nbjob_diff_alone,
    "git diff --check": test_check_sees_source,
    "git diff --exit-code": test_a_new_run_is_no_change,
    "git diff --quiet": test_a_new_run_is_no_change,
    "git stash show -p": test_stash_and_its_patch,
    "git add -p": test_add_p_is_one_hunk_of_json,
    "git format-patch": test_what_works_on_json_has_no_outputs,
    "git diff-tree -p": test_what_works_on_json_has_no_outputs,
    "git diff --no-textconv": test_a_patch_of_json_can_be_applied,
    "git apply": test_a_patch_of_json_can_be_applied,
    "git diff --submodule=diff": test_a_submodule_needs_an_install_of_its_own,
}


def test_every_row_has_its_test() -> None:
    table = PAGE.read_text(encoding="utf-8").split("| change |")[0]
    rows = [line.split(" | ")[0] for line in table.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`([^`]+)`", row)}
    assert named - {*SOURCE, *_APART} == set()


def _text(done: subprocess.CompletedProcess[bytes]) -> str:
    return done.stdout.decode()
