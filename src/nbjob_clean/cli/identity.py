"""What makes a finding the same one in the next run, after the lines around it have moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from nbjob_clean.diagnostic import Diagnostic

Sources = Mapping[tuple[str, int], Sequence[str]]
"""The lines of a cell by (path, cell number)."""


class Identity(NamedTuple):
    """A finding without its place. `cell` is the cell's id, or a hash of the text it is about."""

    path: str
    code: str
    symbol: str
    cell: str


def identity(diagnostic: Diagnostic, path: str, sources: Sources) -> Identity:
    """The identity of a finding in a notebook that is known as `path`."""
    lines = sources.get((diagnostic.path, diagnostic.cell), ())
    return Identity(path, diagnostic.code, diagnostic.symbol, _cell(diagnostic, lines))


def fingerprints(identities: Iterable[Identity]) -> list[str]:
    """A hash for each, in order; the second of two that are alike differs from the first."""
    seen: Counter[Identity] = Counter()
    found = []
    for known in identities:
        seen[known] += 1
        found.append(_hash("\0".join((*known, str(seen[known]))))[:32])
    return found


def _cell(diagnostic: Diagnostic, lines: Sequence[str]) -> str:
    if diagnostic.cell_id or not diagnostic.cell:
        return diagnostic.cell_id or ""
    is_line = 0 < diagnostic.line <= len(lines)
    text = lines[diagnostic.line - 1].strip() if is_line else "\n".join(lines)
    return f"sha256:{_hash(text)[:16]}"


def _hash(text: str) -> str:
    import hashlib  # takes a while, and most runs have nothing to compare

    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
