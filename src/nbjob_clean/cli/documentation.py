"""Where people read what a code means."""

from __future__ import annotations

# Where `docs/` is published, without a `/` at the end: as `Documentation` in pyproject.toml's
# [project.urls]. While it is empty, reports have no links.
DOCUMENTATION = ""


def page(code: str, root: str = DOCUMENTATION) -> str:
    """The page of a rule; empty while the documentation is not published."""
    return f"{root}/rules/{code.lower()}.md" if root else ""
