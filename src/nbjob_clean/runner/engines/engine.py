"""What an SQL engine has to do, and where its databases lie. Knows no engine by name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Protocol

from nbjob_clean.runner.rows import Rows

ErrorKind = Literal["statement", "unavailable", "transient"]
MEMORY = ":memory:"


class Engine(Protocol):
    """One open connection. Outside of `begin` … `commit` every statement stands on its own."""

    placeholder: str
    """How a bound parameter is written, `{}` being its name."""

    @property
    def connection(self) -> Any:
        """The driver's own connection."""

    def execute(self, statement: str, parameters: Mapping[str, object]) -> Rows | None:
        """Run one statement; None when it is of a kind that returns no rows."""

    def begin(self) -> None: ...

    def commit(self) -> None:
        """Do nothing when the job has ended the transaction by itself."""

    def rollback(self) -> None:
        """Do nothing when there is no transaction; never raise over the failure that led here."""

    def close(self) -> None: ...

    def cancel(self) -> None:
        """End the statement that another thread runs here; the connection stays usable."""

    def is_lost(self) -> bool:
        """Whether the driver knows that the connection is gone; no question to the server."""

    def classify(self, error: BaseException) -> ErrorKind:
        """Whether the statement was wrong, or the database was not there (any more)."""

    def error_line(self, error: BaseException) -> int:
        """The line of the statement, from 1, that the error is about; 0 when it does not say."""


def database_path(url: str, directory: Path) -> str:
    """The file that an embedded engine's URL names, or `:memory:`.

    As elsewhere, three slashes start a path relative to `directory`, four an absolute one.
    """
    place = url.partition("://")[2].removeprefix("/")
    return MEMORY if place in ("", MEMORY) else str(directory / place)
