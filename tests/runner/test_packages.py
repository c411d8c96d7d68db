"""What a job asks for, whether it is there, and an environment that has it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from nbjob_clean.errors import InvalidJobError
from nbjob_clean.runner.load import load_job
from nbjob_clean.runner.packages import mismatches, requirements
from tests.runner.jobs import nbjob, py, write

PYTEST = metadata.version("pytest")


@pytest.mark.parametrize(
    "line",
    [
        "pytest",
        f"pytest=={PYTEST}",
        f"pytest == {PYTEST}  --hash=sha256:0",
        "PyTest[testing]>=2,<1000",
        'no-such-package==1 ; python_version < "3"',
        "pytest @ file:///somewhere",
        "git+https://example.org/x.git",
        "-e .",
        "--index-url https://example.org/simple",
    ],
)
def test_met(line: str) -> None:
    assert list(mismatches([line])) == []


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("no-such-package", "which is not installed"),
        ("no-such-package>=1", "the job asks for `no-such-package>=1`"),
        ("pytest==0.1", f"and pytest {PYTEST} is installed"),
        ("pytest<1", f"and pytest {PYTEST} is installed"),
        ('pytest<1 ; python_version > "3"', f"and pytest {PYTEST} is installed"),
    ],
)
def test_not_met(line: str, word: str) -> None:
    (wrong,) = mismatches([line])
    assert word in wrong


SCRIPT = """# /// script
# requires-python = ">=3.10"
# dependencies = [
#   "six==1.16.0",
# ]
# ///
x = 1
"""


def test_what_a_job_asks_for(tmp_path: Path) -> None:
    job = write(tmp_path, {
        "requirements.txt": "pandas==2.2.3  # frames\n\n# nothing\nvdk-postgres\nvdk_core>0\n"
        "-r more.txt\nlong==\\\n1.0\n",
        "more.txt": "polars\npandas==2.2.3\n",
        "10_a.py": SCRIPT,
    })  # fmt: skip
    assert requirements(load_job(job)) == ("pandas==2.2.3", "polars", "long== 1.0", "six==1.16.0")


def test_metadata_of_a_script_that_is_no_toml(tmp_path: Path) -> None:
    job = write(tmp_path, {"a.py": SCRIPT.replace('"six', "six")})
    with pytest.raises(InvalidJobError, match=r"a\.py: the metadata of the script is not TOML"):
        requirements(load_job(job))


def test_refused_before_anything_runs(tmp_path: Path) -> None:
    job = write(
        tmp_path, {"requirements.txt": "no-such-package\npytest<1\n", "a.py": "print('ran')"}
    )
    said = nbjob("run", job)
    assert (said.code, said.out) == (78, "")
    assert "`no-such-package`, which is not installed (and 1 more)" in said.err
    assert "--env uv" in said.err
    assert nbjob("run", job, "--env", "none").out == "ran\n"


def test_nothing_is_looked_up_where_nothing_is_listed(tmp_path: Path) -> None:
    write(tmp_path, py("a"), {"a.py": "import sys\nprint('importlib.metadata' in sys.modules)\n"})
    assert nbjob("run", tmp_path).out == "False\n"


@pytest.mark.slow
@pytest.mark.parametrize("builder", ["uv", "venv"])
def test_an_environment_of_its_own(
    tmp_path: Path, builder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NBJOB_CACHE", str(tmp_path / "cache"))
    lines = "six==1.16.0\n" if builder == "uv" else ""
    packages = "six" if builder == "uv" else "pip"
    job = write(tmp_path / "job", {
        "requirements.txt": lines,
        "a.py": f"import json, sys, {packages}\nprint(json.dumps([sys.prefix, sys.argv]))\n",
        "b.sql": "CREATE TABLE t AS SELECT 1;\n" if builder == "uv" else "",
        "c.py": "raise SystemExit(17)\n",
    })  # fmt: skip
    if builder == "venv":
        (job / "b.sql").unlink()
    said = nbjob("run", job, "--env", builder)
    assert said.code == 17, said.err
    assert "built the job's environment" in said.err
    prefix, _ = json.loads(said.out)
    assert Path(prefix).is_relative_to(tmp_path / "cache")
    again = nbjob("run", job, "--env", builder, "--only", "a")
    assert again.code == 0
    assert "built" not in again.err


@pytest.mark.slow
def test_packages_that_are_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBJOB_CACHE", str(tmp_path / "cache"))
    job = write(tmp_path / "job", {"requirements.txt": "./nowhere\n", "a.py": "x = 1"})
    said = nbjob("run", job, "--env", "uv")
    assert said.code == 78
    assert "the job's environment cannot be built" in said.err
    assert "nowhere" in said.err


def test_without_uv(tmp_path: Path) -> None:
    job = write(tmp_path, {"requirements.txt": "six\n", "a.py": "x = 1"})
    # An interpreter beside which there is no uv, and a PATH without one.
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.symlink_to(sys.executable)
    probe = "import sys; from nbjob_clean.cli import main; sys.exit(main())"
    done = subprocess.run(
        [python, "-c", probe, "run", job, "--env", "uv"], capture_output=True, text=True, check=False,
        env={**os.environ, "PATH": "/nowhere", "PYTHONPATH": os.pathsep.join(sys.path),
             "NBJOB_CACHE": str(tmp_path / "cache")},
    )  # fmt: skip
    assert done.returncode == 69
    assert "uv is not installed\n  hint: pip install uv, or --env venv" in done.stderr
