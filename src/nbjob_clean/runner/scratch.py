"""Databases for a test in place of the configured ones, which no test may touch by accident."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from nbjob_clean.errors import UnavailableError
from nbjob_clean.record import Record
from nbjob_clean.runner.database import Database

VARIABLE = "NBJOB_TEST"  # the scratch directory of the smoke test that this run is part of
_FILES = ("duckdb", "sqlite")


class Scratch(Record):
    """`urls` to use instead, by name. `refused` are the names for which there is nothing to use."""

    urls: Mapping[str, str]
    refused: tuple[str, ...]


def scratch_databases(
    urls: Mapping[str, str], test_urls: Mapping[str, str], directory: Path
) -> Scratch:
    """An empty file in `directory` for each file, what is said to be for tests for a server.

    Two names of one database stay two names of one.
    """
    found: dict[str, str] = {}
    places: dict[str, str] = {}
    refused = []
    for name, url in urls.items():
        scheme, _, place = url.partition("://")
        if name in test_urls:
            found[name] = test_urls[name]
        elif scheme not in _FILES:
            refused.append(name)
        elif not place:
            found[name] = url  # in memory
        else:
            place = places.setdefault(url, f"{scheme}:///{directory / name}.{scheme}")
            found[name] = url.at(place) if isinstance(url, Database) else place
    return Scratch(found, tuple(refused))


class Guard(Record):
    """Lets a run open files in `directory`, memory, and the URLs that were given for it."""

    directory: Path
    given: frozenset[str]

    def __call__(self, name: str, url: str) -> None:
        """Raises UnavailableError for any other database."""
        scheme, _, place = url.partition("://")
        is_scratch = scheme in _FILES and (
            place in ("", "/", ":memory:", "/:memory:")
            or (self.directory / place[1:]).resolve().is_relative_to(self.directory.resolve())
        )
        if not is_scratch and url not in self.given:
            what = scheme if name == url else name
            raise UnavailableError(
                f"database `{what}` ({scheme}) is not for tests, and a smoke test touches no other",
                hint=f"[tool.nbjob.databases.{what}] test-url = …, or `nbjob test --db {what}=URL`",
            )
