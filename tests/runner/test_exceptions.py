"""Every exception ends a run in its own way, and is shown as it is."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.runner.jobs import cell, nbjob, py, ran, write

ODD = {
    "no arguments": ("assert 1 == 2", "AssertionError"),
    "odd arguments": ("raise ValueError(1, None, [])", "ValueError: (1, None, [])"),
    "no text": (
        "class Odd(Exception):\n    def __str__(self):\n        raise RuntimeError\nraise Odd",
        "Odd: <",
    ),
    "several lines": ("raise ValueError('a\\nb')", "ValueError: a\nb"),
    "a BaseException": ("class Stop(BaseException): pass\nraise Stop('now')", "Stop: now"),
    "a generator's": ("next(iter([]))", "StopIteration"),
    "GeneratorExit": ("raise GeneratorExit", "GeneratorExit"),
    "a class without module": (
        "raise type('Made', (Exception,), {'__module__': None})('x')", "<unknown>.Made: x",
    ),
    "recursion": ("def f(): f()\nf()", "RecursionError: maximum recursion depth exceeded"),
    "memory": ("raise MemoryError", "MemoryError"),
    "a bad name": ("pritn('x')", "NameError: name 'pritn' is not defined"),
    "compiled code": ("exec('1 +')", "SyntaxError: invalid syntax"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "words"), ODD.values(), ids=ODD)
def test_odd_ones(tmp_path: Path, text: str, words: str) -> None:
    said = nbjob("run", write(tmp_path, py("a", cell("x = 1"), cell(text))))
    assert said.code == 1
    assert f"\n{words}" in said.err
    assert "a.ipynb, cell 2, line" in said.err
    assert "nbjob_clean" not in said.err


@pytest.mark.parametrize("text", [text for text, _ in ODD.values()], ids=ODD)
def test_their_types_are_kept(tmp_path: Path, text: str) -> None:
    error = ran(write(tmp_path, {"a.py": text})).outcome.error
    assert error is not None
    assert not str(type(error).__module__).startswith("nbjob_clean")


@pytest.mark.skipif(sys.version_info < (3, 11), reason="groups are new in Python 3.11")
def test_groups(tmp_path: Path) -> None:
    text = "raise ExceptionGroup('two', [ValueError('a'), TypeError()])"
    said = nbjob("run", write(tmp_path, py("a", cell(text))), "--log-format", "json")
    assert said.code == 1
    assert '"type": "ExceptionGroup"' in said.out


def test_a_helper_that_does_not_compile(tmp_path: Path) -> None:
    """In a package, so that it is no step: it fails when it is imported."""
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "broken.py").write_text("x = 1\nx = = 2\n")
    found = ran(write(tmp_path, py("a", cell("import lib.broken")))).outcome
    assert isinstance(found.error, SyntaxError)
    assert "  a.ipynb, cell 1, line 1\n    import lib.broken\n" in found.traceback


THREAD = "import threading\ndef work():\n    raise ValueError('in a thread')\nthread = threading.Thread(target=work, name='worker')\nthread.start()\nthread.join()"


@pytest.mark.parametrize("before", ["", "import concurrent.futures\n"])
def test_threads(tmp_path: Path, before: str) -> None:
    """As with plain Python it is printed, and no step fails; the frames are cells."""
    said = nbjob("run", write(tmp_path, py("a", cell(before + THREAD), cell("print('next')"))))
    assert (said.code, said.out) == (0, "next\n")
    assert "Exception in thread worker:\n" in said.err
    assert re.search(r"  a\.ipynb, cell 1, line \d+, in work\n    raise ValueError", said.err)


POOL = "from concurrent.futures import ThreadPoolExecutor\ndef work(n):\n    return 1 / n\nwith ThreadPoolExecutor() as pool:\n    print(list(pool.map(work, [1, 0])))"


def test_thread_pools(tmp_path: Path) -> None:
    said = nbjob("run", write(tmp_path, py("a", cell(POOL))))
    assert said.code == 1
    assert "  a.ipynb, cell 1, line 3, in work\n    return 1 / n\n" in said.err


EXITS = {
    "a child was killed": ("import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'import os; os.kill(os.getpid(), 9)'], check=True)", 137),
    "a shell's child was killed": ("import subprocess\nsubprocess.run(['sh', '-c', 'kill -9 $$'], check=True)", 137),
    "a pool's worker was killed": (
        "import os\nfrom concurrent.futures import ProcessPoolExecutor\nimport multiprocessing\n"
        "with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context('fork')) as pool:\n    pool.submit(os._exit, 9).result()",
        137,
    ),
    "a child failed": ("import subprocess, sys\nsubprocess.run([sys.executable, '-c', '1/0'], check=True)", 1),
    "sys.exit": ("raise SystemExit(63)", 63),
    "too large": ("raise SystemExit(300)", 1),
    "nothing": ("raise SystemExit", 0),
    "may pass": ("raise ConnectionRefusedError", 75),
}  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="no signals there")
@pytest.mark.parametrize(("text", "code"), EXITS.values(), ids=EXITS)
def test_exit_codes(tmp_path: Path, text: str, code: int) -> None:
    assert nbjob("run", write(tmp_path, py("a", cell(text)))).code == code
