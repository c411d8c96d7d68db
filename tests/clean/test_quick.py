"""The quick way gives what the full way gives, or leaves it to that one."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from nbjob_clean.clean import quick, quick_names
from nbjob_clean.clean.core import clean
from nbjob_clean.clean.options import DEFAULTS, Plan
from nbjob_clean.clean.quick import quick_clean
from nbjob_clean.errors import NotebookFormatError
from nbjob_clean.notebook.model import dumps, loads
from tests.conftest import CORPUS
from tests.notebooks import code, markdown, notebook

WINDOWS = (1 << 20, 997, 64)
NAMES = (
    *sorted(quick_names.CELL), *sorted(quick_names.UNUSUAL), *sorted(quick_names.NOTEBOOK),
    *quick_names.IN_CELL, *quick_names.IN_NOTEBOOK, "tags", "language_info", "kernelspec", "mine",
)  # fmt: skip
VALUES = (
    None, True, 1.5, 10**30, "text", "\u00e9\ud83d", [], {}, ["keep-output"], ["job"],
    {"outputs_hidden": True}, {"outputs_hidden": True, "source_hidden": True}, {"version": "3.9"},
    {"version": "3", "name": "python"}, {"is_executing": False}, {"interpreter": {}, "version": 1}, {"toc_visible": True}, {"a": {"b": []}},
)  # fmt: skip


def _full(data: bytes) -> bytes | None:
    try:
        return dumps(clean(loads(data)))
    except NotebookFormatError:
        return None


def _agrees(data: bytes, window: int = 1 << 20) -> bool:
    """Whether the quick way was taken; it must give the same if so."""
    found = quick_clean(data, window)
    assert found is None or found == _full(data)
    return found is not None


def _generated(count: int) -> Iterator[bytes]:
    chance = random.Random(7)
    for _ in range(count):
        cells = []
        for number in range(chance.randrange(4)):
            kind = chance.choice(["code", "markdown"])
            cell = {"cell_type": kind, "source": chance.choice(["", "x = 1", ["a\n", "\u00e9"]])}
            cell["metadata"] = _mapping(chance)
            if kind == "code":
                cell["execution_count"] = chance.choice([None, number, 10**30])
                cell["outputs"] = chance.choice([[], [{"data": {"text/plain": "\u00e9"}}]])
            items = list(cell.items())
            chance.shuffle(items)
            cells.append(dict(items))
        whole = {"cells": cells, "metadata": _mapping(chance), "nbformat": 4, "nbformat_minor": 5}
        layout = {"indent": chance.choice([None, 1, 4]), "ensure_ascii": chance.random() < 0.5}
        yield json.dumps(whole, **layout).encode("utf-8", "backslashreplace")


def _mapping(chance: random.Random) -> dict[str, object]:
    return {chance.choice(NAMES): chance.choice(VALUES) for _ in range(chance.randrange(4))}


def test_generated_notebooks() -> None:
    taken = [_agrees(data, window) for data in _generated(1500) for window in WINDOWS]
    assert sum(taken) > len(taken) / 4


def test_damaged_notebooks() -> None:
    chance = random.Random(11)
    for data in _generated(1500):
        at, end = sorted((chance.randrange(len(data)), chance.randrange(len(data))))
        piece = chance.choice(
            [b"", b'"', b"}", b"]", b",", b"\xff", b"\\", b" ", b"0", data[at:end]]
        )
        _agrees(data[:at] + piece + data[at + chance.randrange(3) :], chance.choice(WINDOWS))


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*/*.ipynb")), ids=lambda path: path.name)
def test_real_notebooks(path: Path) -> None:
    data = path.read_bytes()
    taken = [_agrees(data, window) for window in WINDOWS]
    assert all(taken) or "nbformat" in path.parts


@pytest.mark.parametrize(
    "data",
    [
        b"", b" ", b"{}", b"[]", b"nonsense", b"\xef\xbb\xbf" + notebook(code("x")),
        notebook(code("x")) + b"{", notebook(code("x"))[:-3], notebook(code("x")).replace(b"x", b"\xff"),
        notebook(code("x")).replace(b'"cells"', b'"worksheets"'),
        b'{"cells": [{"cell_type": "code", "source": "a", "source": "b"}]}',
    ],
)  # fmt: skip
def test_what_is_unusual_is_left_to_the_full_way(data: bytes) -> None:
    assert quick_clean(data) is None


def test_a_clean_notebook_is_itself() -> None:
    data = notebook(code("x = 1"), markdown("# \u00e9"))
    assert quick_clean(data) == data


def _names(plan: Plan) -> set[str]:
    return {name for name, goes in plan.dropped.items() if goes}


def _split(plan: Plan) -> tuple[set[str], set[str]]:
    """The names that go as a whole, and the dotted ones that the full way alone knows to judge."""
    names = {name for name, goes in plan.dropped.items() if goes}
    dotted = {name for name in names if "." in name}
    return names - dotted, {n for n in dotted if not n.startswith("application/vnd.databricks")}


def test_the_names_are_those_of_the_tables() -> None:
    whole, dotted = _split(DEFAULTS.cell_metadata)
    assert whole == quick_names.CELL
    assert dotted == {f"{outer}.{n}" for outer, names in quick_names.IN_CELL.items() for n in names}

    whole, dotted = _split(DEFAULTS.notebook_metadata)
    assert whole | {"widgets", "synapse_widget"} == quick_names.NOTEBOOK
    inner = {f"{outer}.{n}" for outer, names in quick_names.IN_NOTEBOOK.items() for n in names}
    assert dotted == inner | {"language_info.version"}


def test_it_loads_nothing(tmp_path: Path) -> None:
    """And json's scanner fails in another way where json itself is not loaded."""
    whole = notebook(code("x = 1", count=3))
    (tmp_path / "a.ipynb").write_bytes(whole)
    (tmp_path / "broken.ipynb").write_bytes(whole[:-40])
    script = (
        "import sys; before = set(sys.modules); sys.path.insert(0, sys.argv[1])\n"
        "from nbjob_clean.clean.quick import quick_clean\n"
        "for name in sys.argv[2:]: print(quick_clean(open(name, 'rb').read(), 64))\n"
        "print(sorted(n for n in set(sys.modules) - before if 'nbjob' not in n))"
    )
    source = str(Path(quick.__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script, source, "a.ipynb", "broken.ipynb"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    good, broken, loaded = done.stdout.splitlines()
    assert good == repr(_full(whole))
    assert broken == "None"
    assert loaded == "['_json']"
