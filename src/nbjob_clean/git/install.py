"""What `nbjob install` puts into a clone, and how it is taken back: exactly what was added."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from nbjob_clean.errors import GitError, UsageError
from nbjob_clean.files import read_bytes, write_bytes
from nbjob_clean.git.attributes import (
    COLLAPSED,
    OURS,
    extended,
    has_ours,
    shortened,
    with_collapsed,
    with_ours,
    without_collapsed,
    without_ours,
)
from nbjob_clean.git.conversion import XFUNCNAME
from nbjob_clean.git.merge_driver import CONFLICTS
from nbjob_clean.git.neighbours import FILTERS, move_over
from nbjob_clean.git.repository import Repository, Scope
from nbjob_clean.record import Record

TEXTCONV_FORMAT = 2  # part of the command: git's cache of conversions is keyed by that string
HOOK_MARK = "# written by `nbjob install --hooks`"
_GONE = (
    "nbjob: the Python of this filter has gone, and nbjob is not on PATH: nothing can be cleaned. "
    "Activate the environment that has nbjob-clean (or: pip install nbjob-clean), then "
    "run nbjob install"
)
_RECORD = "nbjob.attributes"  # what we did to the attributes file: `added` or `extended` a line
_COLLAPSED = "nbjob.collapsed"  # that we added that line
_SECTIONS = ("filter.nbjob", "diff.nbjob", "merge.nbjob", "mergetool.nbjob")


def drivers(python: Path, package: Path = Path(__file__).parent) -> dict[str, str]:
    """The configuration that makes git call us, through one interpreter and without PATH.

    git runs these with a POSIX shell, its own on Windows. Where the interpreter or this package
    has gone, diffs fall back to the raw notebook and the filter to `nbjob` on PATH; without that
    too git stops, as nothing may be committed unfiltered.
    """
    executable = shlex.quote(python.as_posix())
    script = shlex.quote((package / "filter_process.py").as_posix())
    start = f"exec {executable} -I -S {script}"
    convert = f"{executable} -I -S {shlex.quote((package / 'textconv.py').as_posix())}"
    return {
        "filter.nbjob.process": (
            f"if test -x {executable} && test -f {script}; then {start}; fi; "
            "if command -v nbjob >/dev/null 2>&1; then exec nbjob git filter-process; fi; "
            f"echo {shlex.quote(_GONE)} >&2; exit 1"
        ),
        "filter.nbjob.required": "true",
        "diff.nbjob.textconv": (
            f': format {TEXTCONV_FORMAT}; f() {{ {convert} "$1" 2>/dev/null || cat "$1"; }}; f'
        ),
        "diff.nbjob.cachetextconv": "true",
        "diff.nbjob.xfuncname": XFUNCNAME,
        "merge.nbjob.name": "nbjob: notebooks, cell by cell",
        "merge.nbjob.driver": _merge_or_text(executable, package),
        "mergetool.nbjob.cmd": (
            f'{executable} -m nbjob_clean git mergetool "$BASE" "$LOCAL" "$REMOTE" "$MERGED"'
        ),
        "mergetool.nbjob.trustExitCode": "true",
    }


def _merge_or_text(executable: str, package: Path) -> str:
    """The command of the merge driver.

    git takes any failure for a conflict, and the untouched file for the result: theirs would be
    gone with the next `git add`. So everything but our own two exit codes leads to a merge as text.
    """
    script = shlex.quote((package / "merge_driver.py").as_posix())
    body = (
        f'if test -x {executable} && test -f {script}; then {executable} -I -S {script} "$@"; s=$?;'
        f" case $s in 0|{CONFLICTS}) return $s;; esac; fi;"
        ' git merge-file -L ours -L base -L theirs --marker-size="$4" "$2" "$1" "$3" || return 1;'
    )
    return f"f() {{ {body.replace('%', '%%')} }}; f %O %A %B %L %P %S %X %Y"


class Report(Record):
    """What was done, a line each; empty when everything was as it should be."""

    lines: tuple[str, ...]


def install(repository: Repository, scope: Scope) -> Report:
    """Write drivers and attributes, in the place of a tool that did this before. Idempotent.

    Raises GitError where a filter of another kind is on notebooks; nothing is written then.
    """
    if scope == "local":
        _refuse_strangers(repository)
    path = repository.attributes_file(scope)
    had_ours = has_ours(read_bytes(path) or b"")
    lines = []
    if repository.set_all(drivers(Path(sys.executable)), scope=scope):
        lines.append(
            f"wrote the nbjob filter, diff and merge drivers to git's {scope} configuration"
        )
    lines += move_over(repository, scope)
    found = read_bytes(path) or b""
    is_extended = extended(found) != found
    path.parent.mkdir(parents=True, exist_ok=True)
    if write_bytes(path, with_ours(extended(found))):
        what = "merge=nbjob to our line in" if is_extended else f"`{OURS}` to"
        lines.append(f"added {what} {path}")
    if not had_ours:
        repository.set_all({_RECORD: "added"}, scope=scope)
        lines += _collapse(repository, path) if scope == "local" else []
    elif is_extended and not repository.get(_RECORD, scope=scope):
        repository.set_all({_RECORD: "extended"}, scope=scope)
    if scope == "local":
        _forget_conversions(repository)
        _verify(repository)
    return Report(tuple(lines))


def _collapse(repository: Repository, path: Path) -> list[str]:
    """Only beside our line when that is new: who took the line away does not want it again."""
    if not write_bytes(path, with_collapsed(read_bytes(path) or b"")):
        return []
    repository.set_all({_COLLAPSED: "added"}, scope="local")
    return [f"added `{COLLAPSED}` to {path}"]


def _refuse_strangers(repository: Repository) -> None:
    """git knows one filter for a file: what `filter=lfs` does would end without a word."""
    found = repository.attribute("filter", "any.ipynb")
    if found not in (*FILTERS, "nbjob", "set", "unset", "unspecified"):
        raise GitError(
            f"notebooks have filter={found}, and a file can have one filter only",
            hint=f"take filter={found} from the attributes of *.ipynb first",
        )


def uninstall(repository: Repository, scope: Scope) -> Report:
    """Take back what `install` added; a line that was there before it stays."""
    lines = []
    path = repository.attributes_file(scope)
    did = repository.get(_RECORD, scope=scope)
    if did == "added" and _rewrite(path, without_ours):
        lines.append(f"removed `{OURS}` from {path}")
    elif did == "extended" and _rewrite(path, shortened):
        lines.append(f"removed merge=nbjob from our line in {path}")
    if repository.get(_COLLAPSED, scope=scope) and _rewrite(path, without_collapsed):
        lines.append(f"removed `{COLLAPSED}` from {path}")
    removed = [repository.remove_section(section, scope=scope) for section in _SECTIONS]
    repository.remove_section("nbjob", scope=scope)
    if any(removed):
        lines.append(f"removed the nbjob filter and drivers from git's {scope} configuration")
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


def _rewrite(path: Path, change: Callable[[bytes], bytes]) -> bool:
    data = read_bytes(path) or b""
    kept = change(data)
    if kept == data:
        return False
    if kept:
        write_bytes(path, kept)
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
