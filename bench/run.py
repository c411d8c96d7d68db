"""`make bench`: ratios of whole processes, interleaved, medians of the pairs. Nothing here fails.

Reads the notebooks of $NBJOB_CORPUS (default: ../shared/corpus beside the repository). CPU seconds
of the process and its children; read the ratios, not the seconds, on a busy machine.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
CORPUS = Path(os.environ.get("NBJOB_CORPUS", ROOT.parent / "shared" / "corpus")) / "handbook"
PYTHON = sys.executable
BARE = [PYTHON, "-I", "-S", "-c", "pass"]
TEXTCONV = [PYTHON, "-I", "-S", str(ROOT / "src/nbjob_clean/git/textconv.py")]
ROUNDS = 7


@dataclass(frozen=True)
class Case:
    """One row: `ours` against `theirs`, each prepared in a fresh folder before it is timed."""

    name: str
    ours: Callable[[Path], None]
    theirs: Callable[[Path], None]
    prepare: Callable[[Path], None] = lambda _: None


def main() -> int:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    os.environ.clear()
    os.environ.update(environment, GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_NOSYSTEM="1")
    if not CORPUS.is_dir():
        print(f"no notebooks in {CORPUS}: set NBJOB_CORPUS")
        return 1
    print(f"{'work':54} {'CPU s':>8} {'other':>8} {'ratio':>7}")
    for case in CASES:
        print(_row(case), flush=True)
    return 0


def _row(case: Case) -> str:
    pairs = [(_timed(case, case.ours), _timed(case, case.theirs)) for _ in range(ROUNDS + 1)][1:]
    ratio = statistics.median(ours / theirs for ours, theirs in pairs)
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    return f"{case.name:54} {ours:8.3f} {theirs:8.3f} {ratio:7.2f}"


def _timed(case: Case, work: Callable[[Path], None]) -> float:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        case.prepare(folder)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        work(folder)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _call(*command: str) -> Callable[[Path], None]:
    return lambda folder: _quietly(list(command), folder)


def _quietly(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, capture_output=True, check=False)


def _notebooks(folder: Path) -> None:
    for path in CORPUS.glob("*.ipynb"):
        shutil.copyfile(path, folder / path.name)


def _repository(folder: Path) -> None:
    _quietly(["git", "init", "-q", "."], folder)
    _notebooks(folder)


def _installed_in_ours(folder: Path) -> None:
    _quietly([PYTHON, "-m", "nbjob_clean", "install"], folder)


def _add_filtered(folder: Path) -> None:
    _quietly(["git", "add", "-A"], folder)


def _add_plain(folder: Path) -> None:
    _quietly(["git", "-c", "core.attributesFile=/dev/null", "add", "-A"], folder)


def _prepare_add(folder: Path) -> None:
    _repository(folder)
    _installed_in_ours(folder)


def _without_attributes(folder: Path) -> None:
    (folder / ".gitattributes").unlink()
    _add_plain(folder)


def _tagged(folder: Path) -> None:
    """Every code cell is production: all of it has to be analysed."""
    for path in CORPUS.glob("*.ipynb"):
        raw = json.loads(path.read_bytes())
        for cell in raw["cells"]:
            if cell["cell_type"] == "code":
                cell["metadata"]["tags"] = ["job"]
        (folder / path.name).write_text(json.dumps(raw, indent=1))


_SCRIPT = "print(sum(range(10)))"
_SIDECAR = f"""\
# nbjob:sidecar 1 1_a.ipynb
# generated: edit the notebook, not this file

# %% id=a tags=["job"]
{_SCRIPT}
"""
_JSON = "import glob, json; [json.load(open(f)) for f in glob.glob('*.ipynb')]"
_RUFF = (str(Path(PYTHON).with_name("ruff")), "check", "--no-cache", "--isolated")
_NBJOB = (PYTHON, "-m", "nbjob_clean")


def _job(folder: Path) -> None:
    (folder / "1_a.py").write_text(_SIDECAR)
    (folder / "plain.py").write_text(_SCRIPT)


LARGEST = max(CORPUS.glob("*.ipynb"), key=lambda p: p.stat().st_size, default=Path())
CASES = (
    Case("one textconv : python -I -S -c pass", _call(*TEXTCONV, str(LARGEST)), _call(*BARE)),
    Case("nbjob --version : python -I -S -c pass", _call(*_NBJOB, "--version"), _call(*BARE)),
    Case(
        "git add of 67 notebooks, our filter : no filter",
        _add_filtered, _without_attributes, _prepare_add,
    ),
    Case(
        "clean of 67 notebooks in place : reading them with json",
        _call(*_NBJOB, "clean", "."),
        _call(PYTHON, "-c", _JSON),
        _notebooks,
    ),
    Case(
        "check of 67 notebooks, all cells tagged : ruff F821",
        _call(*_NBJOB, "check", "--select", "NBJ101,NBJ102,NBJ103,NBJ104,NBJ105", "."),
        _call(*_RUFF, "--select", "F821", "."),
        _tagged,
    ),
    Case(
        "nbjob run of a trivial job : python script.py",
        _call(*_NBJOB, "run", "1_a.py"),
        _call(PYTHON, "plain.py"),
        _job,
    ),
)  # fmt: skip

if __name__ == "__main__":
    sys.exit(main())
