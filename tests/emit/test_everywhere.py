"""The sidecars of real notebooks: the same bytes in every Python that is here, and plain Python."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import nbjob_clean
from tests.conftest import CORPUS

ROOT = Path(__file__).parents[2]
NOTEBOOKS = [*sorted(ROOT.glob("examples/*/*.ipynb")), *sorted(CORPUS.glob("*/*.ipynb"))]
# Run with the standard library alone: what `nbjob emit` needs, and no more.
PROGRAM = """
import json, sys, warnings
from pathlib import Path
sys.path.insert(0, sys.argv[1])
warnings.simplefilter("ignore")
from nbjob_clean.emit.core import emit_sidecars
from nbjob_clean.notebook.model import loads
found = {}
for number, name in enumerate(sys.argv[2:]):
    raw = loads(Path(name).read_bytes()).raw
    if raw.get("nbformat") == 4:
        for cell in raw["cells"]:
            cell["metadata"]["tags"] = ["job"]
        data = json.dumps(raw).encode()
        for file, text in emit_sidecars(loads(data), f"n{number}.ipynb", tags=("job",)).items():
            found[file] = text.decode()
print(json.dumps(found))
"""


def _emitted(python: Path | str, seed: int) -> dict[str, str]:
    package = Path(nbjob_clean.__file__).parents[1]
    command = [python, "-S", "-c", PROGRAM, package, *NOTEBOOKS]
    environment = {**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": ""}
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def sidecars() -> dict[str, str]:
    return _emitted(sys.executable, 1)


def _pythons() -> dict[str, Path]:
    """The other versions that we support and that start here, wherever pyenv or PATH has them."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    found = {}
    for minor in range(10, 14):
        name = f"python3.{minor}"
        places = [shutil.which(name), *sorted(pyenv.glob(f"versions/*/bin/{name}"))]
        for place in filter(None, places):
            said = subprocess.run([place, "-V"], capture_output=True, text=True, check=False).stdout
            if re.fullmatch(rf"Python 3\.{minor}\.\d+\n", said):
                found[name] = Path(place)
    return found


def test_every_python_that_is_here_gives_the_same_bytes(sidecars: dict[str, str]) -> None:
    assert len(sidecars) > len(NOTEBOOKS) // 2  # some have no code, or are of an older format
    assert _emitted(sys.executable, 2) == sidecars
    for name, python in _pythons().items():
        assert _emitted(python, 3) == sidecars, name


def test_they_are_python_without_a_syntax_error(sidecars: dict[str, str], tmp_path: Path) -> None:
    for name, text in sidecars.items():
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    compileall = [sys.executable, "-m", "compileall", "-q", tmp_path]
    assert subprocess.run(compileall, capture_output=True, check=False).returncode == 0
    ruff = [Path(sys.executable).with_name("ruff"), "check", "--isolated", "--output-format=json"]
    done = subprocess.run(
        [*ruff, "--select=E9,F821", tmp_path], capture_output=True, text=True, check=False
    )
    found = {item["code"] for item in json.loads(done.stdout)}
    assert found <= {"F821"}, done.stdout  # names that these notebooks themselves lack
