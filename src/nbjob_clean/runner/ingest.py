"""Ingestion: what a job sends off waits in batches, and is written in the step's transaction.

A failure is raised at the line that sent the rows, and again at the end of the step where the job
has caught it: rows are written, or the step fails.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NoReturn

from nbjob_clean.record import Record
from nbjob_clean.runner.context import Context
from nbjob_clean.runner.ingest_table import Table
from nbjob_clean.runner.ingest_target import Target

_BATCH = 1000


class _Place(Record):
    """The line of the job that sent rows."""

    file: str
    line: int


class _Batch:
    """Rows on their way to one table, and who sent the last of them."""

    def __init__(self, place: _Place) -> None:
        self.rows: list[Mapping[str, Any]] = []
        self.place = place


class Ingestion:
    """What one run has sent. It may be used from several threads."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._batches: dict[tuple[Target, str], _Batch] = {}
        self._tables: dict[tuple[Target, str], Table] = {}
        self._created: set[str] = set()
        self._failure: BaseException | None = None
        self._is_writing = False
        self._lock = threading.RLock()

    def send(self, rows: Iterable[Mapping[str, Any]], table: str, target: Target) -> None:
        """Take rows; a full batch is written at once."""
        place = _caller()
        key = (target, table)
        for row in rows:  # not under the lock: they may come from a query of the same run
            with self._lock:
                batch = self._batches.setdefault(key, _Batch(place))
                batch.place = place
                batch.rows.append(row)
                if len(batch.rows) >= _BATCH:
                    self._write(key)

    def flush(self) -> None:
        """Write all that waits: the statement that comes next may read, or drop, the tables."""
        with self._lock:
            if self._is_writing:
                return
            for key, batch in tuple(self._batches.items()):
                try:
                    self._write(key)
                except Exception as exc:  # noqa: BLE001 - raised again, from the job's own line
                    _raise_from(batch.place, exc)
            self._tables.clear()

    def finish(self) -> None:
        """End a step: write the rest; raise what went wrong, also where the job has caught it."""
        self.flush()
        if self._failure:
            failure, self._failure = self._failure, None
            raise failure

    def discard(self) -> None:
        """Forget what was sent, as the database forgets what was written."""
        self._batches.clear()
        self._tables.clear()
        self._failure = None

    def _write(self, key: tuple[Target, str]) -> None:
        target, table = key
        rows = self._batches.pop(key).rows
        self._is_writing = True
        try:
            if target.is_http:
                self._post(target.place, table, rows)
            else:
                self._table(key).write(rows)
        except Exception as exc:
            self._failure = exc
            if hasattr(exc, "add_note"):  # Python 3.11
                exc.add_note(f"while {len(rows)} rows were ingested into `{table}`")
            raise
        finally:
            self._is_writing = False

    def _post(self, url: str, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        if self._context.connections.guard:
            import warnings

            warnings.warn(f"not sent in a smoke test: {len(rows)} rows to {url}", stacklevel=2)
            return
        from nbjob_clean.runner.ingest_http import post

        post(url, table, rows)

    def _table(self, key: tuple[Target, str]) -> Table:
        if key not in self._tables:
            target, name = key
            connections = self._context.connections
            connection = connections.open(target.place)
            dialect = connections.url(target.place).partition("://")[0]
            self._tables[key] = Table(connection, name, dialect, self._created)
        return self._tables[key]


def objects(payload: object) -> Iterator[dict[str, Any]]:
    """The rows of a dict or of a data frame (pandas, Polars, Arrow)."""
    if isinstance(payload, Mapping):
        yield dict(payload)
    elif hasattr(payload, "to_pylist"):
        yield from payload.to_pylist()
    elif hasattr(payload, "iter_rows"):
        yield from payload.iter_rows(named=True)
    elif hasattr(payload, "itertuples"):
        columns = [str(column) for column in payload.columns]  # type: ignore[attr-defined]
        yield from tabular(payload.itertuples(index=False, name=None), columns)
    else:
        raise TypeError(f"ingestion takes a dict or a data frame, not {type(payload).__name__}")


def tabular(rows: Iterable[Sequence[Any]], columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Rows by column name; they are fetched as they are taken."""
    for row in rows:
        if len(row) != len(columns):
            raise ValueError(f"a row of {len(row)} values for {len(columns)} columns: {row!r}")
        yield dict(zip(columns, row, strict=True))


def _caller() -> _Place:
    """The innermost line that is not the runner's."""
    frame = sys._getframe(1)
    while frame.f_back and frame.f_globals.get("__package__") == __package__:
        frame = frame.f_back
    return _Place(frame.f_code.co_filename, frame.f_lineno)


def _raise_from(place: _Place, error: BaseException) -> NoReturn:
    code = compile("\n" * (place.line - 1) + "raise error", place.file, "exec", dont_inherit=True)
    exec(code, {"error": error})  # noqa: S102 - the two words above
    raise AssertionError  # never reached
