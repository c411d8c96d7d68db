"""What `nbjob install` puts into a clone, and how it is taken back: exactly what was added."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from nbjob_clean.errors import GitError, UsageError
from nbjob_clean.files import read_bytes, write_bytes
from nbjob_clean.git.repository import Repository, Scope
from nbjob_clean.record import Record

ATTRIBUTES = "*.ipynb filter=nbjob diff=nbjob"
TEXTCONV_FORMAT = 1  # part of the command: git's cache of conversions is keyed by that string
HOOK_MARK = "# written by `nbjob install --hooks`"
_RECORD = "nbjob.attributes"  # says that the line in the attributes file is ours to remove


def drivers(python: Path) -> dict[str, str]:
    """The configuration that makes git call us, through one interpreter and without PATH.

    Where the interpreter has gone, diffs fall back to the raw notebook and the filter to `nbjob`
    on PATH; without that too git stops, as nothing may be committed unfiltered.
    """
    here = Path(__file__).parent
    executable = shlex.quote(python.as_posix())
    convert = f"{executable} -I -S {shlex.quote((here / 'textconv.py').as_posix())}"
    process = f"{executable} -I -S {shlex.quote((here / 'filter_process.py').as_posix())}"
    return {
        "filter.nbjob.process": (
            f"if test -x {executable}; then exec {process}; else exec nbjob git filter-process; fi"
        ),
        "filter.nbjob.required": "true",
        "diff.nbjob.textconv": (
            f': format {TEXTCONV_FORMAT}; f() {{ {convert} "$1" 2>/dev/null || cat "$1"; }}; f'
        ),
        "diff.nbjob.cachetextconv": "true",
        "diff.nbjob.xfuncname": "^(# %%.*|((async )?def|class) .*)$",
    }


class Report(Record):
    """What was done, a line each; empty when everything was as it should be."""

    lines: tuple[str, ...]


def install(repository: Repository, scope: Scope) -> Report:
    """Write drivers and attributes. Idempotent; raises GitError where another filter wins."""
    lines = []
    if repository.set_all(drivers(Path(sys.executable)), scope=scope):
        lines.append(f"wrote the nbjob filter and diff driver to git's {scope} configuration")
    path = repository.attributes_file(scope)
    if _add_line(path):
        repository.set_all({_RECORD: "added"}, scope=scope)
        lines.append(f"added `{ATTRIBUTES}` to {path}")
    if scope == "local":
        _forget_conversions(repository)
        _verify(repository)
    return Report(tuple(lines))


def uninstall(repository: Repository, scope: Scope) -> Report:
    """Take back what `install` added; a line that was there before it stays."""
    lines = []
    if repository.get(_RECORD, scope=scope) and _remove_line(repository.attributes_file(scope)):
        lines.append(f"removed `{ATTRIBUTES}` from {repository.attributes_file(scope)}")
    removed = [repository.remove_section(s, scope=scope) for s in ("filter.nbjob", "diff.nbjob")]
    repository.remove_section("nbjob", scope=scope)
    if any(removed):
        lines.append(f"removed the nbjob filter and diff driver from git's {scope} configuration")
    if scope == "local":
        _forget_conversions(repository)
    return Report(tuple(lines))


def install_hooks(repository: Repository) -> Report:
    """Write plain git hooks. Raises UsageError where a hook of somebody else is in the way."""
    lines = []
    directory = repository.hooks_directory
    for name, script in _HOOKS.items():
        path = directory / name
        found = read_bytes(path)
        if found is not None and not _is_ours(found):
            raise UsageError(
                f"{path} exists and is not ours",
                hint=f"add the lines of hooks/{name} to it by hand",
            )
        if found is not None and HOOK_MARK.encode() not in found:
            continue  # this project's hooks/ folder does the same
        directory.mkdir(parents=True, exist_ok=True)
        text = script.format(mark=HOOK_MARK, python=shlex.quote(Path(sys.executable).as_posix()))
        if write_bytes(path, text.encode()):
            lines.append(f"wrote {path}")
        path.chmod(0o755)
    return Report(tuple(lines))


def _is_ours(hook: bytes) -> bool:
    return HOOK_MARK.encode() in hook or b"nbjob hook" in hook


def uninstall_hooks(repository: Repository) -> Report:
    """Remove the hooks that `install_hooks` wrote."""
    lines = []
    for name in _HOOKS:
        path = repository.hooks_directory / name
        if HOOK_MARK.encode() in (read_bytes(path) or b""):
            path.unlink()
            lines.append(f"removed {path}")
    return Report(tuple(lines))


_HOOKS: Mapping[str, str] = {
    "pre-commit": "#!/bin/sh\n{mark}\nexec {python} -m nbjob_clean hook\n",
}


def _add_line(path: Path) -> bool:
    """Append our line in the file's own style: its line ends, its missing final newline."""
    found = read_bytes(path)
    data = found or b""
    if ATTRIBUTES.encode() in data.splitlines():
        return False
    newline = b"\r\n" if b"\r\n" in data else b"\n"
    ours = ATTRIBUTES.encode()
    is_open = bool(data) and not data.endswith(b"\n")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(path, data + (newline + ours if is_open else ours + newline))
    return True


def _remove_line(path: Path) -> bool:
    data = read_bytes(path) or b""
    lines = data.splitlines(keepends=True)
    kept = [line for line in lines if line.strip() != ATTRIBUTES.encode()]
    if len(kept) == len(lines):
        return False
    if kept and not lines[-1].endswith(b"\n") and lines[-1].strip() == ATTRIBUTES.encode():
        kept[-1] = kept[-1].rstrip(b"\r\n")
    if kept:
        write_bytes(path, b"".join(kept))
    else:
        path.unlink()
    return True


def _forget_conversions(repository: Repository) -> None:
    """Drop git's cache: it may hold raw notebooks from a time when the interpreter was gone."""
    try:
        repository("update-ref", "-d", "refs/notes/textconv/nbjob")
    except GitError:
        return  # there was none


def _verify(repository: Repository) -> None:
    winner = repository.attribute("filter", "any.ipynb")
    if winner != "nbjob":
        raise GitError(
            f"notebooks still have filter={winner}: another attributes line comes after ours",
            hint="remove that line from .gitattributes or $GIT_DIR/info/attributes",
        )
