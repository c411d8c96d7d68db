"""`nbjob clean --history` on a real repository: what it finds, what it rewrites, what it refuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from nbjob_clean.clean.core import clean_bytes
from nbjob_clean.clean.options import DEFAULTS, clean_options
from nbjob_clean.clean.words import layer
from nbjob_clean.errors import GitError, NotebookFormatError
from nbjob_clean.git.attributes import OURS
from nbjob_clean.git.history import survey
from nbjob_clean.git.rewrite import verify
from tests.conftest import GitRepo
from tests.notebooks import code, notebook

KEPT = clean_options((layer(("outputs",), ()),), ("job",))

DIRTY = notebook(code("x = 1", "job", id="a", count=1))
ALSO_DIRTY = notebook(code("x = 1", "job", id="a", count=2), code("y = x", id="b", count=3))
BRANCH_ONLY = notebook(code("z = 9", id="z", count=9))
CLEAN = notebook(code("x = 2", "job", id="a"))
BROKEN = DIRTY[:-40]
NO_NOTEBOOK = b"\x89PNG\r\n\x1a\n\x00 not a notebook, but named so"
BINARY = bytes(range(256)) * 9
NAMES = ("plain.ipynb", "a b.ipynb", "é.ipynb", "sub/deep/x.ipynb")


def build(repo: GitRepo) -> GitRepo:
    """Branches, merges, tags, renames, and files that must stay as they are."""
    repo.write("README", "before any notebook\n")
    repo.commit("first")
    for name in NAMES:
        repo.write(name, DIRTY)
    repo.write("data.bin", BINARY)
    repo.write("script.sh", "#!/bin/sh\n").chmod(0o755)
    repo.commit("notebooks\n\nwith a body, é\n")
    repo("tag", "-a", "v1", "-m", "first release\n\nnotes")
    repo("tag", "light")
    repo("switch", "--quiet", "-c", "topic")
    repo.write("only-here.ipynb", BRANCH_ONLY)
    repo.write("plain.ipynb", ALSO_DIRTY)
    repo("add", "-A")
    repo(
        "commit", "-q", "-m", "outputs in a branch", "--author=Ada <ada@example.org>",
        "--date=2019-03-04T05:06:07+0530",
    )  # fmt: skip
    repo("switch", "--quiet", "main")
    repo("mv", "plain.ipynb", "renamed.ipynb")
    repo.commit("rename")
    repo.write("broken.ipynb", BROKEN)
    repo.write("picture.ipynb", NO_NOTEBOOK)
    repo.commit("what cannot be read")
    repo("merge", "--quiet", "--no-ff", "-m", "merge topic", "topic")
    repo.write("renamed.ipynb", CLEAN)
    repo.commit("clean now")
    repo.write("kept/k.ipynb", DIRTY)
    repo.write("kept/nbjob.toml", 'keep = ["outputs"]\n')
    repo.commit("outputs that are wanted")
    repo.write("renamed.ipynb", notebook(code("x = 2", "job", id="a", count=7)))
    repo.commit("outputs alone")
    repo("switch", "--quiet", "-c", "unmerged", "topic")
    repo("rm", "-q", "only-here.ipynb")
    repo.commit("gone")
    repo("switch", "--quiet", "main")
    return repo


@pytest.fixture
def origin(repo: GitRepo) -> GitRepo:
    return build(repo)


def clone(origin: GitRepo, *options: str, name: str = "fresh") -> GitRepo:
    path = origin.path.parent / name
    origin("clone", "--quiet", "--no-local", *options, str(origin.path), str(path))
    return GitRepo(path)


@dataclass(frozen=True)
class Commit:
    """All that a person sees of a commit, and its files."""

    who: str
    message: str
    parents: int
    files: dict[str, tuple[str, bytes]]


def commits(repo: GitRepo, *revisions: str) -> list[Commit]:
    """In an order that does not depend on ids."""
    found = []
    for oid in repo("rev-list", "--topo-order", "--reverse", *revisions).stdout.decode().split():
        shown = repo("show", "-s", "--format=%an%ae%ai%cn%ce%ci%x00%B%x00%P", oid)
        who, message, parents = shown.stdout.decode().split("\0")
        found.append(Commit(who, message, len(parents.split()), files(repo, oid)))
    return sorted(found, key=lambda c: (c.message, c.who))


def files(repo: GitRepo, revision: str) -> dict[str, tuple[str, bytes]]:
    found = {}
    listing = repo("ls-tree", "-r", "-z", "--full-tree", revision).stdout
    for line in filter(None, listing.split(b"\0")):
        head, name = os.fsdecode(line).split("\t", 1)
        mode, _, oid = head.split(" ")
        found[name] = (mode, repo("cat-file", "blob", oid).stdout)
    return found


def cleaned(name: str, data: bytes) -> bytes:
    if not name.endswith(".ipynb"):
        return data
    try:
        return clean_bytes(data, KEPT if name.startswith("kept/") else DEFAULTS)
    except NotebookFormatError:
        return data


def everything(repo: GitRepo) -> tuple[object, ...]:
    """Refs, objects, settings and the working tree: what a dry run must leave alone."""
    return (
        repo("for-each-ref").stdout,
        repo("count-objects", "-v").stdout,
        repo("config", "--local", "--list").stdout,
        repo("--no-optional-locks", "status", "--porcelain", "--ignored").stdout,
        sorted((str(p), p.stat().st_mtime_ns) for p in (repo.path / ".git").rglob("*")),
    )


def report(repo: GitRepo, *options: str, code: int = 0) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-m", "nbjob_clean", "clean", "--history", "--output-format", "json", *options],
        cwd=repo.path, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr.decode()
    return json.loads(done.stdout)


def test_a_dry_run_reports_and_changes_nothing(origin: GitRepo) -> None:
    before = everything(origin)
    said = origin.nbjob("clean", "--history", code=1)
    found = report(origin, code=1)
    assert everything(origin) == before

    versions = {DIRTY, ALSO_DIRTY, BRANCH_ONLY, CLEAN, BROKEN, NO_NOTEBOOK}
    assert found["versions"] == {
        "all": 8,
        "dirty": 5,
        "unreadable": 2,
    }  # DIRTY also stands in kept/
    again = [DIRTY, notebook(code("x = 2", "job", id="a", count=7))]
    size = sum(map(len, [*versions, *again]))
    assert found["bytes"] == {"before": size, "after": size - _saved()}
    assert found["commits"] == {"all": 10, "rewritten": 9}
    assert found["refs"] == [
        "refs/heads/main", "refs/heads/topic", "refs/heads/unmerged", "refs/tags/light", "refs/tags/v1",
    ]  # fmt: skip
    assert found["rewritten"] is False
    assert "would be rewritten: 9 of 10 commits, 3 branches, 2 tags" in said
    assert "broken.ipynb (" in said
    assert "picture.ipynb (" in said
    assert "nothing was changed. next:" in said
    assert f"git clone --no-local {origin.path.as_posix()}" in said


def _saved() -> int:
    found = [DIRTY, ALSO_DIRTY, BRANCH_ONLY, notebook(code("x = 2", "job", id="a", count=7))]
    kept = clean_bytes(DIRTY, KEPT)
    return sum(len(data) - len(clean_bytes(data)) for data in found) + len(DIRTY) - len(kept)


def test_every_commit_keeps_all_but_what_clean_removes(origin: GitRepo) -> None:
    before = commits(origin, "--all")
    fresh = clone(origin)
    planned = report(fresh, code=1)
    said = fresh.nbjob("clean", "--history", "--rewrite")
    assert "rewritten: 9 of 10 commits" in said
    assert f"git remote add origin {origin.path}" in said

    after = commits(fresh, "--all")
    expected = [
        Commit(
            c.who, c.message, c.parents, {n: (m, cleaned(n, d)) for n, (m, d) in c.files.items()}
        )
        for c in before
    ]
    assert after == expected
    assert sum(a != b for a, b in zip(after, before, strict=True)) == 9
    assert fresh("rev-parse", "main~7").stdout == origin("rev-parse", "main~7").stdout  # first
    names = {line.split()[-1] for line in fresh("for-each-ref").stdout.decode().splitlines()}
    assert names == {"refs/heads/main", "refs/heads/topic", "refs/heads/unmerged", "refs/tags/light", "refs/tags/v1"}  # fmt: skip
    assert planned["commits"] == {"all": 10, "rewritten": 9}


def test_tags_branches_and_the_working_tree_follow(origin: GitRepo) -> None:
    fresh = clone(origin)
    fresh.nbjob("clean", "--history", "--rewrite")
    tag = fresh("cat-file", "tag", "v1").stdout.decode()
    assert (
        tag.partition("\n")[2] == origin("cat-file", "tag", "v1").stdout.decode().partition("\n")[2]
    )
    assert fresh("rev-parse", "v1^{commit}").stdout == fresh("rev-parse", "light").stdout
    assert fresh("symbolic-ref", "HEAD").stdout == b"refs/heads/main\n"
    assert fresh("status", "--porcelain").stdout == b""
    assert (fresh.path / "a b.ipynb").read_bytes() == clean_bytes(DIRTY)
    assert (fresh.path / "data.bin").read_bytes() == BINARY
    fresh("fsck", "--strict")


def test_the_old_outputs_are_gone_from_the_clone(origin: GitRepo) -> None:
    fresh = clone(origin)
    old = fresh("rev-parse", "main:a b.ipynb").stdout.decode().strip()
    fresh.nbjob("clean", "--history", "--rewrite")
    assert fresh("cat-file", "-e", old, code=None).returncode != 0
    assert report(fresh)["versions"] == {"all": 7, "dirty": 0, "unreadable": 2}
    assert "nothing to rewrite" in fresh.nbjob("clean", "--history")


def test_the_commit_map_says_what_became_what(origin: GitRepo) -> None:
    fresh = clone(origin)
    done = report(fresh, "--rewrite")
    assert done["rewritten"] is True
    lines = Path(str(done["commit_map"])).read_text().splitlines()[1:]
    renamed = dict(line.split() for line in lines)
    old = origin("rev-parse", "topic").stdout.decode().strip()
    assert renamed[old] == fresh("rev-parse", "topic").stdout.decode().strip()


def test_what_was_rewritten_can_be_pushed(origin: GitRepo) -> None:
    fresh = clone(origin)
    fresh.nbjob("clean", "--history", "--rewrite")
    origin("config", "receive.denyCurrentBranch", "updateInstead")
    origin("reset", "--hard", "--quiet")
    fresh("remote", "add", "origin", str(origin.path))
    fresh("push", "--quiet", "--force", "--all", "origin")
    fresh("push", "--quiet", "--force", "--tags", "origin")
    assert origin.nbjob("clean", "--history").endswith("nothing to rewrite\n")


def test_a_message_that_names_a_commit_names_the_new_one(repo: GitRepo) -> None:
    repo.write("a.ipynb", DIRTY)
    repo.commit("one")
    old = repo("rev-parse", "HEAD").stdout.decode().strip()
    repo.write("a.ipynb", CLEAN)
    repo.commit(f"Fixes what {old} did")
    fresh = clone(repo)
    fresh.nbjob("clean", "--history", "--rewrite")
    new = fresh("rev-parse", "HEAD~1").stdout.decode().strip()
    assert fresh("log", "-1", "--format=%s").stdout.decode() == f"Fixes what {new} did\n"


SIGNATURE = b"-----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----\n"


def test_signatures_that_get_lost_are_counted(repo: GitRepo) -> None:
    repo.write("README", "signed, and before any notebook\n")
    repo.commit("first")
    raw = repo("cat-file", "commit", "HEAD").stdout
    head, _, message = raw.partition(b"\n\n")
    signed = _stored(repo, "commit", head + b"\ngpgsig " + SIGNATURE + b"\n" + message)
    repo("reset", "--hard", "--quiet", signed)
    tag = b"object %s\ntype commit\ntag s\ntagger T <t@e.org> 1 +0000\n\nsigned\n" % signed.encode()
    repo("update-ref", "refs/tags/s", _stored(repo, "tag", tag + SIGNATURE.replace(b"\n ", b"\n")))
    repo.write("a.ipynb", DIRTY)
    repo.commit("second")

    fresh = clone(repo)
    planned = report(fresh, code=1)
    assert planned["commits"] == {"all": 2, "rewritten": 2}
    assert planned["signatures_lost"] == 2
    done = report(fresh, "--rewrite")
    lines = Path(str(done["commit_map"])).read_text().splitlines()[1:]
    assert sum(old != new for old, new in map(str.split, lines)) == 2
    assert b"SIGNATURE" not in fresh("cat-file", "tag", "s").stdout


def _stored(repo: GitRepo, kind: str, data: bytes) -> str:
    done = subprocess.run(
        ["git", "hash-object", "-w", "-t", kind, "--stdin"],
        cwd=repo.path, input=data, capture_output=True, check=True,
    )  # fmt: skip
    return done.stdout.decode().strip()


def test_keep_of_the_command_line_holds_for_all(origin: GitRepo) -> None:
    fresh = clone(origin)
    fresh.nbjob("clean", "--history", "--rewrite", "--keep", "outputs")
    assert (fresh.path / "a b.ipynb").read_bytes() == clean_bytes(DIRTY, KEPT)


def test_nothing_to_clean_rewrites_nothing(repo: GitRepo) -> None:
    repo.write("a.ipynb", CLEAN)
    repo.commit()
    fresh = clone(repo)
    before = fresh("for-each-ref").stdout
    assert "nothing was changed" in fresh.nbjob("clean", "--history", "--rewrite")
    assert fresh("for-each-ref").stdout == before


def test_a_repository_without_a_commit(repo: GitRepo) -> None:
    assert "nothing to rewrite" in repo.nbjob("clean", "--history")


def test_our_own_filter_in_the_clone_is_not_in_the_way(origin: GitRepo) -> None:
    origin("rm", "--quiet", "broken.ipynb")
    origin.write(".gitattributes", f"{OURS}\n")
    origin("add", ".gitattributes")
    origin("commit", "-q", "-m", "attributes")
    fresh = clone(origin)
    fresh.nbjob("install")
    for name in NAMES[1:]:
        os.utime(fresh.path / name)  # git now looks at the content, and the filter changes it
    assert b"a b.ipynb" in fresh("status", "--porcelain", "-z").stdout
    fresh.nbjob("clean", "--history", "--rewrite")
    assert fresh("status", "--porcelain").stdout == b""


def test_a_new_history_that_differs_is_told_before_the_old_one_is_thrown_away(
    origin: GitRepo,
) -> None:
    plan = survey(origin.path, lambda _: DEFAULTS, lambda oids, _: iter(oids))
    ids = origin("rev-list", "--all").stdout.decode().split()
    first = origin("rev-parse", "main~7").stdout.decode().strip()
    wrong: dict[str, dict[str, str]] = {
        "README of the new commit": {oid: oid for oid in ids} | {first: _other(origin, first)},
        "10 commits became 9": {oid: oid for oid in ids if oid != first},
        "10 commits became 9$": {oid: oid for oid in ids} | {first: "0" * 40},
    }
    for told, renamed in wrong.items():
        with pytest.raises(GitError, match=told):
            verify(origin.path, plan, renamed)


def _other(repo: GitRepo, commit: str) -> str:
    repo("switch", "--quiet", "--detach", commit)
    repo.write("README", "not what it was\n")
    repo.commit()
    return repo("rev-parse", "HEAD").stdout.decode().strip()


def _uncommitted(fresh: GitRepo) -> None:
    fresh.write("README", "not committed\n")


def _stash(fresh: GitRepo) -> None:
    _uncommitted(fresh)
    fresh("stash", "--quiet")


def _worktree(fresh: GitRepo) -> None:
    fresh("worktree", "add", "--quiet", "../linked", "-b", "linked")


def _conflict(fresh: GitRepo) -> None:
    fresh("switch", "--quiet", "-c", "other", "HEAD~1")
    fresh.write("renamed.ipynb", BRANCH_ONLY)
    fresh.commit()
    fresh("merge", "--quiet", "main", code=1)


def _replace(fresh: GitRepo) -> None:
    fresh("replace", "HEAD", "HEAD~1")
    fresh("reset", "--hard", "--quiet")


def _detached(fresh: GitRepo) -> None:
    fresh("switch", "--quiet", "--detach")


def _tag_of_a_tree(fresh: GitRepo) -> None:
    fresh("tag", "tree", "HEAD^{tree}")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_uncommitted, "README has changes that are not committed"),
        (_stash, "there are stashed changes"),
        (_worktree, "it has linked worktrees"),
        (_conflict, "a merge is not finished"),
        (_replace, "objects are replaced"),
        (_detached, "HEAD is on no branch"),
        (_tag_of_a_tree, "refs/tags/tree does not lead to a commit"),
    ],
)
def test_what_would_be_lost_is_never_forced(
    origin: GitRepo, spoil: Callable[[GitRepo], None], told: str
) -> None:
    fresh = clone(origin)
    spoil(fresh)
    before = fresh("for-each-ref").stdout, fresh("status", "--porcelain").stdout
    for options in ((), ("--force",)):
        said = fresh.nbjob("clean", "--history", "--rewrite", *options, code=2)
        assert said.startswith("error: this clone cannot be rewritten: ")
        assert told in said
    assert told in fresh.nbjob("clean", "--history", code=None)
    assert (fresh("for-each-ref").stdout, fresh("status", "--porcelain").stdout) == before


def _untracked(fresh: GitRepo) -> None:
    fresh.write("notes.txt", "mine\n")


def _own_commit(fresh: GitRepo) -> None:
    fresh.write("README", "mine\n")
    fresh.commit("mine")


def _own_branch(fresh: GitRepo) -> None:
    fresh("branch", "mine")


@pytest.mark.parametrize("spoil", [_untracked, _own_commit, _own_branch])
def test_a_clone_that_is_not_fresh_has_to_be_forced(
    origin: GitRepo, spoil: Callable[[GitRepo], None]
) -> None:
    fresh = clone(origin)
    spoil(fresh)
    before = fresh("for-each-ref").stdout
    said = fresh.nbjob("clean", "--history", "--rewrite", code=2)
    assert said.startswith("error: this is not a fresh clone: ")
    assert "--force" in said
    assert fresh("for-each-ref").stdout == before
    assert "rewritten: " in fresh.nbjob("clean", "--history", "--rewrite", "--force")
    assert not (fresh.path / "notes.txt").exists() or spoil is _untracked
    assert (fresh.path / "README").read_text() == (
        "mine\n" if spoil is _own_commit else "before any notebook\n"
    )


def test_a_second_run_has_to_be_forced(origin: GitRepo) -> None:
    fresh = clone(origin)
    fresh.nbjob("clean", "--history", "--rewrite", "--keep", "outputs")
    said = fresh.nbjob("clean", "--history", "--rewrite", code=2)
    assert "git-filter-repo has already run in it" in said
    fresh.nbjob("clean", "--history", "--rewrite", "--force")
    assert "nothing to rewrite" in fresh.nbjob("clean", "--history")


def test_part_of_a_history_is_refused(origin: GitRepo, tmp_path: Path) -> None:
    shallow = clone(origin, "--depth=2", "--no-single-branch", name="shallow")
    origin("config", "uploadpack.allowFilter", "true")
    partial = clone(origin, "--filter=blob:none", name="partial")
    for where, told in ((shallow, "shallow"), (partial, "partial")):
        for options in ((), ("--rewrite", "--force")):
            assert f"this clone is {told}" in where.nbjob("clean", "--history", *options, code=2)
    bare = clone(origin, "--bare", name="bare.git")
    assert "not inside a git work tree" in bare.nbjob("clean", "--history", code=2)
    assert "not inside a git work tree" in GitRepo(tmp_path).nbjob("clean", "--history", code=2)


def test_a_submodule_is_refused(origin: GitRepo, tmp_path: Path) -> None:
    outer = GitRepo(tmp_path / "outer")
    outer.path.mkdir()
    outer("init", "--quiet", ".")
    outer(
        "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(origin.path), "inner"
    )
    said = GitRepo(outer.path / "inner").nbjob("clean", "--history", "--rewrite", "--force", code=2)
    assert "this is a submodule" in said


@pytest.mark.parametrize(
    "options",
    [("--rewrite",), ("--force",), ("--history", "--force"), ("--history", "a.ipynb"), ("--history", "--check")],
)  # fmt: skip
def test_options_that_do_not_go_together(repo: GitRepo, options: tuple[str, ...]) -> None:
    assert repo.nbjob("clean", *options, code=2).startswith("error: ")


def test_without_git_filter_repo_it_says_what_to_install(
    origin: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = clone(origin)
    hidden = origin.path.parent / "hidden"
    hidden.mkdir()
    (hidden / "git_filter_repo.py").write_text("raise ImportError('not here')\n")
    monkeypatch.setenv("PYTHONPATH", str(hidden))
    said = fresh.nbjob("clean", "--history", "--rewrite", code=2)
    assert 'pip install "nbjob-clean[history]"' in said
    assert 'pip install "nbjob-clean[history]"' in fresh.nbjob("clean", "--history", code=1)
