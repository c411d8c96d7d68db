"""What is edited in a sidecar goes back into the notebook, and nothing else of it changes."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbjob_clean.emit.core import Emitted, emit_sidecars, emitted
from nbjob_clean.emit.reverse import reverse
from nbjob_clean.errors import NbjobError, SidecarError
from nbjob_clean.notebook.model import Notebook, loads
from nbjob_clean.sidecar.format import parse
from tests.conftest import CORPUS
from tests.notebooks import code, markdown, notebook

NAME = "10_etl.ipynb"
TAGS = ("job",)
CELLS = (
    markdown("# Load\n\ntext", id="m"),
    code("%matplotlib inline\nlow = 10\n%time high = 20\n", "job", id="a", count=7),
    code("low", id="debug", count=8),
    code("%%sql orders <<\nSELECT id\nFROM orders\nWHERE id > {{ low }}", "job", id="q", count=9),
    code("files = !ls\nn = %sql SELECT 1\ntotal = 1", "job", id="b"),
)


def _reversed(data: bytes, *edits: tuple[str, str, str], name: str = NAME) -> bytes:
    found = loads(data)
    files = emit_sidecars(found, name, tags=TAGS)
    for suffix, old, new in edits:
        file = name.replace(".ipynb", suffix)
        assert files[file].count(old.encode()) == 1
        files[file] = files[file].replace(old.encode(), new.encode())
    return reverse(found, name, files, tags=TAGS).data


def _source(data: bytes, index: int) -> str:
    return loads(data).cells[index].source


@pytest.mark.parametrize(
    ("suffix", "old", "new", "index", "source"),
    [
        (".py", "low = 10", "low = 11", 1, "%matplotlib inline\nlow = 11\n%time high = 20\n"),
        (".py", "low = 10", "low = 1\nmid = 2", 1, "%matplotlib inline\nlow = 1\nmid = 2\n%time high = 20\n"),
        (".py", "high = 20  # %time", "high = 21  # %time", 1, "%matplotlib inline\nlow = 10\n%time high = 21\n"),
        (".py", "pass  # %matplotlib inline\n", "", 1, "low = 10\n%time high = 20\n"),
        (".py", "# %matplotlib inline", "# %matplotlib agg", 1, "%matplotlib agg\nlow = 10\n%time high = 20\n"),
        (".py", "# text", "# other\n## %%x", 0, "# Load\n\nother\n%%x"),
        (".py", 'needs_ipython("!ls")', 'needs_ipython("!ls -l")', 4, "files = !ls -l\nn = %sql SELECT 1\ntotal = 1"),
        (".py", "total = 1", "total = 2\nmore = 3", 4, "files = !ls\nn = %sql SELECT 1\ntotal = 2\nmore = 3"),
        (".py", 'run_sql("10_etl.sql", "q", low=low)', "run_sql(\n    '10_etl.sql',\n    'q',\n    low=low,\n)", 3, CELLS[3]["source"]),
        (".sql", "WHERE id > {{ low }};", "WHERE id = :low\nLIMIT 1;", 3, "%%sql orders <<\nSELECT id\nFROM orders\nWHERE id = :low\nLIMIT 1"),
        (".sql", "{{ low }};", "1 -- one\n;", 3, "%%sql orders <<\nSELECT id\nFROM orders\nWHERE id > 1 -- one"),
        (".sql", "SELECT 1;", "SELECT 2;", 4, "files = !ls\nn = %sql SELECT 2\ntotal = 1"),
    ],
)  # fmt: skip
def test_an_edit_goes_into_its_cell(
    suffix: str, old: str, new: str, index: int, source: str | list[str]
) -> None:
    data = _reversed(notebook(*CELLS), (suffix, old, new))

    assert _source(data, index) == "".join(source)
    kept = [*CELLS]
    kept[index] = {**kept[index], "source": "".join(source).splitlines(keepends=True)}
    assert data == notebook(*kept)


@pytest.mark.parametrize(
    ("suffix", "old", "new", "message"),
    [
        (".py", "# %% id=a", "# %% id=new", r"10_etl\.py:10: the notebook has no cell with this"),
        (".py", "low = 10", "low = 10\n\n# %%\nx = 1", "no cell with this marker"),
        (".py", '# %% id=a tags=["job"]\n', "", "id=a is missing"),
        (".py", "orders = run_sql", "rows = run_sql", "would not give this line again"),
        (".py", "n = run_sql", "m = run_sql", r"10_etl\.py:20: the notebook cannot say this"),
        (".py", "# text", "text", r"10_etl\.py:8: the notebook cannot say this"),
        (".py", "low = 10", "low = (", r"10_etl\.py:11: "),
        (".py", "low = 10", "!ls", r"10_etl\.py:12: the notebook would not give this line again"),
        (".py", "import needs_ipython", "import x, needs_ipython", "are generated"),
        (".sql", "SELECT 1;", "SELECT 1,\n2;", r"10_etl\.sql:10: the notebook cannot say this"),
        (".sql", '"] out=orders', '"] out=rows', "no cell with this marker"),
        (".sql", "{{ low }}", "{{ low + 1 }}", "more than a name"),
    ],
)
def test_what_the_notebook_cannot_say_is_refused(
    suffix: str, old: str, new: str, message: str
) -> None:
    with pytest.raises(SidecarError, match=message):
        _reversed(notebook(*CELLS), (suffix, old, new))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"source": "x = 1\\r\\ny = \\u00e9"', b'"source": "x = 2\\r\\ny = \\u00e9"'),
        (b'"source": ["x = 1\\n" ,"y=\\u0031"]', b'"source": ["x = 2\\n" ,"y=\\u0031"]'),
        (b'"source":\r\n   [\r\n"x = 1"\r\n]', b'"source":\r\n   [\r\n"x = 2"\r\n]'),
    ],
)
def test_every_other_byte_stays(before: bytes, after: bytes) -> None:
    shell = b'\xef\xbb\xbf{"cells": [{"cell_type": "code", "outputs": [1e5], %s,\r\n"metadata": {"tags": ["job"]}}],\t"nbformat": 4}'
    assert _reversed(shell % before, (".py", "x = 1", "x = 2")) == shell % after


def test_cells_without_ids_are_found_by_their_place() -> None:
    data = notebook(*(code(f"x = {n}", "job") for n in range(12)), code("y", "other"))
    assert _source(_reversed(data, (".py", "x = 11", "x = 99")), 11) == "x = 99"


def test_what_changed_in_the_notebook_alone_stays() -> None:
    before = notebook(code("a = 1", "job", id="a"), code("b = 1", "job", id="b"))
    known = emit_sidecars(loads(before), NAME, tags=TAGS)
    edited = {name: data.replace(b"b = 1", b"b = 2") for name, data in known.items()}
    now = loads(before.replace(b"a = 1", b"a = 3"))

    result = reverse(now, NAME, edited, tags=TAGS, known=[known])

    assert [cell.source for cell in result.cells] == ["a = 3", "b = 2"]
    both = {name: data.replace(b"a = 1", b"a = 2") for name, data in known.items()}
    with pytest.raises(SidecarError, match=r"10_etl\.py:4: this cell was changed here and in the"):
        reverse(now, NAME, both, tags=TAGS, known=[known])


def _tagged(path: Path) -> Notebook | None:
    """The notebook with all of its code cells tagged, and nothing else of its text changed."""
    try:
        raw = loads(path.read_bytes()).raw
    except NbjobError:
        return None
    if not isinstance(raw.get("cells"), list):
        return None
    cells = [{**c, "metadata": {**c.get("metadata", {}), "tags": ["job"]}} for c in raw["cells"]]
    return loads(json.dumps({**raw, "cells": cells}, indent=1).encode())


REAL = sorted(CORPUS.glob("*/*.ipynb"))


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_emit_then_reverse_changes_no_byte(path: Path) -> None:
    found = _tagged(path)
    if found is None:
        assert path.name  # not a notebook of version 4: emit refuses it or reads it as upgraded
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            files = emit_sidecars(found, NAME, tags=TAGS)
        except SidecarError:
            files = {}
        assert reverse(found, NAME, files, tags=TAGS).data == found.data


# package.json of VS Code's Python extension; Spyder takes fewer, and both take the same here.
_EDITORS = [r"^(#\s*%%|#\s*<codecell>|#\s*In\[\d*?\]|#\s*In\[ \])", r"^[\t ]*# ?%%"]


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_editors_find_exactly_the_cells(path: Path) -> None:
    found = _tagged(path)
    try:
        given = emitted(found, NAME, tags=TAGS) if found else Emitted({}, {})
    except SidecarError:
        given = Emitted({}, {})
    for name, data in given.files.items():
        if name.endswith(".py"):
            lines = data.decode().split("\n")
            wanted = [block.line for block in parse(data.decode(), suffix=".py").blocks]
            for pattern in _EDITORS:
                assert [n for n, t in enumerate(lines, 1) if re.match(pattern, t)] == wanted
            assert len(wanted) == len(given.cells[name])


_LINE = st.text("abc =()#%:'{}\\é\t1", max_size=12)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from(("insert", "delete", "replace")), _LINE), max_size=4))  # fmt: skip
def test_a_random_edit_is_given_again_or_refused(edits: list[tuple[int, str, str]]) -> None:
    found = loads(notebook(*CELLS))
    files = emit_sidecars(found, NAME, tags=TAGS)
    lines = files["10_etl.py"].decode().split("\n")
    for place, action, line in edits:
        at = 4 + place % (len(lines) - 4)
        if lines[at].startswith("# %%"):
            continue
        lines[at : at + (action != "insert")] = [] if action == "delete" else [line]
    files["10_etl.py"] = "\n".join(lines).encode()
    try:
        result = reverse(found, NAME, files, tags=TAGS)
    except SidecarError:
        return
    given_again = emit_sidecars(result, NAME, tags=TAGS)
    assert _meaning(given_again["10_etl.py"]) == _meaning(files["10_etl.py"])
    assert [{**c.raw, "source": ""} for c in result.cells] == [
        {**c.raw, "source": ""} for c in found.cells
    ]


def _meaning(data: bytes) -> list[str]:
    """The lines without those that follow from others: blank ones between cells, names of calls."""
    lines = data.decode().split("\n")
    return [line for line in lines if line.strip() and "run_sql" not in line]
