"""nbdime's own server behind `nbjob diff --web` and `git mergetool`: the page, and what it saves."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import GitRepo
from tests.merge.scenarios import sources
from tests.notebooks import code, notebook

pytestmark = pytest.mark.slow
PATIENCE = 60  # seconds; nbdime alone takes some to be loaded


def _notebook(rate: int) -> bytes:
    text = {"name": "stdout", "output_type": "stream", "text": [f"picture {rate}\n"]}
    cell = code(f"rate = {rate}\nprint(rate)", "job", id="b", count=rate, outputs=[text])
    return notebook(code("import os", "job", id="a"), cell)


class Page:
    """The page as a browser would ask for it."""

    def __init__(self, address: str) -> None:
        self._origin = address.rpartition("/")[0]
        with urllib.request.urlopen(address) as page:
            html = page.read().decode()
        found = re.search(r"<script[^>]*nbdime-config-data[^>]*>(.*?)</script>", html, re.DOTALL)
        assert found
        self.config: dict[str, Any] = json.loads(found[1])

    def post(self, path: str, data: object) -> dict[str, Any]:
        request = urllib.request.Request(f"{self._origin}/api/{path}", json.dumps(data).encode())
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request) as answer:
            return dict(json.loads(answer.read() or b"{}"))


def _with_page(repo: GitRepo, command: list[str], use: Callable[[Page], None]) -> tuple[int, str]:
    """Run a command that opens a page, use that, and wait for the command's end."""
    log = repo.path.parent / "log"
    environment = {**os.environ, "BROWSER": "true", "PYTHONUNBUFFERED": "1"}
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=repo.path, env=environment, stdout=out, stderr=out)
        try:
            use(Page(_address(log.read_text, process)))
            status = process.wait(PATIENCE)
        finally:
            process.kill()
            process.wait()
    return status, log.read_text()


def _address(read: Callable[[], str], process: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        port = re.search(r"Listening on 127\.0\.0\.1, port (\d+)", read())
        if port:
            tool = "mergetool" if "mergetool" in str(process.args) else "difftool"
            return f"http://127.0.0.1:{port[1]}/{tool}"
        time.sleep(0.1)
    raise AssertionError(read())


def test_the_page_of_a_diff_has_sources_and_outputs_of_both_sides(repo: GitRepo) -> None:
    repo.write("etl.ipynb", _notebook(1))
    repo.commit()
    repo.write("etl.ipynb", _notebook(2))

    def use(page: Page) -> None:
        answer = page.post("diff", {"base": page.config["base"], "remote": page.config["remote"]})
        assert "rate = 1\n" in json.dumps(answer["base"]).replace("\\n", "\n")
        shown = json.dumps(answer["diff"])
        assert "rate = 2" in shown
        assert "picture 2" in shown
        page.post("closetool", {"exitCode": 0})

    command = [sys.executable, "-m", "nbjob_clean", "diff", "--web", "HEAD"]
    status, said = _with_page(repo, command, use)
    assert status == 0, said
    assert "a tab for each, the next one when it is closed" in said


def test_what_the_page_of_a_merge_saves_is_the_result(repo: GitRepo) -> None:
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

    def use(page: Page) -> None:
        names = {name: page.config[name] for name in ("base", "local", "remote")}
        decisions = page.post("merge", names)["merge_decisions"]
        assert [d["conflict"] for d in decisions] == [True]
        page.post("store", {"merged": json.loads(_notebook(2))})
        page.post("closetool", {"exitCode": 0})

    status, said = _with_page(repo, ["git", "mergetool", "--tool=nbjob", "--no-prompt"], use)
    assert status == 0, said
    assert repo("ls-files", "--unmerged").stdout == b""
    assert sources(repo.staged("etl.ipynb"))[1] == "rate = 2\nprint(rate)"
