"""Other tools that clean notebooks with a git filter, and how a clone moves over from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from nbjob_clean.files import read_bytes, write_bytes
from nbjob_clean.git.attributes import moved
from nbjob_clean.git.carry_over import to_carry_over
from nbjob_clean.git.command import git, git_paths, names, settings
from nbjob_clean.git.repository import Repository, Scope
from nbjob_clean.record import Record


class Neighbour(Record):
    """What a tool is called, by people and in git's configuration."""

    name: str
    filter: str
    diff: str


NEIGHBOURS: tuple[Neighbour, ...] = (
    Neighbour("nbstripout", filter="nbstripout", diff="ipynb"),
    Neighbour("nb-clean", filter="nb-clean", diff=""),
    Neighbour("nbwipers", filter="nbwipers", diff="nbwipers"),
)
FILTERS: Mapping[str, Neighbour] = {neighbour.filter: neighbour for neighbour in NEIGHBOURS}


def move_over(repository: Repository, scope: Scope) -> tuple[str, ...]:
    """Put our attributes in the place of theirs and take their configuration away.

    Nothing is touched outside of the scope. The result has a line for each thing done, and for
    each setting of theirs that a person has to carry over.
    """
    here = repository.root if scope == "local" else Path.cwd()
    found = settings(here, scope=scope)
    everywhere = settings(here) if scope == "local" else found
    theirs = [f"filter={name}" for name in FILTERS]
    theirs += [f"diff={n.diff}" for n in NEIGHBOURS if n.diff and _is_theirs(n, everywhere)]
    keeps_zeppelin = scope == "local" and _has_zeppelin(repository.root)
    lines = []
    for path, is_committed in _attributes_files(repository, scope, found):
        data = read_bytes(path)
        if data is None:
            continue
        after = moved(data, theirs, is_committed=is_committed, keeps_zeppelin=keeps_zeppelin)
        lines += [f"{change} in {path}" for change in after.changes]
        if after.data:
            write_bytes(path, after.data)
        elif after.changes:
            path.unlink()
    for neighbour in NEIGHBOURS:
        lines += _take_away(repository, scope, neighbour, found, keeps_zeppelin=keeps_zeppelin)
    return tuple(lines)


def _attributes_files(
    repository: Repository, scope: Scope, found: Mapping[str, str]
) -> list[tuple[Path, bool]]:
    """The attributes files of a scope, and whether our line belongs there.

    nbstripout writes one into the directory of a linked work tree, where git never looks.
    """
    if scope != "local":
        return [(repository.attributes_file(scope), True)]
    root = repository.root
    listing = git(
        "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate", "--",
        ".gitattributes", "*/.gitattributes", cwd=root,
    )  # fmt: skip
    info, head = git_paths(root, "info/attributes", "HEAD")
    private = dict.fromkeys((info, head.parent / "info" / "attributes"))
    if "core.attributesfile" in found:
        private[Path(found["core.attributesfile"]).expanduser()] = None
    return [(root / name, True) for name in names(listing)] + [(path, False) for path in private]


def _is_theirs(neighbour: Neighbour, found: Mapping[str, str]) -> bool:
    """Whether the diff driver of that name is the tool's: `ipynb` may be anybody's."""
    name = f"diff.{neighbour.diff}."
    commands = [value for key, value in found.items() if key.startswith(name)]
    return not commands or any(neighbour.name in value for value in commands)


def _has_zeppelin(root: Path) -> bool:
    listing = git(
        "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "*.zpln", cwd=root
    )
    return bool(listing)


def _take_away(
    repository: Repository,
    scope: Scope,
    neighbour: Neighbour,
    found: Mapping[str, str],
    *,
    keeps_zeppelin: bool,
) -> Iterator[str]:
    sections = [f"filter.{neighbour.filter}"]
    if neighbour.diff and _is_theirs(neighbour, found):
        sections.append(f"diff.{neighbour.diff}")
    there = [s for s in sections if any(key.startswith(f"{s}.") for key in found)]
    if not there:
        return
    if keeps_zeppelin and neighbour.name == "nbstripout":
        there = [section for section in there if section.startswith("diff.")]
        if not there:
            return
        yield "left nbstripout's filter for Zeppelin notebooks (*.zpln): nbjob cannot read them"
    for section in there:
        repository.remove_section(section, scope=scope)
        yield f"removed {section} from git's {scope} configuration"
    yield from to_carry_over(neighbour.name, found)
