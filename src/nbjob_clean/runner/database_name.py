"""A database by the words of VDK's jobs: a name in any case, an engine, or `[name]` above SQL."""

from __future__ import annotations

import re

from nbjob_clean.runner.connections import DEFAULT, Connections

_ALIASES = {"postgres": "postgresql"}
_LINE = re.compile(r"\s*\[(?P<name>[\w-]+)\][ \t]*(?=\r?\n|$)")


def database_name(connections: Connections, word: str) -> str:
    """The name of the connection that is meant; the word itself where it names none.

    An engine means its first database, the default one before all others.
    """
    if not word or "://" in word or word in connections.urls:
        return word
    names = (DEFAULT, *connections.urls)
    same = [name for name in names if name.lower() == word.lower()]
    kind = [name for name in names if scheme_of(connections.url(name)) == scheme_of(word)]
    return next(iter((*same, *kind)), word)


def scheme_of(url: str) -> str:
    """The engine in a URL, or a word for one, under the name that URLs have."""
    scheme = url.partition("://")[0].lower()
    return _ALIASES.get(scheme, scheme)


def database_line(text: str) -> tuple[str, str]:
    """The name in brackets that SQL begins with, and the SQL with that line left empty."""
    match = _LINE.match(text)
    if match is None:
        return "", text
    return match["name"], "\n" * text.count("\n", 0, match.end()) + text[match.end() :]
