"""Moving over, from what nbstripout 0.9.1, nb-clean 5.0.0 and nbwipers 0.7.2 really write."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import GitRepo
from tests.notebooks import code, notebook, without_runs

CELLS = (code("x = 1", "job", id="a", count=3),)
OURS = "*.ipynb filter=nbjob diff=nbjob merge=nbjob\n"
COLLAPSED = "*.ipynb linguist-generated gitlab-generated\n"

NBSTRIPOUT = """\
[filter "nbstripout"]
\tclean = \\"/opt/env/bin/python3\\" -m nbstripout
\tsmudge = cat
\trequired = true
[diff "ipynb"]
\ttextconv = \\"/opt/env/bin/python3\\" -m nbstripout -t
"""
NBSTRIPOUT_LINES = "*.ipynb filter=nbstripout\n*.zpln filter=nbstripout\n*.ipynb diff=ipynb\n"
NB_CLEAN = """\
[filter "nb-clean"]
\tclean = nb-clean clean
"""
NB_CLEAN_LINES = "*.ipynb filter=nb-clean\n"
NBWIPERS = """\
[filter "nbwipers"]
\tclean = \\"/opt/env/bin/nbwipers\\" clean - --stdin-file-name %f --respect-exclusions
\tsmudge = \\"/opt/env/bin/nbwipers\\" smudge %f
[diff "nbwipers"]
\ttextconv = \\"/opt/env/bin/nbwipers\\" clean --respect-exclusions -t
"""
NBWIPERS_LINES = "*.ipynb filter=nbwipers\n*.ipynb diff=nbwipers\n"
TOOLS = {
    "nbstripout": (NBSTRIPOUT, NBSTRIPOUT_LINES),
    "nb-clean": (NB_CLEAN, NB_CLEAN_LINES),
    "nbwipers": (NBWIPERS, NBWIPERS_LINES),
}


def _configure(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def _config(repo: GitRepo) -> str:
    return (repo.path / ".git/config").read_text()


@pytest.mark.parametrize("place", [".git/info/attributes", ".gitattributes"])
@pytest.mark.parametrize("tool", TOOLS)
def test_a_clone_moves_over(repo: GitRepo, tool: str, place: str) -> None:
    config, lines = TOOLS[tool]
    before = _config(repo)
    _configure(repo.path / ".git/config", config)
    repo.write(place, lines)

    said = repo.nbjob("install")

    for line in lines.splitlines():
        assert f"`{line}`" in said
    assert f"removed filter.{tool} from git's local configuration" in said
    assert tool not in _config(repo)
    assert 'diff "ipynb"' not in _config(repo)
    assert (repo.path / ".gitattributes").read_text() == OURS + COLLAPSED
    assert place == ".gitattributes" or not (repo.path / place).exists()
    path = repo.write("a.ipynb", notebook(*CELLS))
    repo.commit()
    assert repo.staged("a.ipynb") == without_runs(*CELLS)
    assert path.read_bytes() == notebook(*CELLS)
    assert repo.nbjob("install") == "nothing to do: everything is in place\n"
    assert repo.nbjob("doctor") == "Nothing to mend.\n"

    repo.nbjob("install", "--uninstall")
    assert _config(repo) == before
    assert not (repo.path / ".gitattributes").exists()


def test_other_lines_and_their_order_stay(repo: GitRepo) -> None:
    repo.write(
        ".gitattributes",
        "# notebooks\r\n*.csv text\r\n*.ipynb filter=nbstripout\r\n*.zpln filter=nbstripout\r\n"
        "*.ipynb diff=ipynb\r\nraw/*.ipynb -filter\r\ndocs/*.ipynb filter=nbstripout eol=lf",
    )
    repo.nbjob("install")
    assert (repo.path / ".gitattributes").read_bytes().decode() == (
        "# notebooks\r\n*.csv text\r\n*.ipynb filter=nbjob diff=nbjob merge=nbjob\r\n"
        "*.ipynb linguist-generated gitlab-generated\r\n"
        "raw/*.ipynb -filter\r\ndocs/*.ipynb filter=nbjob eol=lf"
    )


def test_attributes_in_subfolders_and_of_a_local_setting_move_too(
    repo: GitRepo, tmp_path: Path
) -> None:
    repo.write("sub/.gitattributes", "*.ipynb filter=nb-clean\n")
    extra = tmp_path / "attributes"
    extra.write_text("*.ipynb filter=nbwipers\n*.csv text\n")
    repo("config", "core.attributesFile", str(extra))
    repo.nbjob("install")
    assert (repo.path / "sub/.gitattributes").read_text() == OURS
    assert (repo.path / ".gitattributes").read_text() == OURS + COLLAPSED
    assert extra.read_text() == "*.csv text\n"


def test_a_diff_driver_of_the_users_own_is_not_taken(repo: GitRepo) -> None:
    repo("config", "diff.ipynb.textconv", "jupytext --to py:percent -o -")
    repo.write(".gitattributes", "*.ipynb diff=ipynb\n")
    repo.nbjob("install")
    assert repo("config", "diff.ipynb.textconv").stdout
    assert "*.ipynb diff=ipynb" in (repo.path / ".gitattributes").read_text()


def test_zeppelin_notebooks_keep_nbstripout(repo: GitRepo) -> None:
    _configure(repo.path / ".git/config", NBSTRIPOUT)
    repo.write(".git/info/attributes", NBSTRIPOUT_LINES)
    repo.write("z.zpln", "{}")
    assert "left nbstripout's filter" in repo.nbjob("install")
    assert (repo.path / ".git/info/attributes").read_text() == "*.zpln filter=nbstripout\n"
    assert "nbstripout" in _config(repo)
    assert b"filter: nbjob" in repo("check-attr", "filter", "a.ipynb").stdout
    assert "nothing to do" in repo.nbjob("install")


def test_the_users_and_the_machines_settings_are_left_alone(
    repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = tmp_path / "gitconfig"
    _configure(shared, NBSTRIPOUT)
    attributes = tmp_path / "xdg/git/attributes"
    attributes.parent.mkdir(parents=True)
    attributes.write_text(NBSTRIPOUT_LINES)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(shared))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    repo.nbjob("install")
    assert shared.read_text() == NBSTRIPOUT
    assert attributes.read_text() == NBSTRIPOUT_LINES
    assert b"filter: nbjob" in repo("check-attr", "filter", "a.ipynb").stdout

    said = repo.nbjob("install", "--global")
    assert "removed filter.nbstripout from git's global configuration" in said
    assert "nbstripout" not in shared.read_text()
    assert attributes.read_text() == OURS
    assert "nothing to do" in repo.nbjob("install", "--global")


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        (
            "filter.nbstripout.clean",
            '"/opt/env/bin/python3" -m nbstripout --keep-output --keep-count',
            ['`keep = ["counts", "outputs"]`'],
        ),
        (
            "filter.nbstripout.clean",
            "nbstripout --keep-id --max-size 10k --drop-tagged-cells 'a b'",
            ['`keep = ["outputs:<10kB"]`', '`drop = ["cells:a", "cells:b"]`'],
        ),
        (
            "filter.nbstripout.clean",
            "nbstripout --keep-output-type stream:stderr error --strip-init-cells --python /x",
            [
                '`keep = ["outputs:error", "outputs:stderr"]`',
                "`--strip-init-cells`",
                "`--python /x`",
            ],
        ),
        (
            "filter.nbstripout.extrakeys",
            "metadata.foo cell.metadata.bar",
            ['`drop = ["cell-metadata:bar", "notebook-metadata:foo"]`'],
        ),
        ("filter.nbstripout.extrakeys", "cell.pinned", ["`extrakeys = cell.pinned`"]),
        (
            "filter.nbstripout.keepMetadataKeys",
            "metadata.foo",
            ['`keep = ["notebook-metadata:foo"]`'],
        ),
        (
            "filter.nb-clean.clean",
            "nb-clean clean --preserve-execution-counts '--preserve-cell-metadata-field=tags'",
            ['`keep = ["cell-metadata:tags", "counts"]`'],
        ),
        (
            "filter.nb-clean.clean",
            "nb-clean clean --remove-empty-cells --preserve-cell-metadata --preserve-cell-outputs",
            ['`keep = ["cell-metadata", "outputs"]`', '`drop = ["empty-cells"]`'],
        ),
        (
            "filter.nbwipers.clean",
            "nbwipers clean - --keep-output --extra-keys metadata.a,cell.metadata.b --sequential-id",
            [
                '`keep = ["outputs"]`',
                '`drop = ["cell-metadata:b", "notebook-metadata:a"]`',
                "`--sequential-id`",
            ],
        ),
    ],
)
def test_what_they_were_told_is_said(repo: GitRepo, key: str, value: str, told: list[str]) -> None:
    repo("config", key, value)
    said = repo.nbjob("install")
    assert [words for words in told if words not in said] == []
    assert said.count("not carried over") == len([w for w in told if " = [" not in w])
    assert not (repo.path / "pyproject.toml").exists()


@pytest.mark.parametrize("tool", TOOLS)
def test_nothing_that_was_written_plainly_has_to_be_carried_over(repo: GitRepo, tool: str) -> None:
    _configure(repo.path / ".git/config", TOOLS[tool][0])
    said = repo.nbjob("install")
    assert "carried over" not in said
    assert "keep = " not in said


def test_a_linked_work_tree_moves_over_and_loses_attributes_that_git_never_read(
    repo: GitRepo, tmp_path: Path
) -> None:
    repo.write("x.txt", "x")
    repo.commit()
    repo("worktree", "add", "-q", str(tmp_path / "linked"))
    _configure(repo.path / ".git/config", NBSTRIPOUT)
    lost = repo.write(".git/worktrees/linked/info/attributes", NBSTRIPOUT_LINES)
    repo.write(".git/info/attributes", NBSTRIPOUT_LINES)
    linked = GitRepo(tmp_path / "linked")
    linked.nbjob("install")
    assert not lost.exists()
    assert not (repo.path / ".git/info/attributes").exists()
    linked.write("a.ipynb", notebook(*CELLS))
    linked.commit()
    assert linked.staged("a.ipynb") == without_runs(*CELLS)


def test_a_submodule_moves_over_alone(repo: GitRepo, tmp_path: Path) -> None:
    repo.write("x.txt", "x")
    repo.commit()
    (tmp_path / "outer").mkdir()
    outer = GitRepo(tmp_path / "outer")
    outer("init", "-q", ".")
    outer("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(repo.path), "sub")
    config = outer.path / ".git/modules/sub/config"
    _configure(config, NBSTRIPOUT)
    outer.write(".git/modules/sub/info/attributes", NBSTRIPOUT_LINES)
    outer.nbjob("install", cwd="sub")
    assert "nbstripout" not in config.read_text()
    inner = GitRepo(outer.path / "sub")
    inner.write("a.ipynb", notebook(*CELLS))
    inner.commit()
    assert inner.staged("a.ipynb") == without_runs(*CELLS)
    assert not (outer.path / ".gitattributes").exists()
    assert "nothing to do" in outer.nbjob("install", cwd="sub")
