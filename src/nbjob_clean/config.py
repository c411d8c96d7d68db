"""`[tool.nbjob]` of the nearest `pyproject.toml` (or `nbjob.toml`) -> a frozen Config, once."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from nbjob_clean.errors import ConfigError, UsageError
from nbjob_clean.nearby import REMEMBER
from nbjob_clean.record import Record

if TYPE_CHECKING:  # what only cleaning needs, no other command should wait for
    from nbjob_clean.clean.options import CleanOptions
    from nbjob_clean.clean.words import Layer

PRODUCTION_TAGS = ("job", "vdk")
_UNITS = {"KB": 10**3, "MB": 10**6, "GB": 10**9}


class Config(Record):
    """The settings. Field names with `_` are written with `-` in the file."""

    tags: tuple[str, ...] = PRODUCTION_TAGS
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    per_file_keep: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    per_file_drop: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    exclude: tuple[str, ...] = ()
    remember: int = REMEMBER
    baseline: str = ""
    builtins: tuple[str, ...] = ()
    databases: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
    root: Path = Path()

    def cleaning(self, path: Path, asked: Layer | None = None) -> CleanOptions:
        """What a file is cleaned with: the settings, the patterns that it matches, what is `asked`.

        Raises UsageError as `clean_options` does.
        """
        from nbjob_clean.clean.options import clean_options
        from nbjob_clean.clean.words import layer

        layers = [layer(self.keep, self.drop)]
        if self.per_file_keep or self.per_file_drop:
            name = self.name_of(path)
            layers += [words for pattern, words in self._per_file() if fnmatch(name, pattern)]
        return clean_options((*layers, *([asked] if asked else [])), self.tags)

    def name_of(self, path: Path) -> str:
        """The file as patterns see it: from the folder of the settings, with `/`."""
        return Path(os.path.relpath(path, self.root)).as_posix()

    def _per_file(self) -> Iterable[tuple[str, Layer]]:
        from nbjob_clean.clean.words import layer

        for pattern in dict.fromkeys((*self.per_file_keep, *self.per_file_drop)):
            keep, drop = self.per_file_keep.get(pattern, ()), self.per_file_drop.get(pattern, ())
            yield pattern, layer(keep, drop, ("per-file-keep", "per-file-drop"))

    def check_cleaning(self) -> None:
        """Raise UsageError for a wrong word, be there a file that it is about or not."""
        if not (self.keep or self.drop or self.per_file_keep or self.per_file_drop):
            return
        from nbjob_clean.clean.options import clean_options
        from nbjob_clean.clean.words import layer

        for words in ((), *((found,) for _, found in self._per_file())):
            clean_options((layer(self.keep, self.drop), *words), self.tags)


def find_config(start: Path) -> Config:
    """The settings that hold for `start`: the nearest file up to the repository root.

    Raises ConfigError where that file cannot be read.
    """
    start = start.resolve()
    for folder in (start, *start.parents) if start.is_dir() else start.parents:
        for name in ("nbjob.toml", "pyproject.toml"):
            path = folder / name
            if path.is_file():
                table = _table(path)
                if table is not None:
                    return _config(table, path)
        if (folder / ".git").exists():
            break
    return Config(root=start if start.is_dir() else start.parent)


class Configs:
    """The settings of each folder, read once."""

    def __init__(self) -> None:
        self._found: dict[Path, Config] = {}

    def of(self, path: Path) -> Config:
        """The settings that hold for a file, which need not be there. Raises as `find_config`."""
        folder = path.parent
        if folder not in self._found:
            while not folder.is_dir():
                folder = folder.parent
            self._found[path.parent] = find_config(folder)
        return self._found[path.parent]


def _table(path: Path) -> Mapping[str, Any] | None:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise ConfigError(f"{path}: {exc}", hint="this file is TOML: https://toml.io") from exc
    if path.name == "nbjob.toml":
        return dict(content)
    table = content.get("tool", {}).get("nbjob")
    return dict(table) if isinstance(table, dict) else None


def _config(table: Mapping[str, Any], path: Path) -> Config:
    known = {name.replace("_", "-"): name for name in Config.fields if name != "root"}
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            import difflib

            close = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean `{close[0]}`?" if close else f"known: {', '.join(known)}"
            raise ConfigError(f"{path}: unknown setting `{key}`", hint=hint)
        values[known[key]] = _checked(key, value, path)
    config = Config(**values, root=path.parent)
    try:
        config.check_cleaning()
    except UsageError as exc:
        raise ConfigError(f"{path}: {exc}", hint=exc.hint) from exc
    return config


def _checked(key: str, value: object, path: Path) -> object:
    if key == "databases":
        if isinstance(value, dict) and all(isinstance(entry, dict) for entry in value.values()):
            return value
        raise ConfigError(
            f"{path}: `databases` is a table of tables", hint="[tool.nbjob.databases.NAME]"
        )
    if key.startswith("per-file-"):
        if isinstance(value, dict):
            return {pattern: _strings(key, found, path) for pattern, found in value.items()}
        what = "codes" if key == "per-file-ignores" else "words"
        raise ConfigError(f"{path}: `{key}` is a table of pattern = [{what}]")
    if key == "baseline":
        if isinstance(value, str):
            return value
        raise ConfigError(f"{path}: `{key}` is a path", hint=f'{key} = "nbjob-baseline.json"')
    if key == "remember":
        return _size(value, path)
    return _strings(key, value, path)


def _size(value: object, path: Path) -> int:
    """Bytes: a number of megabytes or so, the default for `true`, none for `false`."""
    if isinstance(value, bool):
        return REMEMBER if value else 0
    number, _, unit = value.strip().partition(" ") if isinstance(value, str) else ("", "", "")
    if number.isdecimal() and unit in _UNITS:
        return int(number) * _UNITS[unit]
    raise ConfigError(f"{path}: `remember` is true, false or a size", hint='remember = "500 MB"')


def _strings(key: str, value: object, path: Path) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise ConfigError(f"{path}: `{key}` is a list of strings", hint=f'{key} = ["..."]')
