"""Each word of `keep` and `drop`: what stays as it is, and what changes into what."""

from __future__ import annotations

import json
from typing import Any

import pytest

from nbjob_clean.clean.core import clean_bytes, removed
from nbjob_clean.clean.options import DEFAULTS, CleanOptions, clean_options
from nbjob_clean.clean.vendor import VENDORS
from nbjob_clean.clean.words import THINGS, layer
from nbjob_clean.errors import UsageError
from tests.notebooks import STREAM, code, markdown, notebook

BRICK = "application/vnd.databricks.v1+cell"
STDERR = {"name": "stderr", "output_type": "stream", "text": "warned\n"}
ERROR = {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["t"]}
IMAGE = {
    "data": {"image/png": "A" * 2000, "text/plain": ["<Figure>"]},
    "metadata": {"image/png": {"width": 8}, "needs_background": "light"},
    "output_type": "display_data",
}
RESULT = {
    "data": {"text/html": "<b>42</b>", "text/plain": "42"},
    "execution_count": None,
    "metadata": {},
    "output_type": "execute_result",
}
HTML_ALONE = {"data": {"text/html": "<b/>"}, "metadata": {}, "output_type": "display_data"}
ALL = [STREAM, STDERR, ERROR, IMAGE, RESULT]
TEXT = {**IMAGE, "data": {"text/plain": ["<Figure>"]}, "metadata": {"needs_background": "light"}}


def options(keep: str = "", drop: str = "") -> CleanOptions:
    """From words that a space separates."""
    return clean_options((layer(tuple(keep.split()), tuple(drop.split())),), ("job",))


def with_outputs(*outputs: Any, **metadata: Any) -> dict[str, Any]:
    return code("x = 1", outputs=list(outputs), metadata=metadata)


def with_metadata(**metadata: Any) -> dict[str, Any]:
    return code("x = 1", metadata=metadata)


NOOP = {
    "outputs": ("outputs", "", [with_outputs(*ALL)]),
    "outputs but stderr": ("outputs", "outputs:stderr", [with_outputs(STREAM, ERROR, IMAGE)]),
    "outputs below a size": ("outputs:<100", "", [with_outputs(STREAM, STDERR, RESULT)]),
    "outputs below some kB": ("outputs:<3kB", "", [with_outputs(IMAGE)]),
    "outputs not above a size": ("outputs", "outputs:>1kB", [with_outputs(STREAM, RESULT)]),
    "a mime type": ("outputs:text/plain", "", [with_outputs(TEXT)]),
    "a mime pattern": ("outputs:text/*", "", [with_outputs(RESULT, TEXT)]),
    "stdout": ("outputs:stdout", "", [with_outputs(STREAM, {**STREAM, "text": ""})]),
    "stderr": ("outputs:stderr", "", [with_outputs(STDERR)]),
    "streams": ("outputs:stream", "", [with_outputs(STDERR, STREAM)]),
    "errors": ("outputs:error", "", [with_outputs(ERROR)]),
    "results": ("outputs:execute_result", "", [with_outputs(RESULT)]),
    "figures": ("outputs:display_data", "", [with_outputs(IMAGE)]),
    "init cells": ("init-cells", "", [with_outputs(*ALL, init_cell=True)]),
    "tag": ("", "", [with_outputs(*ALL, tags=["keep-output"])]),
    "tag of nbstripout": ("", "", [with_outputs(*ALL, tags=["a", "keep_output"])]),
    "metadata": ("", "", [with_outputs(*ALL, keep_output=True)]),
    "metadata with a hyphen": ("", "", [with_outputs(*ALL, **{"keep-output": True})]),
    "own word": ("", "outputs:stderr outputs:>1", [with_outputs(*ALL, keep_output=True)]),
    "counts": ("counts", "", [code("x", count=7, outputs=[])]),
    "counts of outputs": ("counts outputs", "", [with_outputs({**RESULT, "execution_count": 7})]),
    "cell metadata": ("cell-metadata", "", [with_metadata(scrolled=True, executionInfo={})]),
    "a key": ("cell-metadata:scrolled", "", [with_metadata(scrolled=True)]),
    "a key in a key": (
        "cell-metadata:jupyter.outputs_hidden",
        "",
        [with_metadata(jupyter={"outputs_hidden": True})],
    ),
    "all of a key": (
        "cell-metadata:jupyter",
        "",
        [with_metadata(jupyter={"outputs_hidden": True, "is_executing": True})],
    ),
    "a key with dots in it": (
        f"cell-metadata:{BRICK}.startTime",
        "",
        [with_metadata(**{BRICK: {"startTime": 1}})],
    ),
    "one key of all": (
        "cell-metadata:slideshow",
        "cell-metadata",
        [with_metadata(slideshow={"slide_type": "skip"}, tags=["a"])],
    ),
    "what all leaves": (
        "",
        "cell-metadata vendor",
        [with_metadata(vscode={"languageId": "sql"}, tags=["a"], init_cell=True)],
    ),
    "a key within a dropped one": (
        "cell-metadata:a.b",
        "cell-metadata:a",
        [with_metadata(a={"b": 1})],
    ),
    "a platform": ("vendor:colab", "", [with_metadata(executionInfo={}, outputId="a")]),
    "all platforms": ("vendor", "", [with_metadata(executionInfo={}, gather={"logged": 1})]),
    "ids": ("ids", "", [code("x", id="a")]),
    "ids of production": ("", "ids", [code("x", "job", id="a")]),
    "cells with other tags": ("", "cells:a cells:b", [code("x", "c"), code("y")]),
    "production cells": ("", "cells:a empty-cells", [code("x", "a", "job"), code("", "job")]),
    "empty cells": ("", "", [code(""), markdown("")]),
    "cells that are not empty": (
        "outputs",
        "empty-cells",
        [
            code("", "a"),
            {**markdown(""), "attachments": {"a.png": {}}},
            {**code(""), "outputs": [STREAM]},
            code("0"),
        ],
    ),
}


@pytest.mark.parametrize(("keep", "drop", "cells"), NOOP.values(), ids=NOOP)
def test_what_stays(keep: str, drop: str, cells: list[dict[str, Any]]) -> None:
    data = notebook(*cells)
    assert clean_bytes(data, options(keep, drop)) == data
    assert removed(data, options(keep, drop)) == {}


CHANGED = {
    "a part of the outputs": (
        "outputs",
        "outputs:stderr",
        [with_outputs(STREAM, STDERR, ERROR)],
        [with_outputs(STREAM, ERROR)],
    ),
    "those of a kind": ("outputs", "outputs:error", [with_outputs(*ALL)], [with_outputs(STREAM, STDERR, IMAGE, RESULT)]),
    "all but those below a size": ("outputs:<100", "", [with_outputs(*ALL)], [with_outputs(STREAM, STDERR, ERROR, RESULT)]),
    "those above a size": ("outputs", "outputs:>1kB", [with_outputs(*ALL)], [with_outputs(STREAM, STDERR, ERROR, RESULT)]),
    "all but a mime type": ("outputs:text/plain", "", [with_outputs(IMAGE, STREAM)], [with_outputs(TEXT)]),
    "a mime type": ("outputs", "outputs:image/*", [with_outputs(IMAGE)], [with_outputs(TEXT)]),
    "an output that is left empty": ("outputs", "outputs:text/html", [with_outputs(HTML_ALONE, STREAM)], [with_outputs(STREAM)]),
    "a mime type that is kept and dropped": (
        "outputs:text/*",
        "outputs:text/html",
        [with_outputs(RESULT)],
        [with_outputs({**RESULT, "data": {"text/plain": "42"}})],
    ),
    "init cells": ("", "", [with_outputs(STREAM, init_cell=True)], [with_outputs(init_cell=True)]),
    "an init cell that is none": ("init-cells", "", [with_outputs(STREAM, init_cell=False)], [with_outputs(init_cell=False)]),
    "false means false": ("", "", [with_outputs(STREAM, keep_output=False)], [with_outputs(keep_output=False)]),
    "false is stronger than settings": ("outputs", "", [with_outputs(STREAM, keep_output=False)], [with_outputs(keep_output=False)]),
    "false is stronger than a tag": ("", "", [with_outputs(STREAM, keep_output=False, tags=["keep_output"])], [with_outputs(keep_output=False, tags=["keep_output"])]),
    "words that are no truth": ("", "", [with_outputs(STREAM, keep_output="true")], [with_outputs(keep_output="true")]),
    "counts of outputs that stay": ("outputs", "", [with_outputs({**RESULT, "execution_count": 7}, STREAM)], [with_outputs(RESULT, STREAM)]),
    "counts of cells": ("outputs", "", [code("x", count=7)], [{**code("x"), "outputs": [STREAM]}]),
    "a key": ("", "cell-metadata:name", [with_metadata(name="a", tags=["b"])], [with_metadata(tags=["b"])]),
    "a key in a key": ("", "cell-metadata:a.b", [with_metadata(a={"b": 1, "c": 2})], [with_metadata(a={"c": 2})]),
    "the last key in a key": ("", "cell-metadata:a.b", [with_metadata(a={"b": 1})], [with_metadata()]),
    "two volatile keys in one": ("", "", [with_metadata(jupyter={"outputs_hidden": True, "is_executing": True})], [with_metadata()]),
    "a key with dots in it": ("", f"cell-metadata:{BRICK}.title", [with_metadata(**{BRICK: {"title": "", "nuid": "a"}})], [with_metadata(**{BRICK: {"nuid": "a"}})]),
    "all cell metadata": (
        "",
        "cell-metadata",
        [with_metadata(a=1, tags=["b"], vscode={"languageId": "sql", "other": 1}, scrolled=True)],
        [with_metadata(tags=["b"], vscode={"languageId": "sql"})],
    ),
    "a platform": ("", "vendor:colab", [with_metadata(id="a", cellView="form", name="b")], [with_metadata(name="b")]),
    "all platforms": ("", "vendor", [with_metadata(**{BRICK: {"title": "", "cellMetadata": {"byteLimit": 1}}})], [with_metadata()]),
    "cells by several tags": ("", "cells:a cells:b", [code("1", "a"), code("2"), code("3", "b"), markdown("4")], [code("2"), markdown("4")]),
    "all cells": ("", "cells:a", [code("1", "a"), code("3", "a", "b")], []),
    "empty cells": ("", "empty-cells", [code(" \n"), code("2"), markdown(""), with_outputs(STREAM) | {"source": []}], [code("2")]),
    "empty cells whose outputs do not stay": ("outputs:stderr", "empty-cells", [{**code(""), "outputs": [STREAM]}], []),
}  # fmt: skip


@pytest.mark.parametrize(("keep", "drop", "cells", "expected"), CHANGED.values(), ids=CHANGED)
def test_what_goes(keep: str, drop: str, cells: list[Any], expected: list[Any]) -> None:
    wanted = notebook(*expected)
    for indent in (1, None, 4):
        cleaned = clean_bytes(notebook(*cells, indent=indent), options(keep, drop))
        assert cleaned == notebook(*expected, indent=indent)
    assert clean_bytes(wanted, options(keep, drop)) == wanted
    assert removed(notebook(*cells), options(keep, drop))


METADATA = {
    "a key": ("", "notebook-metadata:title", {"title": "a", "b": 1}, {"b": 1}),
    "kernelspec": ("", "notebook-metadata:kernelspec", {"kernelspec": {"name": "a"}}, {}),
    "language_info": ("", "notebook-metadata:language_info", {"language_info": {"name": "a"}}, {}),
    "all": (
        "",
        "notebook-metadata",
        {"a": 1, "kernelspec": {"name": "k"}, "language_info": {"name": "p", "version": "3"}},
        {"kernelspec": {"name": "k"}, "language_info": {"name": "p"}},
    ),
    "all but a key": ("notebook-metadata:a", "notebook-metadata", {"a": 1, "b": 1}, {"a": 1}),
    "all but widgets": ("widgets", "notebook-metadata", {"widgets": {}, "b": 1}, {"widgets": {}}),
    "widgets by key": ("notebook-metadata:widgets", "", {"widgets": {}, "signature": "s"}, {"widgets": {}}),
    "the rest of language_info": ("", "", {"language_info": {"version": "3"}}, {"language_info": {}}),
    "the version": ("notebook-metadata:language_info.version", "", {"signature": "", "language_info": {"version": "3"}}, {"language_info": {"version": "3"}}),
    "volatile": ("notebook-metadata", "", {"signature": "s", "widgets": {}}, {"signature": "s"}),
    "tables of Fabric": ("", "", {"synapse_widget": {"state": {"private": 1}}, "trident": {}}, {"trident": {}}),
    "Colab": (
        "",
        "",
        {"colab": {"authorship_tag": "A", "provenance": [], "toc_visible": True}},
        {"colab": {"provenance": []}},
    ),
    "VS Code": ("", "", {"vscode": {"interpreter": {"hash": "a"}}}, {}),
    "VS Code, kept": ("vendor:vscode", "", {"signature": "", "vscode": {"interpreter": {}}}, {"vscode": {"interpreter": {}}}),
    "nested keeps": ("", "", {"papermill": {"duration": 1}, "kaggle": {"language": "r"}}, {"kaggle": {"language": "r"}}),
}  # fmt: skip


@pytest.mark.parametrize(("keep", "drop", "metadata", "expected"), METADATA.values(), ids=METADATA)
def test_notebook_metadata(keep: str, drop: str, metadata: Any, expected: Any) -> None:
    assert clean_bytes(notebook(metadata=metadata), options(keep, drop)) == notebook(
        metadata=expected
    )
    assert clean_bytes(notebook(metadata=expected), options(keep, drop)) == notebook(
        metadata=expected
    )


def test_the_notebooks_word_is_about_all_cells_but_those_with_their_own() -> None:
    cells = (with_outputs(STREAM), with_outputs(STREAM, keep_output=False))
    data = notebook(*cells, metadata={"keep_output": True})
    kept = json.loads(clean_bytes(data))
    assert [cell["outputs"] for cell in kept["cells"]] == [[STREAM], []]

    data = notebook(*cells, metadata={"keep_output": False})
    assert b"private" not in clean_bytes(data, options("outputs"))


def test_databricks_cells_look_as_if_they_never_ran() -> None:
    never = {
        "cellMetadata": {},
        "inputWidgets": {},
        "nuid": "a",
        "showTitle": True,
        "tableResultSettingsMap": {},
        "title": "Load",
    }
    ran = {
        **never,
        "cellMetadata": {"byteLimit": 2048000, "rowLimit": 10000},
        "tableResultSettingsMap": {"0": {"dataGridStateBlob": "private"}},
        "startTime": 1,
        "submitTime": 2,
    }
    fresh = notebook(with_metadata(**{BRICK: never}))
    assert clean_bytes(notebook(with_metadata(**{BRICK: ran}))) == fresh
    assert clean_bytes(fresh) == fresh


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_platform_is_kept_or_dropped_as_a_whole(vendor: str) -> None:
    facts = VENDORS[vendor]
    cell = _nested((*facts.cell, *facts.own_cell))
    if "vscode" in cell:
        cell["vscode"] = {"languageId": "sql", "other": 1}
    data = notebook(
        code("x", metadata=cell), metadata=_nested((*facts.notebook, *facts.own_notebook))
    )
    dropped = json.loads(clean_bytes(data, options(drop=f"vendor:{vendor}")))
    assert clean_bytes(data, options(keep=f"vendor:{vendor}")) == data
    assert dropped["metadata"] == {}
    assert dropped["cells"][0]["metadata"] in ({}, {"vscode": {"languageId": "sql"}})
    cleaned = clean_bytes(data)
    assert clean_bytes(cleaned) == cleaned


def _nested(names: tuple[str, ...]) -> dict[str, Any]:
    """Metadata that has all the dotted names; Databricks' first name has a dot itself."""
    found: dict[str, Any] = {}
    for name in names:
        first, dot, rest = (
            name.replace(BRICK, "BRICK").replace("v1+notebook", "v1+n").partition(".")
        )
        if "v1+n" in name:
            first, rest = "application/vnd.databricks.v1+notebook", name.partition("notebook.")[2]
            dot = rest
        place = found.setdefault(BRICK if first == "BRICK" else first, {})
        while dot:
            first, dot, rest = rest.partition(".")
            place = place.setdefault(first, {})
    return found


@pytest.mark.parametrize("minor", [4, 5])
def test_a_notebook_without_ids_is_a_valid_one(minor: int) -> None:
    data = notebook(code("x", id="a"), markdown("y", id="b"), nbformat_minor=minor)
    expected = notebook(code("x"), markdown("y"), nbformat_minor=4)
    assert json.loads(clean_bytes(data, options(drop="ids"))) == json.loads(expected)
    assert clean_bytes(expected, options(drop="ids")) == expected
    later = notebook(code("x", id="a"), nbformat_minor=6)
    assert clean_bytes(later, options(drop="ids")) == later


def test_version_3_has_other_names_for_the_same() -> None:
    outputs = [
        {"output_type": "pyout", "prompt_number": 3, "text": "1", "html": "<b>", "metadata": {}},
        {"output_type": "stream", "stream": "stderr", "text": "warned"},
        {"output_type": "pyerr", "ename": "E", "evalue": "v", "traceback": []},
    ]
    cell = {"cell_type": "code", "input": "x", "language": "python", "outputs": outputs}

    def cleaned(keep: str) -> Any:
        raw = {
            "metadata": {},
            "nbformat": 3,
            "nbformat_minor": 0,
            "worksheets": [{"cells": [cell]}],
        }
        found = json.loads(clean_bytes(json.dumps(raw).encode(), options(keep)))
        return found["worksheets"][0]["cells"][0]["outputs"]

    assert cleaned("outputs:text/plain") == [
        {"output_type": "pyout", "prompt_number": None, "text": "1", "metadata": {}}
    ]
    assert cleaned("outputs:stderr outputs:error") == outputs[1:]
    assert cleaned("outputs:execute_result counts") == outputs[:1]


@pytest.mark.parametrize(
    ("keep", "drop", "told"),
    [
        ("output", "", "`keep` has no `output`"),
        ("", "id", "`drop` has no `id`"),
        ("outputs:<ten", "", "not a size"),
        ("outputs:>1kB", "", "`keep` takes outputs below a size"),
        ("", "outputs:<1kB", "`drop` those above one"),
        ("outputs:png", "", "neither a size, nor a mime type"),
        ("outputs:", "", "neither a size, nor a mime type"),
        ("counts:1", "", "takes nothing behind it"),
        ("cell-metadata:", "", "names no key"),
        ("", "cell-metadata:tags", "says how the notebook is read"),
        ("", "cell-metadata:vscode.languageId", "says how the notebook is read"),
        ("", "notebook-metadata:keep_output", "says how the notebook is read"),
        ("vendor:colap", "", "known are colab"),
        ("", "cells", "names no tag"),
        ("", "cells:job", "would drop production cells"),
        ("ids", "ids", "both in `keep` and in `drop`"),
        ("outputs:stderr", "outputs:stderr", "both in `keep` and in `drop`"),
    ],
)
def test_a_wrong_word_is_an_error(keep: str, drop: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        options(keep, drop)


@pytest.mark.parametrize("thing", THINGS, ids=lambda thing: thing.name)
def test_every_word_can_be_kept_and_dropped(thing: Any) -> None:
    words = [thing.name] * (not thing.needs_argument)
    if thing.argument and thing.name != "outputs":
        words.append(f"{thing.name}:{thing.argument}")
    for word in words:
        assert options(keep=word) is not None
        assert options(drop=word) is not None


def test_a_later_place_wins_over_an_earlier_one() -> None:
    settings = layer(("outputs:stderr", "counts"), ("ids", "cells:a"))
    pattern = layer(("cells:a",), ("counts",))
    flags = layer((), ("outputs",))
    assert clean_options((settings, pattern, flags), ()) == DEFAULTS._replace(drops_ids=True)


def test_peer_options_at_once() -> None:
    """What nbstripout's and nbwipers' options do, in one go and in any order of keys."""
    words = options(
        "outputs:<10kB outputs:image/* cell-metadata:scrolled",
        "outputs:stderr cells:a cells:b notebook-metadata:kernelspec empty-cells",
    )
    cells = [
        code("1", "a", count=1),
        code("2", "b"),
        code("", count=2),
        with_outputs(*ALL, scrolled=True),
    ]
    data = notebook(*cells, metadata={"kernelspec": {"name": "k"}, "title": "t"})
    turned = json.dumps(_turned(json.loads(data))).encode()

    expected = json.loads(
        notebook(
            {**code(""), "outputs": [STREAM]},
            with_outputs(STREAM, ERROR, IMAGE, RESULT, scrolled=True),
            metadata={"title": "t"},
        )
    )
    for found in (data, turned):
        assert json.loads(clean_bytes(found, words)) == expected


def _turned(value: Any) -> Any:
    """The same JSON with the keys of each object the other way round."""
    if isinstance(value, dict):
        return {key: _turned(value[key]) for key in reversed(value)}
    return [_turned(item) for item in value] if isinstance(value, list) else value


SHAPES = {
    "CRLF": lambda data: data.replace(b"\n", b"\r\n"),
    "BOM": lambda data: b"\xef\xbb\xbf" + data,
    "tabs": lambda data: data.replace(b"\n  ", b"\n\t "),
    "no final newline": lambda data: data.rstrip(b"\n"),
    "more newlines": lambda data: data + b"\n\n",
    "escapes": lambda data: data.replace(b"KEPT", b"\\u00e9\\/"),
    "lone surrogate": lambda data: data.replace(b"KEPT", b"\\ud83d"),
    "NaN": lambda data: data.replace(b'"KEPT"', b"NaN"),
    "long numbers": lambda data: data.replace(b'"KEPT"', b"1" * 400 + b".50E+1"),
    "large integers": lambda data: data.replace(b'"KEPT"', b"1" * 4000),
    "100 levels": lambda data: data.replace(b'"KEPT"', b"[" * 100 + b"]" * 100),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("drop", ["", "cells:a ids", "cell-metadata", "empty-cells outputs:stderr"])
def test_whatever_the_layout_is_it_stays(shape: Any, drop: str) -> None:
    dirty = notebook(
        code("1", "a", id="a", count=1),
        code("'x'", id="b", metadata={"kept": "KEPT", "scrolled": True}, outputs=[STREAM, STDERR]),
        code("", id="c", count=2),
        code("3", "a", id="d", count=3),
        metadata={"kept": "KEPT", "widgets": {}},
    )
    wanted = options("outputs:stream", drop)
    assert clean_bytes(shape(dirty), wanted) == shape(clean_bytes(dirty, wanted))
