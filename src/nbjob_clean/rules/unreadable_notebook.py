"""NBJ000: the file cannot be read as a notebook, so no other rule can look at it."""

from __future__ import annotations

from nbjob_clean.diagnostic import Diagnostic
from nbjob_clean.errors import NotebookFormatError

CODE = "NBJ000"


def diagnose(path: str, error: NotebookFormatError) -> Diagnostic:
    """The finding for a file that `loads` refused."""
    return Diagnostic(
        path=path,
        code=CODE,
        name="unreadable-notebook",
        message=str(error),
        help=error.hint,
        line=error.line,
        file_line=error.line,
    )
