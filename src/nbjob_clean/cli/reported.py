"""One finding as a report for machines shows it."""

from __future__ import annotations

from nbjob_clean.diagnostic import Diagnostic
from nbjob_clean.record import Record


class Reported(Record):
    """A finding, its path as the report's reader knows it, with what tells it from all others."""

    diagnostic: Diagnostic
    fingerprint: str

    @property
    def line(self) -> int:
        """The line of the file, which all formats ask for; the first one where none is known."""
        own = 0 if self.diagnostic.cell else self.diagnostic.line
        return max(self.diagnostic.file_line or own, 1)

    @property
    def end_line(self) -> int:
        return max(self.diagnostic.file_end_line, self.line)

    @property
    def text(self) -> str:
        """The message, after the place in the notebook as people count it, and what to do."""
        found = self.diagnostic
        line = f", line {found.line}" if found.line else ""
        place = f"cell {found.cell}{line}: " if found.cell else ""
        return f"{place}{found.message}" + (f"\nhelp: {found.help}" if found.help else "")
