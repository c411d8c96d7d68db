"""`nbjob diff --web` and `git mergetool` with nbdime's own pages, in a real browser."""

from __future__ import annotations

import base64
import os
import re
import signal
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.conftest import GitRepo
from tests.jupyter.browser import start_browser
from tests.merge.scenarios import sources
from tests.notebooks import code, notebook

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")]
PATIENCE = 60  # seconds; nbdime alone takes some to be loaded


def _picture(shade: int) -> str:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    size = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + bytes([shade]) * 8 for _ in range(8)))
    data = chunk(b"IHDR", size) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + data).decode()


def _notebook(rate: int) -> bytes:
    shown = {"image/png": _picture(rate * 50), "text/plain": ["<Figure>"]}
    output = {"output_type": "display_data", "metadata": {}, "data": shown}
    cell = code(f"rate = {rate}\nplot(rate)", "job", id="b", count=rate, outputs=[output])
    return notebook(code("import os", "job", id="a"), cell)


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = start_browser(playwright)
        yield browser.new_page(viewport={"width": 1300, "height": 900})
        browser.close()


@contextmanager
def _running(repo: GitRepo, *command: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A command that serves pages until they are closed, and the first one's address."""
    log = repo.path.parent / "log"
    environment = {**os.environ, "BROWSER": "true"}
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=repo.path, env=environment, stdout=out, stderr=out, start_new_session=True
        )
    try:
        yield _address(log, process), process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _address(log: Path, process: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        if found := re.search(r"URL: (http://\S+)", log.read_text()):
            return found[1]
        time.sleep(0.1)
    raise AssertionError(log.read_text())


def test_pictures_of_both_sides_stand_side_by_side(repo: GitRepo, page: Page) -> None:
    repo.write("etl.ipynb", _notebook(1))
    repo.commit()
    repo.write("etl.ipynb", _notebook(2))
    command = (sys.executable, "-m", "nbjob_clean", "diff", "--web", "HEAD")
    with _running(repo, *command) as (address, process):
        page.goto(address)
        expect(page.get_by_text("rate = 1")).to_be_visible(timeout=PATIENCE * 1000)
        expect(page.get_by_text("rate = 2")).to_be_visible()
        pictures = page.locator("img")
        expect(pictures).to_have_count(2)
        placed = pictures.evaluate_all("all => all.map(i => [i.getBoundingClientRect().x, i.src])")
        from_left = [src.partition("base64,")[2] for _, src in sorted(placed)]
        assert from_left == [_picture(50), _picture(100)]
        page.get_by_text("Close tool").click()
        assert process.wait(PATIENCE) == 0


def test_what_is_settled_in_the_page_of_a_merge_is_the_result(repo: GitRepo, page: Page) -> None:
    repo.nbjob("install")
    repo.write("etl.ipynb", _notebook(1))
    repo.commit("base")
    repo("switch", "-q", "-c", "theirs")
    repo.write("etl.ipynb", _notebook(2))
    repo.commit("theirs")
    repo("switch", "-q", "main")
    repo.write("etl.ipynb", _notebook(3))
    repo.commit("ours")
    repo("merge", "theirs", code=1)
    command = ("git", "mergetool", "--tool=nbjob", "--no-prompt")
    with _running(repo, *command) as (address, process):
        page.goto(address)
        for rate in (3, 2):
            expect(page.get_by_text(f"rate = {rate}")).to_be_visible(timeout=PATIENCE * 1000)
        page.locator(".jp-Merge-gutter-picker:visible").last.click()
        page.locator(".jp-Merge-gutter-conflict:visible").first.click()
        page.get_by_text("Save", exact=True).click()
        expect(page.get_by_text("saved successfully")).to_be_visible()
        page.get_by_text("Close tool").click()
        assert process.wait(PATIENCE) == 0
    assert repo("ls-files", "--unmerged").stdout == b""
    assert sources(repo.staged("etl.ipynb"))[1] == "rate = 2\nplot(rate)"
