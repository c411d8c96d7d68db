"""The server part, asked over HTTP as the page asks it, and as it should not be asked."""

from __future__ import annotations

import contextlib
import http.cookies
import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.jupyter.client import Client, Stream, is_running, wait_until_gone
from tests.jupyter.environments import TOKEN, serving
from tests.notebooks import code, notebook

pytestmark = pytest.mark.xdist_group("jupyter-server")

_LOADED = "--ServerApp.jpserver_extensions={'nbjob_clean.jupyter': True}"
_ON_SAVE = "--FileContentsManager.post_save_hook=nbjob_clean.jupyter.on_save.emit_and_check"
ROUTES = ("check", "prepare", "run", "test", "deploy")
# The job's own process, and one that it starts: both have to go.
SLEEPER = """\
import os, pathlib, subprocess, sys, time
other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
pathlib.Path("pids").write_text(f"{os.getpid()} {other.pid}")
print("asleep", flush=True)
time.sleep(300)
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("server")
    (folder / "secret.ipynb").write_bytes(notebook(code("x = 1", "job", id="a")))
    root = folder / "root"
    root.mkdir()
    with serving(Path(sys.executable), "jupyter_server", root, _LOADED, _ON_SAVE) as served:
        yield Client(served)


def orders(client: Client, folder: str, *cells: dict[str, Any]) -> str:
    path = f"{folder}/10_orders.ipynb"
    client.write(path, notebook(*cells))
    return path


def test_nobody_comes_in_without_the_token(client: Client) -> None:
    path = orders(client, "closed", code("x = 1", "job", id="a"))
    for route in ROUTES:
        response = client.send("POST", f"nbjob/{route}", {"path": path}, {})
        assert response.status == 403, route
    assert client.send("GET", "nbjob/about", None, {}).status == 403
    assert client.send("DELETE", "nbjob/running/ab12", None, {}).status == 403
    assert not (client.served.root / "closed/10_orders.py").exists()


def test_a_cookie_alone_is_not_enough(client: Client) -> None:
    """Another page in the same browser would send it too: XSRF."""
    path = orders(client, "xsrf", code("x = 1", "job", id="a"))
    login = client.send("GET", f"login?token={TOKEN}", None, {})
    found = http.cookies.SimpleCookie()
    for header in login.headers.get_all("Set-Cookie") or []:
        found.load(header)
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in found.items())
    asked = client.send("GET", "nbjob/about", None, {"Cookie": cookie})
    assert asked.status == 200
    forged = client.send("POST", "nbjob/prepare", {"path": path}, {"Cookie": cookie})
    assert forged.status == 403
    assert b"_xsrf" in forged.data


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("path", ["../secret.ipynb", "/../secret.ipynb", "a/../../secret.ipynb"])
def test_outside_of_the_root_is_not_found(client: Client, route: str, path: str) -> None:
    said = client.ask(route, {"path": path, "target": "docker"}, code=404)
    assert "secret" not in json.dumps(said.get("traceback"))
    assert not (client.served.root.parent / "secret.py").exists()


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("check", {"path": "no.ipynb"}),
        ("run", {"path": "."}),
        ("run", {"path": 3}),
        ("run", {}),
        ("prepare", []),
        ("check", {"path": "odd/10_orders.ipynb", "notebook": 3}),
        ("check", {"path": "odd/10_orders.ipynb"}),
        ("run", {"path": "odd/10_orders.ipynb", "arguments": {"--db": "x"}}),
        ("run", {"path": "odd/10_orders.ipynb", "arguments": {"x": 3}}),
        ("deploy", {"path": "odd/10_orders.ipynb", "target": "--help"}),
        ("deploy", {"path": "odd/10_orders.ipynb", "target": "docker", "output": "../x"}),
    ],
)
def test_odd_questions_are_refused(client: Client, route: str, body: Any) -> None:
    orders(client, "odd", code("x = 1", "job", id="a"))
    response = client.send("POST", f"nbjob/{route}", body)
    assert response.status in (400, 404)
    assert json.loads(response.data)["message"]


def test_the_notebook_of_the_page_is_checked_not_that_of_the_disk(client: Client) -> None:
    client.write("settings/nbjob.toml", 'tags = ["prod"]\nignore = ["NBJ404"]\n')
    path = orders(client, "settings", code("fine = 1", "prod", id="a"))
    page = json.loads(notebook(code("gone = 1", id="d"), code("print(gone, lost)", "prod", id="a")))
    said = client.ask(
        "check", {"path": path, "notebook": page, "deleted": ["lost = 1", "it is ? not python"]}
    )
    assert said["tags"] == ["prod"]
    assert [(f["code"], f["cell"], f["cell_id"], f["line"]) for f in said["findings"]] == [
        ("NBJ102", 2, "a", 1),
        ("NBJ101", 2, "a", 1),
    ]
    assert said["findings"][1]["message"] == "`lost` was defined in a cell that is deleted"


def test_settings_that_cannot_be_read_are_said(client: Client) -> None:
    client.write("unknown/nbjob.toml", 'tagss = ["prod"]\n')
    path = orders(client, "unknown", code("x = 1", "job", id="a"))
    said = client.ask("check", {"path": path, "notebook": json.loads(notebook())}, code=400)
    assert "unknown setting `tagss`" in said["message"]
    assert "did you mean `tags`" in said["message"]


def test_prepared_emitted_and_planned(client: Client) -> None:
    path = orders(client, "plans", code("limit: int = 5  # how many", "job", "parameters", id="p"),
                  code("print(limit)", "job", id="a"))  # fmt: skip
    client.write("plans/20_load.ipynb", notebook(code("print(2)", "job", id="b")))
    said = client.ask("prepare", {"path": path})
    assert said["written"] == ["wrote 10_orders.py", "wrote 20_load.py"]
    assert (said["job"]["files"], said["job"]["steps"]) == (2, 3)
    assert (said["notebook"]["files"], said["notebook"]["steps"]) == (1, 2)
    argument = said["job"]["arguments"][0]
    assert (argument["name"], argument["type"], argument["default"]) == ("limit", "int", "5")
    assert client.ask("prepare", {"path": path})["written"] == []

    sidecar = client.write("plans/10_orders.py", "# edited by hand\n")
    said = client.ask("prepare", {"path": path}, code=400)
    assert "10_orders.py" in said["message"]
    assert sidecar.read_text() == "# edited by hand\n"


def test_a_run_streams_and_says_which_line_failed(client: Client) -> None:
    path = orders(
        client, "failing",
        code("print('begun')\nwho: str", "job", "parameters", id="p"),
        code("import pathlib, time\nwhile not pathlib.Path('go').exists(): time.sleep(.02)", "job", id="a"),
        code("def f():\n    return who / 0\nf()", "job", id="b"),
        code("never = 1", "job", id="c"),
    )  # fmt: skip
    client.ask("prepare", {"path": path})
    body = {"path": path, "scope": "job", "arguments": {"who": "a=b;$HOME"}}
    with client.stream("run", body) as stream:
        events = iter(stream)
        assert next(events)["event"] == "process-started"
        assert len(next(events)["steps"]) == 4
        assert stream.until("output")["text"] == "begun\n"
        assert stream.until("step-started")["step"]["cell"] == 2
        client.write("failing/go", "")  # only now: what came before was not held back
        failed = stream.until("step-finished", status="failed")
        assert failed["step"]["cell_id"] == "b"
        assert (failed["error"]["type"], failed["error"]["line"]) == ("TypeError", 2)
        assert stream.until("step-finished")["status"] == "not run"
        assert stream.until("process-finished")["exit_code"] == 1


@contextlib.contextmanager
def _asleep(client: Client, folder: str) -> Iterator[tuple[Stream, str, list[int]]]:
    path = orders(client, folder, code(SLEEPER, "job", id="a"))
    client.ask("prepare", {"path": path})
    with client.stream("run", {"path": path}) as stream:
        identifier = stream.until("process-started")["id"]
        stream.until("output", text="asleep\n")
        pids = (client.served.root / folder / "pids").read_text().split()
        yield stream, identifier, [int(pid) for pid in pids]


def test_stopped_by_the_button(client: Client) -> None:
    with _asleep(client, "stopped") as (stream, identifier, pids):
        assert client.send("DELETE", f"nbjob/running/{identifier}").status == 204
        assert stream.until("run-finished")["status"] == "interrupted"
        assert stream.until("process-finished")["exit_code"] == 130
    for pid in pids:
        wait_until_gone(pid)
    assert client.send("DELETE", f"nbjob/running/{identifier}").status == 404


def test_gone_with_the_page(client: Client) -> None:
    with _asleep(client, "closed-page") as (_, _, pids):
        assert all(is_running(pid) for pid in pids)
    for pid in pids:
        wait_until_gone(pid)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_gone_with_the_server(tmp_path: Path, number: signal.Signals) -> None:
    root = tmp_path / "root"
    root.mkdir()
    with (
        serving(Path(sys.executable), "jupyter_server", root, _LOADED) as served,
        _asleep(Client(served), "job") as (_, _, pids),
    ):
        served.process.send_signal(number)
        served.process.wait(timeout=20)
        for pid in pids:
            wait_until_gone(pid)


@pytest.mark.slow
def test_no_deployment_after_a_failed_smoke_test(client: Client) -> None:
    path = orders(
        client, "deployed", code("n = 1", "job", id="a"), code("1 / (n - 1)", "job", id="b")
    )
    client.ask("prepare", {"path": path})
    body = {"path": path, "target": "docker", "output": "Dockerfile"}
    assert _all(client, "test", body)[-1]["exit_code"] == 1
    events = _all(client, "deploy", body)
    assert events[-1]["exit_code"] == 1
    assert "not deployed: the smoke test failed\n" in [e.get("text") for e in events]
    assert not (client.served.root / "Dockerfile").exists()

    orders(client, "deployed", code("n = 1", "job", id="a"), code("print(1 / n)", "job", id="b"))
    client.ask("prepare", {"path": path})
    events = _all(client, "deploy", body)
    assert events[-1] == {"event": "process-finished", "exit_code": 0}
    assert "FROM" in (client.served.root / "Dockerfile").read_text()


def _all(client: Client, path: str, body: Any) -> list[dict[str, Any]]:
    with client.stream(path, body) as stream:
        return list(stream)


def test_on_save_sidecars_are_written_and_never_lost(client: Client) -> None:
    def save(*cells: dict[str, Any]) -> int:
        model = {"type": "notebook", "format": "json", "content": json.loads(notebook(*cells))}
        return client.send("PUT", "api/contents/saved.ipynb", model).status

    assert save(code("x = 1", "job", id="a")) == 201
    sidecar = client.served.root / "saved.py"
    assert "x = 1" in sidecar.read_text()
    assert save(code("x = 2\nprint(lost)", "job", id="a")) == 200
    assert "x = 2" in sidecar.read_text()
    edited = sidecar.read_text() + "# by hand\n"
    sidecar.write_text(edited)
    assert save(code("x = 3", "job", id="a")) == 200
    assert sidecar.read_text() == edited
    log = (client.served.root.with_name("root-home") / "log").read_text()
    assert "nbjob: wrote saved.py beside saved.ipynb" in log
    assert "cell 1:2:7: NBJ101" in log
    assert "nbjob emit --reverse" in log
