"""Processes that a job starts afresh, as macOS and Windows do it, see what its cells define."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.runner.jobs import cell, nbjob, parameters, py, write

METHODS = ["spawn"] if sys.platform == "win32" else ["spawn", "forkserver"]
CELLS = [
    parameters("factor = 2"),
    cell("from __future__ import annotations"),
    cell("import multiprocessing, re\nfrom dataclasses import dataclass"),
    cell("print('once')\nopen('ran', 'a').write('x')"),
    cell("word = re.compile('[a-z]+')\nbase = sum(range(5))\ntoken = job_input.get_secret('token')"),
    cell("@dataclass\nclass Point:\n    x: int\n    y: nowhere = 0"),
    cell("def work(point):\n    return Point(point.x * factor + base, word.match('ab!').group())"),
    cell("def seen(_):\n    return sorted({'token', 'base'} & set(globals()))"),
    cell("with multiprocessing.get_context({method!r}).Pool(1) as pool:\n"
         "    found = pool.map(work, [Point(1), Point(2)])\n"
         "    assert found == [Point(13, 'ab'), Point(16, 'ab')], found\n"
         "    assert pool.map(seen, [1]) == [['base']]"),
]  # fmt: skip


@pytest.mark.parametrize("method", METHODS)
def test_a_notebook(tmp_path: Path, method: str) -> None:
    cells = [
        type(c)(
            **{
                **vars(c),
                "lines": tuple(line.replace("{method!r}", repr(method)) for line in c.lines),
            }
        )
        for c in CELLS
    ]
    job = write(tmp_path / "job", py("10_a", *cells))
    (tmp_path / "token").write_text("s3cret-value")
    said = nbjob("run", job, "-p", "factor=3", "--secret", f"token=file:{tmp_path / 'token'}")
    assert (said.code, said.out) == (0, "once\n"), said.err
    assert (job / "ran").read_text() == "x"


def test_a_script_runs_again_as_a_script_does(tmp_path: Path) -> None:
    text = """
import multiprocessing
from vdk.api.job_input import IJobInput
print("top")
def work(x):
    return x + 1
if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(pool.map(work, [1, 2]))
"""
    said = nbjob("run", write(tmp_path, {"10_a.py": text}))
    assert (said.code, said.out) == (0, "top\ntop\n[2, 3]\n"), said.err


def test_a_file_with_run(tmp_path: Path) -> None:
    text = """
import multiprocessing
from vdk.api.job_input import IJobInput
def work(x):
    return x + 1
def run(job_input: IJobInput):
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(pool.map(work, [1, 2]))
"""
    said = nbjob("run", write(tmp_path, {"10_a.py": text}))
    assert (said.code, said.out) == (0, "[2, 3]\n"), said.err


def test_no_file_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setenv("TEMP", str(tmp_path / "tmp"))
    text = """
import multiprocessing
def work(x):
    return x
def run(job_input):
    place = job_input.get_temporary_write_directory()
    (place / "x").write_text("x")
    assert place == job_input.get_temporary_write_directory()
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        pool.map(work, [1])
    raise SystemExit(3)
"""
    assert nbjob("run", write(tmp_path / "job", {"10_a.py": text})).code == 3
    left = [path.name for path in (tmp_path / "tmp").iterdir()]
    assert [name for name in left if name.startswith("nbjob")] == []
