"""Where ingested rows go: from VDK's `method` and `target` to a database of the run, or a URL."""

from __future__ import annotations

from nbjob_clean.errors import ArgumentError
from nbjob_clean.record import Record
from nbjob_clean.runner.connections import DEFAULT, Connections

_ALIASES = {"postgres": "postgresql"}


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
    named = _known(connections, target)
    if named:
        return Target(named)
    name = _of_method(connections, method)
    if not target:
        return Target(name or _of_engine(connections, method))
    scheme = _scheme(connections.url(name) if name else method)
    if not _is_file(scheme):
        raise ValueError(f"unknown target `{target}`: {_known_words(connections)}")
    return Target(f"{scheme}:///{target}")


def _known(connections: Connections, name: str) -> str:
    """A connection by name, whatever the case of its letters; empty where there is none."""
    names = {other.lower(): other for other in (DEFAULT, *connections.urls)}
    return names.get(name.lower(), "")


def _of_method(connections: Connections, method: str) -> str:
    return _known(connections, method) if method else DEFAULT


def _of_engine(connections: Connections, method: str) -> str:
    """The first database of an engine, the default one before all others."""
    scheme = _scheme(method)
    for name in (DEFAULT, *connections.urls):
        if _scheme(connections.url(name)) == scheme:
            return name
    raise ValueError(f"unknown ingestion method `{method}`: {_known_words(connections)}")


def _scheme(url: str) -> str:
    scheme = url.partition("://")[0].lower()
    return _ALIASES.get(scheme, scheme)


def _is_file(scheme: str) -> bool:
    from nbjob_clean.runner.engines.table import facts_of

    try:
        return facts_of(f"{scheme}://").is_file
    except ArgumentError:
        return False


def _known_words(connections: Connections) -> str:
    names = ", ".join(dict.fromkeys((DEFAULT, *connections.urls)))
    return f"a database of the run ({names}), its URL, or `http` with a URL as target"
