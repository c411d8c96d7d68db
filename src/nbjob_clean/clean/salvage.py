"""Keep outputs out of a commit even where a notebook cannot be read.

A git filter cannot stop at a broken notebook: `git status` and `git diff` run it too and would
die for all files (docs/decisions/002-unreadable-notebooks.md). So outputs are cut out of the
text by their brackets, and all else passes byte for byte.
"""

from __future__ import annotations

import re

from nbjob_clean.errors import NotebookFormatError

_OUTPUTS = re.compile(rb'"outputs"\s*:\s*\[')
# A string ends with its line at the latest: a broken file may hold one that never ends.
_TOKEN = re.compile(rb'"(?:[^"\\\r\n]|\\.)*(?:"|$|(?=[\r\n]))|[\[\]]')
_SOURCE = re.compile(rb'"source"\s*:')


def withhold_outputs(data: bytes) -> bytes:
    """The bytes with every list of outputs emptied; those without one pass unchanged.

    Raises NotebookFormatError where an output does not end before source comes: what is private
    and what is source cannot be told apart then.
    """
    pieces = []
    position = 0
    while match := _OUTPUTS.search(data, position):
        pieces.append(data[position : match.end()])
        position = _closing_bracket(data, match.end())
        if _SOURCE.search(data, match.end(), position):
            raise NotebookFormatError(
                "not a readable notebook: the outputs that start here do not end before source",
                hint="repair or restore the file: git would store its outputs as they are",
                line=data.count(b"\n", 0, match.start()) + 1,
            )
    return b"".join(pieces) + data[position:]


def _closing_bracket(data: bytes, position: int) -> int:
    """Where the list that is open at `position` ends; the end of the data where it does not."""
    depth = 1
    for token in _TOKEN.finditer(data, position):
        if token.group() == b"[":
            depth += 1
        elif token.group() == b"]":
            depth -= 1
            if not depth:
                return token.start()
    return len(data)
