"""What a query returns: a list of tuples that knows its columns and prints as a table."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Sequence
from typing import Any

_SHOWN = 20
_WIDEST = 40


class Rows(list[tuple[Any, ...]]):
    """The rows of a statement, in order. Everything a list can do, it can do."""

    def __init__(self, rows: Iterable[tuple[Any, ...]] = (), columns: Iterable[str] = ()) -> None:
        super().__init__(rows)
        self.columns = tuple(columns)

    def dicts(self) -> list[dict[str, Any]]:
        """Each row by column name."""
        return [dict(zip(self.columns, row, strict=True)) for row in self]

    def DataFrame(self) -> Any:
        """A pandas DataFrame, under the name that notebooks with SQL magics call it by."""
        pandas = importlib.import_module("pandas")
        return pandas.DataFrame.from_records(self, columns=list(self.columns))

    def __repr__(self) -> str:
        """A table of the first rows; the last line says how many there are in all."""
        if not self.columns:
            return "(no rows)"
        lines = [_cells(row) for row in self[:_SHOWN]]
        table = _table(self.columns, lines, _right_aligned(self.columns, self[:_SHOWN]))
        shown = f", first {_SHOWN} shown" if len(self) > _SHOWN else ""
        return f"{table}\n({len(self)} row{'' if len(self) == 1 else 's'}{shown})"

    __str__ = __repr__


def _cells(row: Sequence[Any]) -> list[str]:
    texts = ["NULL" if value is None else " ".join(str(value).split()) for value in row]
    return [text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…" for text in texts]


def _right_aligned(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[bool]:
    """Numbers stand on the right, as in a ledger."""
    return [
        any(row[index] is not None for row in rows)
        and all(_is_number(row[index]) for row in rows if row[index] is not None)
        for index in range(len(columns))
    ]


def _is_number(value: object) -> bool:
    # Decimal, numpy's numbers and the like say so by themselves.
    return hasattr(value, "__float__") and not isinstance(value, bool)


def _table(columns: Sequence[str], lines: Sequence[Sequence[str]], right: Sequence[bool]) -> str:
    widths = [max(map(len, texts)) for texts in zip(columns, *lines, strict=True)]
    rule = ["-" * width for width in widths]
    return "\n".join(
        "  ".join(
            text.rjust(width) if on_right else text.ljust(width)
            for text, width, on_right in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in (columns, rule, *lines)
    )
