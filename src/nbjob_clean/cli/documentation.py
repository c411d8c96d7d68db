"""Where people read what a code means."""

from __future__ import annotations

from nbjob_clean import DOCUMENTATION


def page(code: str, root: str = DOCUMENTATION) -> str:
    """The page of a rule; empty while the documentation is not published."""
    return f"{root}/rules/{code.lower()}.md" if root else ""
