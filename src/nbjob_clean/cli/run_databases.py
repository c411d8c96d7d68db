"""The option `--db [NAME=]URL`, of `run` and of `test`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from nbjob_clean.runner.connections import DEFAULT
from nbjob_clean.runner.database import Database

_NAMED = re.compile(r"([A-Za-z_][\w.-]*)=(.*)", re.DOTALL)


def databases_of(options: Sequence[str]) -> dict[str, str]:
    """By name. A path on the command line is relative to where the command is given."""
    found: dict[str, str] = {}
    for option in options:
        match = _NAMED.match(option)
        name, url = match.groups() if match else (DEFAULT, option)
        found[name] = Database.of(url, Path.cwd())
    return found
