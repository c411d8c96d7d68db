"""What can be wrong in a clone, a small function each, and the command that mends it.

Nothing is changed here. What somebody decided is no problem: `-filter` on a folder, git-lfs.
"""

from __future__ import annotations

import itertools
import os
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

from nbjob_clean.files import read_bytes
from nbjob_clean.git import contents
from nbjob_clean.git.attributes import names_a_filter, names_our_filter
from nbjob_clean.git.clone import ANY, Clone
from nbjob_clean.git.install import TEXTCONV_FORMAT, drivers
from nbjob_clean.git.neighbours import FILTERS
from nbjob_clean.git.problem import Problem, quoted, some

_OLDEST_GIT = (2, 11)  # the first that knows filter.<driver>.process
# Which of git's hooks an entry of .pre-commit-config.yaml needs.
_OF_HOOK = {
    "pre-commit": re.compile(
        r"\bid:\s*['\"]?nbjob(-(clean|check|emit|doctor))?(?![\w-])|\bnbjob (hook|doctor)\b"
    ),
    "pre-push": re.compile(r"\bid:\s*['\"]?nbjob-test\b|\bnbjob test\b"),
}
_DECIDED = ("nbjob", "unset", "lfs")


def problems(clone: Clone) -> tuple[Problem, ...]:
    """Everything that is wrong, the causes before what follows from them."""
    return tuple(problem for check in CHECKS for problem in check(clone))


def is_old(version: str) -> bool:
    """Whether `git version` says that it is too old for a filter process."""
    found = re.search(r"(\d+)\.(\d+)", version)
    return found is not None and (int(found[1]), int(found[2])) < _OLDEST_GIT


def _old_git(clone: Clone) -> Iterator[Problem]:
    if is_old(clone.version):
        wanted = ".".join(map(str, _OLDEST_GIT))
        yield Problem(f"{clone.version.strip()} knows no filter process", f"install git {wanted}+")


def _drivers_missing(clone: Clone) -> Iterator[Problem]:
    asked = {
        name
        for name in ("filter", "diff")
        if any(values[name] == "nbjob" for values in clone.attributes.values())
    }
    if "filter" in asked and not clone.has_filter:
        yield Problem(
            "notebooks have filter=nbjob, but this clone has no such filter:"
            " outputs would be committed as they are",
            "nbjob install",
        )
    if "diff" in asked and "diff.nbjob.textconv" not in clone.settings:
        yield Problem(
            "notebooks have diff=nbjob, but this clone has no such driver", "nbjob install"
        )


def _interpreter_gone(clone: Clone) -> Iterator[Problem]:
    # `if test -x PYTHON && test -f SCRIPT; then`, and in earlier releases `if test -x PYTHON;`
    words = _words(clone.settings.get("filter.nbjob.process", ""))
    named = [word.rstrip(";") for flag, word in itertools.pairwise(words) if flag in ("-x", "-f")]
    for path in named[:2]:
        if not Path(path).exists():
            yield Problem(f"what git was told to clean with is gone: {path}", "nbjob install")
            return
    if words and not any("filter-process" in w or "filter_process.py" in w for w in words):
        yield Problem("the nbjob filter is not a command of nbjob", "nbjob install")


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return command.split()


def _drivers_incomplete(clone: Clone) -> Iterator[Problem]:
    if not clone.has_filter:
        return
    if clone.settings.get("filter.nbjob.required") != "true":
        yield Problem(
            "the nbjob filter is not required: when it fails, outputs are committed",
            "nbjob install",
        )
    missing = sorted(key for key in drivers(Path("python")) if key.lower() not in clone.settings)
    stated = re.match(r": format (\d+);", clone.settings.get("diff.nbjob.textconv", ""))
    is_older = stated is None or int(stated[1]) < TEXTCONV_FORMAT
    if [key for key in missing if key != "filter.nbjob.required"] or is_older:
        yield Problem("the drivers were written by an earlier nbjob", "nbjob install")


def _attributes_missing(clone: Clone) -> Iterator[Problem]:
    """The filter is there; are the notebooks sent through it?"""
    if not clone.has_filter:
        return
    winner = clone.of(ANY, "filter")
    found = {values["filter"] for values in clone.attributes.values()}
    if "nbjob" not in found and winner not in FILTERS:
        yield Problem(
            f"the nbjob filter is configured, but notebooks have filter={winner}", "nbjob install"
        )
        return
    others = [
        name for name in clone.notebooks
        if clone.of(name, "filter") not in (*_DECIDED, *FILTERS)
    ]  # fmt: skip
    if others:
        value = clone.of(min(others), "filter")
        place = _deciding(clone, min(others))
        yield Problem(
            f"{some(map(clone.shown, others))}: filter={value}, so nbjob's does not clean them",
            f"take that from {place}; `-filter` says that it is meant",
        )


def _deciding(clone: Clone, name: str) -> str:
    """The attributes file that probably decides for a notebook: the nearest that says anything."""
    places = [folder / ".gitattributes" for folder in (clone.root / name).parents]
    for path in (clone.private_attributes, *places):
        if path.is_relative_to(clone.root) and names_a_filter(read_bytes(path) or b""):
            return path.relative_to(clone.root).as_posix()
    return "git's attributes"


def _attributes_not_shared(clone: Clone) -> Iterator[Problem]:
    files = clone.committed_attributes | {".gitattributes"}
    ours = {n for n in files if names_our_filter(read_bytes(clone.root / n) or b"")}
    if names_our_filter(read_bytes(clone.private_attributes) or b"") and not ours:
        yield Problem(
            "only this clone sends notebooks through the filter: filter=nbjob is in"
            f" {clone.private_attributes}, not in .gitattributes",
            "nbjob install",
        )
    if ".gitattributes" in ours - clone.committed_attributes:
        yield Problem(
            ".gitattributes is not in git: other clones would commit outputs",
            f"git add {clone.shown('.gitattributes')}",
        )


def _attributes_unread(clone: Clone) -> Iterator[Problem]:
    path = clone.useless_attributes
    if path and names_a_filter(read_bytes(path) or b""):
        yield Problem(
            f"git never reads {path}: attributes of a linked work tree are the clone's",
            f"rm {quoted([path.as_posix()])}",
        )


def _other_filters(clone: Clone) -> Iterator[Problem]:
    for value, tool in FILTERS.items():
        found = [name for name, values in clone.attributes.items() if values["filter"] == value]
        if found:
            names = [clone.shown(name) for name in found if name != ANY]
            yield Problem(
                f"{some(names) if names else 'notebooks'}: filter={value},"
                f" so {tool.name} cleans them, by its own rules",
                "nbjob install",
            )


def _other_hooks(clone: Clone) -> Iterator[Problem]:
    if not clone.uses_nbjob:
        return
    names = "|".join(tool.name for tool in FILTERS.values())
    found = re.findall(rf"\bid:\s*['\"]?((?:{names})[\w-]*)", clone.pre_commit_config)
    for hook in dict.fromkeys(found):
        yield Problem(
            f"pre-commit runs {hook} beside nbjob: they clean the same files by other rules",
            f"delete the hook {hook} from .pre-commit-config.yaml",
        )


def _hooks_not_installed(clone: Clone) -> Iterator[Problem]:
    config = clone.pre_commit_config
    if clone.runs_hooks or "nbjob" not in config:
        return
    for name in ("pre-commit", "pre-push"):
        if not _OF_HOOK[name].search(config):
            continue
        path = clone.hooks / name
        if not path.is_file():
            unset = "git config --unset-all core.hooksPath && "  # pre-commit refuses with it
            yield Problem(
                f".pre-commit-config.yaml names nbjob, but git has no {name} hook in {clone.hooks}",
                unset * ("core.hookspath" in clone.settings)
                + "pre-commit install"
                + " --hook-type pre-push" * (name == "pre-push"),
            )
        elif not _is_executable(path):
            yield Problem(
                f"git passes over {path}, which is not executable",
                f"chmod +x {quoted([path.as_posix()])}",
            )


def _is_executable(path: Path) -> bool:
    return os.access(path, os.X_OK)  # always so on Windows


CHECKS: tuple[Callable[[Clone], Iterator[Problem]], ...] = (
    _old_git,
    _drivers_missing,
    _interpreter_gone,
    _drivers_incomplete,
    _other_filters,
    _attributes_missing,
    _attributes_not_shared,
    _attributes_unread,
    _other_hooks,
    _hooks_not_installed,
    contents.paired,
    contents.in_conflict,
    contents.not_clean,
)
