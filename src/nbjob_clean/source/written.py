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
