"""The order, seen: numbers and shades, and each warning as it comes and goes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.jupyter.browser import NUMBER, Opened, colour, contrast
from tests.notebooks import code, markdown

pytestmark = pytest.mark.slow

TITLE, IMPORTS, ROWS, DEBUG, TOTAL, SAY = range(6)


def story(prefix: str = "") -> list[dict[str, Any]]:
    return [
        markdown("# Orders", id="m"),
        code("import json", "job", id=f"{prefix}c1"),
        code("rows = json.loads('[1, 2]')", "job", id=f"{prefix}c2"),
        code("limit = 1", id=f"{prefix}debug"),
        code("total = sum(rows)", "job", id=f"{prefix}c3"),
        code("print(total)", "vdk", id=f"{prefix}c4"),
    ]


def test_numbers_shades_and_tags(opened: Opened) -> None:
    opened.open("numbers.ipynb", *story())
    for index, text in ((IMPORTS, "1"), (ROWS, "2"), (TOTAL, "3"), (SAY, "4")):
        expect(opened.badge(index)).to_have_text(text)
    expect(opened.page.locator(".nbjob-number")).to_have_count(4)
    expect(opened.status).to_have_text("4 production cells · not run")
    expect(opened.badge(ROWS)).to_have_attribute("aria-label", "production cell 2 of 4, not run")
    _is_left_of_its_prompt(opened, ROWS)
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        opened.theme(theme)
        _is_shaded(opened)
        opened.picture(f"numbers-{opened.front}-{opened.served.version}-{theme.split()[1].lower()}")
    assert not opened.is_dirty()

    opened.select(ROWS)
    opened.command("nbjob:toggle-tag")
    expect(opened.badge(TOTAL)).to_have_text("2")
    expect(opened.badge(ROWS)).to_have_count(0)
    assert opened.evaluate("notebook.model.cells.get(2).getMetadata('tags')") is None
    expect(opened.marks(TOTAL)).to_have_text(
        [re.compile(r"line 1: `rows` is defined in cell 3, line 1, which is not tagged \(NBJ102\)")]
    )
    opened.cell(ROWS).locator(".jp-InputPrompt").click()
    opened.page.keyboard.press("Control+Alt+j")
    expect(opened.badge(TOTAL)).to_have_text("3")
    assert opened.evaluate("notebook.model.cells.get(2).getMetadata('tags')") == ["job"]
    expect(opened.page.locator(".nbjob-mark")).to_have_count(0)
    opened.cell(ROWS).locator(".jp-InputArea-editor").click(button="right")
    opened.page.locator(".lm-Menu-itemLabel", has_text="Production Cell").first.click()
    expect(opened.badge(ROWS)).to_have_count(0)
    opened.cell(ROWS).locator(".jp-cell-toolbar .nbjob-icon-tag").click()
    expect(opened.badge(ROWS)).to_have_text("2")
    hosts = {url.split("/")[2] for url in opened.requested if url.startswith("http")}
    assert hosts == {opened.served.url.split("/")[2]}, "nothing comes from the network"


def _is_left_of_its_prompt(opened: Opened, index: int) -> None:
    places = opened.cell(index).evaluate(
        "cell => Object.fromEntries(['.nbjob-number', '.jp-InputArea-editor'].map(name =>"
        " [name, cell.querySelector(name).getBoundingClientRect().toJSON()]))"
    )
    badge, editor = places[".nbjob-number"], places[".jp-InputArea-editor"]
    assert 0 < badge["left"] < badge["right"] < editor["left"] - 30
    assert 18 <= badge["width"] <= 40
    assert badge["height"] == 16
    middle = (editor["top"] + editor["bottom"]) / 2
    assert abs((badge["top"] + badge["bottom"]) / 2 - middle) <= 4


def _is_shaded(opened: Opened) -> None:
    shaded = opened.cell(ROWS).locator(".jp-InputArea-editor")
    plain = opened.cell(DEBUG).locator(".jp-InputArea-editor")
    assert colour(shaded, "backgroundColor") != colour(plain, "backgroundColor")
    background = colour(opened.badge(ROWS), "backgroundColor")
    assert contrast(colour(opened.badge(ROWS), "color"), background) >= 4.5
    assert contrast(background, colour(shaded, "backgroundColor")) >= 3


def test_warnings_come_and_go(opened: Opened) -> None:
    opened.open("warnings.ipynb", *story())
    opened.run(IMPORTS, ROWS, TOTAL, SAY)
    expect(opened.status).to_have_text("4 production cells · in order")

    opened.run(ROWS)
    order = re.compile(
        r"ran out of order: as \[\d+\], before production cell 2 above it \(\[\d+\]\)"
    )
    expect(opened.marks(TOTAL)).to_have_text([order])
    expect(opened.marks(SAY)).to_have_text([order])
    expect(opened.marks(ROWS)).to_have_count(0)
    expect(opened.status).to_have_text("4 production cells · 2 problems")
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        opened.theme(theme)
        page = colour(
            opened.page.locator(".jp-NotebookPanel .jp-Notebook").first, "backgroundColor"
        )
        assert contrast(colour(opened.marks(TOTAL), "color"), page) >= 4.5
        opened.picture(f"order-{opened.front}-{opened.served.version}-{theme.split()[1].lower()}")
    opened.run(TOTAL, SAY)
    expect(opened.page.locator(".nbjob-mark")).to_have_count(0)

    opened.write(ROWS, "rows = json.loads('[1, 2, 3]')")
    expect(opened.marks(ROWS)).to_have_text(["edited since it ran"])
    opened.write(ROWS, "rows = json.loads('[1, 2]')")
    expect(opened.marks(ROWS)).to_have_count(0)

    opened.write(TOTAL, "total = sum(rows[:limit]) + later")
    opened.write(SAY, "later = total")
    expect(opened.marks(TOTAL)).to_have_text(
        [
            "edited since it ran",
            re.compile(r"`limit` is defined in cell 4, line 1, which is not tagged \(NBJ102\)"),
            re.compile(r"`later` .*cell 6.*NBJ103"),
        ]
    )
    opened.marks(TOTAL).nth(1).get_by_role("button", name="cell 4").click()
    assert opened.evaluate("notebook.activeCellIndex") == DEBUG
    opened.command("nbjob:next-problem")
    assert opened.evaluate("notebook.activeCellIndex") == TOTAL


def test_moved_deleted_and_after_a_restart(opened: Opened) -> None:
    opened.open("moved.ipynb", *story())
    opened.run(IMPORTS, ROWS, TOTAL, SAY)
    expect(opened.status).to_have_text("4 production cells · in order")
    opened.select(SAY)
    opened.command("notebook:move-cell-up")
    expect(opened.marks(TOTAL)).to_contain_text([re.compile("`total` .*NBJ103")])
    assert opened.steps() == ["", "1", "2", "", "3", "4"]
    expect(opened.marks(SAY)).to_have_text([re.compile("ran out of order")])
    opened.command("notebook:move-cell-down")
    expect(opened.page.locator(".nbjob-mark")).to_have_count(0)

    opened.write(TOTAL, "total = sum(rows) + 1")
    opened.select(TOTAL)
    opened.command("notebook:move-cell-up")
    expect(opened.marks(DEBUG)).to_have_text(["edited since it ran"])
    opened.command("notebook:move-cell-down")

    opened.select(ROWS)
    opened.command("notebook:delete-cell")
    gone = re.compile(r"`rows` was defined in a cell that is deleted \(NBJ101\)")
    expect(opened.marks(DEBUG)).to_contain_text([gone])
    opened.command("notebook:undo-cell-action")
    expect(opened.marks(TOTAL)).to_have_text(["edited since it ran"])

    opened.evaluate("panel.sessionContext.session.kernel.restart().then(() => 1)")
    opened.run(TOTAL)
    expect(opened.marks(TOTAL)).to_have_text(["production cells 1 and 2 above it have not run"])
    opened.run(IMPORTS)
    opened.run(ROWS)
    expect(opened.marks(TOTAL)).to_have_text([re.compile("ran out of order")])


def test_four_hundred_cells(opened: Opened) -> None:
    cells = [code(f"x{n} = {n}", *(["job"] if n % 2 else []), id=f"n{n}") for n in range(400)]
    opened.open("many.ipynb", *cells)
    expect(opened.status).to_have_text("200 production cells · not run")
    assert opened.steps() == ["" if n % 2 == 0 else str(n // 2 + 1) for n in range(400)]
    expect(opened.badge(399)).to_have_text("200")
    _is_left_of_its_prompt(opened, 399)
    assert not opened.is_dirty()

    opened.select(0)
    took = opened.evaluate(
        "new Promise(done => { const start = performance.now();"
        f"const look = () => {NUMBER}(notebook.widgets[399]) === '201'"
        "? done(performance.now() - start) : requestAnimationFrame(look);"
        "commands.execute('nbjob:toggle-tag').then(look); })"
    )
    assert took < 1000
    _is_left_of_its_prompt(opened, 0)  # the first cell of Notebook 7.0 stands lower
    drawn = opened.evaluate(_MUTATIONS, 200)
    assert drawn == 0, "typing draws no cell again"
    print(f"{opened.front} {opened.served.version}: 400 cells drawn again in {took:.0f} ms")


# How many new numbers are made while a cell without marks is typed in. Jupyter itself draws cells
# when it has time, and what it draws takes its number along.
_MUTATIONS = """(async () => {
  const numbers = () => notebook.widgets.flatMap(widget => [widget.node, widget.inputArea?.parent?.node]
    .flatMap(node => [...(node?.querySelectorAll('.nbjob-number') ?? [])]));
  const before = new Set(numbers());
  for (let n = 0; n < 10; n++) {
    notebook.model.cells.get(arg).sharedModel.setSource(`y = ${n}`);
    await new Promise(requestAnimationFrame);
  }
  return numbers().filter(node => !before.has(node)).length;
})()"""
