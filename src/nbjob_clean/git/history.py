"""All notebooks of all commits: what cleaning them would save, and what it would rewrite.

Nothing is changed here. `git.rewrite` does what a survey found.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from nbjob_clean.clean.core import clean_bytes
from nbjob_clean.clean.options import CleanOptions
from nbjob_clean.errors import NotebookFormatError
from nbjob_clean.git.command import git
from nbjob_clean.git.objects import Pack, contents, records, sizes
from nbjob_clean.record import Record, changed

OptionsOf = Callable[[Path], CleanOptions]
Watch = Callable[[Sequence[str], str], Iterator[str]]
_REGULAR = (b"100644", b"100755")
_SIGNED = (b"\ngpgsig ", b"\ngpgsig-sha256 ", b"\nmergetag ")
_LFS = b"version https://git-lfs.github.com/spec/"


class Version(Record):
    """A content that notebooks have in history, and where it stands first.

    `cleaned` is its id after cleaning: its own where it is clean or, with a `problem`, unreadable.
    """

    oid: str
    name: str
    commit: str
    size: int
    stored: int
    cleaned: str
    cleaned_size: int
    problem: str = ""

    @property
    def is_dirty(self) -> bool:
        return self.cleaned != self.oid


class Ref(Record):
    """A branch, tag or other name, and the commit it leads to; `kind` is what it names itself."""

    name: str
    kind: str
    commit: str
    is_signed: bool


class Survey(Record):
    """What a walk through history found.

    `cleaned` gives the new id of a blob in a place (id and name); `packed` is what the cleaned
    blobs take on disk together.
    """

    commits: int
    rewritten: frozenset[str]
    signatures: int
    refs: tuple[Ref, ...]
    versions: tuple[Version, ...]
    cleaned: Mapping[tuple[str, str], str]
    packed: int

    @property
    def dirty(self) -> tuple[Version, ...]:
        return tuple(version for version in self.versions if version.is_dirty)

    @property
    def unreadable(self) -> tuple[Version, ...]:
        return tuple(version for version in self.versions if version.problem)

    @property
    def changed_refs(self) -> tuple[Ref, ...]:
        return tuple(ref for ref in self.refs if ref.commit in self.rewritten or self._loses(ref))

    def _loses(self, ref: Ref) -> bool:
        return ref.is_signed and bool(self.rewritten)


def survey(
    root: Path, options_of: OptionsOf, watch: Watch, *, pack_to: Path | None = None
) -> Survey:
    """Read and clean every notebook that a ref leads to, each content once.

    The settings of today hold for all of history. The cleaned blobs are packed in a scratch
    directory, and that pack is copied to `pack_to`.
    """
    commits = tuple(_commits(root))
    uses = tuple(_uses(root, commits))
    object_format = git("rev-parse", "--show-object-format", cwd=root).decode().strip()
    settings = _Settings(root, options_of)
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch,
        Pack(Path(scratch), object_format) as pack,
    ):
        versions = _versions(root, uses, settings, watch, _Cleaner(object_format, pack))
        packed = pack.finish()
        if packed and pack_to:
            pack_to.write_bytes(packed.read_bytes())
        size = packed.stat().st_size if packed else 0
    cleaned = {(use.oid, use.name): versions[use.oid, settings(use.name)].cleaned for use in uses}
    cleaned = {place: new for place, new in cleaned.items() if place[0] != new}
    touched = {use.commit for use in uses if (use.oid, use.name) in cleaned}
    rewritten = _rewritten(commits, touched)
    signatures = sum(c.is_signed for c in commits if c.oid in rewritten)
    found = tuple(versions.values())
    return Survey(len(commits), rewritten, signatures, refs(root), found, cleaned, size)


def refs(root: Path) -> tuple[Ref, ...]:
    """All branches, tags and other names, but for those that stand for another one."""
    fields = ("symref", "refname", "objecttype", "objectname", "*objecttype", "*objectname")
    signed = "%(if)%(contents:signature)%(then)1%(end)"
    layout = "%00".join((*(f"%({field})" for field in fields), signed))
    lines = git("for-each-ref", f"--format={layout}", cwd=root).split(b"\n")
    found = (os.fsdecode(line).split("\0") for line in lines if line)
    return tuple(_ref(values) for symref, *values in found if not symref)


def _ref(fields: Sequence[str]) -> Ref:
    name, kind, oid, inner_kind, inner, signed = fields
    is_commit = (inner_kind or kind) == "commit"
    return Ref(name, kind, (inner or oid) if is_commit else "", bool(signed) and kind == "tag")


class _Commit(Record):
    oid: str
    parents: tuple[str, ...]
    is_signed: bool


class _Use(Record):
    """A commit that gives a notebook a content that it has in none of the commit's parents."""

    commit: str
    oid: str
    name: str


def _commits(root: Path) -> Iterator[_Commit]:
    """All commits, parents before children."""
    arguments = ("rev-list", "--all", "--topo-order", "--reverse", "--header")
    for record in records(*arguments, cwd=root):
        head = record.partition(b"\n\n")[0]
        first, *lines = head.split(b"\n")
        parents = [line[7:].decode() for line in lines if line.startswith(b"parent ")]
        yield _Commit(first.decode(), tuple(parents), any(mark in head for mark in _SIGNED))


def _uses(root: Path, commits: Iterable[_Commit]) -> Iterator[_Use]:
    arguments = ("diff-tree", "--stdin", "-r", "-c", "--root", "-z", "--raw")
    listing = records(
        *arguments, "--no-abbrev", "--no-renames", "--", "*.ipynb",
        cwd=root, lines=(commit.oid for commit in commits),
    )  # fmt: skip
    commit = ""
    for record in listing:
        if not record.startswith(b":"):
            commit = record.decode()
            continue
        name = next(listing)
        # A merge has a column for each parent, and a colon more: `::mode mode mode id id id MM`.
        columns = record.lstrip(b":").split(b" ")
        parents = len(record) - len(record.lstrip(b":"))
        mode, oid = columns[parents], columns[-2]
        if mode in _REGULAR:
            yield _Use(commit, oid.decode(), os.fsdecode(name))


class _Settings:
    """What a file is cleaned with, asked for once each, by a number: the options are no keys."""

    def __init__(self, root: Path, options_of: OptionsOf) -> None:
        self._root, self._options_of = root, options_of
        self._numbers: dict[str, int] = {}
        self.options: list[CleanOptions] = []

    def __call__(self, name: str) -> int:
        if name not in self._numbers:
            options = self._options_of(self._root / name)
            if options not in self.options:
                self.options.append(options)
            self._numbers[name] = self.options.index(options)
        return self._numbers[name]


_Versions = dict[tuple[str, int], Version]


def _versions(
    root: Path, uses: Iterable[_Use], settings: _Settings, watch: Watch, cleaner: _Cleaner
) -> _Versions:
    """One version for each content and each set of settings that hold somewhere for it."""
    wanted: dict[str, dict[int, _Use]] = {}
    for use in uses:
        wanted.setdefault(use.oid, {}).setdefault(settings(use.name), use)
    oids = tuple(wanted)
    known = sizes(root, oids)
    versions: _Versions = {}
    for oid, data in zip(watch(oids, "versions of notebooks"), contents(root, oids), strict=True):
        size = known[oid]
        for number, use in wanted[oid].items():
            found = Version(oid, use.name, use.commit, size.plain, size.stored, oid, size.plain)
            versions[oid, number] = cleaner(found, data, settings.options[number])
    return versions


class _Cleaner:
    """Cleans versions into a pack."""

    def __init__(self, object_format: str, pack: Pack) -> None:
        self._object_format, self._pack = object_format, pack

    def __call__(self, version: Version, data: bytes, options: CleanOptions) -> Version:
        try:
            cleaned = clean_bytes(data, options)
        except NotebookFormatError as exc:
            is_pointer = data.startswith(_LFS)
            return changed(version, problem="kept in Git LFS" if is_pointer else str(exc))
        if cleaned == data:
            return version
        content = b"blob %d\0" % len(cleaned) + cleaned
        oid = hashlib.new(self._object_format, content, usedforsecurity=False).hexdigest()
        self._pack.add(oid, version.name, cleaned)
        return changed(version, cleaned=oid, cleaned_size=len(cleaned))


def _rewritten(commits: Iterable[_Commit], touched: set[str]) -> frozenset[str]:
    """The commits that get a new id.

    That is those touched, those that lose a signature, and whatever comes after them.
    """
    if not touched:
        return frozenset()
    found: set[str] = set()
    for commit in commits:
        if commit.oid in touched or commit.is_signed or not found.isdisjoint(commit.parents):
            found.add(commit.oid)
    return frozenset(found)
