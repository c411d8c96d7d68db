"""`order.js` by itself, in the browser and without Jupyter: facts in, views out."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.jupyter.environments import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("jupyter-newest")]

EXTENSION = ROOT / "src" / "nbjob_clean" / "jupyter" / "labextension"


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    module = base64.b64encode((EXTENSION / "static" / "order.js").read_bytes()).decode()
    page.evaluate(
        "async url => { window.order = await import(url); }",
        f"data:text/javascript;base64,{module}",
    )
    yield page
    context.close()


def fact(id: str, count: int | None = None, *tags: str, **more: Any) -> dict[str, Any]:
    return {
        "id": id, "isCode": True, "tags": tags or ["job"], "count": count,
        "isEmpty": False, "isEdited": False, "isPending": False,
    } | more  # fmt: skip


def views(page: Page, *facts: dict[str, Any]) -> list[dict[str, Any]]:
    asked = {"facts": facts, "tags": ["job", "vdk"]}
    return list(page.evaluate("({facts, tags}) => order.views(facts, tags, new Map())", asked))


def marks(page: Page, *facts: dict[str, Any]) -> list[str]:
    return [" | ".join(m["text"] for m in view["marks"]) for view in views(page, *facts)]


def test_steps_are_those_of_production(page: Page) -> None:
    found = views(
        page,
        fact("p", None, "parameters"),
        fact("text", None, isCode=False),
        fact("debug", 1, "draft"),
        fact("a", None, "vdk"),
        *(fact(f"n{n}") for n in range(9)),
    )
    assert [view["step"] for view in found] == [1, 0, 0, *range(2, 12)]
    assert {view["total"] for view in found} == {11}
    assert [v["step"] for v in views(page, fact("p", 1, "parameters"), fact("d", 1, "x"))] == [0, 0]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((None, None, None), ("", "", "")),
        ((1, 2, 3), ("", "", "")),
        ((1, 2, None), ("", "", "")),
        ((4, 9, 12), ("", "", "")),
        ((3, 2, 4), ("", "order 1", "")),
        ((3, 1, 2), ("", "order 1", "order 1")),
        ((3, 4, 2), ("", "", "order 2")),
        ((None, 1, 2), ("", "above 1", "above 1")),
        ((None, None, 2), ("", "", "above 1 and 2")),
        ((None, 3, 2), ("", "above 1", "order 2, above 1")),
    ],
)
def test_order(page: Page, counts: tuple[Any, ...], expected: tuple[str, ...]) -> None:
    found = marks(page, *(fact(str(n), count) for n, count in enumerate(counts)))
    for text, wanted in zip(found, expected, strict=True):
        assert ("out of order" in text) == ("order" in wanted)
        assert ("not run" in text) == ("above" in wanted)
        assert all(word.rstrip(",") in text for word in wanted.split() if word[0].isdigit())


@pytest.mark.parametrize("first", [{"isEmpty": True}, {"isPending": True}, {"tags": ["draft"]}])
def test_nothing_is_said_of_empty_waiting_and_untagged_cells(page: Page, first: Any) -> None:
    assert marks(page, fact("a") | first, fact("b", 1)) == ["", ""]


def test_an_edit_and_many_cells_above(page: Page) -> None:
    assert marks(page, fact("a", 1, isEdited=True)) == ["edited since it ran"]
    assert marks(page, fact("a", None, isEdited=True)) == [""]
    many = [fact(str(n)) for n in range(7)]
    assert marks(page, *many, fact("last", 1))[-1] == (
        "production cells 1, 2, 3 and 4 more above it have not run"
    )


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ([], "no production cell"),
        ([fact("a", 1, "draft")], "no production cell"),
        ([fact("a")], "1 production cell · not run"),
        ([fact("a", 1), fact("b")], "2 production cells · 1 not run"),
        ([fact("a", 1), fact("b", 2)], "2 production cells · in order"),
        ([fact("a", 2), fact("b", 1)], "2 production cells · 1 problem"),
    ],
)
def test_the_summary_is_never_better_than_what_is_known(
    page: Page, facts: list[dict[str, Any]], text: str
) -> None:
    found = page.evaluate(
        "facts => order.summary(order.views(facts, ['job'], new Map())).text", facts
    )
    assert found == text


def test_the_next_problem_goes_round(page: Page) -> None:
    shown = [{"marks": [1]}, {"marks": []}, {"marks": [1]}, {"marks": []}]
    found = page.evaluate("s => [-1, 0, 1, 2, 3].map(n => order.nextProblem(s, n))", shown)
    assert found == [0, 2, 2, 0, 0]
    assert page.evaluate("order.nextProblem([{ marks: [] }], 0)") == -1
