"""Run as production, from the toolbar: progress on the badges, the failing line in its cell."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.jupyter.browser import Opened, colour, contrast
from tests.jupyter.client import wait_until_gone
from tests.jupyter.environments import NEWEST
from tests.notebooks import code, notebook

pytestmark = pytest.mark.slow

WAITS = """\
import os, pathlib, time
pathlib.Path("pid").write_text(str(os.getpid()))
print("at work")
end = time.monotonic() + 60
while not pathlib.Path("go").exists() and time.monotonic() < end:
    time.sleep(0.02)"""


def _button(opened: Opened, name: str) -> None:
    opened.page.get_by_role("button", name=name, exact=True).click()


def _ask(opened: Opened, command: str) -> None:
    opened.evaluate("void commands.execute(arg)", command)
    opened.page.locator(".jp-Dialog").wait_for()


def test_a_failing_run(opened: Opened) -> None:
    folder = f"{opened.front}-failing"
    opened.open(
        f"{folder}/10_orders.ipynb",
        code("limit: int = 5  # how many rows\nday: str", "job", "parameters", id="p"),
        code(WAITS, "job", id="a"),
        code("scratch = limit", id="debug"),
        code("def share(part):\n    return limit / part\n\nprint(day, share(0))", "job", id="b"),
        code("done = True", "job", id="c"),
    )
    opened.page.locator(".jp-NotebookPanel-toolbar").get_by_text("Run job").click()
    opened.page.locator(".jp-Dialog").wait_for()
    expect(opened.page.get_by_label("limit: int")).to_have_attribute("placeholder", "default: 5")
    expect(opened.page.locator(".nbjob-description")).to_have_text("how many rows")
    opened.picture(f"arguments-{opened.front}-{opened.served.version}")
    _button(opened, "Run")
    expect(opened.page.locator(".nbjob-form-problem")).to_have_text("needed: day")
    opened.page.get_by_label("day: str").fill("2024-05-01")
    _button(opened, "Run")

    badges = {index: opened.badge(index) for index in (0, 1, 3, 4)}
    expect(badges[0]).to_have_text("1✓")
    expect(badges[1]).to_have_text("2…")
    expect(badges[3]).to_have_text("3")
    expect(opened.page.locator(".nbjob-log-text")).to_contain_text("at work")
    expect(opened.status).to_have_text(
        re.compile(r"job lab-failing: 2 of 4|job notebook-failing: 2 of 4")
    )
    assert not opened.is_dirty(), "it was saved first"
    opened.picture(f"running-{opened.front}-{opened.served.version}")
    (opened.served.root / folder / "go").touch()

    expect(badges[1]).to_have_text("2✓")
    expect(badges[3]).to_have_text("3✗")
    expect(badges[4]).to_have_text("4")
    expect(opened.marks(3)).to_have_text(
        ["line 2: production failed with ZeroDivisionError: division by zero"]
    )
    failed = opened.cell(3).locator(".nbjob-failed-line")
    expect(failed).to_have_text("    return limit / part")
    assert opened.evaluate("notebook.activeCellIndex") == 3
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        opened.theme(theme)
        background = colour(failed, "backgroundColor")
        assert contrast(colour(failed, "color"), background) >= 4.5
        opened.picture(f"failed-{opened.front}-{opened.served.version}-{theme.split()[1].lower()}")
    outputs = opened.evaluate("notebook.model.cells.get(3).outputs.length")
    assert outputs == 0, "nothing of the run is written to the notebook"
    assert not opened.is_dirty()

    _button(opened, "Close")
    expect(badges[0]).to_have_text("1")
    expect(opened.page.locator(".nbjob-failed-line, .nbjob-log")).to_have_count(0)


def test_stopped_and_left(opened: Opened) -> None:
    folder = f"{opened.front}-stopped"
    opened.open(f"{folder}/10_wait.ipynb", code(WAITS, "job", id="a"), code("x = 1", "job", id="b"))
    pid = opened.served.root / folder / "pid"
    opened.evaluate("void commands.execute('nbjob:run')")
    expect(opened.page.locator(".nbjob-log-text")).to_contain_text("at work")
    first = int(pid.read_text())
    _button(opened, "Stop")
    expect(opened.badge(0)).to_have_text("1■")
    expect(opened.page.locator(".nbjob-log-title")).to_contain_text("interrupted")
    wait_until_gone(first)

    opened.evaluate("void commands.execute('nbjob:run')")
    expect(opened.badge(0)).to_have_text("1…")
    expect(opened.page.locator(".nbjob-log-text")).to_contain_text("at work")
    second = int(pid.read_text())
    assert second != first
    opened.page.close()
    wait_until_gone(second)


def test_the_whole_job_or_the_notebook_alone(opened: Opened) -> None:
    folder = f"{opened.front}-job"
    other = opened.served.root / folder / "20_other.ipynb"
    other.parent.mkdir()
    other.write_bytes(notebook(code("print(1 / 0)", "job", id="z")))
    opened.open(f"{folder}/10_first.ipynb", code("x = 1\nprint(x)", "job", id="a"))
    _ask(opened, "nbjob:run")
    what = opened.page.get_by_label("What to run")
    expect(what.locator("option")).to_have_text(
        [re.compile("the whole job .*: 2 files, 2 steps"), "this notebook alone: 1 step"]
    )
    _button(opened, "Run")
    expect(opened.badge(0)).to_have_text("1✓")
    expect(opened.page.locator(".nbjob-log-title")).to_contain_text("failed: ZeroDivisionError")
    expect(opened.page.get_by_role("button", name="Open 20_other.ipynb")).to_be_visible()


@pytest.mark.parametrize("served", [NEWEST], indirect=True)
def test_a_deployment_only_after_its_smoke_test(opened: Opened) -> None:
    folder = f"{opened.front}-deployed"
    opened.open(f"{folder}/10_first.ipynb", code("print(1 / 0)", "job", id="a"))
    rendered = opened.served.root / folder / "Dockerfile"
    title = opened.page.locator(".nbjob-log-title")
    _ask(opened, "nbjob:deploy")
    opened.page.get_by_label("After the smoke test").select_option("docker")
    opened.page.get_by_label("Write to").fill(f"{folder}/Dockerfile")
    _button(opened, "Test")
    expect(title).to_have_text("test, then docker: failed, exit status 1")
    expect(opened.page.locator(".nbjob-log-text")).to_contain_text("not deployed")
    assert not rendered.exists()

    opened.write(0, "print(1 / 1)")
    _ask(opened, "nbjob:deploy")
    _button(opened, "Test")
    expect(title).to_have_text("test, then docker: passed")
    assert "FROM" in rendered.read_text()


def test_without_the_server_part(opened: Opened) -> None:
    """The page may be newer than the server: the order is still seen."""
    opened.page.route("**/nbjob/**", lambda route: route.fulfill(status=404, body="no"))
    opened.open("alone.ipynb", code("x = 1", "job", id="a"), code("print(lost)", "job", id="b"))
    opened.run(1)
    expect(opened.marks(1)).to_have_text(["production cell 1 above it has not run"])
    assert not opened.evaluate("commands.isEnabled('nbjob:run')")
    assert "not installed" in opened.evaluate("commands.caption('nbjob:run')")
    expect(opened.status).to_have_attribute("title", re.compile("Only the order is watched"))
