"""Where ingested rows go: from VDK's `method` and `target` to a database of the run, or a URL."""

from __future__ import annotations

from nbjob_clean.errors import ArgumentError
from nbjob_clean.record import Record
from nbjob_clean.runner.connections import DEFAULT, Connections
from nbjob_clean.runner.database_name import database_name, scheme_of


class Target(Record):
    """A database, by its connection's name or URL, or what takes POST requests."""

    place: str
    is_http: bool = False


def target_of(connections: Connections, method: str, target: str) -> Target:
    """The place that both words name; without any, the default database.

    Raises ValueError for a word that names nothing.
    """
    if target.startswith(("http://", "https://")):
        return Target(target, is_http=True)
    if method.lower() == "http":
        raise ValueError('ingestion with method="http" needs target="https://…"')
    if "://" in target:
        return Target(target)
    found = database_name(connections, target)
    if found and _is_known(connections, found):
        return Target(found)
    name = database_name(connections, method) or DEFAULT
    if not target:
        if not _is_known(connections, name):
            known = _known_words(connections)
            raise ValueError(f"unknown ingestion method `{method}`: {known}")
        return Target(name)
    scheme = scheme_of(connections.url(name) if _is_known(connections, name) else method)
    if not _is_file(scheme):
        raise ValueError(f"unknown target `{target}`: {_known_words(connections)}")
    return Target(f"{scheme}:///{target}")


def _is_known(connections: Connections, name: str) -> bool:
    return name == DEFAULT or name in connections.urls


def _is_file(scheme: str) -> bool:
    from nbjob_clean.runner.engines.table import facts_of

    try:
        return facts_of(f"{scheme}://").is_file
    except ArgumentError:
        return False


def _known_words(connections: Connections) -> str:
    names = ", ".join(dict.fromkeys((DEFAULT, *connections.urls)))
    return f"a database of the run ({names}), its URL, or `http` with a URL as target"
