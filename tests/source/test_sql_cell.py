"""SQL cells as people write them."""

from __future__ import annotations

import pytest

from nbjob_clean.source.sql_cell import SqlCell, parse_sql_cell, parse_sql_line

CELLS = [
    ("%%sql\nSELECT 1", SqlCell(("SELECT 1",), 2)),
    ("\n\n%%sql\nSELECT 1", SqlCell(("SELECT 1",), 4)),
    ("%%vdksql\nSELECT 1\n", SqlCell(("SELECT 1", ""), 2, is_vdk=True)),
    ("%%sql SELECT 1", SqlCell(("SELECT 1",), 1)),
    ("%%sql SELECT\n  1", SqlCell(("SELECT", "  1"), 1)),
    ("%%sql rows <<\nSELECT 1", SqlCell(("SELECT 1",), 2, out="rows")),
    ("%%sql rows << SELECT 1,\n2", SqlCell(("SELECT 1,", "2"), 1, out="rows")),
    ("%%sql duckdb:///x.db\nSELECT 1", SqlCell(("SELECT 1",), 2, "duckdb:///x.db")),
    ("%%sql @prod\nSELECT 1", SqlCell(("SELECT 1",), 2, "@prod")),
    ("%%sql engine\nSELECT 1", SqlCell(("SELECT 1",), 2, "engine")),
    ("%%sql engine SELECT 1", SqlCell(("SELECT 1",), 1, "engine")),
    ("%%sql --connection w rows <<\nSELECT 1", SqlCell(("SELECT 1",), 2, "w", "rows")),
    ("%%sql -c w\nSELECT 1", SqlCell(("SELECT 1",), 2, "w")),
    ("%%sql --connection=w\nSELECT 1", SqlCell(("SELECT 1",), 2, "w")),
    ("%%sql --section w\nSELECT 1", SqlCell(("SELECT 1",), 2, "w")),
    ("%%sql --save a --no-execute\nSELECT 1",
     SqlCell(("SELECT 1",), 2, save="a", options=(("no-execute", ""),))),
    ("%%sql --save a --with b\nSELECT 1",
     SqlCell(("SELECT 1",), 2, save="a", options=(("with", "b"),))),
    ("%%sql -- a comment\nSELECT 1", SqlCell(("-- a comment", "SELECT 1"), 1)),
    ("%%sql\r\nSELECT 1\r\nFROM t", SqlCell(("SELECT 1", "FROM t"), 2)),
    ("%sql\nSELECT 1", SqlCell(("SELECT 1",), 2)),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), CELLS)
def test_a_sql_cell(source: str, expected: SqlCell) -> None:
    assert parse_sql_cell(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "",
        "sql = 1",
        "%sql SELECT 1",
        "%%sqlplot x",
        "%%sql?",
        "%%bash\nsql",
        "# x\n%%sql",
        "%sql\nx = 1",
    ],
)
def test_not_a_sql_cell(source: str) -> None:
    assert parse_sql_cell(source) is None


def test_a_language_needs_no_magic() -> None:
    assert parse_sql_cell("SELECT 1\nFROM t", "sql") == SqlCell(("SELECT 1", "FROM t"), 1)
    assert parse_sql_cell("%%sql w\nSELECT 1", "sql") == SqlCell(("SELECT 1",), 2, "w")
    assert parse_sql_cell("SELECT 1", "python") is None


@pytest.mark.parametrize(
    ("text", "sql"),
    [
        ("SELECT 1", "SELECT 1"),
        ("show tables", "show tables"),
        ("commit", "commit"),
        ("rows << SELECT 1", "SELECT 1"),
        ("--save a SELECT 1", "SELECT 1"),
        ("engine SELECT 1", "SELECT 1"),
    ],
)
def test_a_sql_line(text: str, sql: str) -> None:
    found = parse_sql_line(text, 3)

    assert found is not None
    assert (found.text, found.first_line) == (sql, 3)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "engine",
        "duckdb://",
        "conn --alias x",
        "--persist df",
        "--close x",
        "--connections",
        "\\dt",
    ],
)
def test_a_line_that_only_connects(text: str) -> None:
    assert parse_sql_line(text, 1) is None
