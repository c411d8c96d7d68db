"""The merge driver in real repositories: one notebook for each scenario, all merged by one command."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import nbformat
import pytest

import nbjob_clean
from tests.conftest import GitRepo
from tests.merge.scenarios import SCENARIOS, Scenario, lost_lines, sources
from tests.notebooks import code, markdown, notebook

Contents = Mapping[str, bytes]


def _name(scenario: Scenario) -> str:
    return f"{scenario.name}.ipynb"


def _side(side: str, *, with_ids: bool) -> dict[str, bytes]:
    return {_name(s): getattr(s.versions(with_ids=with_ids), side) for s in SCENARIOS}


def _sources(data: bytes) -> list[str]:
    """The sources, with the same labels whether git tells them (since 2.44) or not."""
    labels = {"<": "ours", "|": "base", ">": "theirs"}
    mark = re.compile(r"^([<|>])(\1{6,}) .*$", re.MULTILINE)
    return [mark.sub(lambda m: f"{m[1]}{m[2]} {labels[m[1]]}", text) for text in sources(data)]


class Sides:
    """Branches `ours` and `theirs` that grew from `main`; `ours` is checked out."""

    def __init__(self, repo: GitRepo, base: Contents, ours: Contents, theirs: Contents) -> None:
        self.repo = repo
        self._commit("base", base)
        repo("switch", "--quiet", "-c", "theirs")
        self._commit("theirs", theirs)
        repo("switch", "--quiet", "-c", "ours", "main")
        self._commit("ours", ours)

    def _commit(self, message: str, files: Contents) -> None:
        for name, data in files.items():
            self.repo.write(name, data)
        self.repo("add", "--all")
        self.repo("commit", "--quiet", "--allow-empty", "-m", message)

    def merge(self) -> str:
        return self._said("merge", "theirs")

    def cherry_pick(self) -> str:
        return self._said("cherry-pick", "theirs")

    def rebase(self) -> str:
        """Replays theirs: `ours` is what it is put upon."""
        return self._said("rebase", "ours", "theirs")

    def stash_pop(self) -> str:
        self.repo("switch", "--quiet", "main")
        self.repo("checkout", "theirs", "--", ".")
        self.repo("stash", "--quiet")
        self.repo("switch", "--quiet", "ours")
        return self._said("stash", "pop")

    def revert(self) -> str:
        """Takes back the step from theirs to the base."""
        self.repo("tag", "start")
        for name in ("theirs", "main", "start"):
            self.repo("checkout", name, "--", ".")
            self.repo("commit", "--quiet", "--allow-empty", "-m", f"as of {name}")
        return self._said("revert", "--no-edit", "HEAD~1")

    def _said(self, *arguments: str) -> str:
        done = self.repo(*arguments, code=None)
        assert done.returncode in (0, 1), done.stderr.decode()
        return (done.stdout + done.stderr).decode()

    def conflicts(self) -> set[str]:
        listing = self.repo("ls-files", "--unmerged", "-z").stdout.decode()
        return {entry.partition("\t")[2] for entry in listing.split("\0") if entry}


OPERATIONS: dict[str, Callable[[Sides], str]] = {
    "merge": Sides.merge,
    "cherry-pick": Sides.cherry_pick,
    "rebase": Sides.rebase,
    "stash pop": Sides.stash_pop,
    "revert": Sides.revert,
}
CONFLICTS = {_name(s) for s in SCENARIOS if s.is_conflict}


@pytest.mark.parametrize("with_ids", [True, False], ids=["ids", "no ids"])
@pytest.mark.parametrize("with_filter", [True, False], ids=["filter", "no filter"])
@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_ten_scenarios(
    repo: GitRepo, operation: Callable[[Sides], str], *, with_filter: bool, with_ids: bool
) -> None:
    repo.nbjob("install")
    if not with_filter:
        repo.write(".gitattributes", "*.ipynb merge=nbjob\n")
    sides = Sides(repo, *(_side(s, with_ids=with_ids) for s in ("base", "ours", "theirs")))
    said = operation(sides)

    assert sides.conflicts() == CONFLICTS, said
    for scenario in SCENARIOS:
        merged = (repo.path / _name(scenario)).read_bytes()
        nbformat.validate(json.loads(merged))
        assert lost_lines(scenario.versions(with_ids=with_ids), merged) == set(), scenario.name
        listed = f"nbjob: {_name(scenario)}: cell 5" in said
        assert listed == scenario.is_conflict, said
    assert list(repo.path.glob(".merge_file*")) == []


@pytest.mark.parametrize("style", ["merge", "diff3", "zdiff3"])
def test_the_marks_are_as_the_user_has_them(repo: GitRepo, style: str) -> None:
    repo("config", "merge.conflictStyle", style)
    repo.nbjob("install")
    base = "\n".join(("a = 1", "b = 1", "c = 1", "d = 1"))
    versions = [base, base.replace("b = 1", "b = 2\nx = 3"), base.replace("b = 1", "b = 2\nx = 4")]
    sides = Sides(repo, *({"a.ipynb": notebook(code(text, "job", id="a"))} for text in versions))
    said = sides.merge()

    merged = repo.path.joinpath("a.ipynb").read_bytes()
    before = "||||||| base\nb = 1\n"
    body = {
        "merge": "b = 2\n<<<<<<< ours\nx = 3\n=======\nx = 4\n>>>>>>> theirs",
        "diff3": f"<<<<<<< ours\nb = 2\nx = 3\n{before}=======\nb = 2\nx = 4\n>>>>>>> theirs",
        "zdiff3": f"b = 2\n<<<<<<< ours\nx = 3\n{before}=======\nx = 4\n>>>>>>> theirs",
    }
    assert _sources(merged) == [f"a = 1\n{body[style]}\nc = 1\nd = 1"]
    line = 2 if style == "diff3" else 3
    assert f"nbjob: a.ipynb: cell 1 (id a): both sides edited line {line}" in said
    assert "NBJ008" in repo.nbjob("check", "a.ipynb", code=1)


def test_marks_are_as_long_as_an_attribute_says(repo: GitRepo) -> None:
    repo.nbjob("install")
    repo.write(".gitattributes", "*.ipynb merge=nbjob conflict-marker-size=12\n")
    sides = Sides(repo, *({"a.ipynb": notebook(code(x, "job", id="a"))} for x in ("x", "y", "z")))
    assert "cell 1 (id a): both sides edited line 1" in sides.merge()
    assert _sources((repo.path / "a.ipynb").read_bytes()) == [
        f"{'<' * 12} ours\ny\n{'=' * 12}\nz\n{'>' * 12} theirs"
    ]
    assert "NBJ008" in repo.nbjob("check", "a.ipynb", code=1)


def test_git_merges_trees_without_a_work_tree(repo: GitRepo) -> None:
    repo.nbjob("install")
    Sides(repo, *(_side(side, with_ids=True) for side in ("base", "ours", "theirs")))
    done = repo("merge-tree", "--write-tree", "--name-only", "-z", "ours", "theirs", code=1)
    tree, *names = done.stdout.decode().split("\0")
    assert set(names[: names.index("")]) == CONFLICTS
    for scenario in SCENARIOS:
        merged = repo("show", f"{tree}:{_name(scenario)}").stdout
        nbformat.validate(json.loads(merged))
        assert lost_lines(scenario.versions(), merged) == set()


def test_a_merge_of_merges_has_readable_marks(repo: GitRepo) -> None:
    """Both sides merged the same two branches before: git merges their bases first."""
    repo.nbjob("install")
    sides = Sides(repo, *({"a.ipynb": notebook(code(x, "job", id="a"))} for x in ("x", "y", "z")))
    for branch, other, text in (
        ("theirs", "ours", "from theirs"),
        ("ours", "theirs~0", "from ours"),
    ):
        start = repo("rev-parse", other).stdout.decode().strip()
        repo("switch", "--quiet", "-c", f"{branch}-2", branch)
        repo("merge", "--quiet", start, code=1)
        repo.write("a.ipynb", notebook(code(text, "job", id="a")))
        repo.commit(text)
    sides.repo("switch", "--quiet", "ours-2")
    repo("merge", "theirs-2", code=1)
    [source] = _sources((repo.path / "a.ipynb").read_bytes())
    assert source == "<<<<<<< ours\nfrom ours\n=======\nfrom theirs\n>>>>>>> theirs"


def test_the_hook_stops_a_commit_with_marks(repo: GitRepo) -> None:
    repo.nbjob("install")
    Sides(repo, *(_side(side, with_ids=True) for side in ("base", "ours", "theirs"))).merge()
    repo.nbjob("install", "--hooks")
    assert "NBJ008" in repo.commit("resolved?", code=1)


@pytest.mark.parametrize("gone", ["script", "interpreter", "crash"])
def test_without_the_tool_git_merges_the_text(repo: GitRepo, gone: str) -> None:
    repo.nbjob("install")
    command = repo("config", "merge.nbjob.driver").stdout.decode().strip()
    interpreter = command.partition("test -x ")[2].partition(";")[0]
    repo("config", "merge.nbjob.driver", {
        "script": command.replace("merge_driver.py", "gone.py"),
        "interpreter": command.replace(interpreter, "/nowhere/python"),
        "crash": command.replace("-I -S", "-I -S -c 'raise SystemExit(1)'"),
    }[gone])  # fmt: skip
    sides = Sides(repo, *(_side(side, with_ids=True) for side in ("base", "ours", "theirs")))
    sides.merge()

    assert sides.conflicts() >= CONFLICTS
    for name in sides.conflicts():
        text = (repo.path / name).read_text()
        assert "<<<<<<< ours" in text
        assert ">>>>>>> theirs" in text
    for name, line in (
        ("same line edited twice.ipynb", "total = 2"),
        ("deleted here, edited there.ipynb", "print(total, limit)"),
        ("two cells inserted at one place.ipynb", "max(rows)"),
    ):
        assert line in (repo.path / name).read_text()


def test_a_clone_without_the_driver_has_gits_own_merge(repo: GitRepo) -> None:
    repo.write(".gitattributes", "*.ipynb merge=nbjob\n")
    sides = Sides(repo, *(_side(side, with_ids=True) for side in ("base", "ours", "theirs")))
    sides.merge()
    assert sides.conflicts() >= CONFLICTS
    assert ">>>>>>> theirs" in (repo.path / "same line edited twice.ipynb").read_text()


BROKEN = {
    "empty": b"",
    "broken off": notebook(code("y = 1", id="a"))[:-30],
    "nbformat 3": json.dumps(
        {"metadata": {}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": []}]},
        indent=1,
    ).encode(),
    "merge marks": b"<<<<<<< HEAD\n" + notebook(code("y = 1", id="a")) + b"=======\n>>>>>>> b\n",
    "binary": b"\0\1\2",
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("which", ["base", "ours", "theirs"])
def test_what_is_no_notebook_is_merged_as_text(repo: GitRepo, which: str, broken: bytes) -> None:
    repo.nbjob("install")
    repo.write(".gitattributes", "*.ipynb merge=nbjob\n")
    found = {side: notebook(code(text, id="a")) for side, text in zip(
        ("base", "ours", "theirs"), ("x = 1", "x = 2", "x = 3"), strict=True
    )} | {which: broken}  # fmt: skip
    sides = Sides(repo, *({"a.ipynb": data} for data in found.values()))
    said = sides.merge()

    assert sides.conflicts() == {"a.ipynb"}
    merged = (repo.path / "a.ipynb").read_bytes()
    if (which, broken) == ("base", b""):
        assert _sources(merged) == ["<<<<<<< ours\nx = 2\n=======\nx = 3\n>>>>>>> theirs"]
    elif b"\0" in broken:
        assert merged == found["ours"]
        assert "Cannot merge binary files" in said
        assert "git checkout --theirs" in said
    else:
        assert f"nbjob: a.ipynb: {which}: " in said
        assert "merged as text" in said
        for side in ("ours", "theirs"):
            added = set(found[side].splitlines()) - set(found["base"].splitlines())
            assert added <= set(merged.splitlines())


def test_both_sides_added_a_notebook(repo: GitRepo) -> None:
    repo.nbjob("install")
    ours = notebook(markdown("# A", id="m"), code("x = 1", "job", id="a"))
    theirs = notebook(markdown("# A", id="m"), code("x = 1", id="a"), code("y = 2", id="b"))
    sides = Sides(repo, {}, {"a.ipynb": ours}, {"a.ipynb": theirs})
    sides.merge()
    assert sides.conflicts() == set()
    assert sources((repo.path / "a.ipynb").read_bytes()) == ["# A", "x = 1", "y = 2"]


@pytest.mark.parametrize("text", ["a\0b", "a\r\nb\r\n", "\ud83d", "ünï\n\n", ""])
def test_odd_sources_survive(repo: GitRepo, text: str) -> None:
    repo.nbjob("install")
    versions = [f"{text}\nx = {n}\n{text}" for n in (1, 2, 3)]
    data = [json.dumps(json.loads(notebook(code("", id="a"))) | {
        "cells": [code("", id="a") | {"source": source}]
    }).encode() for source in versions]  # fmt: skip
    sides = Sides(repo, *({"a.ipynb": side} for side in data))
    assert "cell 1 (id a): both sides edited line" in sides.merge()
    [source] = sources((repo.path / "a.ipynb").read_bytes())
    for line in (*text.split("\n"), "x = 2", "x = 3"):
        assert line in source


def test_settings_say_what_is_production(repo: GitRepo) -> None:
    repo.nbjob("install")
    repo.write("jobs/nbjob.toml", 'tags = ["prod"]\n')
    for folder in ("jobs", "other"):
        base = [code("x = 1", "prod", id="a")]
        grown = [[*base, code(f"x += {n}", "prod", id=f"n{n}")] for n in (1, 2)]
        repo.write(f"{folder}/a.ipynb", notebook(*base))
        repo.commit(folder)
        sides = Sides(repo, {}, *({f"{folder}/a.ipynb": notebook(*cells)} for cells in grown))
        said = sides.merge()
        assert ("decide whether cell 2 runs first" in said) == (folder == "jobs")
        repo("merge", "--abort", code=None)
        repo("switch", "--quiet", "main")
        repo("branch", "-D", "ours", "theirs")


def test_labels_are_those_of_git_where_it_tells_them(repo: GitRepo) -> None:
    for name, text in (("base", "x"), ("ours", "y"), ("theirs", "z")):
        repo.write(name, notebook(code(text, "job", id="a")))
    repo("config", "merge.conflictStyle", "diff3")
    files = ("base", "ours", "theirs", "7", "a.ipynb")
    said = repo.nbjob("git", "merge", *files, "0123abc", "HEAD", "feature/a b", code=1)
    assert said == "nbjob: a.ipynb: cell 1 (id a): both sides edited line 1\n"
    assert sources((repo.path / "ours").read_bytes()) == [
        "<<<<<<< HEAD\ny\n||||||| 0123abc\nx\n=======\nz\n>>>>>>> feature/a b"
    ]
    repo.write("ours", notebook(code("x", "job", id="a")))
    assert repo.nbjob("git", "merge", *files, "%S", "%X", "%Y") == ""
    assert "wrong arguments" in repo.nbjob("git", "merge", "base", "ours", code=2)


_PAGE = """
import json, pathlib, sys
base, ours, theirs, result = sys.argv[1:]
shown = [["".join(cell["source"]) for cell in json.loads(pathlib.Path(p).read_text())["cells"]]
         for p in (base, ours, theirs)]
pathlib.Path("shown.json").write_text(json.dumps(shown))
pathlib.Path(result).write_bytes(pathlib.Path(theirs).read_bytes())
"""


@pytest.fixture
def nbdime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the page of nbdime does: it is shown three notebooks, and writes one."""
    package = tmp_path / "fake" / "nbdime" / "webapp"
    package.mkdir(parents=True)
    for folder in (package, package.parent):
        (folder / "__init__.py").touch()
    (package / "nbmergetool.py").write_text(_PAGE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "fake"))


@pytest.mark.usefixtures("nbdime")
def test_mergetool_shows_what_is_left_and_nothing_else(repo: GitRepo) -> None:
    repo.nbjob("install")
    base = [code("x = 1", "job", id="a"), code("y = 1", id="b"), code("z = 1", id="c")]
    ours = [*base, code("ours()", "job", id="n1")]
    theirs = [*base, code("theirs()", "job", id="n2")]
    ours[0], theirs[0] = code("x = 2", "job", id="a"), code("x = 3", "job", id="a")
    ours[1], theirs[2] = code("y = 2", id="b"), code("z = 2", id="c")
    sides = Sides(repo, *({"a.ipynb": notebook(*cells)} for cells in (base, ours, theirs)))
    sides.merge()
    repo("mergetool", "--tool=nbjob", "--no-prompt")

    assert json.loads((repo.path / "shown.json").read_text()) == [
        ["x = 1", "y = 2", "z = 2"],
        ["x = 2", "y = 2", "z = 2", "ours()"],
        ["x = 3", "y = 2", "z = 2", "theirs()"],
    ]
    assert sides.conflicts() == set()
    assert sources(repo.staged("a.ipynb")) == ["x = 3", "y = 2", "z = 2", "theirs()"]


@pytest.mark.usefixtures("nbdime")
def test_mergetool_leaves_what_is_no_notebook_alone(repo: GitRepo) -> None:
    repo.nbjob("install")
    sides = Sides(repo, *({"a.ipynb": text} for text in (b"1\n", b"2\n", b"3\n")))
    sides.merge()
    before = (repo.path / "a.ipynb").read_bytes()
    assert "not a notebook" in sides._said("mergetool", "--tool=nbjob", "--no-prompt")
    assert (repo.path / "a.ipynb").read_bytes() == before
    assert sides.conflicts() == {"a.ipynb"}


def test_mergetool_without_nbdime_says_what_to_install(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(nbjob_clean.__file__).parents[1]))
    command = [sys.executable, "-S", "-m", "nbjob_clean", "git", "mergetool", "a", "b", "c", "d"]
    done = subprocess.run(command, cwd=repo.path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "pip install 'nbjob-clean[web]'" in done.stderr
