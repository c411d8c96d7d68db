"""What an SQL engine has to do, what is the same for several, and no engine by name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

from nbjob_clean.errors import UnavailableError
from nbjob_clean.record import Record
from nbjob_clean.runner.engines.url import masked, secrets
from nbjob_clean.runner.rows import Rows

ErrorKind = Literal["statement", "unavailable", "transient"]
"""The statement or its data is wrong; the database is not there; the same again may go well."""

MEMORY = ":memory:"
PATIENCE = 10  # seconds that an attempt to connect may take, unless the URL or an option says more

_NEVER = re.compile(r"(?!)")
_PASSES = re.compile(
    r"refused|timed? ?out|timeout|starting up|shutting down|not yet accepting|recovery mode"
    r"|too many (?:connections|clients)|reset by peer|closed (?:the connection )?unexpectedly"
    r"|unreachable|no route to host|temporary failure|broken pipe|\b(?:429|502|503|504)\b",
    re.IGNORECASE,
)
# https://www.postgresql.org/docs/current/errcodes-appendix.html; the classes are the standard's.
_TRANSIENT_STATES = ("08", "40001", "40P01", "53300", "55P03", "57P0")
_UNAVAILABLE_STATES = ("28", "3D", "53", "58")


class Syntax(Record):
    """How an engine wants its SQL written.

    `mark` is a bound value, with its `{name}`, its `{number}` from 1, or neither of them. `outside`
    matches the statements that no transaction may hold. `in_nothing` and `not_in_nothing` stand for
    `IN` and `NOT IN` an empty list, which most dialects cannot write.
    """

    mark: str
    outside: re.Pattern[str] = _NEVER
    in_nothing: str = "IN (SELECT NULL WHERE 1 = 0)"
    not_in_nothing: str = "NOT IN (SELECT NULL WHERE 1 = 0)"
    doubles_percent: bool = False

    @property
    def is_named(self) -> bool:
        """Whether values are passed by name rather than in order."""
        return "{name}" in self.mark


class Engine:
    """One open connection. Outside of `begin` … `commit` every statement stands on its own."""

    syntax: Syntax
    connection: Any
    """The driver's own connection."""
    has_arrow = False
    """Whether `arrow` gives a table that was never Python's tuples."""
    has_own_control = False
    """Whether BEGIN and COMMIT have to go through the methods, and not through `execute`."""

    def execute(self, statement: str, values: Any) -> Rows | None:
        """Run one statement; None when it is of a kind that returns no rows.

        `values` are a dict or a list, as the syntax says, each of them passed through `adapt`.
        """
        raise NotImplementedError

    def arrow(self, statement: str, values: Any) -> Any:
        """The same as a pyarrow.Table."""
        raise NotImplementedError

    def adapt(self, value: object) -> object:
        """A value that is more than a number, a string, bytes or None, as the driver takes it."""
        return value

    def begin(self) -> None:
        """Do nothing where the engine has no transactions."""

    def commit(self) -> None:
        """Do nothing when the job has ended the transaction by itself."""

    def rollback(self) -> None:
        """Do nothing when there is no transaction; never raise over the failure that led here."""

    def close(self) -> None:
        """Never raise: what was to be kept is committed."""

    def is_lost(self) -> bool:
        """Whether the driver knows that the connection is gone; no question to the server."""
        return False

    def cancel(self) -> None:
        """End the statement that another thread runs here; the connection stays usable."""

    def lock(self, key: str) -> bool | None:  # noqa: ARG002 - for those that have them
        """Take the database's own lock of that name, until `close`: False where another holds it.

        None where the engine has no such locks.
        """
        return None

    def classify(self, error: BaseException) -> ErrorKind:  # noqa: ARG002
        return "statement"

    def error_line(self, error: BaseException, statement: str) -> int:  # noqa: ARG002
        """The line of the statement, from 1, that the error is about; 0 when it does not say."""
        return 0


def database_path(url: str, directory: Path) -> str:
    """The file that an embedded engine's URL names, or `:memory:`.

    As elsewhere, three slashes start a path relative to `directory`, four an absolute one.
    """
    place = url.partition("://")[2].removeprefix("/")
    return MEMORY if place in ("", MEMORY) else str(directory / place)


def unavailable(url: str, error: BaseException, hint: str = "") -> UnavailableError:
    """What to raise where a database cannot be opened: its URL and the driver's words.

    Without the password, wherever the driver has put it.
    """
    words = " ".join(str(error).split()) or type(error).__name__
    for secret in secrets(url):
        words = words.replace(secret, "***")
    return UnavailableError(
        f"{masked(url)}: {words}", hint=hint, is_transient=bool(_PASSES.search(words))
    )


def is_array(items: list[object]) -> bool:
    """Whether a list is an array of one simple type, as a database has them."""
    kinds = {type(item) for item in items if item is not None}
    return len(kinds) <= 1 and not kinds & {dict, list}


def kind_of_state(state: str) -> ErrorKind:
    """What an SQLSTATE means."""
    if state.startswith(_TRANSIENT_STATES):
        return "transient"
    return "unavailable" if state.startswith(_UNAVAILABLE_STATES) else "statement"


def is_passing(words: str) -> bool:
    """Whether a driver's words speak of a server that may be there again soon."""
    return bool(_PASSES.search(words))


def reach(url: str, host: str, port: int) -> None:
    """See whether a server listens, for drivers that would try for minutes.

    Raises UnavailableError.
    """
    import socket

    try:
        socket.create_connection((host, port), timeout=PATIENCE).close()
    except OSError as exc:
        raise unavailable(url, exc, hint=f"does a server listen at {host}, port {port}?") from exc
