from __future__ import annotations

import json

import pytest

from nbjob_clean.clean.core import clean_bytes, is_clean
from nbjob_clean.clean.salvage import withhold_outputs
from nbjob_clean.errors import NotebookFormatError
from nbjob_clean.notebook.model import loads
from tests.conftest import CORPUS
from tests.notebooks import STREAM, code, markdown, notebook, without_runs

RESULT = {"output_type": "execute_result", "data": {}, "metadata": {}, "execution_count": 3}


@pytest.mark.parametrize(
    "cell",
    [
        code("x = 1"),
        code("x = 1", "job", id="a1"),
        {**code("x = 1"), "metadata": {"slideshow": {"slide_type": "skip"}, "unknown": [1, 2.50]}},
        {**code("x = 1"), "metadata": {"jupyter": {"source_hidden": True}}},
        {**markdown("![](attachment:a.png)"), "attachments": {"a.png": {"image/png": "AAAA"}}},
        {**code("x = 1"), "unknown": {"kept": True}},
        {"cell_type": "code", "metadata": {}, "source": "x = 1"},
        {**code("x = 1", "keep-output"), "outputs": [STREAM, {**RESULT, "execution_count": None}]},
        {"cell_type": "raw", "metadata": {}, "source": []},
    ],
)
def test_clean_cells_stay_as_they_are(cell: dict[str, object]) -> None:
    data = notebook(cell)
    assert clean_bytes(data) == data
    assert is_clean(data)


@pytest.mark.parametrize(
    ("dirty", "cleaned"),
    [
        (code("x = 1", count=0), code("x = 1")),
        (code("x = 1", count=7), code("x = 1")),
        ({**code("x"), "outputs": [RESULT]}, code("x")),
        ({**code("x"), "metadata": {"collapsed": False, "tags": ["job"]}}, code("x", "job")),
        ({**code("x"), "metadata": {"tags": ["job"], "scrolled": True}}, code("x", "job")),
        ({**code("x"), "metadata": {"ExecuteTime": {}, "execution": {}}}, code("x")),
        ({**code("x"), "metadata": {"jupyter": {"outputs_hidden": True}}}, code("x")),
        (
            {**code("x"), "metadata": {"jupyter": {"outputs_hidden": True, "source_hidden": True}}},
            {**code("x"), "metadata": {"jupyter": {"source_hidden": True}}},
        ),
        (
            {**code("x", "keep-output"), "execution_count": 3, "outputs": [RESULT]},
            {**code("x", "keep-output"), "outputs": [{**RESULT, "execution_count": None}]},
        ),
    ],
)
def test_what_a_run_left_goes(dirty: dict[str, object], cleaned: dict[str, object]) -> None:
    assert json.loads(clean_bytes(notebook(dirty))) == json.loads(notebook(cleaned))
    assert not is_clean(notebook(dirty))


def test_notebook_metadata_keeps_the_kernel_and_loses_the_machine() -> None:
    kept = {"kernelspec": {"name": "python3"}, "language_info": {"name": "python"}, "title": "x"}
    volatile = {
        "signature": "abc",
        "widgets": {"application/vnd.jupyter.widget-state+json": {}},
        "kernelspec": {"name": "python3"},
        "language_info": {"name": "python", "version": "3.12.4"},
        "title": "x",
    }
    assert clean_bytes(notebook(metadata=volatile)) == notebook(metadata=kept)


def test_layout_is_kept() -> None:
    dirty = notebook(code("x = 'é'", count=3), indent=4).replace(b"\n", b"\r\n").rstrip()
    clean = without_runs(code("x = 'é'", count=3))
    expected = json.dumps(json.loads(clean), indent=4, ensure_ascii=False).replace("\n", "\r\n")
    assert clean_bytes(dirty).decode() == expected


def test_an_empty_file_has_nothing_to_clean() -> None:
    assert clean_bytes(b"") == b""


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*/*.ipynb")), ids=lambda p: p.name)
def test_real_notebooks_keep_their_source(path: object) -> None:
    data = path.read_bytes()  # type: ignore[attr-defined]
    cleaned = clean_bytes(data)
    before, after = loads(data), loads(cleaned)

    assert [c.source for c in before.cells] == [c.source for c in after.cells]
    assert clean_bytes(cleaned) == cleaned
    assert json.loads(after.text) == after.raw
    assert not any(c.outputs for c in after.cells if "keep-output" not in c.tags)


PRIVATE = notebook(code("x = 1", count=3), code("y = '[\"outputs\": [']", count=4))


COMPACT_PAIR = notebook(code("x = 1", count=3), code("y = 2", count=4), indent=None)


@pytest.mark.parametrize(
    ("broken", "source"),
    [
        (b"", b""),
        (b"version https://git-lfs.github.com/spec/v1\n", b"git-lfs"),
        (PRIVATE[:-10], b"y = "),
        (b"<<<<<<< HEAD\n" + PRIVATE, b"y = "),
        (PRIVATE.replace(b'"outputs": [', b'"outputs": [\n<<<<<<< a\n', 1), b"y = "),
        (PRIVATE.replace(b"\n", b"\r\n") + b"x", b"y = "),
        (PRIVATE[: PRIVATE.rindex(b"private") + 3], b"x = 1"),
        (PRIVATE.replace(b"private 42", b"INFO [main]\n rows: ] ]\n private"), b"y = "),
        (PRIVATE[:-3].replace(b"private", b'", "source": "private'), b"y = "),
        (COMPACT_PAIR + b"}", b"y = "),
        (COMPACT_PAIR[: COMPACT_PAIR.rindex(b"private") + 9], b"x = "),
        (COMPACT_PAIR[: COMPACT_PAIR.rindex(b"private 42") + 15], b"x = "),
        (PRIVATE[:-3].decode().encode("utf-16"), "y = ".encode("utf-16-le")),
        (PRIVATE[:-3].decode().encode("utf-16-be"), "y = ".encode("utf-16-be")),
        (notebook(code("y = 1"), metadata={"widgets": {"a": "private"}})[:-2], b"y = "),
        (notebook(code("y = 1"), metadata={"synapse_widget": {"a": "private"}})[:-2], b"y = "),
    ],
)
def test_broken_notebooks_lose_their_outputs_alone(broken: bytes, source: bytes) -> None:
    safe = withhold_outputs(broken)
    assert b"private" not in safe
    assert source in safe
    assert withhold_outputs(safe) == safe


COMPACT = notebook(code("x = 1", count=3), indent=None)


@pytest.mark.parametrize(
    "broken",
    [
        PRIVATE.replace(b'   ],\n   "source"', b'   "source"', 1),
        COMPACT.replace(b"]}], ", b"}], ", 1),
        PRIVATE.replace(b'"outputs": [', b'"outp": [', 1)[:-3],
        COMPACT.replace(b"private 42", b"INFO [main]\n rows: ] ]\n private", 1),
    ],
)
def test_outputs_that_cannot_be_told_from_source_are_refused(broken: bytes) -> None:
    with pytest.raises(NotebookFormatError, match="is not certain"):
        withhold_outputs(broken)


@pytest.mark.parametrize(
    "data",
    [
        '{"cells": [{"cell_type": "code", "outputs": ["private"], "outputs": [], "source": "x"}]}',
        '{"cells": [{"cell_type": "code", "outputs": ["private"], "source": "x"}], "cells": []}',
        '{"cells": [], "metadata": {"widgets": {"a": "private"}}, "metadata": {}}',
        '{"cells": [], "metadata": null, "metadata": {"signature": "x"}}',
    ],
)
def test_keys_that_stand_twice_hide_nothing(data: str) -> None:
    with pytest.raises(NotebookFormatError, match="stands twice"):
        clean_bytes(data.encode())
    assert b"private" not in withhold_outputs(data.encode())
