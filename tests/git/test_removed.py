"""What clean removes goes back: proved on notebooks of all kinds, without git."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from nbjob_clean.clean.core import clean, clean_bytes
from nbjob_clean.clean.options import clean_options
from nbjob_clean.clean.words import layer
from nbjob_clean.git.cells import cell_keys, filled, removed
from nbjob_clean.git.removed import CellKey, Remembered, matches, put_back
from nbjob_clean.notebook.model import loads
from tests.notebooks import code, notebook

TEXT = st.text('ab=é😀"\\\n[]{}', max_size=8)
OUTPUTS = st.lists(
    st.fixed_dictionaries(
        {"output_type": st.just("stream"), "text": TEXT | st.lists(TEXT)},
        optional={"execution_count": st.none() | st.integers(), "outputs": st.just([1])},
    ),
    max_size=3,
)
METADATA = st.fixed_dictionaries(
    {},
    optional={
        "tags": st.lists(st.sampled_from(["keep-output", "job"]), max_size=2),
        "collapsed": st.booleans(),
        "ExecuteTime": st.just({"end_time": "é"}),
        "outputs": TEXT,
        "execution_count": st.integers(),
    },
)
CELL = st.fixed_dictionaries(
    {
        "cell_type": st.sampled_from(["code", "code", "code", "markdown"]),
        "metadata": METADATA,
        "source": TEXT | st.lists(TEXT, max_size=2),
    },
    optional={
        "id": st.sampled_from(["a", "b", "é"]),
        "outputs": OUTPUTS,
        "execution_count": st.none() | st.integers() | st.just(10**40),
    },
)
NOTEBOOK = st.fixed_dictionaries(
    {"cells": st.lists(CELL, max_size=5), "nbformat": st.just(4), "nbformat_minor": st.just(5)},
    optional={"metadata": st.sampled_from([{}, {"signature": "é"}, {"widgets": {"outputs": []}}])},
)
LAYOUT = st.sampled_from([None, 1, 4])
KEEP = st.sets(st.sampled_from(["outputs", "counts", "cell-metadata"]))


@given(NOTEBOOK, LAYOUT, st.integers(0, 1), st.sampled_from([b"", b"\xef\xbb\xbf"]), KEEP)
def test_what_was_removed_goes_back_and_is_removed_again(
    raw: dict[str, Any],
    indent: int | None,
    ascii_only: int,
    bom: bytes,
    keep: set[str],
) -> None:
    data = bom + json.dumps(raw, indent=indent, ensure_ascii=bool(ascii_only)).encode()
    options = clean_options((layer(tuple(sorted(keep)), ()),), ("job",))
    before = loads(data)
    cleaned = clean(before, options)
    cells = removed(before, cleaned)
    values = [value for cell in cells for value in (cell.outputs, cell.count) if value]

    whole = put_back(cleaned.data, values)

    assert whole is not None
    assert clean_bytes(whole, options) == cleaned.data
    after = loads(whole)
    for cell in cells:
        old, new = before.cells[cell.index].raw, after.cells[cell.index].raw
        assert (old.get("outputs"), old.get("execution_count")) == (
            new.get("outputs"),
            new.get("execution_count"),
        )


@given(NOTEBOOK, LAYOUT)
def test_single_cells_go_back_as_they_were(raw: dict[str, Any], indent: int | None) -> None:
    before = loads(json.dumps(raw, indent=indent, ensure_ascii=False).encode())
    cleaned = clean(before)
    texts: list[bytes] = []
    keys = cell_keys(cleaned)
    known = []
    for cell in removed(before, cleaned):
        outputs = None
        if cell.outputs:
            outputs = len(texts)
            texts.append(bytes(cell.outputs.text))
        count = bytes(cell.count.text) if cell.count else None
        known.append(Remembered(keys[cell.index], outputs, count))

    whole = filled(cleaned, matches(keys, known), texts.__getitem__)

    assert clean_bytes(whole) == cleaned.data
    for cell in removed(before, cleaned):
        found = loads(whole).cells[cell.index]
        assert found.outputs == before.cells[cell.index].outputs


def test_bytes_that_are_not_the_clean_ones_are_refused() -> None:
    before = loads(notebook(code("x = 1", count=1)))
    cleaned = clean(before)
    values = [v for cell in removed(before, cleaned) for v in (cell.outputs, cell.count) if v]
    assert put_back(cleaned.data, values) is not None
    assert put_back(b" " + cleaned.data, values) is None
    assert put_back(b"", values) is None


def test_cells_are_known_again_by_id_or_else_by_number() -> None:
    source = b"s"
    wanted = {0: CellKey(source, 1, b"a"), 1: CellKey(source, 2, b"b"), 2: CellKey(source, 3, None)}
    known = [
        Remembered(CellKey(source, 1, b"b"), 1, None),
        Remembered(CellKey(source, 3, b"gone"), 2, None),
        Remembered(CellKey(source, 1, b"gone"), 3, None),
        Remembered(CellKey(source, 1, None), 4, None),
        Remembered(CellKey(b"other", 1, b"a"), 5, None),
    ]
    assert {index: cell.outputs for index, cell in matches(wanted, known).items()} == {
        1: 1,  # by its id
        2: 2,  # has no id
        0: 4,  # the other has none
    }
