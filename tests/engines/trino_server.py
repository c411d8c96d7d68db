"""A server that speaks Trino's protocol over HTTP and lets DuckDB do the work."""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import duckdb

_IMMEDIATE = re.compile(r"EXECUTE IMMEDIATE '((?:[^']|'')*)'(?: USING (.*))?\Z", re.DOTALL)
_VALUE = re.compile(
    r"\s*((?:[A-Z]+\s*(?=')|X)?'(?:[^']|'')*'|ARRAY\[[^\]]*\]|[^,\s]+)\s*(?:,|\Z)", re.DOTALL
)
_TYPES = {
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "VARCHAR": "varchar",
    "BOOLEAN": "boolean",
    "DOUBLE": "double",
}


class TrinoServer(ThreadingHTTPServer):
    """Query by query; `refusals` are the answers that come first, instead of the right ones."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.database = duckdb.connect()
        self.refusals: list[int] = []
        self.seen: list[tuple[str, str]] = []
        self.cancelled = threading.Event()
        self.queries: dict[str, str] = {}
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"trino://etl@127.0.0.1:{self.server_port}/memory/main"

    def close(self) -> None:
        self.shutdown()
        self.server_close()
        self.database.close()

    def answer(self, number: str) -> dict[str, Any]:
        sql = self.queries[number]
        if "sleep" in sql and not self.cancelled.is_set():
            self.cancelled.wait(0.05)
            return self.more(number)
        found: dict[str, Any] = {"id": number, "infoUri": "", "stats": {"state": "FINISHED"}}
        if "sleep" in sql:
            return found | {"error": _error("USER_CANCELED", "USER_ERROR", "Query was canceled")}
        try:
            cursor = self.database.execute(_filled(sql))
        except duckdb.Error as exc:
            words = str(exc).split("\n")[0]
            return found | {"error": _error("TABLE_NOT_FOUND", "USER_ERROR", f"line 2:6: {words}")}
        columns = [_column(name, kind) for name, kind, *_ in cursor.description or ()]
        rows = [[_json(value) for value in row] for row in cursor.fetchall()]
        return found | {"columns": columns, "data": rows}

    def more(self, number: str) -> dict[str, Any]:
        url = f"http://127.0.0.1:{self.server_port}/v1/statement/{number}"
        return {"id": number, "infoUri": "", "nextUri": url, "stats": {"state": "RUNNING"}}


class _Handler(BaseHTTPRequestHandler):
    server: TrinoServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        sql = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.seen.append((self.headers["X-Trino-User"], sql))
        if self.server.refusals:
            return self._say(self.server.refusals.pop(0), {})
        number = f"q{len(self.server.queries)}"
        self.server.queries[number] = sql
        return self._say(200, self.server.more(number))

    def do_GET(self) -> None:
        self._say(200, self.server.answer(self.path.rsplit("/", 1)[1]))

    def do_DELETE(self) -> None:
        self.server.cancelled.set()
        self._say(204, None)

    def _say(self, code: int, content: object) -> None:
        body = b"" if content is None else json.dumps(content).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def _filled(sql: str) -> str:
    """The statement of an EXECUTE IMMEDIATE with its values in it, in DuckDB's words."""
    match = _IMMEDIATE.match(sql)
    if not match:
        return sql
    values = iter(_VALUE.findall(match[2] or ""))
    statement = re.sub(
        r"'(?:[^']|'')*'|\?",
        lambda m: next(values) if m[0] == "?" else m[0],
        match[1].replace("''", "'"),
    )
    statement = re.sub(r"\bX'([0-9a-fA-F]*)'", r"unhex('\1')", statement)
    return re.sub(r"\b(DECIMAL|DOUBLE) '([^']*)'", r"\2::\1(18, 2)", statement).replace(
        "DOUBLE(18, 2)", "DOUBLE"
    )


def _column(name: str, kind: object) -> dict[str, Any]:
    word = str(kind)
    raw = _TYPES.get(
        word,
        "varbinary"
        if word == "BLOB"
        else word.lower()
        if word.startswith(("DATE", "DECIMAL"))
        else "varchar",
    )
    sizes = [{"kind": "LONG", "value": int(size)} for size in re.findall(r"\d+", raw)]
    if raw == "varchar":
        sizes = [{"kind": "LONG", "value": 2**31 - 2}]
    return {
        "name": name,
        "type": raw,
        "typeSignature": {"rawType": raw.partition("(")[0], "arguments": sizes},
    }


def _json(value: object) -> object:
    import base64

    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value if isinstance(value, (int, float, str, bool, type(None))) else str(value)


def _error(name: str, kind: str, message: str) -> dict[str, Any]:
    return {
        "message": message,
        "errorCode": 1,
        "errorName": name,
        "errorType": kind,
        "failureInfo": {"type": name, "message": message},
    }
