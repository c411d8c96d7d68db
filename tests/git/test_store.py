"""The store under stress: bounds, damage, several processes, and the end of a process."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nbjob_clean.clean.core import clean
from nbjob_clean.clean.quick import quick_parts
from nbjob_clean.errors import StoreError
from nbjob_clean.git.cells import cell_keys, removed
from nbjob_clean.git.removed import CellKey, Removed, Value, Version, keys_of, removed_parts
from nbjob_clean.git.store import Store
from nbjob_clean.notebook.model import loads
from tests.conftest import CORPUS, GitRepo
from tests.notebooks import code, notebook, without_runs

CELLS = (code("x = 1", id="a", count=1), code("y = 2", id="b", count=2))
LIMIT = 2 * 10**6


def _large(number: int) -> bytes:
    """A notebook with outputs of 100 kB that no other has."""
    text = random.Random(number).randbytes(50_000).hex()
    output = {"name": "stdout", "output_type": "stream", "text": f"private {text}"}
    return notebook(code(f"x = {number}", id="a", count=1, outputs=[output]))


def _path(repo: GitRepo) -> Path:
    return repo.path / ".git/nbjob/outputs.sqlite3"


def _again(repo: GitRepo, *names: str) -> None:
    """Let git write the notebooks anew."""
    for name in names:
        (repo.path / name).unlink()
    repo("restore", *names)


def test_the_file_stays_within_its_bound_and_forgets_the_oldest(installed: GitRepo) -> None:
    installed.write("nbjob.toml", 'remember = "2 MB"')
    for start in range(0, 40, 8):
        for number in range(start, start + 8):
            path = installed.write(f"{number:02}.ipynb", _large(number))
            os.utime(path, (1e9, 1e9))  # or git, in doubt, cleans it once more: it would be used
        installed("add", ".")
        assert _path(installed).stat().st_size <= LIMIT
    _again(installed, *(f"{number:02}.ipynb" for number in range(40)))
    has_outputs = [b"private" in (installed.path / f"{n:02}.ipynb").read_bytes() for n in range(40)]
    assert has_outputs == sorted(has_outputs)
    assert 10 <= sum(has_outputs) <= 20
    assert installed("status", "--porcelain", "--untracked-files=no").stdout.count(b" M") == 0


def test_a_lower_bound_makes_the_file_smaller(installed: GitRepo) -> None:
    for number in range(30):
        installed.write(f"{number}.ipynb", _large(number))
    installed("add", ".")
    assert _path(installed).stat().st_size > LIMIT
    installed.write("nbjob.toml", 'remember = "2 MB"')
    installed.write("new.ipynb", _large(100))
    installed("add", ".")
    assert _path(installed).stat().st_size <= LIMIT
    _again(installed, "new.ipynb")
    assert (installed.path / "new.ipynb").read_bytes() == _large(100)


def test_outputs_larger_than_the_bound_drive_nothing_out(installed: GitRepo) -> None:
    installed.write("nbjob.toml", 'remember = "150 KB"')
    installed.write("small.ipynb", notebook(*CELLS))
    installed("add", ".")
    installed.write("large.ipynb", _large(1))
    said = installed("add", ".").stderr
    assert b"large.ipynb: the outputs are too large to be remembered" in said
    _again(installed, "small.ipynb")
    assert (installed.path / "small.ipynb").read_bytes() == notebook(*CELLS)


def test_running_again_does_not_make_the_file_grow(installed: GitRepo) -> None:
    installed.write("a.ipynb", _large(0))
    installed("add", ".")
    size = _path(installed).stat().st_size
    for number in range(1, 6):
        installed.write("a.ipynb", _large(number).replace(b"x = %d" % number, b"x = 0"))
        installed("add", ".")
    assert _path(installed).stat().st_size <= size + 150_000  # one more at a time, not five


def _damaged(kind: str, data: bytes) -> bytes:
    half = len(data) // 2
    return {
        "no database": b"nonsense" * 1000,
        "empty": b"",
        "truncated": data[:half],
        "zeros at its end": data[:half] + bytes(half),
        "zeros in the middle": data[:16384] + bytes(16384) + data[32768:],
        "zeros in an output": data[:-9000] + bytes(9000),
    }[kind]


@pytest.mark.parametrize(
    "kind",
    [
        "no database",
        "empty",
        "truncated",
        "zeros at its end",
        "zeros in the middle",
        "zeros in an output",
        "another database",
    ],
)
def test_a_damaged_store_is_made_anew(installed: GitRepo, kind: str) -> None:
    names = [f"{number}.ipynb" for number in range(3)]
    for number, name in enumerate(names):
        installed.write(name, _large(number))
    installed("add", ".")
    path = _path(installed)
    if kind == "another database":
        path.unlink()
        database = sqlite3.connect(path)
        database.execute("create table other (x)")
        database.execute("pragma user_version = 1")
        database.close()
    else:
        path.write_bytes(_damaged(kind, path.read_bytes()))
    _again(installed, *names)
    for number, name in enumerate(names):
        assert (installed.path / name).read_bytes() in (_large(number), installed.staged(name))
        installed.write(name, _large(number))
    installed("add", ".")
    _again(installed, *names)
    assert [(installed.path / name).read_bytes() for name in names] == [_large(n) for n in range(3)]


@pytest.mark.slow
def test_random_damage_is_never_an_error_and_never_wrong(installed: GitRepo) -> None:
    names = [f"{number}.ipynb" for number in range(3)]
    for number, name in enumerate(names):
        installed.write(name, _large(number))
    installed("add", ".")
    good = _path(installed).read_bytes()
    chance = random.Random(1)
    for _ in range(40):
        data = bytearray(good)
        for _ in range(chance.choice([1, 20, 400])):
            data[chance.randrange(chance.choice([100, 9000, len(data)]))] = chance.randrange(256)
        _path(installed).write_bytes(data)
        _again(installed, *names)
        for number, name in enumerate(names):
            assert (installed.path / name).read_bytes() in (_large(number), installed.staged(name))
            installed.write(name, _large(number))
        installed("add", ".")
        _again(installed, *names)
        for number, name in enumerate(names):
            assert (installed.path / name).read_bytes() == _large(number)


def test_a_store_that_cannot_be_is_a_warning(installed: GitRepo) -> None:
    installed.write(".git/nbjob", "a file where the folder should be")
    installed.write("a.ipynb", notebook(*CELLS))
    installed.write("b.ipynb", notebook(*CELLS))
    said = installed("add", ".").stderr
    assert said.count(b"outputs are not remembered") == 1
    _again(installed, "a.ipynb")
    assert (installed.path / "a.ipynb").read_bytes() == without_runs(*CELLS)


def test_a_full_disk_is_a_warning(installed: GitRepo) -> None:
    if not Path("/dev/full").exists():  # where there is none, SQLite cannot be told that it is full
        return
    (installed.path / ".git/nbjob").mkdir()
    _path(installed).symlink_to("/dev/full")
    installed.write("a.ipynb", notebook(*CELLS))
    assert b"outputs are not remembered" in installed("add", ".").stderr
    assert installed.staged("a.ipynb") == without_runs(*CELLS)


def test_a_python_without_sqlite_is_a_warning(installed: GitRepo) -> None:
    script = next(
        word for word in installed("config", "filter.nbjob.process").stdout.decode().split()
        if word.endswith("filter_process.py;")
    ).rstrip(";")  # fmt: skip
    without = f"import runpy, sys; sys.modules['sqlite3'] = None; runpy.run_path('{script}', run_name='__main__')"
    installed("config", "filter.nbjob.process", f'{sys.executable} -I -S -c "{without}"')
    installed.write("a.ipynb", notebook(*CELLS))
    assert b"this Python has no SQLite" in installed("add", ".").stderr
    _again(installed, "a.ipynb")
    assert (installed.path / "a.ipynb").read_bytes() == without_runs(*CELLS)


@pytest.mark.slow
def test_a_locked_store_is_a_warning(installed: GitRepo) -> None:
    installed.write("a.ipynb", notebook(*CELLS))
    installed("add", ".")
    database = sqlite3.connect(_path(installed), isolation_level=None)
    database.execute("begin exclusive")
    installed.write("b.ipynb", notebook(*CELLS))
    installed.write("c.ipynb", notebook(*CELLS))
    said = installed("add", ".").stderr
    assert said.count(b"outputs are not remembered: database is locked") == 1
    database.close()
    assert installed.staged("c.ipynb") == without_runs(*CELLS)


def test_two_processes_at_once_lose_nothing(installed: GitRepo, tmp_path: Path) -> None:
    installed.write("x.txt", "x")
    installed.commit()
    trees = [installed]
    for number in range(3):
        path = tmp_path / f"linked{number}"
        installed("worktree", "add", "-q", "-b", f"b{number}", str(path))
        trees.append(GitRepo(path))
    names = [f"{number}.ipynb" for number in range(25)]
    for which, tree in enumerate(trees):
        for number, name in enumerate(names):
            tree.write(name, notebook(code("x = 1", id="a", count=100 * which + number)))
    running = [
        subprocess.Popen(["git", "add", "."], cwd=tree.path, stderr=subprocess.PIPE)
        for tree in trees
    ]
    assert [process.communicate()[1] for process in running] == [b""] * 4
    for which, tree in enumerate(trees):
        _again(tree, *names)
        for number, name in enumerate(names):
            cell = code("x = 1", id="a", count=100 * which + number)
            assert (tree.path / name).read_bytes() == notebook(cell)


@pytest.mark.slow
@pytest.mark.parametrize("command", [["add", "."], ["checkout", "--quiet", "--force", "main"]])
def test_a_killed_process_leaves_a_store_that_works(installed: GitRepo, command: list[str]) -> None:
    names = [f"{number}.ipynb" for number in range(60)]
    raw = {name: _large(number) for number, name in enumerate(names)}
    for name, data in raw.items():
        installed.write(name, data)
    if command[0] == "checkout":
        installed.commit()
    for delay in (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5):
        if command[0] == "checkout":
            for name in names:
                (installed.path / name).unlink(missing_ok=True)
        process = subprocess.Popen(["git", *command], cwd=installed.path, start_new_session=True)
        time.sleep(delay)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        (installed.path / ".git/index.lock").unlink(missing_ok=True)
    if _path(installed).exists():
        database = sqlite3.connect(_path(installed))
        assert database.execute("pragma integrity_check").fetchall() == [("ok",)]
        database.close()
    if command[0] == "add":
        assert installed("add", ".").stderr == b""
    others = installed("ls-files", "--others").stdout
    assert [line for line in others.splitlines() if not line.endswith(b".ipynb")] == []
    installed("checkout", "--quiet", "--force", "--", ".")
    _again(installed, *names)
    assert {name: (installed.path / name).read_bytes() for name in names} == raw


def _removed(text: bytes) -> Removed:
    import zlib

    return Removed(0, Value(0, b"[]", text, zlib.crc32(text)), None)


def test_a_store_of_values(tmp_path: Path) -> None:
    path = tmp_path / "nbjob/outputs.sqlite3"
    version = Version(b"a.ipynb", b"content", b"", "")
    store = Store(str(path), limit=10**7)
    store.write(version, 7, [_removed(b'["x"]')], {0: CellKey(b"s", 1, b"i")})
    assert store.checksum(version) == 7
    assert [bytes(value.text) for value in store.values(version)] == [b'["x"]']
    elsewhere = Version(b"a.ipynb", b"content", b"linked", "")
    assert store.checksum(elsewhere) is None
    assert [bytes(value.text) for value in store.values(elsewhere)] == [b'["x"]']
    assert store.values(Version(b"b.ipynb", b"content", b"", "")) == []
    store.close()
    path.write_bytes(b"nonsense" * 100)
    with pytest.raises(StoreError) as caught:
        Store(str(path), limit=10**7)
    assert caught.value.is_damaged


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*/*.ipynb")), ids=lambda path: path.name)
def test_the_quick_way_removes_and_knows_the_same(path: Path) -> None:
    data = path.read_bytes()
    parts = quick_parts(data, is_recording=True, looks_inside=False)
    if parts is None:
        assert path.parent.name == "nbformat" or "\\u" in data.decode()
        return
    whole = loads(data)
    cleaned = clean(whole)
    found = {c.index: _plain(c) for c in removed_parts(parts)}
    assert found == {c.index: _plain(c) for c in removed(whole, cleaned)}
    assert keys_of(parts.cells) == cell_keys(cleaned)


def _plain(cell: Removed) -> list[tuple[int, bytes, bytes, int] | None]:
    return [
        value and (value.at, value.empty, bytes(value.text), value.checksum)
        for value in (cell.outputs, cell.count)
    ]
