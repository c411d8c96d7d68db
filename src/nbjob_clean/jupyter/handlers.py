"""What the page asks of the server, as Jupyter's own handlers: authenticated, below its root.

Paths are those of Jupyter's contents API. What lies outside of its root is not there: 404.
"""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import ensure_async, url_path_join
from tornado import web

from nbjob_clean import __version__
from nbjob_clean.errors import NbjobError
from nbjob_clean.jupyter.review import review

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

_REVIEWS = ThreadPoolExecutor(1, "nbjob-review")  # one at a time: the rules keep what they parsed


def add_handlers(server: ServerApp) -> None:
    base = url_path_join(server.base_url, "nbjob")
    routes = [
        (url_path_join(base, "about"), About),
        (url_path_join(base, "check"), Check),
    ]
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
        contents = self.contents_manager
        found = contents.get(path, content=False, type="notebook")  # type: ignore[no-untyped-call]
        await ensure_async(found)
        if not hasattr(contents, "_get_os_path"):  # in a database, or on another machine
            raise web.HTTPError(501, "notebooks that are not files cannot be run or checked here")
        return Path(contents._get_os_path(path))


class About(Handler):
    @web.authenticated
    def get(self) -> None:
        self.finish({"version": __version__})


class Check(Handler):
    """The rules on the notebook as it is in the page, saved or not."""

    @web.authenticated
    async def post(self) -> None:
        body = self.body()
        path = await self.notebook(body)
        deleted = [source for source in body.get("deleted", []) if isinstance(source, str)]
        data = json.dumps(body.get("notebook")).encode()
        try:
            loop = asyncio.get_running_loop()
            found = await loop.run_in_executor(_REVIEWS, review, path, data, deleted)
        except NbjobError as exc:
            raise web.HTTPError(400, f"{exc}{f'; {exc.hint}' if exc.hint else ''}") from exc
        self.finish(found)
