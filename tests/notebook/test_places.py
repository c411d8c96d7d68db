"""A source line's place in the file: what stands there is the line, as JSON writes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbjob_clean.notebook.model import Cell, Notebook, loads
from nbjob_clean.notebook.places import FilePlace, file_lines
from nbjob_clean.notebook.schema import upgraded
from tests.conftest import CORPUS
from tests.notebooks import code, markdown, notebook

TWO = [markdown("# Title"), code("a = 1\n\nb = 'é\\n'\n")]
BOM = b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (notebook(*TWO), [16, 17, 18, 18]),
        (notebook(*TWO, indent=4), [16, 17, 18, 18]),
        (notebook(*TWO, indent=None), [1, 1, 1, 1]),
        (notebook(*TWO).replace(b"\n", b"\r\n"), [16, 17, 18, 18]),
        (BOM + notebook(*TWO), [16, 17, 18, 18]),
        (notebook({**TWO[1], "source": "a = 1\n\nb = 2\n"}), [8, 8, 8, 8]),
        (notebook({**TWO[1], "source": ["a = 1\n\nb", " = 2\n"]}), [9, 9, 9, 10]),
        (notebook(*TWO).replace(b'\\n",\n    ', b'\\n", '), [16, 16, 16, 16]),
        (b"\n\n" + notebook(*TWO), [18, 19, 20, 20]),
    ],
    ids=["list", "indent 4", "compact", "CRLF", "BOM", "string", "split line", "one line", "blank"],
)
def test_each_line_of_a_cell_has_its_line_of_the_file(data: bytes, lines: list[int]) -> None:
    found = loads(data)

    assert [file_lines(found)(found.cells[-1].index, n) for n in (1, 2, 3, 4)] == lines


@pytest.mark.parametrize("line", [0, 5, -1])
def test_a_cell_without_the_line_starts_where_it_starts(line: int) -> None:
    assert file_lines(loads(notebook(*TWO))).place(1, line) == FilePlace(10, 3)


def test_a_cell_that_is_not_there_is_the_notebook() -> None:
    assert file_lines(loads(notebook()))(0, 1) == 1


@pytest.mark.parametrize(
    ("written", "column", "expected"),
    [
        (r'"ab"', 2, 2),
        (r'"\"b"', 2, 3),
        (r'"\\\u00e9b"', 3, 9),
        (r'"\ud83d\ude00b"', 2, 13),
        (r'"\ud83db"', 2, 7),
        ('"😀b"', 2, 2),
        (r'"ab"', 9, 3),
        (r'"ab\ncd"', 9, 3),
    ],
)
def test_columns_count_characters_of_the_file(written: str, column: int, expected: int) -> None:
    found = loads(f'{{"cells": [{{"source":\n{written}}}]}}'.encode())

    assert file_lines(found).place(0, 1, column) == FilePlace(2, expected + 1)


def test_worksheets_come_after_one_another() -> None:
    sheets = [{"cells": [{"input": "a"}]}, 1, {}, {"cells": [{"input": ["b", "c"]}]}]
    found = loads(json.dumps({"nbformat": 3, "worksheets": sheets}, indent=0).encode())

    assert [file_lines(found)(*place) for place in ((0, 1), (1, 1), (1, 2))] == [7, 17, 18]


_text = st.text(st.sampled_from('ab "\\/\t\n\r\x0c\u2028é日😀\ud83d'), max_size=12)
_source = _text | st.lists(_text, max_size=5)
_cell = st.fixed_dictionaries(
    {"cell_type": st.just("code"), "source": _source},
    optional={"outputs": st.lists(st.dictionaries(_text, _text, max_size=2), max_size=2)},
)


@given(
    cells=st.lists(_cell, max_size=4),
    indent=st.sampled_from([None, 0, 1, 4, "\t"]),
    is_ascii=st.booleans(),
    line_end=st.sampled_from(["\n", "\r\n"]),
    bom=st.sampled_from([b"", BOM]),
    version=st.sampled_from([2, 3, 4]),
)
def test_the_line_of_the_file_holds_the_source_line(
    cells: list[dict[str, Any]], indent: int | str | None, is_ascii: object, line_end: str,
    bom: bytes, version: int,
) -> None:  # fmt: skip
    has_surrogate = "\\ud83d" in json.dumps(cells).replace("\\ud83d\\ude00", "")
    text = json.dumps(
        _raw(cells, version), indent=indent, ensure_ascii=bool(is_ascii) or has_surrogate
    )
    found = loads(bom + text.replace("\n", line_end).encode())

    assert list(_wrong(found)) == []


def _raw(cells: list[dict[str, Any]], version: int) -> dict[str, Any]:
    if version == 4:
        return {"metadata": {}, "cells": cells, "nbformat": 4}
    old = [{"outputs": [], "input": cell["source"]} for cell in cells]
    return {"worksheets": [{"cells": old[:1]}, {"cells": old[1:]}], "nbformat": version}


def _wrong(found: Notebook) -> Iterator[tuple[int, int]]:
    """The places at which the file does not hold the line, or the character, that it should."""
    lines = file_lines(found)
    text = found.text.split("\n")
    for cell in found.cells:
        for number, line in enumerate(cell.lines, start=1):
            if not _is_in(text[lines(cell.index, number) - 1], line) and _is_whole(cell):
                yield cell.number, number
            for column, character in enumerate(line, start=1):
                place = lines.place(cell.index, number, column)
                if not text[place.line - 1][place.column - 1 :].startswith(_escapes(character)):
                    yield cell.number, number


def _is_in(here: str, line: str) -> bool:
    return any(json.dumps(line, ensure_ascii=a)[1:-1] in here for a in (True, False))


def _is_whole(cell: Cell) -> bool:
    """Whether no line of the cell is spread over two strings."""
    source = cell.raw.get("source", cell.raw.get("input", ""))
    is_bare = "input" in cell.raw and not any(part.endswith("\n") for part in source)
    return isinstance(source, str) or is_bare or all(p.endswith("\n") for p in source[:-1])


def _escapes(character: str) -> tuple[str, ...]:
    return tuple(json.dumps(character, ensure_ascii=a)[1:-1] for a in (True, False))


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*/*.ipynb")), ids=lambda p: p.name)
def test_every_line_of_the_corpus_is_where_it_is_said_to_be(path: Any) -> None:
    found = loads(path.read_bytes())
    text = found.text.split("\n")
    lines = file_lines(found)

    for cell in filter(_is_whole, found.cells):
        for number, line in enumerate(cell.lines, start=1):
            assert _is_in(text[lines(cell.index, number) - 1], line), (cell.number, number)


OLD = sorted((CORPUS / "nbformat").glob("test[23]*.ipynb"))


@pytest.mark.parametrize("path", OLD, ids=lambda p: p.name)
def test_places_of_an_upgraded_notebook_are_those_of_its_file(path: Any) -> None:
    old = loads(path.read_bytes())
    new = upgraded(old)

    for cell in new.cells:
        assert file_lines(new)(cell.index, 1) == file_lines(old)(cell.index, 1)
    assert new.origin is old
