"""The Jupyters that the tests share: made once for a session, in both versions and both faces."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.jupyter.browser import PICTURES, Opened, start_browser
from tests.jupyter.environments import (
    NEWEST,
    OLDEST,
    VERSIONS,
    Environment,
    Served,
    build_wheel,
    serving,
)

_EXPOSED = ("LabApp", "JupyterNotebookApp")


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = start_browser(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session", params=[OLDEST, NEWEST])
def served(
    request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """JupyterLab and Notebook 7 of one time, with our wheel, over an empty folder."""
    folder = tmp_path_factory.mktemp(f"jupyter-{request.param}")
    environment = Environment(folder / "env", wheel, VERSIONS[request.param])
    root = folder / "notebooks"
    root.mkdir()
    exposed = [f"--{app}.expose_app_in_browser=True" for app in _EXPOSED]
    with serving(environment.python, "jupyterlab", root, *exposed) as found:
        found.version = request.param
        yield found
    shutil.rmtree(environment.folder, ignore_errors=True)


@pytest.fixture(params=["lab", "notebook"])
def opened(request: pytest.FixtureRequest, served: Served, browser: Browser) -> Iterator[Opened]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    found = Opened(context.new_page(), served, request.param)
    yield found
    context.close()
    assert found.errors == []
