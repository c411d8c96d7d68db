"""Reads the modules beside a notebook that it imports everything from, and those that they do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from nbjob_clean.source.star import LocalModule, starred

_PACKAGE = "__init__.py"
_MOST = 100  # no notebook has so many; whoever writes them may not keep the check busy
Files = Callable[[Path], "frozenset[str] | None"]


def local_modules(
    folder: Path, names: Iterable[str], files: Files
) -> dict[str, LocalModule | None]:
    """The modules by name; None for one that is there and cannot be read.

    `files` gives the names in a folder, those of folders with a `/`. A relative import in a
    notebook finds nothing: a notebook is in no package.
    """
    found: dict[str, LocalModule | None] = {}
    waiting = [name for name in names if not name.startswith(".")]
    while waiting and len(found) < _MOST:
        name = waiting.pop()
        path = None if name in found else _path(folder, name.split("."), files)
        if path is not None:
            module = found[name] = _read(path, files)
            waiting += [module.absolute(s, name) for s in starred(module.text)] if module else []
    return found


def _path(folder: Path, parts: list[str], files: Files) -> Path | None:
    """Where Python would find a module in a folder, if there."""
    part, *rest = parts
    there = files(folder) or frozenset()
    if f"{part}/" in there and rest:
        return _path(folder / part, rest, files)
    if f"{part}/" in there and _PACKAGE in (files(folder / part) or ()):
        return folder / part / _PACKAGE
    return folder / f"{part}.py" if not rest and f"{part}.py" in there else None


def _read(path: Path, files: Files) -> LocalModule | None:
    if not path.is_file():
        return None
    import tokenize

    try:
        with tokenize.open(path) as file:
            text = file.read()
    except (OSError, SyntaxError, UnicodeDecodeError):
        return None
    if path.name != _PACKAGE:
        return LocalModule(text)
    return LocalModule(text, parts=frozenset(_modules(files(path.parent) or ())))


def _modules(names: Iterable[str]) -> Iterable[str]:
    return (name.removesuffix("/").partition(".")[0] for name in names)
