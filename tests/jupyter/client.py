"""Talks HTTP to a server as a page does, or as somebody who should not."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from tests.jupyter.environments import TOKEN, Served


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    data: bytes


class Client:
    def __init__(self, served: Served) -> None:
        self.served = served
        self.address = urlsplit(served.url)
        self.headers = {"Authorization": f"token {TOKEN}"}

    def send(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> Answer:
        with contextlib.closing(self._connect()) as connection:
            response = self._request(connection, method, path, body, headers)
            return Answer(response.status, response.headers, response.read())

    def ask(self, path: str, body: Any = None, *, code: int = 200) -> Any:
        answer = self.send("GET" if body is None else "POST", f"nbjob/{path}", body)
        assert answer.status == code, answer.data
        return json.loads(answer.data)

    @contextlib.contextmanager
    def stream(self, path: str, body: Any) -> Iterator[Stream]:
        """The events of a process; it hangs up at the end."""
        connection = self._connect()
        response = self._request(connection, "POST", f"nbjob/{path}", body, None)
        try:
            assert response.status == 200, response.read()
            yield Stream(response)
        finally:
            response.close()
            connection.close()

    def write(self, name: str, data: bytes | str) -> Path:
        path = self.served.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(str(self.address.hostname), self.address.port)

    def _request(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        body: Any,
        headers: dict[str, str] | None,
    ) -> http.client.HTTPResponse:
        data = None if body is None else json.dumps(body)
        used = self.headers if headers is None else headers
        connection.request(method, f"{self.address.path}{path}", data, used)
        return connection.getresponse()


class Stream:
    """The events of a process, as they come."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self._response = response

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for line in self._response:
            if line.strip():
                yield json.loads(line)

    def until(self, name: str, **values: Any) -> dict[str, Any]:
        for event in self:
            if event["event"] == name and all(event.get(k) == v for k, v in values.items()):
                return event
        raise AssertionError(f"no {name}")


def is_running(pid: int) -> bool:
    """A zombie runs no more, though nobody has asked for its exit status."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


def wait_until_gone(pid: int, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while is_running(pid):
        assert time.monotonic() < end, f"{pid} still runs"
        time.sleep(0.05)
