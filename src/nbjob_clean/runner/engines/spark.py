"""Spark, through Spark Connect: data larger than a machine, on the engine behind the URL."""

from __future__ import annotations

import contextlib
import re
import sys
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nbjob_clean.runner.engines.engine import (
    Engine,
    ErrorKind,
    Syntax,
    is_array,
    is_passing,
    reach,
    unavailable,
)
from nbjob_clean.runner.rows import Rows

_PORT = 15002
_SYNTAX = Syntax(mark=":{name}")
# All others change something; what they answer, if anything, is not for the job.
_QUERIES = re.compile(
    r"\(|(?:SELECT|FROM|VALUES|TABLE|WITH|SHOW|DESC|DESCRIBE|EXPLAIN|LIST|CALL)\b", re.IGNORECASE
)
_WRITES = re.compile(r"WITH\b.*?\)\s*(?:INSERT|MERGE|UPDATE|DELETE)\b", re.IGNORECASE | re.DOTALL)
_LINE = re.compile(r"\bline (\d+)[,:]? *pos")
_TRANSIENT = re.compile(
    r"UNAVAILABLE|RESOURCE_EXHAUSTED|ABORTED|DEADLINE_EXCEEDED|SESSION_CLOSED|SESSION_NOT_FOUND"
    r"|Concurrent\w+Exception|RETRIES_EXCEEDED"
)


def connect(url: str, directory: Path, options: Mapping[str, Any]) -> Engine:  # noqa: ARG001
    """Open a session; `options` are settings of Spark.

    Raises UnavailableError where no server answers.
    """
    from urllib.parse import urlsplit

    remote = "sc://" + url.partition("://")[2]
    parts = urlsplit(remote)
    host, port = parts.hostname or "localhost", parts.port or _PORT
    reach(url, host, port)
    with warnings.catch_warnings(), _main_has_a_file():
        warnings.simplefilter("ignore")  # on versions of pandas that SQL has nothing to do with
        from pyspark.errors import PySparkException
        from pyspark.sql.connect.client.retries import DefaultPolicy
        from pyspark.sql.connect.session import SparkSession

        try:
            session = SparkSession.builder.remote(remote).create()
            # The default goes on for ten minutes where a server has gone away.
            session.client.set_retry_policies([DefaultPolicy(max_retries=4, max_backoff=2000)])
            for name, value in options.items():
                session.conf.set(name, value)
        except (PySparkException, OSError) as exc:
            raise unavailable(url, exc) from None
    return Spark(session)


@contextlib.contextmanager
def _main_has_a_file() -> Iterator[None]:
    """Without one, as in a worker, PySpark believes that its doctests run, and ends the process.

    See check_dependencies in pyspark/sql/connect/utils.py.
    """
    main = sys.modules["__main__"]
    is_without = not hasattr(main, "__file__")
    if is_without:
        main.__file__ = ""
    try:
        yield
    finally:
        if is_without:
            del main.__file__


class Spark(Engine):
    """An open session. Spark has no transactions over several statements."""

    syntax = _SYNTAX
    has_arrow = True

    def __init__(self, session: Any) -> None:
        self.connection = session

    def execute(self, statement: str, values: Any) -> Rows | None:
        frame = self._frame(statement, values)
        if frame is None:
            return None
        return Rows((tuple(row) for row in frame.collect()), frame.columns)

    def arrow(self, statement: str, values: Any) -> Any:
        frame = self._frame(statement, values)
        return None if frame is None else frame.toArrow()

    def _frame(self, statement: str, values: Any) -> Any:
        """The query; None where the statement is none, and has been run by this."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame = self.connection.sql(statement, values or None)
        is_query = _QUERIES.match(statement) and not _WRITES.match(statement)
        return frame if is_query else None

    def adapt(self, value: object) -> object:
        """A list is an array, unless it holds more than one type or dicts: then JSON."""
        if isinstance(value, dict) or (isinstance(value, list) and not is_array(value)):
            import json

            return json.dumps(value, default=str)
        return value

    def close(self) -> None:
        with contextlib.suppress(Exception):  # a server that is gone has closed it, too
            self.connection.stop()

    def cancel(self) -> None:
        self.connection.interruptAll()

    def classify(self, error: BaseException) -> ErrorKind:
        if not type(error).__module__.startswith(("pyspark.", "grpc")):
            return "statement"
        words = str(error)
        return "transient" if _TRANSIENT.search(words) or is_passing(words) else "statement"

    def error_line(self, error: BaseException, statement: str) -> int:  # noqa: ARG002
        match = _LINE.search(str(error))
        return int(match.group(1)) if match else 0
