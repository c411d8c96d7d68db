"""What the page asks of the server, as Jupyter's own handlers: authenticated, below its root.

Paths are those of Jupyter's contents API. What lies outside of its root is not there: 404.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import ensure_async, url_path_join
from tornado import web
from tornado.iostream import StreamClosedError

from nbjob_clean import __version__
from nbjob_clean.deploy.targets import TARGETS
from nbjob_clean.errors import NbjobError
from nbjob_clean.jupyter.children import Child, event
from nbjob_clean.jupyter.prepare import prepare, words
from nbjob_clean.jupyter.review import review

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

Answer = TypeVar("Answer")

_REVIEWS = ThreadPoolExecutor(1, "nbjob-review")  # one at a time: the rules keep what they parsed
_RUNNING: dict[str, Child] = {}


def add_handlers(server: ServerApp) -> None:
    base = url_path_join(server.base_url, "nbjob")
    handlers = {
        "about": About,
        "check": Check,
        "prepare": Prepare,
        "run": Run,
        "test": Test,
        "deploy": Deploy,
        r"running/([0-9a-f]+)": Running,
    }
    routes = [(url_path_join(base, name), handler) for name, handler in handlers.items()]
    server.web_app.add_handlers(".*$", routes)  # type: ignore[no-untyped-call]


class Handler(APIHandler):
    """What all share: a JSON object comes in, and names a notebook by its path."""

    def body(self) -> dict[str, Any]:
        found = self.get_json_body()
        if not isinstance(found, dict):
            raise web.HTTPError(400, "a JSON object is expected")
        return found

    async def notebook(self, body: dict[str, Any]) -> Path:
        """The notebook's file. Raises 404 outside of the root, and for what is no file there."""
        path = body.get("path")
        if not isinstance(path, str) or not path.endswith(".ipynb"):
            raise web.HTTPError(400, "`path` is to be that of a notebook")
        found = self.contents_manager.get(path, content=False, type="notebook")  # type: ignore[no-untyped-call]
        await ensure_async(found)
        return self.file(path)

    def file(self, path: str) -> Path:
        """Where a path of Jupyter's is on disk. Raises 404 outside of the root."""
        if not hasattr(self.contents_manager, "_get_os_path"):  # in a database, or elsewhere
            raise web.HTTPError(501, "notebooks that are not files cannot be run or checked here")
        return Path(self.contents_manager._get_os_path(path))

    async def answer(
        self, pool: ThreadPoolExecutor | None, ask: Callable[..., Answer], *arguments: Any
    ) -> Answer:
        """What `ask` gives, away from the loop; its refusal is a 400 with its words."""
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, ask, *arguments)
        except NbjobError as exc:
            raise web.HTTPError(400, words(exc)) from exc


class About(Handler):
    @web.authenticated
    def get(self) -> None:
        targets = [{"name": t.name, "what": t.what, "image": t.needs_image} for t in TARGETS]
        self.finish({"version": __version__, "targets": targets})


class Check(Handler):
    """The rules on the notebook as it is in the page, saved or not."""

    @web.authenticated
    async def post(self) -> None:
        body = self.body()
        path = await self.notebook(body)
        deleted = [source for source in body.get("deleted", []) if isinstance(source, str)]
        data = json.dumps(body.get("notebook")).encode()
        self.finish(await self.answer(_REVIEWS, review, path, data, deleted))


class Prepare(Handler):
    """Sidecars of the saved notebook, and the plans of it and of its job."""

    @web.authenticated
    async def post(self) -> None:
        path = await self.notebook(self.body())
        self.finish(await self.answer(None, prepare, path))


class Streaming(Handler):
    """A process whose events are the answer. It ends when the page hangs up."""

    _child: Child | None = None

    async def stream(self, child: Child) -> None:
        self._child, identifier = child, uuid.uuid4().hex
        _RUNNING[identifier] = child
        self.set_header("Content-Type", "application/x-ndjson")
        self.set_header("X-Accel-Buffering", "no")  # nginx would keep the events to itself
        try:
            self.write(event("process-started", id=identifier))
            await self.flush()
            async for line in child.events():
                self.write(line)
                await self.flush()
        except StreamClosedError:  # the page is closed
            return
        finally:
            _RUNNING.pop(identifier, None)
            child.leave()

    def on_connection_close(self) -> None:
        if self._child:
            self._child.leave()

    def given(self, body: dict[str, Any]) -> list[str]:
        """The arguments of the job, as options of `nbjob`."""
        found = body.get("arguments", {})
        if not isinstance(found, dict) or not all(
            name.isidentifier() and isinstance(value, str) for name, value in found.items()
        ):
            raise web.HTTPError(400, "`arguments` are strings by name")
        return [word for name, value in found.items() for word in ("-p", f"{name}={value}")]


class Run(Streaming):
    @web.authenticated
    async def post(self) -> None:
        body = self.body()
        path = await self.notebook(body)
        job = path.parent if body.get("scope") == "job" else path
        options = ["--log-format", "json", "--grace", "5", *self.given(body)]
        await self.stream(Child(["run", f"./{job.name}", *options], job.parent, is_json=True))


class Test(Streaming):
    @web.authenticated
    async def post(self) -> None:
        body = self.body()
        path = await self.notebook(body)
        await self.stream(
            Child(["test", f"./{path.parent.name}", *self.given(body)], path.parent.parent)
        )


class Deploy(Streaming):
    """`nbjob deploy`, which runs the smoke test first, and renders nothing where that fails."""

    @web.authenticated
    async def post(self) -> None:
        body = self.body()
        path = await self.notebook(body)
        if body.get("target") not in {target.name for target in TARGETS}:
            raise web.HTTPError(400, "no such target")
        options = self.given(body)
        for name in ("schedule", "image"):
            if body.get(name):
                options.append(f"--{name}={body[name]}")
        if body.get("output"):
            options.append(f"--output={self.file(str(body['output']))}")
        command = ["deploy", str(body["target"]), f"./{path.parent.name}", *options]
        await self.stream(Child(command, path.parent.parent))


class Running(Handler):
    """A process that a page has started; to stop it."""

    @web.authenticated
    def delete(self, identifier: str) -> None:
        child = _RUNNING.get(identifier)
        if child is None:
            raise web.HTTPError(404, "it has ended already")
        child.stop()
        self.set_status(204)
        self.finish()
