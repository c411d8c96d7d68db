"""A notebook with git's conflict markers in its JSON: both sides converted, and marked again.

Loaded only for such a file, so it may import what it needs. Reads the styles merge, diff3 and
zdiff3; what cannot be taken apart into two notebooks is left as it is.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence

from nbjob_clean.git.conversion import NO_NOTEBOOK, blocks, joined
from nbjob_clean.record import Record

_MARKS = {b"<<<<<<<": "ours", b"|||||||": "base", b"=======": "theirs", b">>>>>>>": "end"}
_ORDER = {"": ("ours",), "ours": ("base", "theirs"), "base": ("theirs",), "theirs": ("end",)}


class _Sides(Record):
    """The bytes of each side, and the marker lines as git wrote them, names of branches in them."""

    ours: bytes
    base: bytes | None
    theirs: bytes
    marks: dict[str, str]
    line: int


class _Texts(Record):
    """Cells or lines of the three sides; `base` is None where it is not known."""

    ours: Sequence[str]
    base: Sequence[str] | None
    theirs: Sequence[str]


def remarked(data: bytes) -> bytes:
    """The notebook of both sides with markers around the lines that differ; else `data`."""
    sides = _sides(data)
    if sides is None:
        return data
    try:
        ours, theirs = blocks(sides.ours), blocks(sides.theirs)
    except NO_NOTEBOOK:
        return data
    if ours == theirs:
        # Nothing would be shown, and the file would still not open.
        note = f"# conflict outside of the source (outputs, counts, metadata), line {sides.line}\n"
        return joined([note, *ours])
    return joined(list(_cells(_Texts(ours, _base(sides), theirs), sides.marks)))


def _base(sides: _Sides) -> list[str] | None:
    """The common ancestor; in zdiff3 it lacks the lines that git moved out of the conflict."""
    try:
        return None if sides.base is None else blocks(sides.base)
    except NO_NOTEBOOK:
        return None


def _sides(data: bytes) -> _Sides | None:
    """Take the text apart at its markers; None where they are not in git's order."""
    lines: dict[str, list[bytes]] = {"ours": [], "base": [], "theirs": []}
    marks: dict[str, str] = {}
    state, first, count = "", 0, 0
    for number, line in enumerate(data.splitlines(keepends=True), start=1):
        mark = _MARKS.get(line[:7], "") if line[7:8] in (b" ", b"\r", b"\n", b"") else ""
        if not mark:
            for side in (state,) if state else lines:
                lines[side].append(line)
            continue
        if mark not in _ORDER[state]:
            return None
        state = "" if mark == "end" else mark
        first = first or number
        count += (mark == "base") - (mark == "ours")
        marks.setdefault(mark, line.decode("utf-8", "backslashreplace").rstrip("\r\n"))
    if state or not marks:
        return None
    ours, base, theirs = (b"".join(lines[side]) for side in ("ours", "base", "theirs"))
    return _Sides(ours, None if count else base, theirs, marks, first)


def _cells(texts: _Texts, marks: dict[str, str]) -> Iterator[str]:
    """Cell by cell: a cell that both sides have is gone into, others stand side by side."""
    for run, is_common in _runs(texts, _key):
        if not is_common and not _is_one_cell(run):
            yield "\n".join(_marked(run, marks)) + "\n"
            continue
        before = run.base or ()
        ancestors = {_key(text): text for text in before}
        for ours, theirs in zip(run.ours, run.theirs, strict=True):
            base = ancestors.get(_key(ours)) or (before[0] if len(before) == 1 else None)
            if ours == theirs:
                yield ours
            else:
                yield "\n".join(_lines(ours, base, theirs, marks))


def _is_one_cell(run: _Texts) -> bool:
    """Whether a run is one cell of the same kind on each side: cells without ids have no name."""
    heads = {
        text.partition("\n")[0] for side in (run.ours, run.base or (), run.theirs) for text in side
    }
    return len(heads) == len(run.ours) == len(run.theirs) == 1 and len(run.base or " ") == 1


def _lines(ours: str, base: str | None, theirs: str, marks: dict[str, str]) -> Iterator[str]:
    before = base.split("\n") if base is not None else None
    for run, is_common in _runs(_Texts(ours.split("\n"), before, theirs.split("\n")), str):
        yield from run.ours if is_common else _marked(run, marks)


def _marked(run: _Texts, marks: dict[str, str]) -> Iterator[str]:
    yield marks["ours"]
    yield from run.ours
    if run.base is not None and "base" in marks:
        yield marks["base"]
        yield from run.base
    yield marks["theirs"]
    yield from run.theirs
    yield marks["end"]


def _runs(texts: _Texts, key: Callable[[str], str]) -> Iterator[tuple[_Texts, bool]]:
    """The sides in pieces: what both have, what they have not, in turn."""
    keys = [key(text) for text in texts.ours]
    found = difflib.SequenceMatcher(
        None, keys, [key(text) for text in texts.theirs], autojunk=False
    )
    ancestors = None if texts.base is None else _Ancestors(keys, [key(text) for text in texts.base])
    for kind, start, end, there_start, there_end in found.get_opcodes():
        base = texts.base[ancestors.between(start, end)] if texts.base and ancestors else texts.base
        run = _Texts(texts.ours[start:end], base, texts.theirs[there_start:there_end])
        yield run, kind == "equal"


class _Ancestors:
    """Where the common ancestor has what stands in ours."""

    def __init__(self, ours: Sequence[str], base: Sequence[str]) -> None:
        found = difflib.SequenceMatcher(None, ours, base, autojunk=False)
        self._pairs = [
            (block.a + step, block.b + step)
            for block in found.get_matching_blocks()
            for step in range(block.size)
        ]
        self._size = len(base)

    def between(self, start: int, end: int) -> slice:
        """The part that lies between what comes before `start` and what follows `end`."""
        first = max((there + 1 for here, there in self._pairs if here < start), default=0)
        last = min((there for here, there in self._pairs if here >= end), default=self._size)
        return slice(first, last)


def _key(text: str) -> str:
    """What a cell is known by: its kind and id where it has one, else all of it."""
    head = text.partition("\n")[0].partition(" tags=")[0]
    return head if " id=" in head else text
