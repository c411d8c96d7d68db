"""A finding as a value: what, where, why and what to do. How it is shown is `cli/output.py`'s."""

from __future__ import annotations

from nbjob_clean.record import Record


class Diagnostic(Record):
    """One finding. Cells, lines and columns count from 1; 0 means that there is none to name.

    `line` and `column` are within the cell, those that begin with `file_` are those of the `.ipynb`
    itself. `other_cell` and `other_line` are a second place, such as that of a definition.
    """

    path: str
    code: str
    name: str
    message: str
    severity: str = "error"
    cell: int = 0
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    symbol: str = ""
    help: str = ""
    fix: str | None = None
    cell_id: str | None = None
    file_line: int = 0
    file_column: int = 0
    file_end_line: int = 0
    file_end_column: int = 0
    other_cell: int = 0
    other_line: int = 0
    other_file_line: int = 0

    @property
    def place(self) -> str:
        """`path:cell 7:1:21`, as short as what is known."""
        if not self.cell:
            return f"{self.path}:{self.line}" if self.line else self.path
        return f"{self.path}:cell {self.cell}:{self.line}:{self.column}"

    def as_json(self) -> dict[str, object]:
        """The fields in the order in which `--output-format json` documents them."""
        return {key: getattr(self, key) for key in _JSON_ORDER}


_JSON_ORDER = (
    "code",
    "name",
    "severity",
    "message",
    "path",
    "cell",
    "cell_id",
    "line",
    "column",
    "end_line",
    "end_column",
    "file_line",
    "symbol",
    "help",
    "fix",
)
