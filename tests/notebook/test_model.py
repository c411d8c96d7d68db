from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbjob_clean.errors import NotebookFormatError
from nbjob_clean.notebook.model import dumps, edited, loads
from nbjob_clean.notebook.schema import upgraded, validation_error
from nbjob_clean.notebook.splice import REMOVED, Edit, apply, splice
from tests.conftest import CORPUS
from tests.notebooks import code, markdown, notebook

LAYOUTS = {
    "indent 1": notebook(code("x = 1", count=3)),
    "indent 4": notebook(code("x = 1", count=3), indent=4),
    "compact": notebook(code("x = 1", count=3), indent=None),
    "no final newline": notebook(code("x = 1", count=3)).rstrip(b"\n"),
    "CRLF": notebook(code("x = 1", count=3)).replace(b"\n", b"\r\n"),
    "BOM": b"\xef\xbb\xbf" + notebook(code("x = 1", count=3)),
    "tabs": notebook(code("x = 1", count=3)).replace(b"\n ", b"\n\t"),
    "escapes": notebook(code("x = 'e'", count=3)).replace(b"'e'", b"'\\u00e9\\/'"),
    "lone surrogate": notebook(code("x = 'e'", count=3)).replace(b"'e'", b"'\\ud83d'"),
    "NaN and long numbers": notebook(
        code("x = 1", count=3), metadata={"n": float("nan"), "i": 10**30, "f": 1e400}
    ),
    "string source": notebook({**code("x = 1", count=3), "source": "x = 1"}),
    "odd floats": notebook(code("x = 1", count=3)).replace(b'"nbformat_minor": 4', b'"a": 1.50E+1'),
}


@pytest.mark.parametrize("data", LAYOUTS.values(), ids=LAYOUTS)
def test_bytes_come_back_as_they_were(data: bytes) -> None:
    assert dumps(loads(data)) == data


@pytest.mark.parametrize("data", LAYOUTS.values(), ids=LAYOUTS)
def test_an_edit_changes_its_value_and_nothing_else(data: bytes) -> None:
    before = loads(data)
    after = edited(before, [Edit(("cells", 0, "execution_count"), 4)])

    assert after.cells[0].execution_count == 4
    assert after.data == data.replace(b'"execution_count": 3', b'"execution_count": 4')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{}", '{"a": 1, "b": 2}'),
        ('{"x": 1}', '{"a": 1, "b": 2}'),
        ('{"x": 1, "c": 3}', '{"a": 1, "b": 2, "c": 3}'),
        ('{\n "x": 1\n}', '{\n "a": 1,\n "b": 2\n}'),
    ],
)
def test_two_members_are_added_where_all_others_go(text: str, expected: str) -> None:
    edits = [Edit(("x",), REMOVED), Edit(("a",), 1), Edit(("b",), 2)]
    assert splice(text, edits) == expected


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ('{"a": "\\u00e9", "b": 0}', "ü", '{"a": "\\u00e9", "b": "\\u00fc"}'),
        ('{"a": "\\u001b", "b": 0}', "ü", '{"a": "\\u001b", "b": "ü"}'),
        ('{"a": "\\\\u00e9", "b": 0}', "ü", '{"a": "\\\\u00e9", "b": "ü"}'),
        ('{"a": "é", "b": 0}', "ü\ud83d", '{"a": "é", "b": "ü\\ud83d"}'),
    ],
)
def test_new_values_are_escaped_as_others_are(text: str, value: str, expected: str) -> None:
    assert splice(text, [Edit(("b",), value)]) == expected


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ('{"a": 1, "b": 2, "c": 3}', "a", '{"b": 2, "c": 3}'),
        ('{"a": 1, "b": 2, "c": 3}', "b", '{"a": 1, "c": 3}'),
        ('{"a": 1, "b": 2, "c": 3}', "c", '{"a": 1, "b": 2}'),
        ('{"a": 1, "b": 2, "c": 3}', "ac", '{"b": 2}'),
        ('{"a": 1, "b": 2, "c": 3}', "bc", '{"a": 1}'),
        ('{"a": 1, "b": 2, "c": 3}', "abc", "{}"),
        ('{\n "a": 1,\n "b": [2]\n}\n', "b", '{\n "a": 1\n}\n'),
        ('{\n "a": 1,\n "b": [2]\n}\n', "ab", "{}\n"),
    ],
)
def test_removed_members_take_their_comma(text: str, names: str, expected: str) -> None:
    assert splice(text, [Edit((name,), REMOVED) for name in names]) == expected


@pytest.mark.parametrize(
    ("text", "path", "value", "expected"),
    [
        ("{}", ("a",), 1, '{"a": 1}'),
        ('{"b": 2}', ("a",), 1, '{"a": 1, "b": 2}'),
        ('{"b": 2}', ("c",), 1, '{"b": 2, "c": 1}'),
        ('{"c": 2, "b": 2}', ("a",), 1, '{"c": 2, "b": 2, "a": 1}'),
        ('{\n "b": {}\n}\n', ("b", "t"), ["x"], '{\n "b": {\n  "t": [\n   "x"\n  ]\n }\n}\n'),
        ('{\n "b": {\n  "u": 1\n }\n}', ("b", "t"), [], '{\n "b": {\n  "t": [],\n  "u": 1\n }\n}'),
        ('{\n  "b": 1\n}', ("b",), ["x"], '{\n  "b": [\n    "x"\n  ]\n}'),
        ('{\r\n "b": 1\r\n}', ("c",), {"d": 1}, '{\r\n "b": 1,\r\n "c": {\r\n  "d": 1\r\n }\r\n}'),
    ],
)
def test_new_values_take_the_layout_around_them(
    text: str, path: tuple[str, ...], value: object, expected: str
) -> None:
    assert splice(text, [Edit(path, value)]) == expected


@pytest.mark.parametrize(
    ("text", "indexes", "expected"),
    [
        ("[1, 2, 3]", [0], "[2, 3]"),
        ("[1, 2, 3]", [1], "[1, 3]"),
        ("[1, 2, 3]", [2], "[1, 2]"),
        ("[1, 2, 3]", [0, 2], "[2]"),
        ("[1, [2], 3]", [1, 2], "[1]"),
        ("[1, 2, 3]", [0, 1, 2], "[]"),
        ("[\n 1,\n [\n  2\n ],\n 3\n]\n", [1], "[\n 1,\n 3\n]\n"),
        ("[\r\n\t1,\r\n\t{}\r\n]", [1], "[\r\n\t1\r\n]"),
        ("[\n 1\n]", [0], "[]"),
    ],
)
def test_removed_items_take_their_comma(text: str, indexes: list[int], expected: str) -> None:
    assert splice(text, [Edit((index,), REMOVED) for index in indexes]) == expected


def test_an_item_goes_while_its_neighbour_changes() -> None:
    edits = [Edit(("a", 0), REMOVED), Edit(("a", 1, "b"), 2), Edit(("a", 1, "c"), REMOVED)]
    assert splice('{"a": [{"b": 0}, {"b": 1, "c": 3}]}', edits) == '{"a": [{"b": 2}]}'


def test_a_member_can_replace_all_that_are_removed() -> None:
    edits = [Edit(("a",), REMOVED), Edit(("b",), REMOVED), Edit(("c",), 1)]
    assert splice('{"a": 1, "b": 2}', edits) == '{"c": 1}'


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(value=st.dictionaries(st.text(max_size=3), _json, max_size=5), data=st.data())
def test_the_spliced_text_is_the_edited_value(
    value: dict[str, object], data: st.DataObject
) -> None:
    paths = sorted(_paths(value), key=repr)
    chosen = data.draw(st.lists(st.sampled_from(paths), max_size=4, unique=True)) if paths else []
    edits = [
        Edit(p, data.draw(st.sampled_from([REMOVED, [1], {}, "new"])))
        for p in (*chosen, *_new_paths(chosen))
        if not any(p != other and p[: len(other)] == other for other in chosen)
    ]
    for indent in (None, 1):
        text = json.dumps(value, indent=indent)
        assert json.loads(splice(text, edits)) == apply(value, edits)


def _new_paths(chosen: list[tuple[str | int, ...]]) -> list[tuple[str | int, ...]]:
    """Members that are not there yet, beside some that are."""
    return [(*path[:-1], "new name") for path in chosen if isinstance(path[-1], str)][:1]


def _paths(value: object, prefix: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    members = (
        list(value.items()) if isinstance(value, dict)
        else list(enumerate(value)) if isinstance(value, list) else []
    )  # fmt: skip
    found: list[tuple[str | int, ...]] = []
    for key, item in members:
        found += [(*prefix, key), *_paths(item, (*prefix, key))]
    return found


@pytest.mark.parametrize(
    ("data", "message", "line"),
    [
        (b"", "the file is empty", 0),
        (b" \n", "the file is empty", 0),
        (b"\xff\xfe{\x00}", "not UTF-8", 1),
        (b'{\n "cells": [\n', "not JSON", 3),
        (b'{\n<<<<<<< HEAD\n "cells": []\n=======\n>>>>>>> b\n}', "merge conflict", 2),
        (b"[]", "not a notebook", 0),
        (b'{"a": 1}', "not a notebook", 0),
        (b'{"cells": 1}', "not a list", 0),
        (b'{"cells": [1]}', "cell 1 is not", 0),
        (b'{"cells": [{"source": 1}]}', "cell 1: `source`", 0),
        (b"[" * 100_000, "Python cannot hold", 0),
    ],
)
def test_what_is_no_notebook_is_refused_with_its_place(
    data: bytes, message: str, line: int
) -> None:
    with pytest.raises(NotebookFormatError, match=message) as caught:
        loads(data)
    assert caught.value.line == line


def test_a_cell_is_what_the_file_says() -> None:
    cell = loads(notebook(markdown("# Hi"), code("a = 1\nb = 2", "job", id="x1", count=5))).cells[1]

    assert (cell.number, cell.kind, cell.id, cell.tags) == (2, "code", "x1", ("job",))
    assert (cell.lines, cell.execution_count, len(cell.outputs)) == (["a = 1", "b = 2"], 5, 1)


OLD = sorted(
    p for p in (CORPUS / "nbformat").glob("test[23]*.ipynb") if "no_worksheets" not in p.name
)


@pytest.mark.parametrize("path", OLD, ids=lambda p: p.name)
def test_old_versions_are_upgraded_alike_every_time(path: object) -> None:
    notebook_ = loads(path.read_bytes())  # type: ignore[attr-defined]
    first, second = upgraded(notebook_), upgraded(notebook_)

    assert (first.nbformat, first.data) == (4, second.data)
    assert [c.source for c in first.cells if c.is_code] == [
        c.source for c in notebook_.cells if c.is_code
    ]


def test_validation_names_the_place() -> None:
    assert validation_error(loads(notebook(code("x = 1")))) == ""
    broken = notebook({**code("x = 1"), "outputs": [{"output_type": "stream"}]})
    assert validation_error(loads(broken)).startswith("cells/0")


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*/*.ipynb")), ids=lambda p: p.name)
def test_real_notebooks_come_back_byte_for_byte(path: object) -> None:
    data = path.read_bytes()  # type: ignore[attr-defined]
    assert dumps(loads(data)) == data
