"""VDK's `config.ini`: its `[vdk]` and `[vdk_NAME]` sections as databases and settings of a run.

A value comes from the environment (`VDK_X`), a declared secret, or the file, in this order. A bare
`X` in the environment is not looked at: `USER` or `HOST` there means something else.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from nbjob_clean.errors import InvalidJobError
from nbjob_clean.record import Record

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any

FILE = "config.ini"
TEMPLATES = "templates"
_MAIN = "vdk"
_PREFIX = "VDK_"
_NONE: Mapping[str, Any] = {}
# PostgreSQL's protocol under other names, with keys of the same form.
_POSTGRES = ("postgres", "greenplum", "redshift")
_TYPES = ("duckdb", "sqlite", *_POSTGRES, "trino")


class JobConfig(Record):
    """The sections of a `config.ini`; names of keys are lower-case."""

    sections: Mapping[str, Mapping[str, str]]

    def value(self, key: str, secrets: Mapping[str, Any] = _NONE, *, section: str = _MAIN) -> str:
        """A setting; empty where nobody gives it."""
        written = _written(section, key)
        for name in (written, key.upper(), key):
            if name == written and (found := os.environ.get(f"{_PREFIX}{written}")):
                return found
            # A secret of the bare name is meant for the default database.
            if secrets.get(name) and (section == _MAIN or name == written):
                return str(secrets[name])
        value = self.sections.get(section, {}).get(key, "")
        is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
        return value[1:-1] if is_quoted else value


def _written(section: str, key: str) -> str:
    """`SQLITE_FILE`, or `SECOND_SQLITE_FILE` for the section `[vdk_second]`."""
    return "_".join((*section.split("_")[1:], key)).upper().replace("-", "_")


def read_config_ini(directory: Path) -> JobConfig:
    """The settings of a job; none where there is no file. Raises InvalidJobError."""
    path = directory / FILE
    if not path.is_file():
        return JobConfig({})
    import configparser

    # No interpolation: a password may hold a percent sign.
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    try:
        parser.read_string(path.read_text(encoding="utf-8-sig"), source=FILE)
    except (configparser.Error, UnicodeDecodeError, OSError) as exc:
        said = " ".join(str(exc).split())
        raise InvalidJobError(f"{path}: {said}", hint="[section], then key = value") from exc
    return JobConfig({name: dict(parser[name]) for name in parser.sections()})


def databases(directory: Path, secrets: Mapping[str, Any] = _NONE) -> dict[str, str]:
    """Connection name -> URL of all that `config.ini` and the environment configure.

    `default` is what `db_default_type` says, else the only database of `[vdk]`; each is also known
    by its type, and those of `[vdk_NAME]` by NAME. Raises InvalidJobError.
    """
    if not (directory / FILE).is_file() and not any(n.startswith(_PREFIX) for n in os.environ):
        return {}
    config = read_config_ini(directory)
    found: dict[str, str] = {}
    for section in dict.fromkeys((_MAIN, *config.sections)):
        name = section.removeprefix(f"{_MAIN}_")
        if section == _MAIN:
            found |= _main_databases(directory, config, secrets)
        elif name != section:
            for kind in _configured(config, section, secrets):
                found[name] = _url(directory, _Keys(config, section, secrets), kind)
    return found


class _Keys(Record):
    """One section, seen through the order in which its values are looked for."""

    config: JobConfig
    section: str
    secrets: Mapping[str, Any]

    def get(self, key: str, default: str = "") -> str:
        return self.config.value(key, self.secrets, section=self.section) or default


def _main_databases(
    directory: Path, config: JobConfig, secrets: Mapping[str, Any]
) -> dict[str, str]:
    keys = _Keys(config, _MAIN, secrets)
    kinds = list(_configured(config, _MAIN, secrets))
    wanted = keys.get("db_default_type").lower().replace("postgresql", "postgres")
    if wanted and wanted not in kinds:
        kinds.append(wanted)
    found = {kind: url for kind in kinds if (url := _url(directory, keys, kind))}
    default = wanted or (kinds[0] if kinds else "")
    if not wanted and len(kinds) > 1:
        raise InvalidJobError(
            f"{directory / FILE}: several databases in [{_MAIN}]: {', '.join(kinds)}",
            hint=f"say which is the default: db_default_type = {kinds[0]}",
        )
    return {**found, "default": found[default]} if default in found else found


def _configured(config: JobConfig, section: str, secrets: Mapping[str, Any]) -> Iterator[str]:
    """The types of database of which a section has what their URL needs."""
    for kind in _TYPES:
        needed = [f"{kind}_{key}" for key in _NEEDED.get(kind, _NEEDED["postgres"])]
        if any(config.value(key, secrets, section=section) for key in needed):
            yield kind


_NEEDED = {
    "duckdb": ("database",),
    "sqlite": ("file",),
    "trino": ("host",),
    "postgres": ("dsn", "dbname", "host"),
}


def _url(directory: Path, keys: _Keys, kind: str) -> str:
    """The URL; empty for what an embedded database's own default is."""
    if kind == "duckdb":
        return _file_url(directory, kind, keys.get("duckdb_database"))
    if kind == "sqlite":
        path = keys.get("sqlite_file") or f".nbjob/{directory.name}.sqlite"
        return _file_url(directory, kind, path)
    if kind in _POSTGRES:
        return _server_url("postgresql", keys, kind, path=("dbname",))
    if kind == "trino":
        return _server_url(kind, keys, kind, path=("catalog", "schema"))
    return _server_url(kind, keys, kind, path=())  # whoever opens it will say that it cannot


def _file_url(directory: Path, kind: str, path: str) -> str:
    if not path:
        return ""
    if path == ":memory:":
        return f"{kind}://"
    return f"{kind}:///{directory / Path(path).expanduser()}"


def _server_url(scheme: str, keys: _Keys, kind: str, *, path: tuple[str, ...]) -> str:
    from urllib.parse import quote, urlencode

    dsn = keys.get(f"{kind}_dsn")
    if "://" in dsn:
        return dsn
    given = dict(part.split("=", 1) for part in dsn.split() if "=" in part)
    value = {
        key: given.pop(key, "") or keys.get(f"{kind}_{key}")
        for key in ("user", "password", "host", "port", *path)
    }
    user = quote(value["user"], safe="")
    user += f":{quote(value['password'], safe='')}" if value["password"] else ""
    place = (f"{user}@" if user else "") + value["host"]
    place += f":{value['port']}" if value["port"] else ""
    names = "/".join(quote(value[key], safe="") for key in path if value[key])
    mode = keys.get(f"{kind}_sslmode")
    options = given | ({"sslmode": mode} if mode else {})
    return f"{scheme}://{place}/{names}" + (f"?{urlencode(options)}" if options else "")
