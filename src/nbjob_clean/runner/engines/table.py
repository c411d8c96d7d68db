"""The engines by URL scheme. A new engine is a file beside this one and a line here."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path

from nbjob_clean.errors import ArgumentError, UnavailableError
from nbjob_clean.record import Record
from nbjob_clean.runner.engines.engine import MEMORY, Engine, database_path


class Facts(Record):
    """An engine as far as it is known without loading it; `extra` installs its driver."""

    module: str
    driver: str
    extra: str = ""
    is_file: bool = False


_HERE = "nbjob_clean.runner.engines"
ENGINES: dict[str, Facts] = {
    "duckdb": Facts(f"{_HERE}.duckdb", driver="duckdb", extra="duckdb", is_file=True),
    "sqlite": Facts(f"{_HERE}.sqlite", driver="sqlite3", is_file=True),
}


def facts_of(url: str) -> Facts:
    """The engine that a URL asks for.

    Raises ArgumentError for no URL, or a scheme that no engine has.
    """
    scheme, separator, _ = url.partition("://")
    if separator and scheme in ENGINES:
        return ENGINES[scheme]
    import difflib

    close = difflib.get_close_matches(scheme, ENGINES, n=1)
    known = ", ".join(f"{name}://" for name in ENGINES)
    raise ArgumentError(
        f"no engine for the database `{url}`",
        hint=f"did you mean `{close[0]}://`?" if close and separator else f"known: {known}",
    )


def absolute(url: str, directory: Path) -> str:
    """The URL with the path in it, if that is what it holds, made absolute from `directory`.

    Raises ArgumentError as `facts_of`.
    """
    path = database_path(url, directory) if facts_of(url).is_file else MEMORY
    return url if path == MEMORY else f"{url.partition('://')[0]}:///{path}"


def require_driver(facts: Facts) -> None:
    """Refuse, without importing it, where a driver is not installed: UnavailableError."""
    if importlib.util.find_spec(facts.driver) is None:
        raise UnavailableError(
            f"the package `{facts.driver}` is not installed",
            hint=f'pip install "nbjob-clean[{facts.extra}]"' if facts.extra else "",
        )


def connect(url: str, directory: Path) -> Engine:
    """Open a database; this loads the driver. Raises ArgumentError and UnavailableError."""
    facts = facts_of(url)
    require_driver(facts)
    engine: Engine = importlib.import_module(facts.module).connect(url, directory)
    return engine
