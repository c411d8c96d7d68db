from __future__ import annotations

from tests.conftest import GitRepo
from tests.notebooks import code, notebook, without_runs

CELLS = (
    code("rate = 1.19", id="a"),
    code("scratch = 1", id="b"),
    code("print(round(2 * rate))", "job", id="c"),
)


def test_the_slice_is_shown_first_and_then_tagged(repo: GitRepo) -> None:
    path = repo.write("etl.ipynb", notebook(*CELLS))
    shown = repo.nbjob("check", "--fix", "--diff", code=1)
    assert "NBJ102 tagged cell 1 `job`: `rate`" in shown
    assert '+     "job"' in shown
    assert path.read_bytes() == notebook(*CELLS)

    assert "All checks passed" in repo.nbjob("check", "--fix", "etl.ipynb")
    assert path.read_bytes() == notebook(code("rate = 1.19", "job", id="a"), *CELLS[1:])
    assert "tagged" not in repo.nbjob("check", "--fix", "etl.ipynb")


def test_what_cannot_be_mended_is_still_reported(repo: GitRepo) -> None:
    data = notebook(code("print(nothing)", "job", id="a"))
    path = repo.write("etl.ipynb", data)
    assert "NBJ101" in repo.nbjob("check", "--fix", code=1)
    assert path.read_bytes() == data


def test_requirements_are_listed(repo: GitRepo) -> None:
    repo.write("requirements.txt", "# ours\n")
    repo.write("etl.ipynb", without_runs(code("import nbformat\nprint(nbformat)", "job", id="a")))
    assert "NBJ501" in repo.nbjob("check", code=1)
    repo.nbjob("check", "--fix")
    assert (repo.path / "requirements.txt").read_text().startswith("# ours\nnbformat==")


def test_a_stale_sidecar_is_emitted_again(repo: GitRepo) -> None:
    repo.write("etl.ipynb", without_runs(code("x = 1", "job", id="a")))
    repo.nbjob("emit", code=1)
    repo.commit()
    repo.write("etl.ipynb", without_runs(code("x = 2", "job", id="a")))
    assert "NBJ602" in repo.nbjob("check", code=1)
    repo.nbjob("check", "--fix")
    assert "x = 2" in (repo.path / "etl.py").read_text()


def test_an_ignored_finding_is_not_mended(repo: GitRepo) -> None:
    path = repo.write("etl.ipynb", notebook(*CELLS))
    repo.nbjob("check", "--fix", "--ignore", "NBJ102")
    assert path.read_bytes() == notebook(*CELLS)


def test_settings_hold_for_the_notebooks_beside_them(repo: GitRepo) -> None:
    repo.write("pyproject.toml", '[tool.nbjob]\nper-file-ignores = { "drafts/*" = ["NBJ102"] }\n')
    repo.write("drafts/a.ipynb", notebook(*CELLS))
    repo.write("own/nbjob.toml", 'builtins = ["rate"]\n')
    repo.write("own/a.ipynb", notebook(*CELLS[1:]))
    repo.nbjob("check")
    repo.nbjob("check", "a.ipynb", cwd="drafts")
    repo.nbjob("check", "a.ipynb", cwd="own")


def test_a_code_that_no_rule_has_is_an_error_in_the_settings(repo: GitRepo) -> None:
    repo.write("nbjob.toml", 'select = ["NBJ999"]\n')
    repo.write("a.ipynb", notebook(*CELLS))
    assert "no rule has the code `NBJ999`" in repo.nbjob("check", code=2)
