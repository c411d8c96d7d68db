"""The engines by URL scheme. A new engine is a file beside this one and a line here."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from pathlib import Path

from nbjob_clean.errors import ArgumentError, UnavailableError
from nbjob_clean.record import Record

TYPE_CHECKING = False  # `--plan` looks here, and loads nothing of an engine
if TYPE_CHECKING:
    from typing import Any

    from nbjob_clean.runner.engines.engine import Engine


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
    "postgresql": Facts(f"{_HERE}.postgresql", driver="psycopg", extra="postgresql"),
    "postgres": Facts(f"{_HERE}.postgresql", driver="psycopg", extra="postgresql"),
    "sc": Facts(f"{_HERE}.spark", driver="pyspark", extra="spark"),
    "spark": Facts(f"{_HERE}.spark", driver="pyspark", extra="spark"),
    "trino": Facts(f"{_HERE}.trino", driver="trino", extra="trino"),
    "flightsql": Facts(f"{_HERE}.adbc", driver="adbc_driver_flightsql", extra="flightsql"),
}
# Those with a driver of any name in the scheme, which are tried after the ones above.
_ADBC = "adbc+"
_SQLALCHEMY = Facts(f"{_HERE}.sqlalchemy", driver="sqlalchemy", extra="sqlalchemy")
_DIALECTS = ("mysql", "mariadb", "mssql", "oracle")  # SQLAlchemy's own, beside those above


def facts_of(url: str) -> Facts:
    """The engine that a URL asks for.

    Raises ArgumentError for no URL, or a scheme that no engine has.
    """
    scheme, separator, _ = url.partition("://")
    if separator and scheme in ENGINES:
        return ENGINES[scheme]
    if separator and scheme.startswith(_ADBC):
        name = scheme.removeprefix(_ADBC)
        return Facts(f"{_HERE}.adbc", driver=f"adbc_driver_{name}", extra="adbc")
    if separator and ("+" in scheme or scheme in _DIALECTS or _is_dialect(scheme)):
        return _SQLALCHEMY
    import difflib

    from nbjob_clean.runner.engines.url import masked

    close = difflib.get_close_matches(scheme, ENGINES, n=1)
    known = ", ".join(f"{name}://" for name in ENGINES)
    raise ArgumentError(
        f"no engine for the database `{masked(url)}`",
        hint=f"did you mean `{close[0]}://`?"
        if close and separator
        else f"known: {known}, adbc+DRIVER://, and the dialects of SQLAlchemy",
    )


def _is_dialect(scheme: str) -> bool:
    """Whether an installed package has given SQLAlchemy a dialect of this name."""
    from importlib.metadata import entry_points

    return bool(entry_points(group="sqlalchemy.dialects", name=scheme))


def absolute(url: str, directory: Path) -> str:
    """The URL with the path in it, if that is what it holds, made absolute from `directory`."""
    if not facts_of(url).is_file:
        return url
    from nbjob_clean.runner.engines.engine import MEMORY, database_path

    path = database_path(url, directory)
    return url if path == MEMORY else f"{url.partition('://')[0]}:///{path}"


def require_driver(facts: Facts) -> None:
    """Refuse, without importing it, where a driver is not installed: UnavailableError."""
    if importlib.util.find_spec(facts.driver) is None:
        raise UnavailableError(
            f"the package `{facts.driver}` is not installed",
            hint=f'pip install "nbjob-clean[{facts.extra}]"' if facts.extra else "",
        )


def connect(url: str, directory: Path, options: Mapping[str, Any] | None = None) -> Engine:
    """Open a database; this loads the driver. Raises ArgumentError and UnavailableError."""
    facts = facts_of(url)
    require_driver(facts)
    engine: Engine = importlib.import_module(facts.module).connect(url, directory, options or {})
    return engine
