"""What IPython takes off a cell before anything else: a common indent and pasted prompts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nbjob_clean.record import Record

_CLASSIC = re.compile(r"(?:>>>|\.\.\.)(?: |$)")
_CLASSIC_FIRST = re.compile(r">>>(?: |$)")
_NUMBERED = re.compile(r"(?:In \[\d+\]: |\s*\.{3,}: ?)")
_PASTED = re.compile(r"\s*In \[\d+\]: ")


class Unwrapped(Record):
    """The lines, and how many characters each lost at its start."""

    lines: tuple[str, ...]
    removed: tuple[int, ...]


def is_pasted(source: str) -> bool:
    """Whether a cell begins with `In [1]: `, which Python takes for an annotation of `In[1]`."""
    return _PASTED.match(source) is not None


def unwrap(lines: Sequence[str]) -> Unwrapped:
    """The lines without the first line's indent and without `>>> ` or `In [1]: `."""
    first = next((n for n, line in enumerate(lines) if line.strip()), 0)
    indent = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
    result = [line.removeprefix(indent) for line in lines]
    for initial, prompt in ((_CLASSIC_FIRST, _CLASSIC), (_NUMBERED, _NUMBERED)):
        if _has_prompts(result[first:], initial, prompt):
            result = [
                prompt.sub("", line, count=1) if prompt.match(line) else line for line in result
            ]
    removed = (len(old) - len(new) for old, new in zip(lines, result, strict=True))
    return Unwrapped(tuple(result), tuple(removed))


def _has_prompts(lines: Sequence[str], initial: re.Pattern[str], prompt: re.Pattern[str]) -> bool:
    return bool(initial.match(lines[0])) or (len(lines) > 1 and bool(prompt.match(lines[1])))
