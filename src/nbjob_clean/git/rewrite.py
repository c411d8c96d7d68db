"""Write a new history with clean notebooks: the only place that imports git-filter-repo.

The plan is made before (`git.history`) and compared with the outcome after, and only then are the
old commits thrown away. All that is done to a commit in between is to look up ids in the plan.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import Any

from nbjob_clean.errors import GitError
from nbjob_clean.git.command import git
from nbjob_clean.git.history import OptionsOf, Survey, Watch, survey
from nbjob_clean.git.objects import records
from nbjob_clean.git.obstacles import obstacles
from nbjob_clean.record import Record

_OPTIONS = (
    "--force",  # its check is made before, with an explanation
    "--quiet",
    "--no-gc",  # the old commits stay until the new ones are compared with them
    "--prune-empty=never",  # a commit of outputs alone stays, with its message and date
    "--prune-degenerate=never",
    "--preserve-commit-encoding",
)
_REASON = re.compile(r"^ +\((.*)\)$", re.MULTILINE)


class Rewrite(Record):
    """What was done; sizes are those of all objects in the clone, in bytes."""

    survey: Survey
    before: int
    after: int
    origin: str
    commit_map: Path


def rewrite(root: Path, options_of: OptionsOf, watch: Watch, *, force: bool) -> Rewrite:
    """Clean every notebook in history. Raises GitError, and explains, where that is not safe."""
    check(root, force=force)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch, _at(root):
        pack = Path(scratch) / "clean.pack"
        plan = survey(root, options_of, watch, pack_to=pack)
        before, address = _size(root), origin(root)
        commit_map = root / ".git" / "filter-repo" / "commit-map"
        if plan.cleaned:
            _take(root, pack)
            _run(_filter_repo(), plan)
            verify(root, plan, _read(commit_map))
            if survey(root, options_of, watch).cleaned:
                raise _differs("notebooks with outputs are left")
            git("reflog", "expire", "--expire=now", "--all", cwd=root)
            git("gc", "--quiet", "--prune=now", cwd=root)
    return Rewrite(plan, before, _size(root), address, commit_map)


def check(root: Path, *, force: bool) -> None:
    """Raise GitError where the clone cannot be rewritten; `force` takes one that is not fresh."""
    with _at(root):
        found = obstacles(root)
        if found:
            raise GitError(
                "this clone cannot be rewritten: " + "; ".join(found),
                hint="a fresh clone has none of this",
            )
        filter_repo = _filter_repo()
        if not force:
            _ask(filter_repo)


def _filter_repo() -> ModuleType:
    try:
        import git_filter_repo
    except ImportError as exc:
        raise GitError(
            "git-filter-repo is not installed: it writes the new history",
            hint='pip install "nbjob-clean[history]"',
        ) from exc
    found: ModuleType = git_filter_repo
    return found


@contextmanager
def _at(root: Path) -> Iterator[None]:
    """git-filter-repo works on the current directory. Our filter is off meanwhile.

    With it, git would call old notebooks changed that were never touched.
    """
    before, variables = Path.cwd(), dict(os.environ)
    count = int(os.environ.get("GIT_CONFIG_COUNT", "0"))
    settings = {"clean": "", "smudge": "", "process": "", "required": "false"}
    for number, (key, value) in enumerate(settings.items(), start=count):
        os.environ[f"GIT_CONFIG_KEY_{number}"] = f"filter.nbjob.{key}"
        os.environ[f"GIT_CONFIG_VALUE_{number}"] = value
    os.environ["GIT_OPTIONAL_LOCKS"] = "0"  # looking does not write, not even the index
    os.environ["GIT_CONFIG_COUNT"] = str(count + len(settings))
    os.chdir(root)
    try:
        yield
    finally:
        os.chdir(before)
        os.environ.clear()
        os.environ.update(variables)


@contextmanager
def _its_words() -> Iterator[None]:
    """git-filter-repo prints, asks and exits; here it raises GitError, and the rest is dropped."""
    with redirect_stdout(io.StringIO()):
        try:
            yield
        except SystemExit as exc:
            reason = _REASON.search(str(exc))
            words = f"this is not a fresh clone: {reason.group(1)}" if reason else str(exc)
            hint = "clone it again (git clone --no-local), or --force if nothing here is needed"
            raise GitError(words, hint=hint if reason else "") from exc


def _ask(filter_repo: ModuleType) -> None:
    """git-filter-repo's own check."""
    if Path(".git/filter-repo/already_ran").exists():
        raise GitError(
            "this is not a fresh clone: git-filter-repo has already run in it",
            hint="clone it again (git clone --no-local), or --force if nothing here is needed",
        )
    tools = filter_repo.GitUtils
    with _its_words():
        refs, settings = tools.get_refs(b"."), tools.get_config_settings(b".")
        filter_repo.RepoFilter.sanity_check(refs, tools.is_repository_bare(b"."), settings)


def _take(root: Path, pack: Path) -> None:
    """Put the cleaned blobs into the clone; nothing leads to them yet."""
    with pack.open("rb") as file:
        done = subprocess.run(
            ["git", "index-pack", "--stdin"], cwd=root, stdin=file, capture_output=True, check=False
        )
    if done.returncode:
        raise GitError(f"git index-pack: {os.fsdecode(done.stderr).strip()}")


def _run(filter_repo: ModuleType, plan: Survey) -> None:
    cleaned = {
        (os.fsencode(name), oid.encode()): new.encode() for (oid, name), new in plan.cleaned.items()
    }

    def clean(commit: Any, _: object) -> None:
        for change in commit.file_changes:
            new = cleaned.get((change.filename, change.blob_id))
            if new:
                change.blob_id = new

    # Of an earlier run: what it says is over, and one that is a day old would be asked about.
    Path(".git/filter-repo/already_ran").unlink(missing_ok=True)
    with _its_words():
        options = filter_repo.FilteringOptions.parse_args(list(_OPTIONS))
        filter_repo.RepoFilter(options, commit_callback=clean).run()


def verify(root: Path, plan: Survey, renamed: Mapping[str, str]) -> None:
    """Raise GitError where a commit differs from what it was by more than the plan.

    `renamed` gives new ids for old ones, which must still be there.
    """
    pairs = [f"{new} {old}" for old, new in renamed.items() if new != old and int(new, 16)]
    listing = records(
        "diff-tree", "--stdin", "-r", "-z", "--raw", "--no-abbrev", "--no-renames",
        cwd=root, lines=pairs,
    )  # fmt: skip
    commit = ""
    for record in listing:
        if not record.startswith(b":"):
            commit = record.decode()
            continue
        name = os.fsdecode(next(listing))
        mode, new_mode, oid, new_oid, _ = record[1:].decode().split(" ")
        if mode != new_mode or plan.cleaned.get((oid, name)) != new_oid:
            raise _differs(f"{name} of the new commit {commit[:10]} is not as planned")
    there = sum(bool(int(new, 16)) for new in renamed.values())
    if there != plan.commits:
        raise _differs(f"{plan.commits} commits became {there}")


def _differs(what: str) -> GitError:
    return GitError(
        f"the new history is not what it should be: {what}",
        hint="use another clone, and please report this; the old commits are still in this one",
    )


def _read(commit_map: Path) -> dict[str, str]:
    """Old ids to new ones, as git-filter-repo wrote them down."""
    lines = commit_map.read_text(encoding="ascii").splitlines()[1:]
    return {old: new for old, new in map(str.split, lines)}  # noqa: C416 - mypy sees pairs


def _size(root: Path) -> int:
    lines = git("count-objects", "-v", cwd=root).decode().splitlines()
    counts = {key: value for key, _, value in (line.partition(": ") for line in lines)}
    return 1024 * (int(counts["size"]) + int(counts["size-pack"]))


def origin(root: Path) -> str:
    """Where the clone comes from; empty where that is not known."""
    try:
        return os.fsdecode(git("remote", "get-url", "origin", cwd=root)).rstrip("\n")
    except GitError:
        return ""
