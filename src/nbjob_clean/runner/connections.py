"""The databases of a run by name: opened when first needed, one transaction for each step."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from nbjob_clean.errors import ArgumentError, UnavailableError
from nbjob_clean.runner.database import Database

TYPE_CHECKING = False  # a job without SQL loads nothing of it
if TYPE_CHECKING:
    from nbjob_clean.runner.connection import Connection
    from nbjob_clean.runner.engines.engine import Engine, ErrorKind

DEFAULT = "default"
_KINDS: tuple[ErrorKind, ...] = ("transient", "unavailable")  # the first that one says
_EMBEDDED = "duckdb"


class Connections:
    """All databases that a run may use. An unnamed one is a file in the job's state directory.

    `used` are the names that were opened. With `keeps_memory`, `close` spares what is in memory. A
    `guard` hears name and URL of each, and may refuse it.
    """

    def __init__(self, name: str, directory: Path, urls: Mapping[str, str]) -> None:
        self.name = name
        self.directory = directory
        self.urls = urls
        self.on_open: Callable[[str], None] | None = None  # is given the URL
        self.used: list[str] = []
        self.keeps_memory = False
        self.guard: Callable[[str, str], None] | None = None
        self._open: dict[str, Connection] = {}
        self._named: dict[str, Connection] = {}  # the same by the names that were asked for

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
        """Where a name leads, variables filled in; a URL leads to itself. Raises as `database`."""
        return str(self.database(name))

    def database(self, name: str) -> Database:
        """The URL of a name with what the settings say of it; variables are filled in.

        Raises ArgumentError for an unknown name, and for a variable that is not set.
        """
        if "://" in name:
            return Database.of(name).filled_in(os.environ)
        name = name or DEFAULT
        if name in self.urls:
            found = self.urls[name]
            if isinstance(found, Database):
                return found.filled_in(os.environ)
            return Database(found)  # of `config.ini`, or a program: meant as it stands
        if name == DEFAULT:
            path = self.directory / ".nbjob" / f"{self.name}.{_EMBEDDED}"
            return Database(f"{_EMBEDDED}:///{path}")
        known = ", ".join(self.urls)
        raise ArgumentError(
            f"unknown database `{name}`" + (f"; known: {known}" if known else ""),
            hint=f"--db {name}=URL, or [tool.nbjob.databases.{name}] with url = …",
        )

    def shown(self, name: str) -> str:
        """Where a name leads, for people: without passwords."""
        from nbjob_clean.runner.engines.url import masked

        return masked(self.url(name))

    def open(self, name: str) -> Connection:
        """The database of that name; the same one throughout the run."""
        if name in self._named:
            return self._named[name]
        key = self._key(name)
        if key not in self._open:
            database = self.database(name)
            if self.guard:
                self.guard(name or DEFAULT, database)
            self._open[key] = self._opened(database)
            if self.on_open:
                self.on_open(self.url(name))
        self.used += [] if (name or DEFAULT) in self.used else [name or DEFAULT]
        self._named[name] = self._open[key]
        return self._open[key]

    def _opened(self, database: Database) -> Connection:
        from nbjob_clean.runner.connection import Connection
        from nbjob_clean.runner.state import STATE, state_directory

        if f"{self.directory / STATE}{os.sep}" in database:
            state_directory(self.directory)

        def connect() -> Engine:
            from nbjob_clean.runner.engines import table

            return table.connect(database, self.directory, database.options)

        return Connection(database, connect)

    def commit(self) -> None:
        """What every step that went well ends with."""
        for connection in self._open.values():
            connection.commit()

    def rollback(self) -> None:
        for connection in self._open.values():
            connection.rollback()

    def close(self, *, keep: bool) -> None:
        """End the run; `keep` also commits a transaction that the job began and left open."""
        self._named.clear()
        for key, connection in list(self._open.items()):
            if keep:
                connection.commit_own()
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
        if isinstance(error, UnavailableError):
            return "transient" if error.is_transient else "unavailable"
        kinds = {connection.engine.classify(error) for connection in self._open.values()}
        return next((kind for kind in _KINDS if kind in kinds), "statement")
