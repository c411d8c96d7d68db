"""What holds for any notebook and any options."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbjob_clean.clean import volatile
from nbjob_clean.clean.core import clean_bytes, removed
from nbjob_clean.clean.options import CleanOptions, clean_options
from nbjob_clean.clean.vendor import VENDORS
from nbjob_clean.clean.words import THINGS, layer
from nbjob_clean.errors import NotebookFormatError, UsageError
from nbjob_clean.notebook.model import loads
from tests.notebooks import code, notebook

NAMES = sorted(
    {
        *volatile.CELL,
        *volatile.NOTEBOOK,
        *volatile.WIDGETS,
        *(name for vendor in VENDORS.values() for names in vendor for name in names),
    }
)
TAGS = ("job", "a", "b", "keep-output", "keep_output")
WORDS = (
    *("outputs", "outputs:text/*", "outputs:image/png", "outputs:stderr", "outputs:error"),
    *("init-cells", "counts", "cell-metadata", "cell-metadata:jupyter", "cell-metadata:name"),
    *("notebook-metadata", "notebook-metadata:kernelspec", "notebook-metadata:colab.toc_visible"),
    *("vendor", "vendor:colab", "vendor:databricks", "widgets", "ids", "empty-cells", "cells:a"),
)

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)


@st.composite
def _metadata(draw: st.DrawFn) -> Any:
    found: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from(NAMES), max_size=4)):
        outer, _, inner = name.rpartition(".")
        place = found.setdefault(outer, {}) if outer and "vnd" not in outer else found
        if isinstance(place, dict):
            place[inner if place is not found else name] = draw(_json)
    for name in ("keep_output", "init_cell", "name"):
        if draw(st.booleans()):
            found[name] = draw(st.booleans() | _json)
    if draw(st.booleans()):
        found["tags"] = draw(st.lists(st.sampled_from(TAGS), max_size=2) | _json)
    return draw(st.just(found) | st.just(found) | st.just(found) | _json)


_texts = st.text(max_size=5) | st.lists(st.text(max_size=5), max_size=2)
_outputs = st.fixed_dictionaries(
    {"output_type": st.sampled_from(["stream", "error", "display_data", "execute_result", 3])},
    optional={
        "name": st.sampled_from(["stdout", "stderr", None]),
        "text": _texts,
        "data": st.dictionaries(
            st.sampled_from(["text/plain", "image/png", "text/html"]), _texts, max_size=3
        )
        | _json,
        "metadata": st.dictionaries(st.sampled_from(["image/png", "a"]), _json, max_size=2),
        "execution_count": st.none() | st.integers(0, 9),
        "traceback": _texts,
    },
)
_cells = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["code", "markdown", "raw"]), "source": _texts},
    optional={
        "id": st.text(min_size=1, max_size=3),
        "metadata": _metadata(),
        "outputs": st.lists(_outputs | _json, max_size=3) | _json,
        "execution_count": st.none() | st.integers(0, 9) | _json,
        "attachments": _json,
    },
)
_notebooks = st.fixed_dictionaries(
    {"cells": st.lists(_cells, max_size=4), "nbformat": st.just(4)},
    optional={"metadata": _metadata(), "nbformat_minor": st.sampled_from([2, 4, 5, 6, None, "5"])},
)


@st.composite
def _options(draw: st.DrawFn) -> CleanOptions:
    chosen = draw(st.lists(st.sampled_from(WORDS), max_size=6, unique=True))
    sides = draw(st.lists(st.booleans(), min_size=len(chosen), max_size=len(chosen)))
    keep = [word for word, is_kept in zip(chosen, sides, strict=True) if is_kept]
    drop = [word for word, is_kept in zip(chosen, sides, strict=True) if not is_kept]
    keep += draw(st.sampled_from([[], ["outputs:<20"], ["outputs:<9B"]]))
    drop += draw(st.sampled_from([[], ["outputs:>15"]]))
    return clean_options((layer(tuple(keep), tuple(drop)),), ("job",))


def _turned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _turned(value[key]) for key in reversed(value)}
    return [_turned(item) for item in value] if isinstance(value, list) else value


@given(
    raw=_notebooks,
    options=_options(),
    indent=st.sampled_from([None, 1, 4]),
    escapes=st.sampled_from(["ascii", "few"]),
)
def test_any_notebook_with_any_options(
    raw: Any, options: CleanOptions, indent: int | None, escapes: str
) -> None:
    def laid_out(value: Any) -> bytes:
        return json.dumps(value, indent=indent, ensure_ascii=escapes == "ascii").encode()

    for number, cell in enumerate(raw["cells"]):
        cell["number"] = number
    before = laid_out(raw)
    after = clean_bytes(before, options)
    value = json.loads(after)

    assert clean_bytes(after, options) == after
    assert laid_out(value) == after, "the layout is kept"
    assert json.loads(clean_bytes(laid_out(_turned(raw)), options)) == value
    assert (removed(before, options) == {}) is (before == after)
    numbers = [cell["number"] for cell in value["cells"]]
    assert numbers == sorted({*numbers})
    for cell in value["cells"]:
        found = raw["cells"][cell["number"]]
        assert (found["source"], found["cell_type"]) == (cell["source"], cell["cell_type"])
        assert {*cell} <= {*found}
    if not options.dropped_tags and not options.drops_empty_cells:
        assert len(value["cells"]) == len(raw["cells"])
    production = [c["source"] for c in raw["cells"] if _is_tagged(c, "job")]
    assert [c["source"] for c in value["cells"] if _is_tagged(c, "job")] == production


def _is_tagged(cell: Any, tag: str) -> bool:
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return isinstance(tags, list) and tag in tags


_unknown = st.text(max_size=12).filter(
    lambda word: word.partition(":")[0] not in [thing.name for thing in THINGS]
)


@given(keep=st.lists(_unknown), drop=st.lists(_unknown))
def test_any_other_word_is_an_error_that_says_so(keep: list[str], drop: list[str]) -> None:
    if keep or drop:
        with pytest.raises(UsageError, match="`"):
            clean_options((layer(tuple(keep), tuple(drop)),), ("job",))


@pytest.mark.parametrize("levels", [100, *range(900, 1010, 5), 100_000])
def test_deep_values_are_kept_or_refused(levels: int) -> None:
    deep = b"[" * levels + b"]" * levels
    data = notebook(code("x", count=3, metadata={"scrolled": True, "deep": "D"}))
    data = data.replace(b'"D"', deep)
    try:
        after = clean_bytes(data)
    except NotebookFormatError:
        assert levels > 100
    else:
        assert deep in after
        assert loads(after).cells[0].execution_count is None
