"""Databases for a test in place of the configured ones, which no test may touch by accident."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from nbjob_clean.record import Record

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
            found[name] = places.setdefault(url, f"{scheme}:///{directory / name}.{scheme}")
    return Scratch(found, tuple(refused))
