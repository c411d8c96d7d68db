"""Lines of an attributes file, as bytes: whatever is not meant stays as it was, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Collection

from nbjob_clean.record import Record

OURS = "*.ipynb filter=nbjob diff=nbjob merge=nbjob"
# What GitHub (and Gitea) and GitLab collapse in a review, which then is about the sidecars.
COLLAPSED = "*.ipynb linguist-generated gitlab-generated"
_MERGE = b" merge=nbjob"
_EARLIER = OURS.encode().removesuffix(_MERGE)  # the line of releases that did not merge
_PATTERN, *_WANTED = OURS.encode().split()
_FILTER = re.compile(rb"[-!]?filter(=.*)?")
_SAYS_GENERATED = re.compile(rb"[-!]?(linguist|gitlab)-generated(=.*)?")
_SAYS_MERGE = re.compile(rb"[-!]?(merge|binary)(=.*)?")


class Moved(Record):
    """An attributes file after the move from other tools, and what became of its lines."""

    data: bytes
    changes: tuple[str, ...]


def has_ours(data: bytes) -> bool:
    """Whether a line gives all notebooks our filter and diff driver."""
    return any(_is_ours(line) for line in data.splitlines())


def names_our_filter(data: bytes) -> bool:
    """Whether any line names our filter, for whatever files."""
    return any(b"filter=nbjob" in _attributes(line) for line in data.splitlines())


def names_a_filter(data: bytes) -> bool:
    """Whether any line says something about filters."""
    return any(any(map(_FILTER.fullmatch, _attributes(line))) for line in data.splitlines())


def with_ours(data: bytes) -> bytes:
    """Add our line in the file's own style: its line ends, its missing final newline.

    A later line wins: where other lines name filters ours comes first, so that they stay
    exceptions from it.
    """
    if has_ours(data):
        return data
    newline = b"\r\n" if b"\r\n" in data else b"\n"
    ours = OURS.encode()
    if names_a_filter(data):
        return ours + newline + data
    is_open = bool(data) and not data.endswith(b"\n")
    return data + (newline + ours if is_open else ours + newline)


def with_collapsed(data: bytes) -> bytes:
    """Let hosts collapse notebooks: a line below ours, where no line says anything about that."""
    lines = data.splitlines(keepends=True)
    place = next((n for n, line in enumerate(lines) if line.strip() == OURS.encode()), None)
    if place is None or any(_says_generated(line) for line in lines):
        return data
    ours = lines[place].rstrip(b"\r\n")
    end = lines[place][len(ours) :]
    newline = end or (b"\r\n" if b"\r\n" in data else b"\n")
    lines[place] = ours + newline + COLLAPSED.encode() + end
    return b"".join(lines)


def _says_generated(line: bytes) -> bool:
    return _pattern(line) == _PATTERN and any(map(_SAYS_GENERATED.fullmatch, _attributes(line)))


def without_collapsed(data: bytes) -> bytes:
    """Take away the line that `with_collapsed` added."""
    return _without(data, COLLAPSED.encode())


def without_ours(data: bytes) -> bytes:
    """Take away the line that `with_ours` added."""
    return _without(data, OURS.encode(), _EARLIER)


def _without(data: bytes, *unwanted: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    kept = [line for line in lines if line.strip() not in unwanted]
    if kept and kept[-1] != lines[-1] and not lines[-1].endswith(b"\n"):
        kept[-1] = kept[-1].rstrip(b"\r\n")
    return b"".join(kept)


def extended(data: bytes) -> bytes:
    """Let our line name the merge driver too, where it says nothing about merges."""
    return b"".join(
        line.rstrip() + _MERGE + line[len(line.rstrip()) :]
        if _is_ours(line) and not any(map(_SAYS_MERGE.fullmatch, _attributes(line)))
        else line
        for line in data.splitlines(keepends=True)
    )


def shortened(data: bytes) -> bytes:
    """Take back what `extended` did."""
    return b"".join(
        line.replace(_MERGE, b"", 1) if _is_ours(line) else line
        for line in data.splitlines(keepends=True)
    )


def moved(
    data: bytes, theirs: Collection[str], *, is_committed: bool, keeps_zeppelin: bool
) -> Moved:
    """Put our attributes where those of other tools (`filter=…`, `diff=…`) stand.

    A line for all notebooks becomes our line, in its place; where the file is not committed
    (`.git/info/attributes`) it goes, as ours belongs into `.gitattributes`.
    """
    names = {name.encode() for name in theirs}
    is_missing = is_committed and not has_ours(data)
    kept, changes = [], []
    for line in data.splitlines(keepends=True):
        pattern, found = _pattern(line), set(_attributes(line))
        new = line
        if pattern.endswith(b".zpln") and found & names:
            new = line if keeps_zeppelin else b""
        elif pattern == _PATTERN and found & names and found <= {*names, *_WANTED}:
            new = OURS.encode() + line[len(line.rstrip(b"\r\n")) :] if is_missing else b""
            is_missing = False
        elif found & names:
            new = _replaced(line, names)
        kept.append(new)
        if new != line:
            before, after = _shown(line), _shown(new)
            changes.append(f"replaced `{before}` by `{after}`" if new else f"removed `{before}`")
    return Moved(b"".join(kept), tuple(changes))


def _replaced(line: bytes, names: Collection[bytes]) -> bytes:
    """A line with more to say, with our names instead of theirs."""

    def ours(match: re.Match[bytes]) -> bytes:
        word = match.group()
        return word.partition(b"=")[0] + b"=nbjob" if word in names else word

    return re.sub(rb"(?<=\s)\S+", ours, line)


def _pattern(line: bytes) -> bytes:
    words = line.split()
    return words[0] if words and not words[0].startswith(b"#") else b""


def _attributes(line: bytes) -> list[bytes]:
    return line.split()[1:] if _pattern(line) else []


def _is_ours(line: bytes) -> bool:
    return _pattern(line) == _PATTERN and {*_WANTED} - {_MERGE.strip()} <= {*_attributes(line)}


def _shown(line: bytes) -> str:
    return line.decode("utf-8", "backslashreplace").strip()
