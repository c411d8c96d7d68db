"""A sidecar whose notebook is gone: refused beside notebooks, run without any."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import GitRepo
from tests.notebooks import code, notebook


def test_a_sidecar_that_stayed_behind(tmp_path: Path) -> None:
    place = GitRepo(tmp_path)
    place.write("job/1_a.ipynb", notebook(code("print('a')", "job", id="a")))
    place.nbjob("emit", "job", code=1)
    (tmp_path / "job/1_a.ipynb").rename(tmp_path / "job/2_b.ipynb")
    place.nbjob("emit", "job/2_b.ipynb", code=1)  # of the whole folder it would remove 1_a.py
    assert "its notebook 1_a.ipynb is gone" in place.nbjob("run", "job", code=66)
    assert "git rm 1_a.py" in place.nbjob("test", "job", code=66)
    (tmp_path / "job/2_b.ipynb").unlink()
    assert place.nbjob("run", "job").splitlines().count("a") == 2
