from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from nbjob_clean.runner.rows import Rows
from nbjob_clean.testing import assert_table

ORDERS = Rows([(2, "b", 1.5), (1, "a", None), (10, "c", 2.0)], ["id", "name", "amount"])
EQUAL: dict[str, tuple[list[Any], dict[str, Any]]] = {
    "tuples in any order": ([(1, "a", None), (2, "b", 1.5), (10, "c", 2.0)], {}),
    "dicts": ([{"id": n, "name": s, "amount": a} for n, s, a in ORDERS], {}),
    "lists": ([list(row) for row in ORDERS], {}),
    "some columns": ([(1,), (10,), (2,)], {"columns": ["id"]}),
    "without a column": ([{"id": 1, "name": "a"}, {"id": 2, "name": "b"}, {"id": 10, "name": "c"}], {"ignore_columns": ["amount"]}),
    "some columns of dicts": ([{"id": 1}, {"id": 2}, {"id": 10}], {"columns": ["id"]}),
    "a tolerance": ([(1, "a", None), (2, "b", 1.4999), (10, "c", 2)], {"tolerance": 0.01}),
    "an order for the difference": ([(10, "c", 2.0), (1, "a", None), (2, "b", 1.5)], {"order_by": "name"}),
    "decimals": ([(1, "a", None), (2, "b", Decimal("1.5")), (Decimal(10), "c", 2)], {}),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "options"), EQUAL.values(), ids=EQUAL)
def test_equal(rows: list[Any], options: dict[str, Any]) -> None:
    assert_table({"orders": ORDERS}, "orders", rows, **options)


DIFFERENT: dict[str, tuple[list[Any], dict[str, Any], str]] = {
    "a value": (
        [(1, "a", None), (2, "b", 2.5), (10, "c", 2.0)],
        {},
        "orders: expected 3 rows, found 3\n(- expected, + found)\n  id  name  amount\n- 2  'b'  2.5\n+ 2  'b'  1.5",
    ),
    "a row is missing": (
        [(1, "a", None), (2, "b", 1.5), (3, "x", 1.0), (10, "c", 2.0)],
        {},
        "orders: expected 4 rows, found 3\n(- expected, + found)\n  id  name  amount\n- 3  'x'  1.0",
    ),
    "none": ([], {}, "orders: expected 0 rows, found 3"),
    "twice": ([*ORDERS, ORDERS[0]], {}, "- 2  'b'  1.5"),
    "a column too many": ([{"id": 1}], {}, "say nothing of the columns name, amount"),
    "no such column": ([(1,)], {"columns": ["ide"]}, "orders has no column ide; it has id, name, amount"),
    "no such order": ([], {"order_by": "day"}, "orders has no column day"),
    "a row too short": ([(1, "a")], {}, "has 2 values for the columns id, name, amount"),
    "true is no 1": ([(True, "a", None), (2, "b", 1.5), (10, "c", 2.0)], {}, "- True"),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "options", "message"), DIFFERENT.values(), ids=DIFFERENT)
def test_different(rows: list[Any], options: dict[str, Any], message: str) -> None:
    with pytest.raises(AssertionError) as caught:
        assert_table({"orders": ORDERS}, "orders", rows, **options)
    assert message in str(caught.value)


def test_a_long_difference_is_cut() -> None:
    with pytest.raises(AssertionError) as caught:
        assert_table({"t": Rows([(n,) for n in range(100)], ["x"])}, "t", [])
    assert len(str(caught.value).splitlines()) == 24
    assert str(caught.value).endswith("… 80 more")


def test_values_of_any_kind_have_an_order() -> None:
    day = datetime.date(2024, 1, 1)
    rows = [(None,), (1,), ("a",), (day,), (b"x",), ([1],), (float("nan"),)]
    assert_table({"t": Rows(rows, ["x"])}, "t", rows[::-1])


def test_no_such_table() -> None:
    with pytest.raises(KeyError):
        assert_table({}, "orders", [])
