"""Outputs that git takes away and gives back: real commands of git on real repositories."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nbjob_clean.clean.core import clean_bytes
from nbjob_clean.config import Config, find_config
from nbjob_clean.errors import ConfigError, NotebookFormatError
from nbjob_clean.git import filter_process
from nbjob_clean.git.memory import settings_of
from nbjob_clean.notebook.model import loads
from tests.conftest import CORPUS, GitRepo
from tests.git.test_install import NAMES
from tests.notebooks import code, markdown, notebook, without_runs

CELLS = tuple(code(f"x = {number}", id=f"c{number}", count=number) for number in range(1, 5))
STORE = ".git/nbjob/outputs.sqlite3"


@pytest.fixture
def work(installed: GitRepo) -> GitRepo:
    """A clone with the filter and one notebook that was run, committed on `main`."""
    installed.write("a.ipynb", notebook(*CELLS))
    installed.commit()
    return installed


def _edited(number: int, source: str, cells: tuple[dict[str, Any], ...] = CELLS) -> bytes:
    """The notebook with the source of one cell changed, which was then run."""
    changed = code(source, id=f"c{number}", count=99)
    return notebook(*(changed if index == number else c for index, c in enumerate(cells, start=1)))


def _counts(repo: GitRepo, name: str = "a.ipynb") -> list[int | None]:
    """The counts of the cells in the work tree; a cell with a count has outputs, and only it."""
    cells = json.loads((repo.path / name).read_bytes())["cells"]
    for cell in cells:
        assert bool(cell.get("outputs")) == (cell.get("execution_count") is not None)
    return [cell.get("execution_count") for cell in cells]


def _assert_in_order(repo: GitRepo) -> None:
    """Nothing is modified, nothing of an output is in any commit, nothing strange lies about."""
    assert repo("status", "--porcelain").stdout == b""
    history = repo("log", "--all", "--patch", "--no-textconv", "--format=")
    assert b"private" not in history.stdout
    for path in repo.path.rglob("*.ipynb"):
        os.utime(path, follow_symlinks=False)  # git has to look at it
    assert repo("status", "--porcelain").stdout == b""


def _elsewhere(repo: GitRepo, files: dict[str, bytes], *gone: str) -> None:
    """A commit on the branch `side` that somebody else made: no filter has seen its notebooks."""
    tree = {
        line.split(b"\t", 1)[1]: line
        for line in repo("ls-tree", "-z", "HEAD").stdout.split(b"\0") if line
    }  # fmt: skip
    for name, data in files.items():
        path = repo.write(".git/elsewhere", clean_bytes(data))
        oid = repo("hash-object", "-w", "--no-filters", str(path)).stdout.strip()
        tree[name.encode()] = b"100644 blob %s\t%s" % (oid, name.encode())
    lines = b"".join(tree[name] + b"\0" for name in tree if name.decode() not in gone)
    made = subprocess.run(
        ["git", "mktree", "-z"], cwd=repo.path, input=lines, capture_output=True, check=True
    ).stdout.decode()
    commit = repo("commit-tree", made.strip(), "-p", "HEAD", "-m", "side").stdout.decode()
    repo("branch", "-f", "side", commit.strip())


def test_switching_there_and_back_keeps_the_bytes(work: GitRepo) -> None:
    work("switch", "-q", "-c", "side")
    work.write("a.ipynb", _edited(2, "x = 20"))
    work.commit("side")
    work("switch", "-q", "main")
    assert (work.path / "a.ipynb").read_bytes() == notebook(*CELLS)
    _assert_in_order(work)
    work("switch", "-q", "side")
    assert (work.path / "a.ipynb").read_bytes() == _edited(2, "x = 20")
    _assert_in_order(work)


@pytest.mark.parametrize(
    "command",
    [
        ["merge", "-q", "side"],
        ["merge", "-q", "--no-ff", "-m", "m", "side"],
        ["merge", "-q", "--no-ff", "-s", "recursive", "-m", "m", "side"],
        ["rebase", "-q", "side"],
        ["cherry-pick", "side"],
        ["switch", "-q", "side"],
        ["reset", "-q", "--hard", "side"],
        ["checkout", "-q", "side", "--", "a.ipynb"],
        ["restore", "--source=side", "--staged", "--worktree", "a.ipynb"],
        ["read-tree", "-u", "--reset", "side"],
    ],
    ids=" ".join,
)
def test_cells_that_did_not_change_keep_their_outputs(work: GitRepo, command: list[str]) -> None:
    _elsewhere(work, {"a.ipynb": _edited(2, "x = 20")})
    if command[0] == "rebase":
        work.write("other.txt", "x")
        work.commit("other")
    work(*command)
    assert _counts(work) == [1, None, 3, 4]
    assert b"x = 20" in work.staged("a.ipynb")
    work("commit", "-q", "--allow-empty", "-m", "done")
    _assert_in_order(work)


@pytest.mark.parametrize("options", [["--ff-only"], ["--no-rebase"], ["--rebase"]], ids=str)
def test_pull(work: GitRepo, options: list[str]) -> None:
    """A fast-forward, a merge of both sides, a rebase."""
    _elsewhere(work, {"a.ipynb": _edited(2, "x = 20")})
    work("branch", "-q", "before")
    if options != ["--ff-only"]:
        work.write("a.ipynb", _edited(4, "x = 40"))
        work.commit("mine")
    work("pull", "-q", *options, ".", "side")
    last = 4 if options == ["--ff-only"] else 99
    assert _counts(work) == [1, None, 3, last]
    _assert_in_order(work)


def test_revert_apply_and_am(work: GitRepo) -> None:
    work.write("a.ipynb", _edited(2, "x = 20"))
    work.commit("second")
    work("revert", "--no-edit", "HEAD")
    assert (work.path / "a.ipynb").read_bytes() == notebook(*CELLS)
    patch = work("format-patch", "-1", "HEAD~1", "--stdout", "--no-textconv").stdout
    work.write("p.patch", patch)
    work("apply", "p.patch")
    assert (work.path / "a.ipynb").read_bytes() == _edited(2, "x = 20")
    work("restore", "a.ipynb")
    assert (work.path / "a.ipynb").read_bytes() == notebook(*CELLS)
    work("am", "-q", "p.patch")
    assert (work.path / "a.ipynb").read_bytes() == _edited(2, "x = 20")
    (work.path / "p.patch").unlink()
    _assert_in_order(work)


@pytest.mark.parametrize("pathspec", [[], ["--", "a.ipynb"]], ids=["all", "named"])
def test_stash_and_pop(work: GitRepo, pathspec: list[str]) -> None:
    changed = _edited(2, "x = 20")
    work.write("a.ipynb", changed)
    work("stash", "push", "-q", *pathspec)
    assert (work.path / "a.ipynb").read_bytes() == notebook(*CELLS)
    _assert_in_order(work)
    work("stash", "pop", "-q")
    assert (work.path / "a.ipynb").read_bytes() == changed
    assert work("status", "--porcelain").stdout == b" M a.ipynb\n"
    assert work("stash", "list").stdout == b""


def test_a_notebook_that_is_not_yet_committed_comes_back_from_the_stash(work: GitRepo) -> None:
    new = work.write("new.ipynb", notebook(*CELLS[:2]))
    work("stash", "push", "-q", "--include-untracked")
    assert not new.exists()
    work("stash", "pop", "-q")
    assert new.read_bytes() == notebook(*CELLS[:2])


def test_git_restore_brings_the_last_outputs_back(work: GitRepo) -> None:
    path = work.path / "a.ipynb"
    path.unlink()
    work("restore", "a.ipynb")
    assert path.read_bytes() == notebook(*CELLS)
    _assert_in_order(work)


def test_names(installed: GitRepo) -> None:
    installed.commit()
    installed("switch", "-q", "-c", "side")
    for number, name in enumerate(NAMES):
        installed.write(name, notebook(code("x = 1", id="a", count=number)))
    installed.commit()
    installed("switch", "-q", "main")
    assert not any((installed.path / name).exists() for name in NAMES)
    installed("switch", "-q", "side")
    assert [_counts(installed, name) for name in NAMES] == [
        [number] for number in range(len(NAMES))
    ]
    _assert_in_order(installed)


LAYOUTS = {
    "indent 4": notebook(*CELLS, indent=4),
    "compact": notebook(*CELLS, indent=None),
    "no final newline": notebook(*CELLS).rstrip(b"\n"),
    "CRLF": notebook(*CELLS).replace(b"\n", b"\r\n"),
    "BOM": b"\xef\xbb\xbf" + notebook(*CELLS),
    "non-ASCII": notebook(code("x = 'ä'", id="ü", count=1), *CELLS[1:]),
    "escapes": notebook(*CELLS).replace(b"private", b"\\u00e4\\/\\ud83d"),
    "NaN and long numbers": notebook(*CELLS).replace(
        b'"output_type"', b'"n": [NaN, -Infinity, 1e400, 1.50E+1, ' + b"9" * 50 + b'], "output_type"'
    ),
    "a huge count": notebook(*CELLS).replace(b'"execution_count": 3', b'"execution_count": ' + b"9" * 40),
    "no ids": notebook(*(code(f"x = {n}", count=n) for n in range(3))),
    "one source string": notebook({**CELLS[0], "source": "x = 1"}),
    "nbformat 3": json.dumps(
        {"metadata": {}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": [
            {"cell_type": "code", "input": ["a = 1"], "language": "python", "prompt_number": 2,
             "outputs": [{"output_type": "stream", "text": ["private 42"]}]}]}]}
    ).encode(),
}  # fmt: skip


def test_every_layout_comes_back_byte_for_byte(installed: GitRepo) -> None:
    installed.commit()
    installed("switch", "-q", "-c", "side")
    for name, data in LAYOUTS.items():
        installed.write(f"{name}.ipynb", data)
    installed.commit()
    installed("switch", "-q", "main")
    installed("switch", "-q", "side")
    found = {name: (installed.path / f"{name}.ipynb").read_bytes() for name in LAYOUTS}
    assert found == LAYOUTS
    _assert_in_order(installed)


def test_every_layout_takes_single_cells_back(installed: GitRepo) -> None:
    """The other side has a key more: another version with the same cells."""
    for name, data in LAYOUTS.items():
        installed.write(f"{name}.ipynb", data)
    installed.commit()
    changed = {}
    for name in LAYOUTS:
        clean = installed.staged(f"{name}.ipynb")
        more = clean.replace(b'"nbformat": ', b'"title": "t", "nbformat": ')
        assert more != clean
        changed[f"{name}.ipynb"] = more
    _elsewhere(installed, changed)
    installed("switch", "-q", "side")
    for name, data in LAYOUTS.items():
        found = (installed.path / f"{name}.ipynb").read_bytes()
        assert found == data.replace(b'"nbformat": ', b'"title": "t", "nbformat": '), name
    _assert_in_order(installed)


def test_line_ends_that_git_converts(work: GitRepo) -> None:
    work.write(".gitattributes", "*.ipynb filter=nbjob diff=nbjob text eol=crlf\n")
    work.commit("attributes")
    (work.path / "a.ipynb").unlink()
    work("restore", "a.ipynb")
    assert b"\r\n" in (work.path / "a.ipynb").read_bytes()
    assert _counts(work) == [1, 2, 3, 4]
    _assert_in_order(work)


def test_same_source_twice_is_told_apart_by_id_or_else_by_order(installed: GitRepo) -> None:
    with_ids = [code("df.head()", id="a", count=1), code("df.head()", id="b", count=2)]
    without = [code("df.head()", count=number) for number in (1, 2, 3)]
    installed.write("ids.ipynb", notebook(*with_ids))
    installed.write("plain.ipynb", notebook(*without))
    installed.commit()
    new = code("df.head()", id="new")
    moved = {
        "ids.ipynb": notebook(new, *reversed(with_ids)),
        "plain.ipynb": notebook(markdown("# new"), *without[:2]),
    }
    _elsewhere(installed, moved)
    installed("merge", "-q", "side")
    assert _counts(installed, "ids.ipynb") == [None, 2, 1]
    assert _counts(installed, "plain.ipynb") == [None, 1, 2]
    _assert_in_order(installed)


def test_another_notebook_with_the_same_cell_gets_nothing(work: GitRepo) -> None:
    _elsewhere(work, {"b.ipynb": notebook(*CELLS)})  # a copy, with the ids of the first
    work("merge", "-q", "side")
    assert _counts(work, "b.ipynb") == [None] * 4
    assert _counts(work) == [1, 2, 3, 4]


@pytest.mark.parametrize("ids", [True, False], ids=["ids", "no ids"])
@pytest.mark.parametrize("is_changed", [False, True], ids=["as it was", "changed"])
def test_a_renamed_notebook_takes_its_outputs_along(
    installed: GitRepo, *, ids: bool, is_changed: bool
) -> None:
    cells = CELLS if ids else tuple(code(f"x = {n}", count=n) for n in (1, 2, 3, 4))
    installed.write("a.ipynb", notebook(*cells))
    installed.commit()
    last = code("new = 1", id="new" if ids else "") if is_changed else cells[3]
    _elsewhere(installed, {"b.ipynb": notebook(*cells[:3], last)}, "a.ipynb")
    installed("merge", "-q", "side")
    expected = [1, 2, 3, None if is_changed else 4]
    assert _counts(installed, "b.ipynb") == (expected if ids or not is_changed else [None] * 4)
    _assert_in_order(installed)


def test_outputs_that_were_cleared_stay_remembered(work: GitRepo) -> None:
    path = work.write("a.ipynb", without_runs(*CELLS))
    work("add", "a.ipynb")
    path.unlink()
    work("restore", "a.ipynb")
    assert path.read_bytes() == notebook(*CELLS)

    again = code("x = 2", id="c2", count=50)
    cleared = [{**c, "outputs": [], "execution_count": None} for c in CELLS]
    work.write("a.ipynb", notebook(cleared[0], again, *cleared[2:]))
    work("add", "a.ipynb")
    path.unlink()
    work("restore", "a.ipynb")
    assert _counts(work) == [1, 50, 3, 4]


def test_the_last_run_wins(work: GitRepo) -> None:
    for count in (7, 8, 9):
        work.write("a.ipynb", notebook(*(dict(c, execution_count=count) for c in CELLS)))
        work("add", "a.ipynb")
    (work.path / "a.ipynb").unlink()
    work("restore", "a.ipynb")
    assert _counts(work) == [9] * 4


@pytest.mark.parametrize("settings", ['keep = ["counts"]', 'keep = ["outputs"]', "keep = []"])
def test_what_is_kept_is_left_alone(installed: GitRepo, settings: str) -> None:
    installed.write("nbjob.toml", settings)
    kept = code("y = 1", "keep-output", id="k", count=9)
    data = notebook(*CELLS, kept)
    path = installed.write("a.ipynb", data)
    installed.commit()
    stored_cells = json.loads(installed.staged("a.ipynb"))["cells"]
    stored = stored_cells[-1]
    assert stored["outputs"]
    path.unlink()
    installed("restore", "a.ipynb")
    found = json.loads(path.read_bytes())["cells"]
    assert found[-1] == stored
    before = stored_cells if settings == 'keep = ["outputs"]' else json.loads(data)["cells"]
    assert found[:-1] == before[:-1]
    assert installed("status", "--porcelain").stdout == b""


def test_settings_that_changed_since_give_nothing_wrong(work: GitRepo) -> None:
    path = work.write("nbjob.toml", 'keep = ["outputs"]')
    work("add", "nbjob.toml")
    work("commit", "-qm", "settings")
    (work.path / "a.ipynb").unlink()
    work("restore", "a.ipynb")
    assert (work.path / "a.ipynb").read_bytes() == without_runs(*CELLS)
    assert path.exists()
    assert work("status", "--porcelain").stdout == b""


def test_it_can_be_switched_off(installed: GitRepo) -> None:
    installed.write("nbjob.toml", "remember = false\n")
    path = installed.write("a.ipynb", notebook(*CELLS))
    installed.commit()
    path.unlink()
    installed("restore", "a.ipynb")
    assert path.read_bytes() == without_runs(*CELLS)
    assert not (installed.path / ".git/nbjob").exists()


def test_a_notebook_without_outputs_opens_no_store(installed: GitRepo) -> None:
    installed.write("a.ipynb", without_runs(*CELLS))
    installed.commit()
    installed("checkout", "-q", "HEAD~0")
    assert not (installed.path / ".git/nbjob").exists()


def test_exports_are_clean(work: GitRepo, tmp_path: Path) -> None:
    expected = without_runs(*CELLS)
    assert work("cat-file", "--filters", "HEAD:a.ipynb").stdout == expected
    assert work("show", "HEAD:a.ipynb", "--no-textconv").stdout == expected
    work("archive", "--output", str(tmp_path / "a.tar"), "HEAD")
    subprocess.run(["tar", "-xf", "a.tar"], cwd=tmp_path, check=True)
    assert (tmp_path / "a.ipynb").read_bytes() == expected
    work("checkout-index", "--all", f"--prefix={tmp_path}/export/")
    assert (tmp_path / "export/a.ipynb").read_bytes() == expected
    work.write("a.ipynb", _edited(2, "x = 20"))
    tool = 'cat "$2" >> seen; true'
    work("-c", f"diff.external=f() {{ {tool}; }}; f", "diff")
    assert (work.path / "seen").read_bytes() == expected


@pytest.mark.parametrize(
    ("fields", "is_locked", "is_given_back"),
    [
        (["blob=0", "can-delay=1"], False, True),  # every checkout
        (["blob=0"], True, True),  # a merge before git 2.34
        (["blob=0"], False, False),  # git cat-file --filters, a diff tool
        (["treeish=0", "blob=0"], True, False),  # git archive
        ([], True, True),  # git before 2.27
        ([], False, False),
    ],
    ids=str,
)
def test_what_git_asks_for(
    work: GitRepo, fields: list[str], *, is_locked: bool, is_given_back: bool
) -> None:
    """The requests of other versions of git than the one that runs these tests."""
    if is_locked:
        work.write(".git/index.lock", b"")
    data = work.staged("a.ipynb")
    packets = [
        *("git-filter-client", "version=2", None, "capability=clean", "capability=smudge", None),
        *("command=smudge", "pathname=a.ipynb", *fields, None, data.decode(), None),
    ]
    said = b"".join(
        b"0000" if packet is None else b"%04x%s\n" % (len(packet.encode()) + 5, packet.encode())
        for packet in packets
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", filter_process.__file__],
        cwd=work.path, input=said, capture_output=True, check=True,
    )  # fmt: skip
    assert b"capability=delay" not in done.stdout  # it was not offered
    assert (b"private" in done.stdout) == is_given_back


def test_linked_work_trees_share_what_is_remembered_and_prefer_their_own(
    work: GitRepo, tmp_path: Path
) -> None:
    work("worktree", "add", "-q", str(tmp_path / "linked"))
    linked = GitRepo(tmp_path / "linked")
    assert (linked.path / "a.ipynb").read_bytes() == notebook(*CELLS)
    linked.write("a.ipynb", notebook(*(dict(c, execution_count=7) for c in CELLS)))
    linked("add", "a.ipynb")
    for repository, count in ((work, [1, 2, 3, 4]), (linked, [7] * 4)):
        (repository.path / "a.ipynb").unlink()
        repository("restore", "a.ipynb")
        assert _counts(repository) == count
        _assert_in_order(repository)
    _elsewhere(work, {"a.ipynb": _edited(2, "x = 20")})
    linked("merge", "-q", "side")
    assert _counts(linked) == [7, None, 7, 7]
    assert not (tmp_path / "linked/.git/nbjob").exists()


def test_a_submodule_remembers_for_itself(work: GitRepo, tmp_path: Path) -> None:
    outer = GitRepo(tmp_path / "outer")
    subprocess.run(["git", "init", "-q", outer.path], check=True)
    outer("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(work.path), "sub")
    outer("commit", "-qm", "sub")
    inner = GitRepo(outer.path / "sub")
    inner.nbjob("install")
    inner.nbjob("install")
    inner.write("a.ipynb", notebook(*CELLS))
    inner("add", "a.ipynb")
    (inner.path / "a.ipynb").unlink()
    inner("restore", "a.ipynb")
    assert _counts(inner) == [1, 2, 3, 4]
    assert (outer.path / ".git/modules/sub/nbjob").is_dir()


def test_a_sparse_checkout_gives_outputs_back(work: GitRepo) -> None:
    work.write("deep/b.ipynb", notebook(*CELLS))
    work.commit("b")
    work("sparse-checkout", "set", "--no-cone", "/*", "!deep")
    assert not (work.path / "deep/b.ipynb").exists()
    work("sparse-checkout", "disable")
    assert _counts(work, "deep/b.ipynb") == [1, 2, 3, 4]
    _assert_in_order(work)


def test_a_shallow_clone(work: GitRepo, tmp_path: Path) -> None:
    url = f"file://{work.path}"
    subprocess.run(["git", "clone", "-q", "--depth=1", url, tmp_path / "shallow"], check=True)
    shallow = GitRepo(tmp_path / "shallow")
    assert _counts(shallow) == [None] * 4  # never pushed, never fetched
    shallow.nbjob("install")
    shallow.write("a.ipynb", notebook(*CELLS))
    shallow("add", "a.ipynb")
    work.write("a.ipynb", _edited(2, "x = 20"))
    work.commit("second")
    shallow("pull", "-q", "--ff-only")
    assert _counts(shallow) == [1, None, 3, 4]


def test_a_git_directory_apart_from_the_work_tree(work: GitRepo, tmp_path: Path) -> None:
    (tmp_path / "apart").mkdir()
    apart = GitRepo(tmp_path / "apart")
    options = [f"--git-dir={os.path.relpath(work.path / '.git', apart.path)}", "--work-tree=."]
    apart(*options, "checkout", "-f", "-q", "main")
    assert _counts(apart) == [1, 2, 3, 4]


def test_files_that_are_no_notebooks_stay_as_they_are(work: GitRepo) -> None:
    odd = {
        "empty.ipynb": b"",
        "pointer.ipynb": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
        "nul.ipynb": b"\0\1\2",
        "list.ipynb": b'["outputs"]',
        "deep.ipynb": b'{"cells": ' + b"[" * 5000 + b"]" * 5000 + b', "outputs": 1}',
    }
    for name, data in odd.items():
        work.write(name, data)
    if os.name != "nt":
        (work.path / "link.ipynb").symlink_to("a.ipynb")
    work.commit("odd")
    for name in odd:
        (work.path / name).unlink()
    work("restore", ".")
    assert {name: (work.path / name).read_bytes() for name in odd} == odd
    _assert_in_order(work)


def test_a_conflict_is_handed_over_as_git_wrote_it(work: GitRepo) -> None:
    work(
        "config", "--remove-section", "merge.nbjob"
    )  # ours leaves a notebook; here git's own merge
    _elsewhere(work, {"a.ipynb": _edited(2, "x = 20")})
    work.write("a.ipynb", _edited(2, "x = 21"))
    work.commit("mine")
    work("merge", "-q", "side", code=1)
    found = (work.path / "a.ipynb").read_bytes()
    assert b"<<<<<<< " in found
    assert b"private" not in found
    work("checkout", "-q", "--theirs", "a.ipynb")
    assert _counts(work) == [1, None, 3, 4]
    work("add", "a.ipynb")
    work("commit", "-qm", "merged")
    _assert_in_order(work)


def test_switching_with_a_change_in_the_work_tree(work: GitRepo) -> None:
    _elsewhere(work, {"a.ipynb": _edited(2, "x = 20")})
    work.write("a.ipynb", _edited(4, "x = 40"))
    work("switch", "-q", "--merge", "side")
    assert _counts(work) == [1, None, 3, 99]
    assert work("status", "--porcelain").stdout == b" M a.ipynb\n"


def test_other_volatile_metadata_does_not_make_it_modified(work: GitRepo) -> None:
    """Jupyter writes the kernel's version; what comes back has none, and is clean all the same."""
    metadata = {"language_info": {"name": "python", "version": "3.12.1"}, "title": "ä"}
    cell = code("x = 1", id="t", count=5)
    timed = {**cell, "metadata": {"ExecuteTime": {"end_time": "now"}, "scrolled": True}}
    path = work.write("t.ipynb", notebook(timed, metadata=metadata))
    work.commit("timed")
    path.unlink()
    work("restore", "t.ipynb")
    assert _counts(work, "t.ipynb") == [5]
    assert b"3.12.1" not in path.read_bytes()
    _assert_in_order(work)


@pytest.mark.slow
@pytest.mark.xdist_group("pre-commit")
def test_pre_commit_sets_changes_aside_and_brings_them_back_with_outputs(
    work: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "home"))
    hook = "{id: seen, name: seen, language: system, entry: cp a.ipynb seen, pass_filenames: false}"
    work.write(".pre-commit-config.yaml", f"repos: [{{repo: local, hooks: [{hook}]}}]\n")
    work.write("b.ipynb", notebook(*CELLS))
    work.write(".gitignore", "seen\n")
    work.commit("configuration")
    command = [sys.executable, "-m", "pre_commit", "install"]
    subprocess.run(command, cwd=work.path, check=True, capture_output=True)
    staged = _edited(2, "x = 20")
    work.write("a.ipynb", staged)
    work("add", "a.ipynb")
    rerun = tuple(dict(cell, execution_count=70) for cell in CELLS)
    unstaged = {"a.ipynb": _edited(4, "x = 40", rerun), "b.ipynb": _edited(1, "x = 10", rerun)}
    for name, data in unstaged.items():
        work.write(name, data)

    said = work("commit", "-qm", "second").stderr

    assert b"Stashing unstaged files" in said or b"Unstaged files detected" in said
    assert (work.path / "seen").read_bytes() == staged
    assert {name: (work.path / name).read_bytes() for name in unstaged} == unstaged
    assert work("status", "--porcelain").stdout == b" M a.ipynb\n M b.ipynb\n"


@pytest.mark.slow
def test_the_corpus_there_and_back(installed: GitRepo) -> None:
    """Real notebooks: all outputs and counts come back, and git sees nothing modified."""
    installed.commit()
    installed("switch", "-q", "-c", "corpus")
    raw = {str(path.relative_to(CORPUS)): path.read_bytes() for path in CORPUS.rglob("*.ipynb")}
    for name, data in raw.items():
        installed.write(name, data)
    installed("add", "--all")
    installed("commit", "-q", "--allow-empty", "-m", "corpus")
    installed("switch", "-q", "main")
    installed("switch", "-q", "corpus")
    for name, data in raw.items():
        found = (installed.path / name).read_bytes()
        try:
            wanted = [(c.raw.get("outputs"), c.execution_count) for c in loads(data).cells]
        except NotebookFormatError:
            assert found == installed.staged(name)
            continue
        assert [(c.raw.get("outputs"), c.execution_count) for c in loads(found).cells] == wanted
    assert len(raw) > 90 or not CORPUS.exists()
    for name in raw:
        os.utime(installed.path / name)
    assert installed("status", "--porcelain").stdout == b""


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("true", 10**9),
        ("false", 0),
        ('"500 MB"', 5 * 10**8),
        ('"2 GB"', 2 * 10**9),
        ('"8 KB"', 8000),
    ],
)
def test_the_setting(tmp_path: Path, written: str, expected: int) -> None:
    (tmp_path / "nbjob.toml").write_text(f"remember = {written}")
    assert find_config(tmp_path).remember == expected


def test_no_settings_are_the_default_ones() -> None:
    assert settings_of(None) == settings_of(Config())


@pytest.mark.parametrize("written", ["1", '"much"', '"500"', '"MB"', '"-1 MB"', '"1.5 GB"', "[]"])
def test_a_setting_that_cannot_be(tmp_path: Path, written: str) -> None:
    (tmp_path / "nbjob.toml").write_text(f"remember = {written}")
    with pytest.raises(ConfigError, match="`remember` is true, false or a size"):
        find_config(tmp_path)
