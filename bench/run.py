"""Running jobs: a small one, one that imports pandas, and one with fifty arguments."""

from __future__ import annotations

import json
import os
from pathlib import Path

from bench.commands import BARE, NBJOB, PYTHON
from bench.core import Bar, Contender, Work
from bench.environments import installed, ourselves

_OURS = "nbjob run"
_PLAIN = "python script.py"
_PAPERMILL = "papermill"
_VDK = "vdk run"
_SUM = "print(sum(range(10)))"
_PANDAS = "import pandas\nprint(pandas.Series(range(10)).sum())"
_SQUARE = "print('square', n * n)"
_RUNS = 50
_POOL = f"""\
from concurrent.futures import ProcessPoolExecutor
import papermill
def run(n):
    papermill.execute_notebook("job/1_a.ipynb", f"{{n}}.ipynb", {{"n": n}}, progress_bar=False)
if __name__ == "__main__":
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(run, range({_RUNS})))
"""


def works() -> tuple[Work, ...]:
    os.environ["VDK_VERSION_CHECK_DISABLED"] = "true"  # else it asks an index for a newer one
    return (_small(), _with_pandas(), _many(), _start())


def _small() -> Work:
    nbjob, python = str(ourselves() / "nbjob"), str(ourselves() / "python")
    contenders = [
        Contender(_OURS, (nbjob, "run", "sidecar/1_a.py"), _job, has_done=_says_45),
        Contender(_PLAIN, (python, "plain.py"), _job, has_done=_says_45),
        Contender(
            "nbjob run, of the notebook", (nbjob, "run", "job/1_a.ipynb"), _job, has_done=_says_45
        ),
    ]
    if papermill := installed("papermill"):
        command = (str(papermill / "papermill"), "job/1_a.ipynb", "out.ipynb", "--no-progress-bar")
        contenders.append(Contender(_PAPERMILL, command, _job, has_done=_has_45))
    if vdk := installed("vdk-core"):
        command = (str(vdk / "vdk"), "run", "job")
        contenders.append(Contender(_VDK, command, _job, has_done=_says_45))
    bars = (Bar(_OURS, 4, (_PLAIN,)), Bar(_OURS, 1 / 20, (_PAPERMILL,)), Bar(_OURS, 1 / 5, (_VDK,)))
    return Work("a job of one cell", contenders, bars, rounds=15)


def _with_pandas() -> Work:
    """With the pandas of the development environment, and so with ourselves from there."""
    return Work(
        "a job that imports pandas",
        (
            Contender(_OURS, (*NBJOB, "run", "sidecar/1_a.py"), _pandas_job, has_done=_says_45),
            Contender(_PLAIN, (PYTHON, "plain.py"), _pandas_job, has_done=_says_45),
        ),
        (Bar(_OURS, 1.15, (_PLAIN,)),),
        rounds=9,
    )


def _many() -> Work:
    """Other values each time, two at a time. What papermill needs for it is measured once."""
    rows = ("--matrix", "rows.csv", "-j", "2")
    command = (str(ourselves() / "nbjob"), "run", "sidecar/1_a.py", *rows)
    ours = "nbjob run --matrix"
    theirs = "papermill in a pool of processes"
    contenders = [Contender(ours, command, _squares, has_done=_says_squares)]
    if papermill := installed("papermill"):
        pool = (str(papermill / "python"), "pool.py")
        contenders.append(Contender(theirs, pool, _squares, has_done=_has_squares))
    bar = Bar(ours, 1 / 100, (theirs,), is_wall=True)
    return Work(f"{_RUNS} runs with arguments, two at a time", contenders, (bar,))


def _start() -> Work:
    return Work(
        "starting up",
        (
            Contender("nbjob --version", (*NBJOB, "--version")),
            Contender("python -I -S -c pass", BARE),
        ),
        rounds=15,
    )


def _job(folder: Path) -> None:
    _put(folder, _SUM)


def _pandas_job(folder: Path) -> None:
    _put(folder, _PANDAS)


def _squares(folder: Path) -> None:
    _put(folder, _SQUARE, parameters="n = 0")
    (folder / "rows.csv").write_text("\n".join(["n", *map(str, range(_RUNS))]) + "\n")
    (folder / "pool.py").write_text(_POOL)


def _put(folder: Path, code: str, *, parameters: str = "") -> None:
    """A cell as a notebook and as its sidecar, each in a directory of its own, and as a script.

    VDK and we know the cell by its tags, papermill runs all there are.
    """
    sources = {"a": (["job", "vdk"], code)}
    if parameters:
        sources = {"p": (["job", "vdk", "parameters"], parameters), **sources}
    cells = [
        {"cell_type": "code", "execution_count": None, "id": name, "metadata": {"tags": tags},
         "outputs": [], "source": text.splitlines(keepends=True)}
        for name, (tags, text) in sources.items()
    ]  # fmt: skip
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4}
    for name in ("job", "sidecar"):
        (folder / name).mkdir()
    (folder / "job/1_a.ipynb").write_text(json.dumps({**notebook, "nbformat_minor": 5}))
    blocks = "".join(
        f"\n# %% id={name} tags={json.dumps(tags)}\n{text}\n"
        for name, (tags, text) in sources.items()
    )
    head = "# nbjob:sidecar 1 1_a.ipynb\n# generated: edit the notebook, not this file\n"
    (folder / "sidecar/1_a.py").write_text(head + blocks)
    (folder / "plain.py").write_text(code)


def _says_45(_: Path, said: bytes) -> bool:
    return b"45" in said.split()


def _has_45(folder: Path, _: bytes) -> bool:
    return _has_output(folder / "out.ipynb", "45")


def _says_squares(_: Path, said: bytes) -> bool:
    found = {line for line in said.splitlines() if line.startswith(b"square ")}
    return found == {f"square {n * n}".encode() for n in range(_RUNS)}


def _has_squares(folder: Path, _: bytes) -> bool:
    return all(_has_output(folder / f"{n}.ipynb", f"square {n * n}") for n in range(_RUNS))


def _has_output(path: Path, text: str) -> bool:
    return path.is_file() and json.dumps(f"{text}\n").encode() in path.read_bytes()
