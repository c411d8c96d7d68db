"""The example jobs, as a new user would run them, and from an installed wheel."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.conftest import GitRepo

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(path for path in (ROOT / "examples").iterdir() if path.is_dir())
ARGUMENTS = {
    "orders-sql": ["-p", "minimum=50"],
    "sales-etl": ["-p", "since=2024-03-01"],
    "vdk-orders": ["-p", "minimum=100"],
}


@pytest.fixture(params=EXAMPLES, ids=lambda p: p.name)
def example(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    copy = tmp_path / request.param.name
    shutil.copytree(request.param, copy, ignore=shutil.ignore_patterns(".nbjob", "__pycache__"))
    return copy


def test_there_are_arguments_for_each() -> None:
    assert sorted(ARGUMENTS) == [path.name for path in EXAMPLES]


def test_twice_in_a_row_without_and_with_arguments(example: Path, tmp_path: Path) -> None:
    place = GitRepo(tmp_path)
    plain = [place.nbjob("run", example.name) for _ in range(2)]
    given = [place.nbjob("run", example.name, *ARGUMENTS[example.name]) for _ in range(2)]
    for said in (*plain, *given):
        assert "done: " in said
        assert "Traceback" not in said
    assert _without_times(plain[1]) != _without_times(given[1])


def test_it_is_clean_checked_and_fresh(example: Path) -> None:
    place = GitRepo(example)
    assert place.nbjob("clean", "--check") == ""
    assert "All checks passed" in place.nbjob("check")
    assert place.nbjob("emit", "--check") == ""


def test_the_smoke_test_leaves_the_original_alone(example: Path) -> None:
    before = sorted(path.name for path in example.rglob("*"))
    assert "smoke test passed" in GitRepo(example).nbjob("test", ".")
    assert sorted(path.name for path in example.rglob("*")) == before


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [('"source": [', '"source": ["undefined_thing\\n", ', 66), ("{", "", 65)],
)
def test_the_smoke_test_refuses_what_check_and_emit_refuse(
    tmp_path: Path, old: str, new: str, code: int
) -> None:
    shutil.copytree(EXAMPLES[0], tmp_path / "job")
    path = next((tmp_path / "job").glob("*.ipynb"))
    path.write_text(path.read_text().replace(old, new))
    GitRepo(tmp_path).nbjob("test", "job", code=code)


def test_a_finding_stops_the_smoke_test(tmp_path: Path) -> None:
    from tests.notebooks import code, notebook

    place = GitRepo(tmp_path)
    place.write("job/a.ipynb", notebook(code("print(gone)", "job", id="a")))
    place.nbjob("emit", "job", code=1)
    assert "NBJ101" in place.nbjob("test", "job", code=65)


@pytest.mark.slow
def test_from_a_wheel_in_an_empty_environment(tmp_path: Path) -> None:
    quiet = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir"]
    subprocess.run([*quiet, str(tmp_path / "dist"), str(ROOT)], check=True)
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"
    wheel = next((tmp_path / "dist").glob("*.whl"))
    subprocess.run([python, "-m", "pip", "install", "--quiet", f"{wheel}[duckdb]"], check=True)
    for example in EXAMPLES:
        copy = tmp_path / "jobs" / example.name
        shutil.copytree(
            example, copy, ignore=shutil.ignore_patterns(".nbjob", "__pycache__", "*.ipynb")
        )
        for extra in ([], [], ARGUMENTS[example.name]):
            command = [python, "-m", "nbjob_clean", "run", str(copy), *extra]
            done = subprocess.run(
                command, cwd=tmp_path, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stdout + done.stderr


def _without_times(said: str) -> list[str]:
    import re

    return [re.sub(r"\d+\.\d\d s", "", line) for line in said.splitlines()]
