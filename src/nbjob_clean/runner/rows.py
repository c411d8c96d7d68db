"""What a query returns: a list of tuples that knows its columns and prints as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

_SHOWN = 20
_WIDEST = 40
_Row = dict[str, Any]
_Columns = dict[str, tuple[Any, ...]]


class Rows(list[tuple[Any, ...]]):
    """The rows of a statement, in order. Everything a list can do, it can do."""

    def __init__(self, rows: Iterable[tuple[Any, ...]] = (), columns: Iterable[str] = ()) -> None:
        super().__init__(rows)
        self.columns = tuple(columns)

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns, as JupySQL and SQLAlchemy call them."""
        return self.columns

    def dict(self) -> _Columns:
        """Each column by its name."""
        columns = list(zip(*self, strict=True)) or [()] * len(self.columns)
        return _Columns(zip(self.columns, columns, strict=True))

    def dicts(self) -> list[_Row]:
        """Each row by column name."""
        return [_Row(zip(self.columns, row, strict=True)) for row in self]

    def DataFrame(self) -> Any:
        """A pandas DataFrame, under the name that notebooks with SQL magics call it by."""
        from nbjob_clean.runner.frames import as_pandas

        return as_pandas(self)

    def PolarsDataFrame(self) -> Any:
        """A Polars DataFrame, under the name that notebooks with SQL magics call it by."""
        return self.polars()

    def polars(self) -> Any:
        """A Polars DataFrame."""
        from nbjob_clean.runner.frames import as_polars

        return as_polars(self)

    def arrow(self) -> Any:
        """A pyarrow.Table."""
        from nbjob_clean.runner.frames import as_arrow

        return as_arrow(self)

    def csv(self, filename: str | None = None, **options: Any) -> str:
        """The rows as CSV, with a header, and written to a file where one is named.

        `options` are those of `csv.writer`.
        """
        import csv
        import io

        text = io.StringIO(newline="")
        writer = csv.writer(text, **options)
        writer.writerow(self.columns)
        writer.writerows(self)
        if filename is not None:
            with open(filename, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123
                file.write(text.getvalue())
        return text.getvalue()

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
