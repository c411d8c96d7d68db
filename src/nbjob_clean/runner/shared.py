"""The databases of a job that another one calls: the caller's, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from nbjob_clean.runner.connection import Connection
from nbjob_clean.runner.connections import DEFAULT, Connections
from nbjob_clean.runner.database import Database

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from nbjob_clean.runner.engines.engine import ErrorKind


class SharedConnections(Connections):
    """What the caller knows by name is the caller's, its default database too.

    These end with the caller's step. Names that only the called job knows are its own.
    """

    def __init__(
        self, caller: Connections, name: str, directory: Path, urls: Mapping[str, str]
    ) -> None:
        super().__init__(name, directory, urls)
        self.guard = caller.guard
        self._caller = caller

    def database(self, name: str) -> Database:
        is_callers = self._is_callers(name)
        return self._caller.database(name) if is_callers else super().database(name)

    def open(self, name: str) -> Connection:
        if not self._is_callers(name):
            return super().open(name)
        self.used += [] if (name or DEFAULT) in self.used else [name or DEFAULT]
        return self._caller.open(name)

    def is_open(self, name: str) -> bool:
        return self._caller.is_open(name) if self._is_callers(name) else super().is_open(name)

    def classify(self, error: BaseException) -> ErrorKind:
        kind = super().classify(error)
        return self._caller.classify(error) if kind == "statement" else kind

    def _is_callers(self, name: str) -> bool:
        name = name or DEFAULT
        if isinstance(self._caller, SharedConnections) and self._caller._is_callers(name):
            return True
        return name == DEFAULT or name in self._caller.urls
