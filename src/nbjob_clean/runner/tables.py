"""The tables that a job leaves: what its SQL cells named, and those of its databases."""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Iterator, Mapping

from nbjob_clean.runner.connection import Connection
from nbjob_clean.runner.connections import DEFAULT, Connections
from nbjob_clean.runner.rows import Rows

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any

_LISTED = (
    "SELECT table_name FROM information_schema.tables WHERE table_schema NOT IN"
    " ('information_schema', 'pg_catalog') ORDER BY table_name"
)
_LISTED_BY_SQLITE = (
    "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'"
    " ORDER BY name"
)


class Tables(Mapping[str, Rows]):
    """Rows by name, read when they are asked for; `warehouse.orders` is of another database.

    Files stay closed meanwhile, so that other processes can open them; what is in memory is closed
    with the last of who `owns` it.
    """

    def __init__(
        self, connections: Connections, named: Mapping[str, Rows], *, owns: bool = True
    ) -> None:
        self._connections = connections
        self._named = dict(named)
        if owns:
            weakref.finalize(self, _close, connections)

    def __getitem__(self, name: str) -> Rows:
        if name in self._named:
            return self._named[name]
        database, dot, table = name.partition(".")
        if not dot or database not in self._connections.used:
            database, table = DEFAULT, name
        with self._reading(database) as connection:
            if table not in self._names(database, connection):
                raise KeyError(f"{name!r}: the job leaves no such table")
            quoted = table.replace('"', '""')
            return connection.execute(f'SELECT * FROM "{quoted}"', {}) or Rows()  # noqa: S608

    def __iter__(self) -> Iterator[str]:
        yield from self._named
        for database in self._connections.used:
            with self._reading(database) as connection:
                names = self._names(database, connection)
            prefix = "" if database == DEFAULT else f"{database}."
            yield from (prefix + name for name in names if prefix + name not in self._named)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return f"<tables: {', '.join(self) or 'none'}>"

    @contextlib.contextmanager
    def _reading(self, database: str) -> Iterator[Connection]:
        was_open = self._connections.is_open(database)
        try:
            yield self._connections.open(database)
        finally:
            if not was_open:
                self._connections.close(keep=False)

    def _names(self, database: str, connection: Connection) -> list[str]:
        is_sqlite = self._connections.url(database).startswith("sqlite")
        rows = connection.execute(_LISTED_BY_SQLITE if is_sqlite else _LISTED, {})
        return [str(row[0]) for row in rows or ()]


def _close(connections: Connections) -> None:
    connections.keeps_memory = False
    connections.close(keep=False)


def named_rows(values: Mapping[str, Mapping[str, Any]]) -> dict[str, Rows]:
    """What SQL cells were told to call their result, of all files."""
    return {
        name: value
        for names in values.values()
        for name, value in names.items()
        if isinstance(value, Rows)
    }
