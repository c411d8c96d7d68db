"""Ingestion over HTTP: a JSON array of objects, each with its `@table`, in a POST request."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any

_SECONDS = 60


def post(url: str, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Raises OSError, with what the server said, where it does not take them."""
    objects = [{**row, "@table": table} for row in rows]
    request = urllib.request.Request(  # noqa: S310 - http and https alone come here
        url,
        data=json.dumps(objects, default=str).encode(),
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS):  # noqa: S310 - as above
            return
    except urllib.error.HTTPError as exc:
        with exc:
            said = exc.read(1000).decode(errors="replace").strip()
        raise OSError(f"{url}: {exc.code} {exc.reason}" + (f": {said}" if said else "")) from exc
