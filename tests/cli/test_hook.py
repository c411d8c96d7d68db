"""The hook as git runs it: plain hooks in every test, real pre-commit in the slow ones."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import GitRepo
from tests.notebooks import code, notebook, without_runs

ROOT = Path(__file__).parents[2]
GOOD = (code("x = 1", "job", id="a", count=1), code("x + 1", id="b", count=2))
BAD = (code("rate = 2", id="a"), code("y = rate", "job", id="b"))


@pytest.fixture
def hooked(repo: GitRepo) -> GitRepo:
    """A repository with this project's plain hooks."""
    shutil.copytree(ROOT / "hooks", repo.path / "hooks")
    repo("config", "core.hooksPath", "hooks")
    return repo


def test_a_dirty_notebook_stops_the_first_commit_and_passes_the_second(hooked: GitRepo) -> None:
    hooked.write("a.ipynb", notebook(*GOOD))
    said = hooked.commit(code=1)
    assert "cleaned a.ipynb" in said
    assert "git add a.ipynb a.py" in said
    assert (hooked.path / "a.ipynb").read_bytes() == without_runs(*GOOD)

    hooked.commit()
    assert hooked.staged("a.ipynb") == without_runs(*GOOD)
    assert b"x = 1" in hooked.staged("a.py")


def test_a_finding_stops_the_commit_with_its_place(hooked: GitRepo) -> None:
    hooked.write("b.ipynb", notebook(*BAD))
    hooked.commit(code=1)
    said = hooked.commit(code=1)
    assert "NBJ102" in said
    assert "b.ipynb:cell 2:1:5" in said


def test_a_new_sidecar_has_to_be_added(hooked: GitRepo) -> None:
    hooked.write("a.ipynb", without_runs(*GOOD))
    hooked("add", "--all")
    for _ in range(2):
        done = hooked("commit", "-qm", "x", code=1)
        assert b"git add a.py" in done.stderr
    hooked("add", "a.py")
    hooked("commit", "-qm", "x")


def test_a_stale_sidecar_is_not_committed(hooked: GitRepo) -> None:
    hooked.write("a.ipynb", without_runs(*GOOD))
    hooked.nbjob("emit", code=None)
    hooked.commit()
    hooked.write("a.ipynb", without_runs(code("x = 2", "job", id="a")))
    hooked("add", "a.ipynb")
    hooked("commit", "-qm", "x", code=1)
    hooked("add", "a.py")
    hooked("commit", "-qm", "x")
    assert b"x = 2" in hooked.staged("a.py")


def test_a_sidecar_without_production_cells_goes(hooked: GitRepo) -> None:
    hooked.write("a.ipynb", without_runs(*GOOD))
    hooked.nbjob("emit", code=None)
    hooked.commit()
    hooked.write("a.ipynb", without_runs(code("x = 2", id="a")))
    hooked("add", "a.ipynb")
    assert b"removed a.py" in hooked("commit", "-qm", "x", code=1).stderr
    hooked("add", "a.py")
    hooked("commit", "-qm", "x")
    assert hooked("ls-files", "a.py").stdout == b""


def test_changes_that_are_not_staged_survive(hooked: GitRepo) -> None:
    hooked.write("a.ipynb", without_runs(*GOOD))
    hooked.nbjob("emit", code=None)
    hooked.commit()
    hooked.write("a.ipynb", notebook(code("x = 3", "job", id="a", count=5)))
    hooked("add", "a.ipynb")
    unstaged = (code("x = 3", "job", id="a", count=5), code("more = 1", id="new", count=6))
    hooked.write("a.ipynb", notebook(*unstaged))
    hooked("commit", "-qm", "x", code=1)
    assert (hooked.path / "a.ipynb").read_bytes() == without_runs(*unstaged)

    hooked.nbjob("clean", "--staged", code=1)
    hooked("add", "a.py")
    hooked("commit", "-qm", "x")
    assert b"more" not in hooked.staged("a.ipynb")
    assert b"more" in (hooked.path / "a.ipynb").read_bytes()


def test_with_the_filter_the_working_copy_keeps_its_outputs(hooked: GitRepo) -> None:
    hooked.nbjob("install")
    path = hooked.write("a.ipynb", notebook(*GOOD))
    hooked.commit(code=1)
    hooked.commit()
    assert path.read_bytes() == notebook(*GOOD)
    assert hooked.staged("a.ipynb") == without_runs(*GOOD)


def test_the_order_of_the_last_run_is_judged_though_it_is_not_committed(hooked: GitRepo) -> None:
    hooked.nbjob("install")
    cells = (code("x = 1", "job", id="a", count=5), code("y = 2", "job", id="b", count=4))
    hooked.write("a.ipynb", notebook(*cells))
    hooked.commit(code=1)
    assert "NBJ201" in hooked.commit(code=1)


def test_a_commit_of_one_file_is_judged_by_what_it_commits(hooked: GitRepo) -> None:
    hooked.write("a.ipynb", without_runs(*GOOD))
    hooked.write("b.ipynb", notebook(*BAD))
    hooked.nbjob("emit", code=None)
    hooked("add", "a.ipynb", "a.py", "b.ipynb", "b.py")
    hooked("commit", "-qm", "x", "--", "a.ipynb", "a.py")
    assert b"b.ipynb" not in hooked("ls-tree", "--name-only", "HEAD").stdout


def test_an_unreadable_notebook_stops_the_commit_and_stays(hooked: GitRepo) -> None:
    data = b"<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> b\n"
    path = hooked.write("a.ipynb", data)
    assert "NBJ000" in hooked.commit(code=1)
    assert path.read_bytes() == data


def test_install_hooks_writes_and_takes_back(repo: GitRepo) -> None:
    repo.nbjob("install", "--hooks")
    repo.write("b.ipynb", notebook(*BAD))
    assert "NBJ102" in repo.commit(code=1)
    repo.nbjob("install", "--uninstall")
    repo.commit()


def test_a_hook_of_somebody_else_is_not_touched(repo: GitRepo) -> None:
    path = repo.write(".git/hooks/pre-commit", "#!/bin/sh\nexit 0\n")
    assert "is not ours" in repo.nbjob("install", "--hooks", code=2)
    assert path.read_text() == "#!/bin/sh\nexit 0\n"


# Real pre-commit, on a copy of the working tree; one environment for all tests of the session.


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This project as a hook repository, with what is not committed yet."""
    copy = tmp_path_factory.mktemp("project") / "nbjob-clean"
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True,
    ).stdout  # fmt: skip
    for name in filter(None, listing.decode().split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    made = GitRepo(copy)
    made("init", "--quiet", "--initial-branch=main", ".")
    for key, value in (("user.name", "Test"), ("user.email", "test@example.org")):
        made("config", key, value)
    made("add", "--all")
    made("commit", "--quiet", "--no-verify", "-m", "project")
    return copy


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture
def with_pre_commit(
    repo: GitRepo, project: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> GitRepo:
    monkeypatch.setenv("PRE_COMMIT_HOME", str(cache))
    return repo


def _use(repo: GitRepo, project: Path, *hooks: str, stages: str = "pre-commit") -> None:
    rev = GitRepo(project)("rev-parse", "HEAD").stdout.decode().strip()
    listed = "".join(f"      - id: {hook}\n" for hook in hooks)
    repo.write(
        ".pre-commit-config.yaml",
        f"repos:\n  - repo: {project}\n    rev: {rev}\n    hooks:\n{listed}",
    )
    command = [sys.executable, "-m", "pre_commit", "install", "--hook-type", stages]
    subprocess.run(command, cwd=repo.path, check=True, capture_output=True)


pytestmark_slow = [pytest.mark.slow, pytest.mark.xdist_group("pre-commit")]


class TestPreCommit:
    pytestmark = pytestmark_slow

    def test_dirty_then_clean(self, with_pre_commit: GitRepo, project: Path) -> None:
        repo = with_pre_commit
        _use(repo, project, "nbjob")
        repo.write("a.ipynb", notebook(*GOOD))
        said = repo.commit(code=1)
        assert "cleaned a.ipynb" in said
        assert "git add a.ipynb a.py" in said
        repo.commit()
        assert repo.staged("a.ipynb") == without_runs(*GOOD)
        assert b"x = 1" in repo.staged("a.py")

    def test_a_finding_with_its_place(self, with_pre_commit: GitRepo, project: Path) -> None:
        _use(with_pre_commit, project, "nbjob")
        with_pre_commit.write("b.ipynb", notebook(*BAD))
        said = with_pre_commit.commit(code=1)
        assert "NBJ102" in said
        assert "cell 2" in said

    def test_a_new_sidecar_has_to_be_added(self, with_pre_commit: GitRepo, project: Path) -> None:
        repo = with_pre_commit
        _use(repo, project, "nbjob")
        repo.write("a.ipynb", without_runs(*GOOD))
        repo("add", "--all")
        for _ in range(2):
            assert b"git add a.py" in _both(repo("commit", "-qm", "x", code=1))
        repo("add", "a.py")
        repo("commit", "-qm", "x")

    def test_changes_that_are_not_staged_survive(
        self, with_pre_commit: GitRepo, project: Path
    ) -> None:
        repo = with_pre_commit
        _use(repo, project, "nbjob")
        repo.write("a.ipynb", without_runs(*GOOD))
        repo.nbjob("emit", code=None)
        repo.write("other.txt", "1")
        repo.commit()
        staged = without_runs(code("x = 1", "job", id="a"), code("peek = x", id="b"))
        repo.write("a.ipynb", staged)
        repo("add", "a.ipynb")
        unstaged = without_runs(code("x = 1", "job", id="a"), code("peek = x + 1", id="b"))
        repo.write("a.ipynb", unstaged)
        repo.write("other.txt", "2")
        repo("commit", "-qm", "x")
        assert (repo.path / "a.ipynb").read_bytes() == unstaged
        assert (repo.path / "other.txt").read_text() == "2"
        assert repo.staged("a.ipynb") == staged

    def test_with_the_filter_outputs_stay(self, with_pre_commit: GitRepo, project: Path) -> None:
        repo = with_pre_commit
        repo.nbjob("install")
        _use(repo, project, "nbjob")
        path = repo.write("a.ipynb", notebook(*GOOD))
        repo.commit(code=1)
        repo.commit()
        assert path.read_bytes() == notebook(*GOOD)

    @pytest.mark.parametrize(
        ("hook", "cells", "told"),
        [
            ("nbjob-clean", GOOD, "cleaned a.ipynb"),
            ("nbjob-check", BAD, "NBJ102"),
            ("nbjob-emit", GOOD, "wrote a.py"),
        ],
    )
    def test_each_part(
        self,
        with_pre_commit: GitRepo,
        project: Path,
        hook: str,
        cells: tuple[dict[str, object], ...],
        told: str,
    ) -> None:
        _use(with_pre_commit, project, hook)
        with_pre_commit.write("a.ipynb", notebook(*cells))
        said = with_pre_commit.commit(code=1)
        assert told in said
        assert [t for t in ("cleaned", "NBJ102", "wrote") if t in said] == [told.split()[0]]

    def test_doctor(self, with_pre_commit: GitRepo, project: Path) -> None:
        repo = with_pre_commit
        _use(repo, project, "nbjob-doctor")
        repo.write(".gitattributes", "*.ipynb filter=nbjob diff=nbjob\n")
        assert "nbjob install" in repo.commit(code=1)
        repo.nbjob("install")
        repo.commit()

    def test_smoke_test_at_push(
        self, with_pre_commit: GitRepo, project: Path, tmp_path: Path
    ) -> None:
        repo = with_pre_commit
        _use(repo, project, "nbjob-test", stages="pre-push")
        subprocess.run(["git", "init", "--bare", "-q", tmp_path / "remote"], check=True)
        repo("remote", "add", "origin", str(tmp_path / "remote"))
        repo.write("job/1_a.ipynb", without_runs(code("assert False, 'not today'", "job", id="a")))
        repo.nbjob("emit", code=None)
        repo.commit()
        assert b"not today" in _both(repo("push", "-q", "origin", "main", code=1))
        repo.write("job/1_a.ipynb", without_runs(code("print('fine')", "job", id="a")))
        repo.nbjob("emit", code=None)
        repo.commit()
        repo("push", "-q", "origin", "main")


def _both(done: subprocess.CompletedProcess[bytes]) -> bytes:
    return done.stdout + done.stderr


def test_a_staged_notebook_that_is_gone_from_disk_is_not_made_up(hooked: GitRepo) -> None:
    path = hooked.write("a.ipynb", notebook(*GOOD))
    hooked("add", "a.ipynb")
    path.unlink()
    said = _both(hooked("commit", "-qm", "x", code=1)).decode()
    assert "nbjob clean --staged a.ipynb" in said
    assert not path.exists()
    assert hooked.staged("a.ipynb") == notebook(*GOOD)


def test_a_renamed_notebook_takes_its_sidecar_along(hooked: GitRepo) -> None:
    hooked.write("a.ipynb", without_runs(*GOOD))
    hooked.nbjob("emit", code=1)
    hooked.commit()
    hooked("mv", "a.ipynb", "b.ipynb")
    said = _both(hooked("commit", "-qm", "x", code=1)).decode()
    assert "git add b.py" in said
    assert "git rm a.py" in said
    hooked("add", "b.py")
    hooked("rm", "-q", "a.py")
    hooked("commit", "-qm", "x")


def test_a_link_that_becomes_a_notebook_is_judged(hooked: GitRepo) -> None:
    (hooked.path / "l.ipynb").symlink_to("nowhere.ipynb")
    hooked.commit()
    (hooked.path / "l.ipynb").unlink()
    hooked.write("l.ipynb", notebook(*GOOD))
    assert "cleaned l.ipynb" in hooked.commit(code=1)


def test_the_nearest_settings_hold_for_each_notebook(hooked: GitRepo) -> None:
    hooked.write("sub/nbjob.toml", 'keep = ["outputs"]\n')
    path = hooked.write("sub/a.ipynb", notebook(*GOOD))
    hooked.commit(code=1)
    assert b"private" in path.read_bytes()
    assert b'"execution_count": 1' not in path.read_bytes()
    hooked.commit()


def test_partly_staged_notebooks_are_cleaned_in_the_index(hooked: GitRepo) -> None:
    hooked.write("a.ipynb", notebook(*GOOD))
    hooked("add", "a.ipynb")
    hooked.write("a.ipynb", notebook(*GOOD, code("wip = 1", id="w", count=9)))
    said = _both(hooked("commit", "-qm", "x", code=1)).decode()
    assert "nbjob clean --staged a.ipynb" in said
    assert "git add a.py" in said


def test_a_commit_of_named_files_names_the_sidecar_too(hooked: GitRepo) -> None:
    hooked.write("a.ipynb", without_runs(*GOOD))
    hooked.nbjob("emit", code=1)
    hooked.commit()
    hooked.write("a.ipynb", without_runs(code("x = 5", "job", id="a")))
    said = _both(hooked("commit", "-qm", "x", "a.ipynb", code=1)).decode()
    assert "name these files in `git commit` too" in said
    hooked("commit", "-qm", "x", "a.ipynb", "a.py")


def _stamp(path: Path) -> tuple[bytes, int]:
    return path.read_bytes(), path.stat().st_mtime_ns


def test_what_was_staged_before_the_filter_is_cleaned_in_the_index(hooked: GitRepo) -> None:
    path = hooked.write("a.ipynb", notebook(*GOOD))
    hooked("add", "a.ipynb")
    hooked.nbjob("install")
    before = _stamp(path)
    said = _both(hooked("commit", "-qm", "x", code=1)).decode()
    assert "nbjob clean --staged a.ipynb" in said
    assert "git add a.py" in said
    hooked.nbjob("clean", "--staged", "a.ipynb", code=1)
    hooked("add", "a.py")
    hooked("commit", "-qm", "x")
    assert _stamp(path) == before
    assert hooked.staged("a.ipynb") == without_runs(*GOOD)


def test_a_partly_staged_notebook_with_the_filter_is_not_touched(hooked: GitRepo) -> None:
    hooked.nbjob("install")
    hooked.write("a.ipynb", notebook(*GOOD))
    hooked("add", "a.ipynb")
    unstaged = (*GOOD, code("wip = 1", "job", id="w", count=9))
    path = hooked.write("a.ipynb", notebook(*unstaged))
    before = _stamp(path)
    assert b"git add a.py" in _both(hooked("commit", "-qm", "x", code=1))
    hooked("add", "a.py")
    hooked("commit", "-qm", "x")
    assert _stamp(path) == before
    assert hooked.staged("a.ipynb") == without_runs(*GOOD)
    assert b"wip" not in hooked.staged("a.py")
    assert b"+wip = 1" in hooked("diff").stdout


def test_staged_is_cleaned_alone(repo: GitRepo) -> None:
    staged = repo.write("a.ipynb", notebook(*GOOD))
    odd = repo.write('deep/q"uo\tte\n.ipynb', notebook(*GOOD))
    repo("add", "--all")
    repo.write("a.ipynb", notebook(*GOOD, code("wip = 1", id="w", count=9)))
    repo.write("unstaged.ipynb", notebook(*GOOD))
    before = [_stamp(path) for path in (staged, odd, repo.path / "unstaged.ipynb")]
    assert "would clean staged a.ipynb" in repo.nbjob("clean", "--staged", "--check", code=1)
    repo.nbjob("clean", "--staged", "..", cwd="deep", code=1)
    assert repo.nbjob("clean", "--staged") == ""
    assert [_stamp(path) for path in (staged, odd, repo.path / "unstaged.ipynb")] == before
    assert repo.staged("a.ipynb") == without_runs(*GOOD)
    assert repo.staged('deep/q"uo\tte\n.ipynb') == without_runs(*GOOD)
    assert repo("ls-files").stdout.count(b"\n") == 2


LOCAL = """\
repos:
  - repo: local
    hooks:
      - id: nbjob
        name: nbjob
        entry: nbjob hook
        language: system
        files: \\.ipynb$
        always_run: true
"""


class TestPreCommitLocal:
    """The same with real pre-commit and the program that is installed: no environment to build."""

    pytestmark = pytestmark_slow

    @pytest.fixture
    def local(self, repo: GitRepo, cache: Path, monkeypatch: pytest.MonkeyPatch) -> GitRepo:
        monkeypatch.setenv("PRE_COMMIT_HOME", str(cache))
        repo.write(".pre-commit-config.yaml", LOCAL)
        command = [sys.executable, "-m", "pre_commit", "install"]
        subprocess.run(command, cwd=repo.path, check=True, capture_output=True)
        return repo

    def test_with_the_filter_a_commit_never_touches_the_working_copy(self, local: GitRepo) -> None:
        local.nbjob("install")
        path = local.write("a.ipynb", notebook(*GOOD))
        before = _stamp(path)
        local.commit(code=1)  # the sidecar is new
        local.commit()
        assert _stamp(path) == before
        assert local.staged("a.ipynb") == without_runs(*GOOD)

    def test_with_the_filter_a_dirty_index_is_named_and_the_file_stays(
        self, local: GitRepo
    ) -> None:
        path = local.write("a.ipynb", notebook(*GOOD))
        local("add", "--all")
        local.nbjob("install")
        said = _both(local("commit", "-qm", "x", code=1)).decode()
        assert "nbjob clean --staged a.ipynb" in said
        assert path.read_bytes() == notebook(*GOOD)  # pre-commit itself wrote it anew

    def test_without_the_filter_the_file_is_cleaned_and_the_commit_fails(
        self, local: GitRepo
    ) -> None:
        path = local.write("a.ipynb", notebook(*GOOD))
        assert "cleaned a.ipynb" in local.commit(code=1)
        assert path.read_bytes() == without_runs(*GOOD)
        local.commit()

    @pytest.mark.parametrize("has_filter", [True, False])
    def test_partly_staged(self, local: GitRepo, has_filter: bool) -> None:  # noqa: FBT001
        if has_filter:
            local.nbjob("install")
        local.write("a.ipynb", without_runs(*GOOD))
        local.nbjob("emit", code=None)
        local.commit()
        staged = (code("x = 2", "job", id="a", count=3), GOOD[1])
        local.write("a.ipynb", notebook(*staged))
        local("add", "a.ipynb")
        unstaged = (*staged, code("wip = 1", id="w", count=9))
        path = local.write("a.ipynb", notebook(*unstaged))
        local("commit", "-qm", "x", code=1)
        local.nbjob("clean", "--staged", code=int(not has_filter))
        local("add", "a.py")
        local("commit", "-qm", "x")
        assert local.staged("a.ipynb") == without_runs(*staged)
        assert b"x = 2" in local.staged("a.py")
        found = [cell["source"] for cell in json.loads(path.read_bytes())["cells"]]
        assert found == [cell["source"] for cell in unstaged]


def test_a_commit_of_the_sidecar_alone_is_judged(hooked: GitRepo) -> None:
    hooked.write("a.ipynb", notebook(code("x = 1", "job")))
    hooked("add", ".")
    hooked("commit", "-m", "first", code=1)
    hooked("add", ".")
    hooked("commit", "-m", "both")

    path = hooked.path / "a.py"
    path.write_bytes(path.read_bytes() + b"# by hand\n")
    hooked("commit", "-am", "edited", code=1)
    hooked("rm", "-q", "-f", "a.py")
    hooked("commit", "-m", "removed", code=1)

    hooked("reset", "-q", "--hard")
    hooked.write("other.py", b"y = 1\n")
    hooked("add", ".")
    hooked("commit", "-m", "a script of somebody's own")
