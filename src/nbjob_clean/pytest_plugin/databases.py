"""The databases of the fixture `nbjob_db`: a file, or a database of a server of our own."""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Iterator

import pytest

from nbjob_clean.testing.database import ScratchDatabase

_ENGINES = ("duckdb", "sqlite", "postgresql")
_OTHER_NAMES = {"postgres": "postgresql", "sqlite3": "sqlite"}


@contextlib.contextmanager
def scratch_database(
    engine: str, folders: pytest.TempPathFactory, config: pytest.Config
) -> Iterator[ScratchDatabase]:
    """An empty database that is gone afterwards."""
    engine = _OTHER_NAMES.get(engine, engine)
    directory = folders.mktemp("nbjob-db")
    if engine not in _ENGINES:
        close = difflib.get_close_matches(engine, _ENGINES, n=1)
        hint = f"did you mean {close[0]}?" if close else f"known: {', '.join(_ENGINES)}"
        raise pytest.UsageError(f"--nbjob-db: no engine {engine!r}; {hint}")
    if engine != "postgresql":
        yield ScratchDatabase(f"{engine}:///{directory / 'test'}.{engine}", directory)
        return
    with _server(config).database() as url:
        yield ScratchDatabase(url, directory)


def _server(config: pytest.Config) -> PostgresServer:
    """One server for all tests of the process, started when the first one needs it."""
    from nbjob_clean.testing.postgres import PostgresServer

    if _SERVER not in config.stash:
        config.stash[_SERVER] = PostgresServer()
        config.add_cleanup(config.stash[_SERVER].close)
    return config.stash[_SERVER]


TYPE_CHECKING = False
if TYPE_CHECKING:
    from nbjob_clean.testing.postgres import PostgresServer

_SERVER: pytest.StashKey[PostgresServer] = pytest.StashKey()
