"""How IPython text is written out in Python: the one spelling that `emit` and the runner share."""

from __future__ import annotations

import json


def needs_ipython(text: str) -> str:
    """The call, a function of `nbjob_clean.runner`, that raises where the text would have run."""
    return f"needs_ipython({json.dumps(text, ensure_ascii=False)})"


def comment(line: str, sign: str = "#") -> str:
    """A line as a comment that no editor takes for a cell marker; `sign` is `#` or `--`."""
    if not line.strip():
        return sign
    return f"{sign}{sign[0]} {line}" if line.lstrip().startswith("%%") else f"{sign} {line}"


def uncommented(line: str, sign: str = "#") -> str | None:
    """The line that `comment` gives this one for; None for one that is no comment of ours."""
    if line.rstrip() == sign:
        return ""
    if line.startswith(f"{sign} "):
        return line[len(sign) + 1 :]
    inner = line.removeprefix(f"{sign}{sign[0]} ")
    return inner if inner != line and inner.lstrip().startswith("%%") else None
