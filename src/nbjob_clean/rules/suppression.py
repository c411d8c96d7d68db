"""What a cell's author has silenced: `# noqa: NBJ101` and `# nbjob: ignore[NBJ101]`.

Codes are always named: a bare `# noqa` is other tools' business.
"""

from __future__ import annotations

import re

from nbjob_clean.notebook.model import Cell

_LINE = re.compile(r"(?:#|--)\s*noqa\s*:\s*(?P<codes>[A-Z]+\d+(?:[\s,]+[A-Z]+\d+)*)", re.IGNORECASE)
_CELL = re.compile(r"(?:#|--)\s*nbjob\s*:\s*ignore\[(?P<codes>[^\]]*)\]")


def is_silenced(code: str, cell: Cell, line: int) -> bool:
    """Whether the line, or the whole cell, is exempt from a rule; a prefix names several."""
    if "noqa" not in cell.source.lower() and "nbjob" not in cell.source:
        return False
    lines = cell.lines
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    found = [*_LINE.finditer(text), *_CELL.finditer(cell.source)]
    prefixes = [
        p.upper() for match in found for p in re.split(r"[\s,]+", match.group("codes")) if p
    ]
    return any(code.startswith(prefix) for prefix in prefixes)
