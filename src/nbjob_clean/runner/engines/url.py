"""URLs of databases: variables of the environment in them, and what nobody may read of them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from nbjob_clean.errors import ArgumentError

_VARIABLE = re.compile(r"\$(?:\{(?P<braced>[A-Za-z_]\w*)\}|(?P<plain>[A-Za-z_]\w*)|(?P<dollar>\$))")
# What stands between the name of a user and the last @ before the path.
_PASSWORD = re.compile(r"(?<=://)(?P<user>[^:/@?]*):(?P<password>[^?]*)(?=@)")
_SECRET = re.compile(
    r"(?P<key>[?&;](?:[a-z_]*(?:password|passwd|pwd|token|secret|credential)[a-z_]*|[a-z_]*key)=)"
    r"(?P<value>[^&;]*)",
    re.IGNORECASE,
)


def expanded(text: str, environ: Mapping[str, str]) -> str:
    """`$NAME` and `${NAME}` replaced by variables of the environment; `$$` is a dollar.

    Between `://` and `@` a value is quoted, so that a password may hold anything. Raises
    ArgumentError for a variable that is not set.
    """
    start = text.find("://") + 3
    at = text.rfind("@", start) if start > 2 else -1

    def value(match: re.Match[str]) -> str:
        if match["dollar"]:
            return "$"
        name = match["braced"] or match["plain"]
        if name not in environ:
            raise ArgumentError(
                f"the variable `{name}` of the environment is not set",
                hint=f"`{masked(text)}` asks for it; `$$` is a dollar itself",
            )
        if not start <= match.start() < at:
            return environ[name]
        from urllib.parse import quote

        return quote(environ[name], safe="")

    return _VARIABLE.sub(value, text)


def masked(url: str) -> str:
    """The URL as it may be shown."""
    return _SECRET.sub(r"\g<key>***", _PASSWORD.sub(r"\g<user>:***", url))


def secrets(url: str) -> tuple[str, ...]:
    """What `masked` hides, as written in the URL and as the driver gets it."""
    from urllib.parse import unquote

    found = [match["password"] for match in _PASSWORD.finditer(url)]
    found += [match["value"] for match in _SECRET.finditer(url)]
    return tuple(dict.fromkeys(s for one in found for s in (one, unquote(one)) if s))
