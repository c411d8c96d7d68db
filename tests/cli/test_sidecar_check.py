"""Sidecars that are missing, stale, edited or orphaned, in real repositories."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from nbjob_clean.cli.sidecar_rules import SIDECAR_RULES, wanted_codes
from nbjob_clean.rules.core import RULES
from tests.conftest import GitRepo
from tests.notebooks import code, notebook

ONE = notebook(code("x = 1", "job", id="a"))
TWO = notebook(code("x = 2", "job", id="a"))
SQL = notebook(code("x = 1", "job", id="a"), code("%%sql\nSELECT {{ x }}", "job", id="b"))
ROOT = Path(__file__).parents[2]


def _found(repo: GitRepo, *arguments: str) -> list[dict[str, Any]]:
    said = repo.nbjob("check", "--output-format", "json", *arguments, code=None)
    return list(json.loads(said))


def _codes(repo: GitRepo, *arguments: str) -> list[tuple[str, str, int]]:
    return [(d["path"], d["code"], d["line"]) for d in _found(repo, *arguments)]


def _emitted(repo: GitRepo, name: str = "etl.ipynb", data: bytes = ONE) -> None:
    repo.write(name, data)
    repo.nbjob("emit", name, code=1)


def test_a_fresh_sidecar_is_no_finding(repo: GitRepo) -> None:
    _emitted(repo, data=SQL)
    repo.commit()

    assert _codes(repo, "--select", "NBJ6") == []


def test_a_missing_sidecar_is_found_when_it_is_asked_for(repo: GitRepo) -> None:
    repo.write("etl.ipynb", ONE)
    repo.write("notes.ipynb", notebook(code("x = 1", id="a")))

    assert _codes(repo) == []
    assert _codes(repo, "--select", "NBJ601") == [("etl.ipynb", "NBJ601", 0)]
    assert _found(repo, "--select", "NBJ6")[0]["message"] == "etl.py is missing"


def test_a_stale_sidecar_is_found(repo: GitRepo) -> None:
    _emitted(repo)
    repo.commit()
    repo.write("etl.ipynb", TWO)

    (found,) = _found(repo, "etl.ipynb")

    assert (found["path"], found["code"], found["line"]) == ("etl.py", "NBJ602", 5)
    assert found["message"] == "etl.py is not what etl.ipynb gives now"
    assert found["help"] == "nbjob emit etl.ipynb"


def test_a_sidecar_of_what_is_staged_is_stale(repo: GitRepo) -> None:
    repo.write("etl.ipynb", ONE)
    repo.commit()
    _emitted(repo, data=TWO)
    repo("add", "etl.ipynb")
    repo.write("etl.ipynb", notebook(code("x = 3", "job", id="a")))

    assert _codes(repo) == [("etl.py", "NBJ602", 5)]


def test_a_sidecar_that_the_notebook_no_longer_gives_is_stale(repo: GitRepo) -> None:
    _emitted(repo, data=SQL)
    repo.commit()
    repo.write("etl.ipynb", ONE)

    found = _found(repo)

    assert [(d["path"], d["code"]) for d in found] == [("etl.py", "NBJ602"), ("etl.sql", "NBJ602")]
    assert found[1]["message"] == "etl.sql is left over: etl.ipynb gives none any more"


def test_an_edited_sidecar_is_found_with_its_edit(repo: GitRepo) -> None:
    _emitted(repo)
    repo.commit()
    text = (repo.path / "etl.py").read_text().replace("x = 1", "x = 10")
    repo.write("etl.py", text)

    (found,) = _found(repo)

    assert (found["path"], found["code"], found["line"]) == ("etl.py", "NBJ603", 5)
    assert "nbjob emit --reverse etl.py takes the edit over into the notebook" in found["help"]
    assert "\n-x = 1\n+x = 10" in found["help"]


def test_a_long_edit_is_cut(repo: GitRepo) -> None:
    _emitted(repo)
    repo.commit()
    repo.write("etl.py", (repo.path / "etl.py").read_text() + "y = 1\n" * 40)

    (found,) = _found(repo)

    assert found["help"].count("\n") == 13
    assert found["help"].endswith(" lines more")


def test_an_edit_is_told_from_line_ends(repo: GitRepo) -> None:
    _emitted(repo)
    repo.commit()
    repo.write("etl.py", (repo.path / "etl.py").read_bytes().replace(b"\n", b"\r\n"))

    assert [d["code"] for d in _found(repo)] == ["NBJ602"]


def test_without_a_commit_the_last_emit_tells_an_edit(repo: GitRepo) -> None:
    _emitted(repo)
    repo.write("etl.ipynb", TWO)
    assert [d["code"] for d in _found(repo)] == ["NBJ602"]
    repo.write("etl.py", (repo.path / "etl.py").read_text() + "y = 1\n")
    assert [d["code"] for d in _found(repo)] == ["NBJ603"]


def test_without_git_sidecars_are_judged_too(repo: GitRepo, tmp_path: Path) -> None:
    _emitted(repo)
    folder = tmp_path / "plain"
    shutil.copytree(repo.path, folder, ignore=shutil.ignore_patterns(".git"))
    plain = GitRepo(folder)
    plain.write("etl.py", (folder / "etl.py").read_text() + "y = 1\n")
    plain.write("sub/gone.py", (repo.path / "etl.py").read_text().replace("etl.ipynb", "a.ipynb"))

    assert _codes(plain) == [("etl.py", "NBJ603", 6), ("sub/gone.py", "NBJ604", 1)]


@pytest.mark.parametrize("name", ["a b.ipynb", "größe.ipynb", 'q"q.ipynb'])
def test_names_are_those_of_files(repo: GitRepo, name: str) -> None:
    _emitted(repo, name)
    repo.commit()
    sidecar = name.replace(".ipynb", ".py")
    repo.write(sidecar, (repo.path / sidecar).read_text() + "y = 1\n")
    assert [(d["path"], d["code"]) for d in _found(repo)] == [(sidecar, "NBJ603")]

    (repo.path / name).unlink()
    assert [(d["path"], d["code"]) for d in _found(repo)] == [(sidecar, "NBJ604")]


def test_an_orphan_is_found_in_the_folders_that_are_checked(repo: GitRepo) -> None:
    _emitted(repo, "jobs/etl.ipynb", SQL)
    _emitted(repo, "other.ipynb", SQL)
    repo.write("jobs/own.py", "x = 1\n")
    repo.write("build/etl.py", (repo.path / "jobs/etl.py").read_bytes())
    repo.write(".gitignore", "build/\n")
    repo.commit()
    (repo.path / "jobs/etl.ipynb").unlink()
    (repo.path / "other.ipynb").unlink()

    orphans = [("jobs/etl.py", "NBJ604", 1), ("jobs/etl.sql", "NBJ604", 1)]
    assert _codes(repo, "jobs") == orphans
    assert [path for path, _, _ in _codes(repo)] == [
        "jobs/etl.py", "jobs/etl.sql", "other.py", "other.sql",
    ]  # fmt: skip
    assert _found(repo, "jobs")[0]["message"] == "etl.py was emitted from etl.ipynb, which is gone"


def test_files_of_others_are_left_alone(repo: GitRepo) -> None:
    repo.write("etl.ipynb", ONE)
    repo.write("etl.py", "x = 1\n")
    repo.write("etl.sql", "-- nbjob:sidecar 1 20_etl.ipynb\nSELECT 1;\n")
    repo.write("20_etl.ipynb", ONE)
    repo.commit()

    assert _codes(repo) == []


def test_a_notebook_that_gives_no_sidecar_is_another_finding(repo: GitRepo) -> None:
    _emitted(repo, data=SQL)
    repo.commit()
    repo.write("etl.ipynb", notebook(code("%%sql\nSELECT {{ a.b }}", "job", id="b")))

    assert [code for _, code, _ in _codes(repo)] == ["NBJ402"]


def test_codes_are_chosen_as_all_others(repo: GitRepo) -> None:
    _emitted(repo)
    _emitted(repo, "gone.ipynb")
    repo.commit()
    repo.write("etl.ipynb", TWO)
    (repo.path / "gone.ipynb").unlink()

    assert [c for _, c, _ in _codes(repo, "--select", "NBJ6")] == ["NBJ602", "NBJ604"]
    assert [c for _, c, _ in _codes(repo, "--ignore", "NBJ602")] == ["NBJ604"]
    assert [c for _, c, _ in _codes(repo, "--select", "NBJ1")] == []
    repo.write("pyproject.toml", '[tool.nbjob.per-file-ignores]\n"etl.ipynb" = ["NBJ602"]\n')
    assert [c for _, c, _ in _codes(repo)] == ["NBJ604"]
    repo.write("pyproject.toml", '[tool.nbjob.per-file-ignores]\n"*.py" = ["NBJ6"]\n')
    assert _codes(repo) == []
    repo.write("pyproject.toml", '[tool.nbjob]\nexclude = ["gone.*"]\nignore = ["NBJ602"]\n')
    assert _codes(repo) == []


def test_excerpts_do_without_a_cell(repo: GitRepo) -> None:
    _emitted(repo)
    repo.commit()
    repo.write("etl.ipynb", TWO)

    said = repo.nbjob("check", code=1)

    assert "NBJ602 etl.py is not what etl.ipynb gives now" in said
    assert "--> etl.py:5" in said


def test_the_hook_writes_sidecars_and_does_not_report_them(repo: GitRepo) -> None:
    _emitted(repo)
    repo.commit()
    repo.write("etl.ipynb", TWO)
    repo("add", "etl.ipynb")

    said = repo.nbjob("hook", code=1)

    assert "updated etl.py" in said
    assert "NBJ6" not in said


def test_rules_are_explained_and_have_pages(repo: GitRepo) -> None:
    index = (ROOT / "docs/rules/README.md").read_text(encoding="utf-8")
    for rule in SIDECAR_RULES:
        page = (ROOT / f"docs/rules/{rule.code.lower()}.md").read_text(encoding="utf-8")
        assert rule.name in page.splitlines()[0]
        assert f"{rule.code.lower()}.md" in index
        assert rule.name in repo.nbjob("check", "--explain", rule.code)


def test_codes_are_chosen_by_prefix() -> None:
    assert wanted_codes((), ()) == {"NBJ602", "NBJ603", "NBJ604"}
    assert wanted_codes(("ALL",), ("NBJ604",)) == {"NBJ601", "NBJ602", "NBJ603"}
    assert wanted_codes(("NBJ101",), ()) == frozenset()
    assert {rule.code for rule in SIDECAR_RULES}.isdisjoint(rule.code for rule in RULES)
