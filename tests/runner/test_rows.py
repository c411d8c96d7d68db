from __future__ import annotations

import decimal
import pickle

import pytest

from nbjob_clean.runner.rows import Rows

TABLES = {
    "numbers on the right": (
        Rows([(1, "a"), (200, None)], ["id", "name"]),
        " id  name\n---  ----\n  1  a\n200  NULL\n(2 rows)",
    ),
    "one row": (Rows([(True, decimal.Decimal("1.50"))], ["b", "d"]), "b        d\n----  ----\nTrue  1.50\n(1 row)"),
    "no rows": (Rows([], ["x", "long"]), "x  long\n-  ----\n(0 rows)"),
    "nothing": (Rows(), "(no rows)"),
    "long and broken text": (
        Rows([("a" * 50,), ("b\nc",)], ["t"]),
        "t\n" + "-" * 40 + "\n" + "a" * 39 + "…\nb c\n(2 rows)",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "table"), TABLES.values(), ids=TABLES)
def test_rows_print_as_a_table(rows: Rows, table: str) -> None:
    assert repr(rows) == str(rows) == table


def test_many_rows_are_cut() -> None:
    lines = str(Rows([(n,) for n in range(100)], ["n"])).split("\n")
    assert (len(lines), lines[-1]) == (23, "(100 rows, first 20 shown)")


def test_rows_are_a_list() -> None:
    rows = Rows([(1, "a"), (2, "b")], ["id", "name"])
    assert rows == [(1, "a"), (2, "b")]
    assert [name for _, name in rows] == ["a", "b"]
    assert rows.dicts()[1] == {"id": 2, "name": "b"}
    again = pickle.loads(pickle.dumps(rows))
    assert (again, again.columns) == (rows, rows.columns)
