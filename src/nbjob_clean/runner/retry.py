"""Which failures may pass by themselves, so that the same again may go well."""

from __future__ import annotations

_LONGEST_DELAY = 300.0
# By name: to look for a package's exceptions must not load the package.
_TRANSIENT = frozenset(
    [
        "builtins.ConnectionError",
        "builtins.TimeoutError",
        "aiohttp.client_exceptions.ClientConnectionError",
        "botocore.exceptions.ConnectionError",
        "botocore.exceptions.HTTPClientError",
        "concurrent.futures._base.TimeoutError",  # before Python 3.11
        "http.client.IncompleteRead",
        "httpx.TransportError",
        "requests.exceptions.ChunkedEncodingError",
        "requests.exceptions.ConnectionError",
        "requests.exceptions.Timeout",
        "socket.timeout",
        "urllib3.exceptions.ProtocolError",
        "urllib3.exceptions.TimeoutError",
    ]
)
_TRANSIENT_STATUS = frozenset([408, 425, 429, 500, 502, 503, 504])


def is_transient(error: BaseException) -> bool:
    """Whether an exception, or what it was raised from, speaks of a network or a busy server."""
    seen = 0
    current: BaseException | None = error
    while current is not None and seen < 10:
        if _is_transient(current):
            return True
        current, seen = current.__cause__, seen + 1
    return False


def delay(first: float, attempt: int) -> float:
    """How long to wait after a failed attempt: twice as long each time, five minutes at most."""
    return float(min(first * 2 ** (attempt - 1), max(first, _LONGEST_DELAY)))


def _is_transient(error: BaseException) -> bool:
    if getattr(error, "is_transient", False) is True:  # our own, of a database not there yet
        return True
    names = {f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__}
    if names & _TRANSIENT:
        return True
    if "urllib.error.HTTPError" in names:
        return getattr(error, "code", None) in _TRANSIENT_STATUS
    if "urllib.error.URLError" in names:
        reason = getattr(error, "reason", None)
        return isinstance(reason, BaseException) and _is_transient(reason)
    status = getattr(getattr(error, "response", None), "status_code", None)  # requests, httpx
    return status in _TRANSIENT_STATUS
