"""`nbjob diff`: what git's textconv shows, and what only one process for the whole diff can."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from nbjob_clean.git.diff_arguments import parse
from nbjob_clean.git.outputs import convert
from tests.conftest import GitRepo, shut_out
from tests.notebooks import STREAM, code, markdown, notebook

NAMES = [
    "with space.ipynb",
    "grün.ipynb",
    'q"uote.ipynb',
    "t\tab.ipynb",
    "new\nline.ipynb",
    "back\\slash.ipynb",
]
if sys.platform == "win32":
    NAMES = NAMES[:2]


def _notebook(*sources: str, count: int = 1) -> bytes:
    return notebook(
        markdown("# Title", id="m"),
        *(code(source, id=f"c{n}", count=count) for n, source in enumerate(sources)),
    )


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitRepo]:
    """Two branches, an index and a work tree that all differ, in every kind of file."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        shut_out(monkeypatch)
        repo = GitRepo(tmp_path_factory.mktemp("history"))
        repo("init", "--quiet", "--initial-branch=main", ".")
        repo.nbjob("install")
        body = "\n".join(f"line_{n} = {n}" for n in range(20))
        for name in ("a.ipynb", "deep/b.ipynb", "deep/moved.ipynb", "gone.ipynb", *NAMES):
            repo.write(name, _notebook(body, f"x = {len(name)}"))
        repo.write("broken.ipynb", '{"cells": [\n1')
        repo.write("deep/plain.txt", "one\n")
        repo.write("lines.txt", "one\r\ntwo\r\n")
        repo.write(
            ".gitattributes", (repo.path / ".gitattributes").read_text() + "lines.txt text\n"
        )
        repo.commit("first")
        repo("switch", "-q", "-c", "topic")
        repo.write("a.ipynb", _notebook(body, "topic = 1"))
        repo.commit("topic")
        repo("switch", "-q", "main")
        repo.write("a.ipynb", _notebook(body, "main = 1", count=5))
        repo.write("deep/b.ipynb", _notebook(body, "x = 1", "added = 1"))
        repo("mv", "deep/moved.ipynb", "moved.ipynb")
        repo.write("moved.ipynb", _notebook(body + "\nmore = 1", "x = 16"))
        (repo.path / "gone.ipynb").unlink()
        repo.write("broken.ipynb", '{"cells": [\n2')
        for name in NAMES:
            repo.write(name, _notebook(body, "changed = 1"))
        repo.commit("second")
        repo.write("staged.ipynb", _notebook("staged = 1"))
        repo.write("deep/plain.txt", "two\n")
        repo("add", "staged.ipynb", "deep/plain.txt")
        repo.write("a.ipynb", _notebook(body, "worktree = 1", count=9))
        repo.write("deep/plain.txt", "three\n")
        repo.write("lines.txt", "one\r\nthree\r\n")
        repo.write("new.ipynb", _notebook("new = 1"))
        repo("add", "--intent-to-add", "new.ipynb")
        repo.write("untracked.ipynb", _notebook("untracked = 1"))
        yield repo


SAME_AS_GIT = [
    [],
    ["HEAD"],
    ["--cached"],
    ["--staged", "HEAD~1"],
    ["HEAD~1", "HEAD"],
    ["HEAD~1..HEAD"],
    ["topic..main"],
    ["topic...main"],
    ["--merge-base", "topic"],
    ["-R", "HEAD~1"],
    ["-M", "--summary", "-p", "HEAD~1"],
    ["--no-renames", "HEAD~1"],
    ["HEAD~1", "--", "deep", "*.txt"],
    ["HEAD~1", "--", ":(exclude)deep"],
    ["HEAD~1", "a.ipynb"],
    ["-U0", "HEAD~1"],
    ["-W", "HEAD~1"],
    ["-w", "HEAD~1"],
    ["--word-diff", "HEAD~1"],
    ["--color-words", "HEAD~1"],
    ["--color=always", "--color-moved", "HEAD~1"],
    ["-S", "changed", "HEAD~1"],
    ["-Gworktree", "HEAD~1"],
    ["--diff-filter=M", "HEAD~1"],
    ["--diff-filter", "AD", "HEAD~1"],
    ["--src-prefix", "x/", "--dst-prefix=y/", "HEAD~1"],
    ["--no-prefix", "HEAD~1"],
    ["--skip-to", "deep/b.ipynb", "HEAD~1"],
    ["-O", "order", "HEAD~1"],
    ["HEAD~1:a.ipynb", "HEAD:a.ipynb"],
    ["--ita-visible-in-index", "--cached"],
]


@pytest.mark.parametrize("arguments", SAME_AS_GIT, ids=" ".join)
def test_it_shows_what_git_shows_with_the_driver(history: GitRepo, arguments: list[str]) -> None:
    history.write("order", "deep/*\n*.ipynb\n")
    _same(history, arguments)
    (history.path / "order").unlink()


@pytest.mark.parametrize(
    "arguments",
    [
        ["HEAD~1"],
        ["--relative", "HEAD~1"],
        ["HEAD~1", "--", "."],
        ["HEAD~1", "--", "b.ipynb", ":/a.ipynb"],
    ],
    ids=" ".join,
)
def test_from_a_subfolder(history: GitRepo, arguments: list[str]) -> None:
    _same(GitRepo(history.path / "deep"), arguments)


def _same(repo: GitRepo, arguments: list[str]) -> None:
    wanted = repo("diff", *arguments).stdout.decode()
    # Without the driver: git must not be the one that converts.
    settings = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "diff.nbjob.textconv",
        "GIT_CONFIG_VALUE_0": "false",
    }
    found = subprocess.run(
        [sys.executable, "-m", "nbjob_clean", "diff", *arguments],
        cwd=repo.path, env=os.environ | settings, stdout=subprocess.PIPE, check=True,
    ).stdout.decode()  # fmt: skip
    assert _without_hashes(found) == _without_hashes(wanted)
    assert "diff --git" in found


def _without_hashes(text: str) -> str:
    """git names the objects of JSON, we those of source; a driver's text has no similarity."""
    text = re.sub(r"index [0-9a-f]+\.\.[0-9a-f]+", "index", text)
    return re.sub(r"similarity index \d+%|\(\d+%\)", "similarity", text)


def test_names_and_counts_are_those_of_source(history: GitRepo) -> None:
    assert history.nbjob("diff", "--stat", "topic", "main", "--", "a.ipynb") == (
        " a.ipynb | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n"
    )
    assert history.nbjob("diff", "--numstat", "HEAD~1", "--", "deep") == (
        "4\t1\tdeep/b.ipynb\n0\t27\tdeep/moved.ipynb\n1\t1\tdeep/plain.txt\n"
    )
    named = history.nbjob("diff", "--name-only", "-z", "HEAD~1", "HEAD").split("\0")
    assert set(named) >= {*NAMES, "a.ipynb", "broken.ipynb", "moved.ipynb"}
    status = history.nbjob("diff", "--name-status", "HEAD~1", "HEAD")
    assert re.search(r"^R\d+\tdeep/moved.ipynb\tmoved.ipynb$", status, re.MULTILINE)
    assert "D\tgone.ipynb" in status


def test_the_repository_is_only_read(history: GitRepo) -> None:
    def state() -> list[tuple[str, int]]:
        files = sorted((history.path / ".git").rglob("*"))
        return [(str(path), path.stat().st_mtime_ns) for path in files if path.is_file()]

    before = state()
    history.nbjob("diff", "HEAD~1")
    assert state() == before


def test_no_install_is_needed_and_no_attribute_is_in_the_way(repo: GitRepo) -> None:
    repo.write("a.ipynb", _notebook("x = 1"))
    repo.write(".gitattributes", "*.ipynb binary diff=other\n*.txt -diff\n")
    repo.write("p.txt", "p\n")
    repo.commit()
    repo("config", "diff.other.textconv", "false")
    repo.write("a.ipynb", _notebook("x = 2", count=9))
    repo.write("p.txt", "q\n")
    out = repo.nbjob("diff")
    assert "-x = 1\n+x = 2\n" in out
    assert "Binary files a/p.txt and b/p.txt differ" in out
    assert "-x = 1\n" not in repo("diff", code=None).stdout.decode()


def test_a_header_names_the_method_or_the_cell(repo: GitRepo) -> None:
    method = "class Shop:\n    async def total(self):\n        a = 1\n        b = 2\n        c = 3\n        "
    plain = "".join(f"x{n} = {n}\n" for n in range(9))
    for version in (1, 2):
        cells = (method + f"return {version}", plain + f"e = {version}")
        repo.write("a.ipynb", _notebook(*cells))
        repo.nbjob("install")
        repo.commit()
    for out in (repo("diff", "HEAD~1").stdout.decode(), repo.nbjob("diff", "HEAD~1")):
        heads = re.findall(r"^@@ .* @@ (.*)$", out, re.MULTILINE)
        assert heads == ["    async def total(self):", "# %% id=c1"]


def test_a_new_run_is_not_there(repo: GitRepo) -> None:
    repo.write("a.ipynb", _notebook("x = 1"))
    repo.commit()
    repo.write("a.ipynb", _notebook("x = 1", count=30))
    for option in ("--exit-code", "--quiet", "--stat", "--name-only", "-p"):
        assert repo.nbjob("diff", option) == ""
    repo.write("p.txt", "p\n")
    repo("add", "p.txt")
    repo.nbjob("diff", "--quiet", "HEAD", code=1)
    assert repo.nbjob("diff", "--name-only", "HEAD", "--exit-code", code=1) == "p.txt\n"


def test_a_broken_notebook_that_is_as_committed_is_not_there(installed: GitRepo) -> None:
    whole = _notebook("x = 1").decode()
    installed.write("a.ipynb", whole[: whole.rindex("]")])
    installed.commit()
    assert "private 42" not in installed.staged("a.ipynb").decode()
    for later in (0, 3600):  # an index as new as the file, one that is older
        now = (installed.path / ".git/index").stat().st_mtime + later
        os.utime(installed.path / "a.ipynb", (now, now))
        assert installed.nbjob("diff", "--exit-code") == ""
    installed.write("a.ipynb", whole[: whole.rindex("]")].replace("x = 1", "x = 2"))
    said = installed.nbjob("diff")
    assert '+    "x = 2"\n' in said
    assert "private 42" not in said


@pytest.mark.parametrize("arguments", [["nowhere"], ["--bogus", "HEAD~1"], ["--", "../outside"]])
def test_git_says_no_in_its_own_words(history: GitRepo, arguments: list[str]) -> None:
    said = history.nbjob("diff", *arguments, code=2)
    assert (arguments[-1] if arguments[0] != "--bogus" else "usage: git diff") in said
    assert "Traceback" not in said


def test_outside_of_a_repository_it_says_so(tmp_path: Path) -> None:
    assert "git" in GitRepo(tmp_path).nbjob("diff", "HEAD", code=2)


def test_what_git_shows_in_a_way_of_its_own(history: GitRepo, tmp_path: Path) -> None:
    combined = history("diff", "main", "topic", "HEAD~1").stdout.decode()
    assert history.nbjob("diff", "main", "topic", "HEAD~1") == combined
    (tmp_path / "b.ipynb").write_bytes(_notebook("x = 2"))
    pair = ["--no-index", "a.ipynb", str(tmp_path / "b.ipynb")]
    assert history.nbjob("diff", *pair, code=1) == history("diff", *pair, code=1).stdout.decode()


@pytest.mark.parametrize("installed", [True, False])
@pytest.mark.parametrize("style", ["merge", "diff3"])
def test_a_conflict_is_shown_as_git_shows_it(repo: GitRepo, style: str, *, installed: bool) -> None:
    base = _notebook("x = 1", "y = 1")
    repo.write("a.ipynb", base)
    repo.write("z.ipynb", base)
    repo.commit()
    repo("switch", "-q", "-c", "other")
    repo.write("a.ipynb", _notebook("x = 1", "theirs = 1"))
    repo.commit()
    repo("switch", "-q", "main")
    repo.write("a.ipynb", _notebook("x = 1", "ours = 1"))
    repo.commit()
    repo("-c", f"merge.conflictStyle={style}", "merge", "other", code=1)
    repo.write("z.ipynb", _notebook("x = 1", "z = 1"))
    if installed:
        repo.write(".git/info/attributes", "*.ipynb diff=nbjob\n")
        repo.nbjob("install", code=None)

    out = repo.nbjob("diff")
    assert "++<<<<<<< HEAD\n +ours = 1\n" in out
    assert "++=======\n+ theirs = 1\n++>>>>>>> other\n" in out
    assert ("++y = 1\n" in out) == (style == "diff3")
    assert "-y = 1\n+z = 1\n" in out
    assert "+ours = 1" not in out.replace(" +ours", "")
    assert "+<<<<<<< HEAD\n ours = 1\n+" in repo.nbjob("diff", "HEAD")
    assert repo.nbjob("diff", "--cached") == "* Unmerged path a.ipynb\n"
    assert "+<<<<<<< HEAD\n+ours = 1\n" in repo.nbjob("diff", "--base", "a.ipynb")
    repo("update-index", "--split-index")
    assert "++>>>>>>> other\n" in repo.nbjob("diff")


def test_submodules_and_links(repo: GitRepo, tmp_path: Path) -> None:
    inner = GitRepo(tmp_path / "inner")
    inner.path.mkdir()
    inner("init", "-q", "-b", "main")
    inner.write("x.txt", "x")
    inner.commit()
    repo("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.path), "inner")
    repo.write("a.ipynb", _notebook("x = 1"))
    if sys.platform != "win32":
        (repo.path / "l.ipynb").symlink_to("a.ipynb")
    repo.commit()
    module = GitRepo(repo.path / "inner")
    module.write("x.txt", "y")
    module.commit()
    repo.write("a.ipynb", _notebook("x = 2"))
    if sys.platform != "win32":
        (repo.path / "l.ipynb").unlink()
        (repo.path / "l.ipynb").symlink_to("b.ipynb")
    repo("config", "diff.nothing.textconv", "cat")
    out = repo.nbjob("diff")
    commits = [
        line
        for line in repo("diff", "--", "inner").stdout.decode().splitlines()
        if "Subproject" in line
    ]
    assert len(commits) == 2
    assert all(line in out for line in commits)
    assert "-x = 1\n+x = 2\n" in out
    assert sys.platform == "win32" or "-a.ipynb\n" in out


def test_in_a_linked_work_tree_and_with_sha256(tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "r")
    repo.path.mkdir()
    repo("init", "-q", "-b", "main", "--object-format=sha256")
    repo.write("a.ipynb", _notebook("x = 1"))
    repo.commit()
    repo("worktree", "add", "-q", str(tmp_path / "linked"))
    linked = GitRepo(tmp_path / "linked")
    linked.write("a.ipynb", _notebook("x = 2"))
    assert "-x = 1\n+x = 2\n" in linked.nbjob("diff")


def test_ours_are_taken_out_before_the_paths_only() -> None:
    assert parse(
        ["--cached", "-S", "--stat", "HEAD", "--stat-width", "80", "--", "--cached"]
    ) == parse(["HEAD", "--cached", "-S", "--stat", "--stat-width", "80", "--", "--cached"])
    found = parse(["-U3", "--cached", "-l", "5", "A", "--", "-x"])
    assert (found.sides, found.view, found.operands) == (
        ("--cached",), ("-U3", "-l", "5"), ("A", "--", "-x"),
    )  # fmt: skip


PNG = "iVBORw0KGgo="
OUTPUTS = [
    STREAM,
    {"output_type": "stream", "name": "stderr", "text": "careful\n"},
    {"output_type": "execute_result", "execution_count": 4, "metadata": {},
     "data": {"text/plain": ["  a\n", "0 1"], "text/html": "<b>1</b>"}},
    {"output_type": "display_data", "metadata": {}, "data": {"image/png": PNG, "text/plain": ["<Figure>"]}},
    {"output_type": "error", "ename": "ValueError", "evalue": "no\nmore", "traceback": ["\x1b[31mline 1\x1b[0m", "line 2"]},
]  # fmt: skip


def test_outputs_as_text() -> None:
    cell = code("x", id="a", count=4, outputs=OUTPUTS)
    assert convert(notebook(cell, code("y", id="b"))).decode() == (
        "# %% id=a\nx\n\n"
        "#> [stdout]\n#> private 42\n"
        "#> [stderr]\n#> careful\n"
        "#> [execute_result]\n#> text/html 8 bytes sha256:db149029e104\n#>   a\n#> 0 1\n"
        "#> [display_data]\n#> image/png 8 bytes sha256:4c4b6a3be131\n#> <Figure>\n"
        "#> [error] ValueError: no\n#> line 1\n#> line 2\n"
        "\n# %% id=b\ny\n"
    )
    assert convert(b"no notebook") == b"no notebook"


def test_outputs_of_the_work_tree(repo: GitRepo) -> None:
    repo.nbjob("install")
    repo.write("a.ipynb", notebook(code("x", id="a")))
    repo.commit()
    repo.write("a.ipynb", notebook(code("x", id="a", count=4, outputs=OUTPUTS[:1])))
    assert "+#> [stdout]\n+#> private 42\n" in repo.nbjob("diff", "--outputs")
    assert repo.nbjob("diff") == ""


def test_the_web_view_is_an_extra(repo: GitRepo) -> None:
    repo.write("a.ipynb", _notebook("x = 1"))
    repo.commit()
    probe = "import sys; sys.modules['nbdime'] = None; from nbjob_clean.cli import main; sys.exit(main(['diff', '--web']))"
    done = subprocess.run(
        [sys.executable, "-c", probe], cwd=repo.path, capture_output=True, check=False
    )
    assert done.returncode == 2
    assert 'pip install "nbjob-clean[web]"' in done.stderr.decode()


# Stands in for nbdime: says what it would have been asked to show.
FAKE_NBDIME = """
import subprocess, sys
print(sys.argv[-2:])
print(subprocess.run(["git", "diff", *sys.argv[-2:]], capture_output=True, check=True).stdout.decode())
"""


def test_the_web_view_is_given_the_notebooks_as_they_are(
    history: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "nbdime" / "webapp"
    package.mkdir(parents=True)
    for folder in (package, package.parent):
        (folder / "__init__.py").write_text("")
    (package / "nbdiffweb.py").write_text(FAKE_NBDIME)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    said = history.nbjob("diff", "--web", "--stat", code=2)
    assert "--web takes revisions and paths, not `--stat`" in said
    out = history.nbjob("diff", "--web", "HEAD~1", "--", "deep", "a.ipynb", "broken.ipynb")
    assert "['old', 'new']" in out
    assert "broken.ipynb: left out" in out
    assert re.findall(r"^diff --git a/(\S+)", out, re.MULTILINE) == [
        "a.ipynb",
        "deep/b.ipynb",
        "deep/moved.ipynb",
    ]
    assert '+   "execution_count": 9,' in out
    assert "private 42" in out
