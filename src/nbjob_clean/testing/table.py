"""Assertions on tables, with a difference that one can read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from nbjob_clean.record import Record
from nbjob_clean.runner.rows import Rows

_SHOWN = 20  # lines of a difference


class _HasTables(Protocol):
    @property
    def tables(self) -> Mapping[str, Rows]: ...


class _HasTable(Protocol):
    def table(self, name: str) -> Rows: ...


class _Compared(Record):
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def assert_table(  # noqa: PLR0913 - an assertion says what it is about
    place: _HasTable | _HasTables | Mapping[str, Rows],
    name: str,
    rows: Iterable[Mapping[str, Any]] | Iterable[Sequence[Any]],
    *,
    columns: Sequence[str] = (),
    order_by: str | Sequence[str] = (),
    ignore_columns: Sequence[str] = (),
    tolerance: float = 0.0,
) -> None:
    """Hold a table to these rows: dicts, or tuples of `columns` (all of them, where none is named).

    Tables have no order, so none is compared; `order_by` is that of the difference. Numbers may
    differ by `tolerance`. `place` is a database, or what `call` and `nbjob.run` give back.
    """
    __tracebackhide__ = True
    found = _rows(place, name)
    expected = [row if isinstance(row, Mapping) else tuple(row) for row in rows]
    wanted = _wanted_columns(found, expected, columns, ignore_columns)
    keys = [order_by] if isinstance(order_by, str) else list(order_by)
    _require_columns(name, found, (*wanted, *keys))
    left = _Compared(tuple(wanted), [_values(row, wanted) for row in expected])
    right = _Compared(tuple(wanted), [_values(row, wanted) for row in found.dicts()])
    difference = _difference(_sorted(left, keys), _sorted(right, keys), tolerance)
    if difference:
        raise AssertionError(_message(name, left, right, difference))


def _rows(place: Any, name: str) -> Rows:
    if isinstance(place, Rows):
        return place
    if hasattr(place, "table"):
        return place.table(name)  # type: ignore[no-any-return]
    tables = place.tables if hasattr(place, "tables") else place
    found = tables[name]
    return found if isinstance(found, Rows) else Rows(found)


def _wanted_columns(
    found: Rows, expected: Sequence[Any], columns: Sequence[str], ignored: Sequence[str]
) -> list[str]:
    """The columns to compare; dicts name theirs, and have to name all of them."""
    if columns or not expected or not isinstance(expected[0], Mapping):
        return [name for name in columns or found.columns if name not in ignored]
    named = list(dict.fromkeys(name for row in expected for name in row))
    others = [name for name in found.columns if name not in {*named, *ignored}]
    if others:
        raise AssertionError(
            f"the rows say nothing of the columns {', '.join(others)}: name them, or say"
            f" ignore_columns={others}"
        )
    return [name for name in named if name not in ignored]


def _require_columns(name: str, found: Rows, wanted: Iterable[str]) -> None:
    missing = [column for column in dict.fromkeys(wanted) if column not in found.columns]
    if missing:
        has = ", ".join(found.columns)
        raise AssertionError(f"{name} has no column {', '.join(missing)}; it has {has}")


def _values(row: Any, columns: Sequence[str]) -> tuple[Any, ...]:
    if isinstance(row, Mapping):
        return tuple(row.get(column, _ABSENT) for column in columns)
    if len(row) != len(columns):
        raise AssertionError(f"{row!r} has {len(row)} values for the columns {', '.join(columns)}")
    return tuple(row)


class _Absent:
    def __repr__(self) -> str:
        return "(not given)"


_ABSENT = _Absent()


def _sorted(table: _Compared, order_by: Sequence[str]) -> _Compared:
    keys = [table.columns.index(key) for key in order_by if key in table.columns]
    places = [*keys, *range(len(table.columns))]
    rows = sorted(table.rows, key=lambda row: [_order(row[place]) for place in places])
    return _Compared(table.columns, rows)


def _order(value: Any) -> tuple[int, str, Any]:
    """Any two values have an order: None first, numbers as numbers, all else as text."""
    if value is None:
        return (0, "", 0)
    if isinstance(value, bool) or not hasattr(value, "__float__"):
        return (2, type(value).__name__, str(value))
    number = float(value)
    return (1, "", number) if number == number else (1, "nan", 0.0)


def _difference(left: _Compared, right: _Compared, tolerance: float) -> list[str]:
    """Lines with `-` for what was expected and `+` for what is there; empty where all is equal."""
    lines: list[str] = []
    rows, others = list(left.rows), list(right.rows)
    while rows or others:
        if rows and others and _equal(rows[0], others[0], tolerance):
            rows.pop(0)
            others.pop(0)
        elif not others or (
            rows and not any(_equal(rows[0], other, tolerance) for other in others)
        ):
            lines.append(f"- {_shown(rows.pop(0))}")
        else:
            lines.append(f"+ {_shown(others.pop(0))}")
    return lines


def _equal(row: Sequence[Any], other: Sequence[Any], tolerance: float) -> bool:
    return all(_same(a, b, tolerance) for a, b in zip(row, other, strict=True))


def _same(one: Any, other: Any, tolerance: float) -> bool:
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
        return math.isnan(other)
    if tolerance and hasattr(one, "__float__") and hasattr(other, "__float__"):
        return math.isclose(one, other, rel_tol=0.0, abs_tol=tolerance)
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _shown(row: Sequence[Any]) -> str:
    return "  ".join(map(repr, row))


def _message(name: str, left: _Compared, right: _Compared, lines: list[str]) -> str:
    counts = f"{name}: expected {len(left.rows)} rows, found {len(right.rows)}"
    more = [f"  … {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    head = f"  {'  '.join(left.columns)}"
    return "\n".join((counts, "(- expected, + found)", head, *lines[:_SHOWN], *more))
