"""Trino, by its own client, which speaks HTTP."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbjob_clean.runner.engines.engine import (
    PATIENCE,
    Engine,
    ErrorKind,
    Syntax,
    is_passing,
    reach,
    unavailable,
)
from nbjob_clean.runner.rows import Rows

_SYNTAX = Syntax(mark="?")
_LINE = re.compile(r"\bline (\d+):\d+")
_QUERIES = re.compile(
    r"\(|(?:SELECT|VALUES|TABLE|WITH|SHOW|DESC|DESCRIBE|EXPLAIN|CALL|EXECUTE)\b", re.IGNORECASE
)
_TRANSIENT = frozenset(
    [
        "ABANDONED_QUERY", "CLUSTER_OUT_OF_MEMORY", "EXCHANGE_MANAGER_NOT_CONFIGURED",
        "NO_NODES_AVAILABLE", "PAGE_TRANSPORT_ERROR", "PAGE_TRANSPORT_TIMEOUT",
        "QUERY_QUEUE_FULL", "REMOTE_HOST_GONE", "REMOTE_TASK_ERROR", "REMOTE_TASK_MISMATCH",
        "SERVER_SHUTTING_DOWN", "SERVER_STARTING_UP", "TOO_MANY_REQUESTS_FAILED",
        "TRANSACTION_CONFLICT",
    ]
)  # fmt: skip


def connect(url: str, directory: Path, options: Mapping[str, Any]) -> Engine:  # noqa: ARG001
    """Open a session: `trino://user:password@host:port/catalog/schema?http_scheme=https`.

    What else the URL or the options say goes to the client. Raises UnavailableError.
    """
    from urllib.parse import parse_qsl, unquote, urlsplit

    parts = urlsplit(url)
    catalog, _, schema = parts.path.strip("/").partition("/")
    asked = {**dict(parse_qsl(parts.query)), **options}
    is_secure = bool(parts.password) or parts.port == 443
    scheme = asked.pop("http_scheme", "https" if is_secure else "http")
    host, port = parts.hostname or "localhost", parts.port or (443 if scheme == "https" else 8080)
    reach(url, host, port)
    import trino

    user = unquote(parts.username or "nbjob")
    if parts.password:
        asked["auth"] = trino.auth.BasicAuthentication(user, unquote(parts.password))
    try:
        connection = trino.dbapi.connect(  # type: ignore[no-untyped-call]
            host=host, port=port, user=user, http_scheme=scheme, source="nbjob",
            **({"catalog": catalog} if catalog else {}), **({"schema": schema} if schema else {}),
            **{"request_timeout": 3 * PATIENCE, **asked},
        )  # fmt: skip
    except (trino.exceptions.Error, ValueError, TypeError) as exc:
        raise unavailable(url, exc) from None
    return Trino(connection)


class Trino(Engine):
    """A session. Every statement stands on its own: most connectors write in no other way."""

    syntax = _SYNTAX

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self._running: Any = None
        self._guard = threading.Lock()

    def execute(self, statement: str, values: Any) -> Rows | None:
        cursor = self.connection.cursor()
        with self._guard:
            self._running = cursor
        try:
            cursor.execute(statement, values or None)
            rows = [tuple(row) for row in cursor.fetchall()]
        finally:
            with self._guard:
                self._running = None
        if not cursor.description or not _QUERIES.match(statement):
            return None
        return Rows(rows, [column[0] for column in cursor.description])

    def adapt(self, value: object) -> object:
        """Lists are arrays; dicts are JSON, for `json_parse`."""
        if isinstance(value, dict):
            import json

            return json.dumps(value, default=str)
        return value

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self.connection.close()

    def cancel(self) -> None:
        with self._guard:
            running = self._running
        if running is not None:
            running.cancel()

    def classify(self, error: BaseException) -> ErrorKind:
        module = type(error).__module__.partition(".")[0]
        if module not in ("trino", "requests", "urllib3"):
            return "statement"
        name = getattr(error, "error_name", None)
        if name:
            return "transient" if name in _TRANSIENT else "statement"
        is_away = type(error).__name__ in ("TrinoConnectionError", "ConnectionError", "Timeout")
        return "transient" if is_away or is_passing(str(error)) else "statement"

    def error_line(self, error: BaseException, statement: str) -> int:  # noqa: ARG002
        match = _LINE.search(str(error))
        return int(match.group(1)) if match else 0
