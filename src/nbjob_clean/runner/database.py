"""A database as a run is told of it: its URL, and what `[tool.nbjob.databases.NAME]` adds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from nbjob_clean.errors import ArgumentError

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any

RESULTS = ("rows", "pandas", "polars", "arrow")
_NONE: Mapping[str, Any] = {}
_KEYS = {"url": str, "test-url": str, "options": dict, "results": str, "autocommit": bool}


class Database(str):
    """Its URL as written, variables of the environment not yet filled in, and what belongs to it.

    `directory` is where a relative path starts. `results` is what a SQL cell gives. With
    `autocommit`, a step is no transaction.
    """

    options: Mapping[str, Any] = _NONE
    results = "rows"
    autocommit = False
    directory: Path | None = None

    @classmethod
    def of(cls, url: str, directory: Path | None = None, **settings: Any) -> Database:
        """Raises ArgumentError where no engine has this URL's scheme."""
        if not url.startswith("$"):  # else all of it is in the environment
            from nbjob_clean.runner.engines.table import absolute

            found = absolute(url, directory or Path())
            # A path with a variable in it may be absolute when that is filled in.
            url = found if directory and "$" not in url else url
        database = cls(url)
        vars(database).update(settings, directory=directory)
        return database

    def at(self, url: str) -> Database:
        """Another database that gives the same kind of results: what stands in for it in a test."""
        return Database.of(url, results=self.results, autocommit=self.autocommit)

    def filled_in(self, environ: Mapping[str, str]) -> Database:
        """With the variables' values, and an absolute path.

        Raises ArgumentError for a variable that is not set.
        """
        from nbjob_clean.runner.engines.table import absolute
        from nbjob_clean.runner.engines.url import expanded

        url = expanded(self, environ)
        database = Database(absolute(url, self.directory) if self.directory else url)
        options = {
            name: expanded(value, environ) if isinstance(value, str) else value
            for name, value in self.options.items()
        }
        vars(database).update({**vars(self), "options": options})
        return database


def database_of(name: str, table: Mapping[str, Any], directory: Path) -> Database:
    """The table of the settings as a value.

    Raises ArgumentError for a key that there is not, or a value that cannot be.
    """
    for key, value in table.items():
        if key not in _KEYS:
            raise ArgumentError(
                f"the database `{name}` has an unknown setting `{key}`",
                hint=f"known: {', '.join(_KEYS)}; what the driver takes stands in `options`",
            )
        if not isinstance(value, _KEYS[key]):
            raise ArgumentError(f"the database `{name}`: `{key}` is no {_KEYS[key].__name__}")
    if "url" not in table:
        raise ArgumentError(f"the database `{name}` has no url", hint='url = "duckdb:///file"')
    if table.get("results", "rows") not in RESULTS:
        raise ArgumentError(
            f"the database `{name}`: no results as `{table['results']}`",
            hint=f"known: {', '.join(RESULTS)}",
        )
    settings = {key: value for key, value in table.items() if key not in ("url", "test-url")}
    return Database.of(table["url"], directory, **settings)


def test_database_of(name: str, table: Mapping[str, Any], directory: Path) -> Database:
    """What tests use in its place; the options are not for that driver."""
    rest = {key: value for key, value in table.items() if key not in ("options", "test-url")}
    return database_of(name, {**rest, "url": table["test-url"]}, directory)
