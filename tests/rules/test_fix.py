from __future__ import annotations

import json
from typing import Any

import pytest

from nbjob_clean.notebook.model import loads
from nbjob_clean.rules.core import check
from nbjob_clean.rules.fix import fix
from tests.notebooks import code, markdown, notebook

TAGS = ("job", "vdk")
ALL = ("NBJ002", "NBJ003", "NBJ005", "NBJ010", "NBJ102")


def _fixed(data: bytes, *codes: str) -> bytes:
    return fix(loads(data), codes=codes or ALL, tags=TAGS, builtins=()).notebook.data


def _tags(data: bytes) -> list[tuple[str, ...]]:
    return [cell.tags for cell in loads(data).cells]


@pytest.mark.parametrize(
    ("cells", "tags"),
    [
        (["a = 1", "*a"], "**"),
        (["a = 1", "b = a", "*b"], "***"),
        (["a = 1", "x = 2", "*a"], "* *"),
        (["import os", "a = os.sep", "debug = a", "*print(a)"], "** *"),
        (["*a", "a = 1"], "* "),
        (["*b = 1", "a = 1", "*b"], "* *"),
        (["*nothing"], "*"),
        (["*def f(): return a", "a = 1", "*f()"], "***"),
        (["*def f(): return a", "*f()", "a = 1"], "** "),
        (["*def f(): return a", "b = 1", "a = b", "*f()"], "****"),
        (["*def g():\n global a\n a = 1", "*def f(): return a", "g()", "*f()"], "****"),
        (["*def g():\n global a\n a = 1", "g()", "*a"], "***"),
    ],
)
def test_the_smallest_slice_that_production_needs_is_tagged(cells: list[str], tags: str) -> None:
    given = [
        code(s.lstrip("*"), *(["job"] if s[0] == "*" else []), id=f"c{n}")
        for n, s in enumerate(cells)
    ]
    found = _tags(_fixed(notebook(*given)))
    assert "".join("*" if "job" in t else " " for t in found) == tags


def test_fixing_twice_changes_nothing_more_and_no_source() -> None:
    data = notebook(
        markdown("# x"), code("a = 1"), code("b = a", "debug"), code("print(b)", "Job"), indent=2
    )
    once = _fixed(data)
    assert _fixed(once) == once != data
    assert [c.source for c in loads(once).cells] == [c.source for c in loads(data).cells]
    assert check(loads(once), path="a", tags=TAGS) == []


def test_only_what_was_asked_for_is_mended() -> None:
    data = notebook(code("a = 1"), code("print(a)", "job"))
    assert _fixed(data, "NBJ003") == data


def test_the_file_is_as_jupyter_would_have_saved_it() -> None:
    cells: list[dict[str, Any]] = [code("a = 1", id="x"), code("print(a)", "job", id="y")]
    tagged = [code("a = 1", "job", id="x"), cells[1]]
    assert _fixed(notebook(*cells)) == notebook(*tagged)


def test_ids_are_the_same_in_every_clone() -> None:
    data = notebook(code("a = 1", "job"), code("a = 1", "job"), markdown("x"))
    once = _fixed(data)
    raw = json.loads(once)
    assert once == _fixed(data)
    assert len({cell["id"] for cell in raw["cells"]}) == 3
    assert raw["nbformat_minor"] == 5


def test_the_second_of_two_ids_is_renewed() -> None:
    found = loads(_fixed(notebook(code("a = 1", id="x"), code("b = 1", id="x")))).cells
    assert found[0].id == "x"
    assert found[1].id not in (None, "x")


def test_a_markdown_cell_loses_the_tag_and_keeps_others() -> None:
    cell = {**markdown("x", id="m"), "metadata": {"tags": ["job", "intro"]}}
    assert _tags(_fixed(notebook(cell))) == [("intro",)]
    only = {**markdown("x", id="m"), "metadata": {"tags": ["job"]}}
    assert loads(_fixed(notebook(only))).cells[0].metadata == {}
