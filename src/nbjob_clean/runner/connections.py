"""The databases of a run by name: opened when first needed, one transaction for each step."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from nbjob_clean.errors import ArgumentError

TYPE_CHECKING = False  # a job without SQL loads nothing of it
if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from nbjob_clean.runner.engines.engine import Engine, ErrorKind
    from nbjob_clean.runner.rows import Rows

DEFAULT = "default"
_KINDS: tuple[ErrorKind, ...] = ("transient", "unavailable")  # the first that one says
_EMBEDDED = "duckdb"
_WORDS = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(\w+)\s*(\w*)", re.DOTALL)
_STARTS = frozenset(["BEGIN", "START"])
_ENDS = frozenset(["COMMIT", "END", "ROLLBACK", "ABORT"])
# Statements that a transaction would forbid, or that have nothing to roll back.
_OUTSIDE = frozenset(
    ["ATTACH", "CHECKPOINT", "DETACH", "INSTALL", "LOAD", "PRAGMA", "SET", "USE", "VACUUM"]
)


class Connection:
    """One open database. `is_begun`: the step's transaction; `is_own`: one that the job began."""

    def __init__(self, engine: Engine, lock: AbstractContextManager[object]) -> None:
        self.engine = engine
        self.is_begun = False
        self.is_own = False
        self._lock = lock  # a statement and its rows belong together

    def execute(self, statement: str, parameters: Mapping[str, object]) -> Rows | None:
        with self._lock:
            self._prepare(statement)
            return self.engine.execute(statement, parameters)

    @contextlib.contextmanager
    def prepared(self, statement: str) -> Iterator[None]:
        """Hold the connection while a statement goes to the driver past `execute`."""
        with self._lock:
            self._prepare(statement)
            yield

    def _prepare(self, statement: str) -> None:
        """Begin or forget the step's transaction, as the statement wants it."""
        match = _WORDS.match(statement)
        first, second = (word.upper() for word in match.groups()) if match else ("", "")
        if first in _STARTS:
            self.commit()
            self.is_own = True
        elif first in _ENDS and second != "TO":  # ROLLBACK TO a savepoint ends nothing
            self.is_own = self.is_begun = False
        elif first not in _OUTSIDE:
            self.begin()

    def begin(self) -> None:
        if not self.is_begun and not self.is_own:
            self.engine.begin()
            self.is_begun = True

    def commit(self) -> None:
        """End the step's transaction, not one that the job itself began and has not ended."""
        if self.is_begun:
            self.is_begun = False
            self.engine.commit()

    def rollback(self) -> None:
        self.is_begun = self.is_own = False
        self.engine.rollback()


class Connections:
    """All databases that a run may use. An unnamed one is a file in the job's state directory.

    `used` are the names that were opened. With `keeps_memory`, `close` spares what is in memory. A
    `guard` hears name and URL of each, and may refuse it.
    """

    def __init__(self, name: str, directory: Path, urls: Mapping[str, str]) -> None:
        self.name = name
        self.directory = directory
        self.urls = urls
        self.on_open: Callable[[], None] | None = None
        self.used: list[str] = []
        self.keeps_memory = False
        self.guard: Callable[[str, str], None] | None = None
        self._open: dict[str, Connection] = {}

    def check(self, names: Iterable[str]) -> None:
        """Refuse a name that is not known, or an engine that is not there, before anything runs.

        Raises ArgumentError and UnavailableError.
        """
        for name in dict.fromkeys(names):
            from nbjob_clean.runner.engines.table import facts_of, require_driver

            url = self.url(name)
            require_driver(facts_of(url))
            if self.guard:
                self.guard(name or DEFAULT, url)

    def url(self, name: str) -> str:
        """Where a name leads; a URL leads to itself. Raises ArgumentError for an unknown name."""
        if "://" in name:
            return name
        name = name or DEFAULT
        if name in self.urls:
            return self.urls[name]
        if name == DEFAULT:
            return f"{_EMBEDDED}:///{self.directory / '.nbjob' / self.name}.{_EMBEDDED}"
        known = ", ".join(self.urls)
        raise ArgumentError(
            f"unknown database `{name}`" + (f"; known: {known}" if known else ""),
            hint=f"--db {name}=URL, or [tool.nbjob.databases.{name}] with url = …",
        )

    def open(self, name: str) -> Connection:
        """The database of that name; the same one throughout the run."""
        import threading

        from nbjob_clean.runner.engines.table import connect
        from nbjob_clean.runner.state import STATE, state_directory

        url, key = self.url(name), self._key(name)
        if key not in self._open:
            if self.guard:
                self.guard(name or DEFAULT, url)
            if f"{self.directory / STATE}{os.sep}" in url:
                state_directory(self.directory)
            self._open[key] = Connection(connect(url, self.directory), threading.RLock())
            if self.on_open:
                self.on_open()
        self.used += [] if (name or DEFAULT) in self.used else [name or DEFAULT]
        return self._open[key]

    def commit(self) -> None:
        """What every step that went well ends with."""
        for connection in self._open.values():
            connection.commit()

    def rollback(self) -> None:
        for connection in self._open.values():
            connection.rollback()

    def close(self, *, keep: bool) -> None:
        """End the run; `keep` also commits a transaction that the job began and left open."""
        for key, connection in list(self._open.items()):
            if keep and connection.is_own:
                connection.engine.commit()
            if self.keeps_memory and self._is_in_memory(key):
                continue
            del self._open[key]
            connection.engine.close()

    def is_open(self, name: str) -> bool:
        return self._key(name) in self._open

    def _key(self, name: str) -> str:
        """Two names of one place are one transaction; each database in memory is its own."""
        url = self.url(name)
        return url if url.partition("://")[2] else name or DEFAULT

    def _is_in_memory(self, key: str) -> bool:
        from nbjob_clean.runner.engines.engine import MEMORY, database_path
        from nbjob_clean.runner.engines.table import facts_of

        url = self.url(key)  # a URL leads to itself
        return facts_of(url).is_file and database_path(url, self.directory) == MEMORY

    def cancel(self) -> None:
        """End what other threads run in a database now; nothing where nothing runs."""
        for connection in list(self._open.values()):
            with contextlib.suppress(Exception):  # a connection that is gone has nothing to end
                connection.engine.cancel()

    def classify(self, error: BaseException) -> ErrorKind:
        """Whether the statement was wrong, a database is not there, or it may go well next time."""
        kinds = {connection.engine.classify(error) for connection in self._open.values()}
        return next((kind for kind in _KINDS if kind in kinds), "statement")

    def renew(self) -> None:
        """Forget connections that may be broken: the next use opens them again."""
        for name, connection in list(self._open.items()):
            if connection.engine.is_lost():
                del self._open[name]
                connection.engine.close()
