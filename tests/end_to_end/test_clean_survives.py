"""Cleaning in place when things go wrong: damaged files, a process that is killed."""

from __future__ import annotations

import copy
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from nbjob_clean.clean import volatile
from nbjob_clean.clean.vendor import VENDORS
from nbjob_clean.git import filter_process
from tests.conftest import CORPUS, GitRepo
from tests.notebooks import code, markdown, notebook, without_runs

ROOT = Path(__file__).parents[2]
INPUTS = 10_000
LARGEST = 4_000  # bytes: most notebooks are larger, none is stranger
_WEIRD: tuple[Any, ...] = (None, True, 0, -1, 1e300, 10**30, "", "x", [], [None], {}, {"a": 1})


def _originals() -> list[bytes]:
    odd = notebook(
        code("x = 'e'", "job", id="a", count=3, metadata={"collapsed": True, "colab": {"id": 1}}),
        markdown("# T", id="b") | {"attachments": {"a.png": {"image/png": "AAAA"}}},
        code("y", id="c", count=4, metadata={"tags": ["keep-output"], "jupyter": {"outputs_hidden": True}}),
        metadata={"widgets": {"a": 1}, "language_info": {"version": "3"}, "big": 10**30, "n": float("nan")},
    )  # fmt: skip
    shapes = [
        odd,
        odd.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + odd.rstrip(),
        odd.replace(b"'e'", b"'\\ud83d \\u00e9'"),
        json.dumps(json.loads(odd), indent=4).encode(),
        json.dumps(json.loads(odd)).encode(),
    ]
    files = [*ROOT.glob("examples/*/*.ipynb"), *sorted(CORPUS.glob("*/*.ipynb"))]
    return shapes + [data for data in (path.read_bytes() for path in files) if len(data) < LARGEST]


def _cut(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.choice((1, 2, 10, len(data))) :]


def _change(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    piece = chance.choice((b'"', b"}", b"]", b"{", b"[", b",", b"\\", b"\0", b"\xff", b"\n", b"0"))
    return data[:start] + piece + data[start + chance.randrange(2) :]


def _double(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    end = start + chance.randrange(200)
    return data[:end] + data[start:end] + data[end:]


def _replace_value(data: bytes, chance: random.Random) -> bytes:
    """Still JSON, but not what a notebook has at that place."""
    raw = json.loads(data.removeprefix(b"\xef\xbb\xbf"))
    place = raw
    while True:
        keys = list(place) if isinstance(place, dict) else range(len(place))
        if not keys:
            return json.dumps(chance.choice(_WEIRD)).encode()
        key = chance.choice(list(keys))
        if not isinstance(place[key], (dict, list)) or chance.random() < 0.2:
            place[key] = copy.deepcopy(chance.choice(_WEIRD))
            return json.dumps(raw, indent=chance.choice((None, 1))).encode()
        place = place[key]


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _cut,
    _change,
    _double,
    _replace_value,
    _replace_value,
)


@pytest.mark.slow
def test_ten_thousand_damaged_notebooks(tmp_path: Path) -> None:
    chance = random.Random(0)
    originals = _originals()
    inputs: dict[Path, bytes] = {}
    for number in range(INPUTS):
        data = chance.choice(MUTATIONS)(chance.choice(originals), chance)
        path = tmp_path / f"{number % 100}" / f"{number}.ipynb"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        inputs[path] = data

    report = _clean(tmp_path)
    cleaned = {entry["path"] for entry in report if entry["changed"]}
    refused = {entry["path"] for entry in report if entry["error"]}
    assert len(cleaned) > INPUTS / 10
    assert len(refused) > INPUTS / 10
    for path, before in inputs.items():
        name = path.relative_to(tmp_path).as_posix()
        after = path.read_bytes()
        assert (after != before) is (name in cleaned)
        if name in refused:
            assert after == before
        elif before.strip():
            assert _parsed(after) == _reference(_parsed(before)), name
    assert [entry for entry in _clean(tmp_path) if entry["changed"]] == []
    assert sorted(tmp_path.rglob("*.*")) == sorted(inputs), "no other file is left"


def _clean(folder: Path) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "nbjob_clean", "clean", "--output-format", "json", "."],
        cwd=folder, capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, b"")
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def _parsed(data: bytes) -> Any:
    return json.loads(data.removeprefix(b"\xef\xbb\xbf"), parse_constant=str)


def _reference(raw: Any) -> Any:
    """What the defaults make of a notebook, written down a second time, on parsed values."""
    raw = copy.deepcopy(raw)
    notebook_names = (n for vendor in VENDORS.values() for n in vendor.notebook)
    _without(raw.get("metadata"), (*volatile.NOTEBOOK, *volatile.WIDGETS, *notebook_names))
    for cell in _cells(raw):
        if cell.get("outputs") and not _asks(cell):
            cell["outputs"] = []
        outputs = cell.get("outputs")
        for owner in (cell, *(outputs if isinstance(outputs, list) else ())):
            for key in ("execution_count", "prompt_number"):
                if isinstance(owner, dict) and key in owner:
                    owner[key] = None
        cell_names = (n for vendor in VENDORS.values() for n in vendor.cell)
        _without(cell.get("metadata"), (*volatile.CELL, *cell_names))
    return raw


def _cells(raw: Any) -> Iterator[dict[str, Any]]:
    yield from raw.get("cells", [])
    sheets = raw.get("worksheets")
    for sheet in sheets if isinstance(sheets, list) else []:
        yield from sheet.get("cells", []) if isinstance(sheet, dict) else []


def _asks(cell: dict[str, Any]) -> bool:
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return isinstance(cell["outputs"], list) and isinstance(tags, list) and "keep-output" in tags


def _without(found: Any, names: tuple[str, ...]) -> None:
    if not isinstance(found, dict):
        return
    for name in names:
        outer, _, inner = name.partition(".")
        value = found.get(outer)
        if not inner:
            found.pop(outer, None)
        elif isinstance(value, dict) and inner in value:
            del value[inner]
            if not value and outer != "language_info":
                del found[outer]


OLD = notebook(*(code(f"x = {n}", id=f"c{n}", count=n) for n in range(200)))
NEW = without_runs(*(code(f"x = {n}", id=f"c{n}", count=n) for n in range(200)))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["clone", "linked work tree"])
def test_a_killed_clean_leaves_whole_files_and_nothing_else(
    repo: GitRepo, tmp_path: Path, kind: str
) -> None:
    repo.write("first.txt", "x")
    repo.commit()
    if kind != "clone":
        repo("worktree", "add", "--quiet", str(tmp_path / "linked"))
        repo = GitRepo(tmp_path / "linked")
    names = [f"n{number:03}.ipynb" for number in range(60)]
    for name in names:
        repo.write(name, OLD)
    repo.commit()

    seen: set[int] = set()
    for moment in (0, 1, 20, 50):
        for name in names:
            (repo.path / name).write_bytes(OLD)
        process = subprocess.Popen(
            [sys.executable, "-m", "nbjob_clean", "clean", "."],
            cwd=repo.path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        while (repo.path / names[moment]).stat().st_size == len(OLD) and process.poll() is None:
            time.sleep(0.0001)
        process.kill()
        process.wait()
        found = [(repo.path / name).read_bytes() for name in names]
        assert {*found} <= {OLD, NEW}
        seen.add(found.count(NEW))
        status = repo("status", "--porcelain", "--untracked-files=all", "--ignored").stdout
        assert {line[:3] for line in status.splitlines()} <= {b" M "}
        assert b"tmp" not in repo("add", "--all", "--dry-run").stdout
    assert len(seen) > 2, "killed at different moments"


@pytest.mark.slow
def test_a_clean_that_is_killed_while_it_writes(repo: GitRepo) -> None:
    old = notebook(code("x" * 30_000_000, id="a", count=1))  # takes a while to write
    path = repo.write("a.ipynb", old)
    repo.commit()
    for _ in range(10):
        process = subprocess.Popen(
            [sys.executable, "-m", "nbjob_clean", "clean", "a.ipynb"],
            cwd=repo.path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        while not _temporary(repo) and process.poll() is None:
            time.sleep(0.0005)
        process.kill()
        process.wait()
        if _temporary(repo):
            break
        path.write_bytes(old)
    left = _temporary(repo)
    assert len(left) == 1, "killed in the middle"
    assert path.read_bytes() == old
    assert repo("status", "--porcelain", "--untracked-files=all", "--ignored").stdout == b""
    assert repo("add", "--all", "--dry-run").stdout == b""
    os.utime(left[0], (0, 0))
    repo.nbjob("clean", code=1)
    assert _temporary(repo) == []


def _temporary(repo: GitRepo) -> list[Path]:
    return [*repo.path.glob("*.tmp"), *repo.path.glob(".git/*.tmp")]


def test_what_a_killed_process_left_is_taken_away(repo: GitRepo) -> None:
    stale, fresh = (repo.write(f".git/nbjob-{name}.tmp", "x") for name in ("old", "new"))
    a_day_ago = time.time() - 86_400
    os.utime(stale, (a_day_ago, a_day_ago))
    repo.write("a.ipynb", OLD)
    repo.nbjob("clean", code=1)
    assert not stale.exists()
    assert fresh.exists()


def test_a_git_directory_that_cannot_be_written_is_no_obstacle(repo: GitRepo) -> None:
    path = repo.write("a.ipynb", OLD)
    (repo.path / ".git").rename(repo.path / "moved")
    repo.write(".git", "gitdir: nowhere\n")
    repo.nbjob("clean", "a.ipynb", code=1)
    assert path.read_bytes() == NEW
    assert sorted(p.name for p in repo.path.iterdir()) == [".git", "a.ipynb", "moved"]


_MEASURE = (
    "import os, subprocess, sys; stdin = open(sys.argv[1], 'rb')\n"
    "process = subprocess.Popen(sys.argv[2:], stdin=stdin, stdout=subprocess.DEVNULL)\n"
    "_, status, usage = os.wait4(process.pid, 0); print(status, usage.ru_maxrss * 1024)"
)


def _packets(name: str, data: bytes) -> bytes:
    """What git says to a filter process that cleans one file."""
    lines = ["git-filter-client", "version=2", "", "capability=clean", "", "command=clean"]
    lines += [f"pathname={name}", ""]
    said = [b"%04x%s\n" % (len(line) + 5, line.encode()) if line else b"0000" for line in lines]
    chunks = [data[start : start + 65516] for start in range(0, len(data), 65516)]
    return b"".join([*said, *(b"%04x%s" % (len(c) + 4, c) for c in chunks), b"0000"])


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no wait4")
@pytest.mark.parametrize("command", ["filter", "clean -", "clean in place"])
def test_a_hundred_megabytes_take_at_most_twice_as_much_memory(repo: GitRepo, command: str) -> None:
    cells = (
        code(f"x{n}", id=f"c{n}", count=n)
        | {"outputs": [{"output_type": "display_data", "data": {"image/png": f"{n:04}" * 250_000}}]}
        for n in range(100)
    )
    data = notebook(*cells)
    path = repo.write("a.ipynb", data)
    stdin = repo.write(".git/said", _packets("a.ipynb", data)) if command == "filter" else path
    words = {
        "filter": [filter_process.__file__],
        "clean -": ["-m", "nbjob_clean", "clean", "-"],
        "clean in place": ["-m", "nbjob_clean", "clean", "a.ipynb"],
    }
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(stdin), sys.executable, *words[command]],
        cwd=repo.path, capture_output=True, check=True,
    )  # fmt: skip
    status, peak = map(int, done.stdout.split()[-2:])
    assert os.waitstatus_to_exitcode(status) == (1 if command == "clean in place" else 0)
    assert peak < 2 * len(data)
    if command == "filter":
        assert (repo.path / ".git/nbjob/outputs.sqlite3").stat().st_size > len(data) * 0.9
