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
from nbjob_clean.clean.core import clean, clean_bytes
from nbjob_clean.clean.options import DEFAULTS, Plan
from nbjob_clean.clean.quick import quick_clean, quick_parts
from nbjob_clean.errors import NotebookFormatError
from nbjob_clean.notebook.model import dumps, loads
from tests.conftest import CORPUS
from tests.notebooks import code, markdown, notebook, without_runs

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
    """Whether the quick way was taken; it must give the same if so.

    Outputs that are broken may go all the same where nobody looks inside, and nothing else may.
    """
    found, full = quick_clean(data, window), _full(data)
    assert found is None or found == full or _has_keys_twice_in_outputs(data)
    parts = quick_parts(data, window, is_recording=True, looks_inside=False)
    if parts and full:
        assert parts.data == full
    elif parts:
        json.loads(parts.data)
        assert b"text/plain" not in parts.data
        assert parts.data.count(b'"source":') == data.count(b'"source":')
    return found is not None


def _has_keys_twice_in_outputs(data: bytes) -> bool:
    """These the full way refuses; but they are valid JSON, and they go."""
    return all(cell["outputs"] for cell in json.loads(data)["cells"] if "outputs" in cell)


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


RUN = (
    code("", id="a", count=3) | {"source": "x = 1"},
    code("", id="b", count=4) | {"source": "y"},
)


def test_outputs_that_are_no_json_go_where_nobody_looks_inside() -> None:
    broken = notebook(*RUN).replace(b'"output_type": ', b'"output_type" <<<<<<< ')
    assert _full(broken) is None
    assert quick_clean(broken) is None
    parts = quick_parts(broken, is_recording=False, looks_inside=False)
    assert parts
    assert parts.data == without_runs(*RUN)


@pytest.mark.parametrize("name", ["cell_type", "source", "id"])
def test_what_stands_twice_is_left_to_the_full_way(name: str) -> None:
    doubled = notebook(*RUN).replace(
        b'"source": "y"', b'"%s": "a",\n   "%s": "y"' % ((name.encode(),) * 2)
    )
    assert doubled.count(name.encode()) > 1
    assert quick_parts(doubled, is_recording=False, looks_inside=False) is None
    with pytest.raises(NotebookFormatError, match="stands twice"):
        clean_bytes(doubled)


def _as_lists(data: bytes) -> bytes:
    return data.replace(b'"source": "y"', b'"source": [\n    "y"\n   ]')


LIES = {
    "not closed": lambda d: d.replace(b"\n   ],", b"\n    ],", 1),
    "not closed, and the next": lambda d: d.replace(b"\n   ],", b"\n    ],"),
    "not closed, a source of lines": lambda d: _as_lists(d).replace(b"\n   ],", b",", 1),
    "closed twice": lambda d: d.replace(b"\n   ],", b"\n   ],\n   ],", 1),
    "closed early": lambda d: d.replace(b'[\n    {', b'[\n    [\n   ],\n    {', 1),
    "on one line": lambda d: b" ".join(line.strip() for line in d.split(b"\n")),
    "metadata with the name": lambda d: d.replace(
        b'"metadata": {}', b'"metadata": {\n   "outputs": [\n    1\n   ]\n   }', 1
    ),
    "metadata with a count": lambda d: d.replace(
        b'"metadata": {}', b'"metadata": {\n   "execution_count": 7\n   }', 1
    ),
    "a count in metadata that goes": lambda d: d.replace(
        b'"metadata": {}', b'"metadata": {\n   "papermill": {\n   "execution_count": 7\n   }}', 1
    ),
    "a count for another one": lambda d: d.replace(b'"execution_count": 3', b'"execution_count":3').replace(
        b'"metadata": {}', b'"metadata": {\n   "execution_count": 7\n   }', 1
    ),
    "a count in other letters": lambda d: d.replace(b'"execution_c', b'"execution\\u005fc', 1),
    "metadata within metadata": lambda d: d.replace(
        b'"metadata": {}', b'"metadata": {\n   "metadata": {"scrolled": true}}', 1
    ),
    "a name with dots": lambda d: d.replace(
        b'"metadata": {}', b'"metadata": {\n    "jupyter.outputs_hidden": true\n   }', 1
    ),
    "metadata on one line": lambda d: d.replace(b'"metadata": {}', b'"metadata": {"scrolled": true}'),
    "metadata on one line, and more": lambda d: d.replace(
        b'"metadata": {}', b'"metadata": {"scrolled": true, "mine": 1}', 1
    ),
    "metadata that does not end": lambda d: d.replace(b'"metadata": {}', b'"metadata": {\n    "a": 1'),
    "metadata that is none": lambda d: d.replace(b'"metadata": {}', b'"metadata": ""'),
    "a source with the name": lambda d: d.replace(b'"x = 1"', b'["outputs"]'),
    "the name in other letters": lambda d: d.replace(b'"outputs"', b'"\\u006futputs"', 1),
    "the name twice": lambda d: d.replace(b'"source": "y"', b'"outputs": [],\n   "source": "y"'),
    "tabs": lambda d: d.replace(b"\n   ", b"\n\t"),
    "line ends of Windows": lambda d: d.replace(b"\n", b"\r\n"),
    "no space": lambda d: d.replace(b'": ', b'":'),
    "no cell": lambda _: notebook(),
    "no metadata": lambda d: d.replace(b'   "metadata": {},\n', b"", 1),
    "no source": lambda d: d.replace(b',\n   "source": "y"', b""),
    "a source that is none": lambda d: d.replace(b'"source": "y"', b'"source": [1]'),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_layout_that_lies(lie: str) -> None:
    data = LIES[lie](notebook(*RUN))
    assert data != notebook(*RUN)
    _agrees(data)
    _agrees(data, 64)
    parts = quick_parts(data, is_recording=True, looks_inside=False)
    assert parts is None or parts.data == _full(data)


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
