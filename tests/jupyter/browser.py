"""A notebook open in a real browser, as a person sees it: what is drawn where, in which colour."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Locator, Page, Playwright, expect

from tests.jupyter.environments import TOKEN, Served
from tests.notebooks import notebook

PICTURES = Path(__file__).parent / "pictures"
LANGUAGE = {  # as a kernel writes it: without, opening alone would change the notebook
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
        "version": ".".join(map(str, sys.version_info[:3])),
    },
}
_WAIT = 20_000
_FRONT = {"lab": "lab/tree/{}?reset", "notebook": "notebooks/{}"}
# Lab 4.0 guesses how high cells are that it has not drawn, and may need a second go.
_IN_VIEW = """(async () => {
  for (let tries = 0; tries < 20 && !notebook.widgets[arg].isAttached; tries++) {
    await notebook.scrollToItem(arg).catch(() => 0);
    await new Promise(requestAnimationFrame);
  }
  await notebook.scrollToItem(arg).catch(() => 0);
})()"""
# Beside a cell. Lab 4.6 takes the row of the source out of the page while it is not in view.
NUMBER = """(widget => [widget.node, widget.inputArea?.parent?.node]
  .map(node => node?.querySelector('.nbjob-number')?.firstChild.data).find(text => text) ?? '')"""
_SELECT = """(async () => {
  for (let frames = 0; frames < 4; frames++) {
    notebook.deselectAll();
    notebook.activeCellIndex = arg;
    await new Promise(requestAnimationFrame);
  }
})()"""
# The one open notebook, in Lab and in Notebook 7.
_PANEL = "(() => { const s = window.jupyterapp.shell; return s.currentWidget; })()"


def start_browser(playwright: Playwright) -> Browser:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "no chromium: run `make browser`"
    return playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])


class Opened:
    """One notebook in the page. Cells are numbered from 0 here, as in the notebook's file."""

    def __init__(self, page: Page, served: Served, front: str) -> None:
        self.page = page
        self.served = served
        self.front = front
        self.name = ""
        self.requested: list[str] = []
        self.errors: list[str] = []  # of ours: Notebook 7.6 has some of its own
        page.on("pageerror", self._hear)
        page.on("request", lambda request: self.requested.append(request.url))
        page.set_default_timeout(_WAIT)
        expect.set_options(timeout=_WAIT)

    def _hear(self, error: Error) -> None:
        if "nbjob-clean" in (error.stack or ""):
            self.errors.append(f"{error}\n{error.stack}")

    def open(self, name: str, *cells: dict[str, Any], metadata: Any = None) -> None:
        """Write the notebook and open it; the kernel is ready at the end."""
        path = self.served.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(notebook(*cells, metadata=metadata or LANGUAGE))
        self.visit(name)

    def visit(self, name: str) -> None:
        self.name = name
        url = self.served.url + _FRONT[self.front].format(name)
        self.page.goto(f"{url}{'&' if '?' in url else '?'}token={TOKEN}")
        self.page.wait_for_function(
            f"name => window.jupyterapp && {_PANEL}?.context?.path === name", arg=name
        )
        self.evaluate("panel.context.ready")
        self.evaluate(
            "panel.sessionContext.ready.then(() => panel.sessionContext.session?.kernel?.info).then(() => 1)"
        )

    def evaluate(self, expression: str, argument: Any = None) -> Any:
        """A JavaScript expression over `panel`, `notebook` (its content), `commands` and `arg`."""
        return self.page.evaluate(
            "async arg => { const app = window.jupyterapp; const panel = app.shell.currentWidget;"
            "const notebook = panel.content; const commands = app.commands;"
            f"return await ({expression}); }}",
            argument,
        )

    def select(self, index: int) -> None:
        """Make a cell the active one; Lab 4.0 may set another a moment after one was moved."""
        self.evaluate(_SELECT, index)

    def command(self, name: str, **arguments: Any) -> None:
        self.evaluate(
            "commands.execute(arg.name, arg.arguments).then(() => 1)",
            {"name": name, "arguments": arguments},
        )

    def run(self, *indexes: int) -> None:
        for index in indexes:
            self.select(index)
            self.command("notebook:run-cell")

    def write(self, index: int, source: str) -> None:
        self.evaluate(
            "notebook.model.cells.get(arg.index).sharedModel.setSource(arg.source)",
            {"index": index, "source": source},
        )

    def cell(self, index: int) -> Locator:
        """The cell's element; it is brought into view, where it is drawn."""
        self.evaluate(_IN_VIEW, index)
        return self.page.locator(f".jp-Notebook .jp-Cell[data-windowed-list-index='{index}']")

    def badge(self, index: int) -> Locator:
        return self.cell(index).locator(".nbjob-number")

    def marks(self, index: int) -> Locator:
        return self.cell(index).locator(".nbjob-mark")

    @property
    def status(self) -> Locator:
        return self.page.locator(".nbjob-status")

    def is_dirty(self) -> bool:
        return bool(self.evaluate("panel.context.model.dirty"))

    def steps(self) -> list[str]:
        """The number beside each cell of the notebook, in its order; empty where there is none."""
        return list(self.evaluate(f"notebook.widgets.map({NUMBER})"))

    def theme(self, name: str) -> None:
        self.command("apputils:change-theme", theme=name)
        light = "false" if "Dark" in name else "true"
        expect(self.page.locator("body")).to_have_attribute("data-jp-theme-light", light)
        expect(self.page.locator("#jupyterlab-splash")).to_have_count(0)

    def picture(self, name: str) -> Path:
        PICTURES.mkdir(exist_ok=True)
        path = PICTURES / f"{name}.png"
        self.page.screenshot(path=str(path))
        return path


def colour(locator: Locator, name: str) -> tuple[int, int, int]:
    """A computed colour: what the browser paints with."""
    text = str(locator.evaluate("(e, name) => getComputedStyle(e)[name]", name))
    numbers = text[text.index("(") + 1 : text.index(")")].split(",")
    red, green, blue = (round(float(number)) for number in numbers[:3])
    return red, green, blue


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """The ratio of WCAG 2; text is readable from 4.5 on."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(rgb: tuple[int, int, int]) -> float:
    parts = [c / 255 for c in rgb]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
