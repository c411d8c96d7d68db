"""Where statements end and what is a parameter: the cases that break readers of SQL."""

from __future__ import annotations

import gc
import time

import pytest

from nbjob_clean.errors import SidecarError
from nbjob_clean.sidecar.sql import is_terminated, parameters, statements

ENDS = {
    "one": ("SELECT 1", ["SELECT 1"]),
    "several": ("SELECT 1; SELECT 2;\n\nSELECT 3", ["SELECT 1", "SELECT 2", "SELECT 3"]),
    "nothing": ("", []),
    "empty ones": (";;\n; SELECT 1;;", ["SELECT 1"]),
    "comments alone": ("-- a; b\n/* c; d */", []),
    "a comment after": ("SELECT 1; -- that is; all\n/* really; */", ["SELECT 1"]),
    "a comment before": ("-- a; b\nSELECT 1;\n/* c */\nSELECT 2", ["-- a; b\nSELECT 1", "/* c */\nSELECT 2"]),
    "a comment inside": ("SELECT 1 -- a; b\n + 1; SELECT 2", ["SELECT 1 -- a; b\n + 1", "SELECT 2"]),
    "nested comments": ("SELECT /* a /* b; */ c; */ 1; SELECT 2", ["SELECT /* a /* b; */ c; */ 1", "SELECT 2"]),
    "a string": ("SELECT 'a;b'; SELECT 2", ["SELECT 'a;b'", "SELECT 2"]),
    "a quote in a string": ("SELECT 'it''s; so'; SELECT 2", ["SELECT 'it''s; so'", "SELECT 2"]),
    "a backslash in a string": (r"SELECT 'a\'; SELECT 2", [r"SELECT 'a\'", "SELECT 2"]),
    "an escape string": (r"SELECT E'a\';b'; SELECT 2", [r"SELECT E'a\';b'", "SELECT 2"]),
    "a name that ends in e": (r"SELECT date'a\'; SELECT 2", [r"SELECT date'a\'", "SELECT 2"]),
    "a quoted name": ('SELECT "a;""b"; SELECT `c;d`', ['SELECT "a;""b"', "SELECT `c;d`"]),
    "dollars": ("DO $$ BEGIN; END; $$; SELECT 2", ["DO $$ BEGIN; END; $$", "SELECT 2"]),
    "dollars with a tag": ("SELECT $a$ $$; $b$ ; $a$; SELECT 2", ["SELECT $a$ $$; $b$ ; $a$", "SELECT 2"]),
    "dollars in a name": ("SELECT a$b$c; SELECT d$b$e", ["SELECT a$b$c", "SELECT d$b$e"]),
    "comment marks in a string": ("SELECT '--', '/*'; SELECT 2", ["SELECT '--', '/*'", "SELECT 2"]),
    "a quote in a comment": ("SELECT 1 -- it's\n; SELECT 2", ["SELECT 1 -- it's", "SELECT 2"]),
    "a trigger": (
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET x = CASE WHEN 1 THEN 2 END; DELETE FROM b; END; SELECT 2",
        ["CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET x = CASE WHEN 1 THEN 2 END; DELETE FROM b; END", "SELECT 2"],
    ),
    "a trigger without a body": (
        "CREATE OR REPLACE TRIGGER t AFTER INSERT ON a EXECUTE FUNCTION f(); SELECT 2",
        ["CREATE OR REPLACE TRIGGER t AFTER INSERT ON a EXECUTE FUNCTION f()", "SELECT 2"],
    ),
    "a function's body": (
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT f()",
        ["CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END", "SELECT f()"],
    ),
    "a procedure's loops": (
        "CREATE PROCEDURE p() BEGIN IF a THEN SELECT 1; END IF; LOOP SELECT 2; END LOOP; END; CALL p()",
        ["CREATE PROCEDURE p() BEGIN IF a THEN SELECT 1; END IF; LOOP SELECT 2; END LOOP; END", "CALL p()"],
    ),
    "a transaction": ("BEGIN; SELECT 1; END; SELECT 2", ["BEGIN", "SELECT 1", "END", "SELECT 2"]),
    "a case": ("SELECT CASE x WHEN 1 THEN 2 END; SELECT 2", ["SELECT CASE x WHEN 1 THEN 2 END", "SELECT 2"]),
    "a table named begin_log": ("CREATE TABLE begin_log (x int); SELECT 2", ["CREATE TABLE begin_log (x int)", "SELECT 2"]),
    "a string that never ends": ("SELECT 'a; SELECT 2", ["SELECT 'a", "SELECT 2"]),
    "windows": ("SELECT 1;\r\nSELECT 2\r\n", ["SELECT 1", "SELECT 2"]),
}  # fmt: skip


@pytest.mark.parametrize(("sql", "expected"), ENDS.values(), ids=ENDS)
def test_where_statements_end(sql: str, expected: list[str]) -> None:
    assert [statement.text for statement in statements(sql)] == expected


NAMES = {
    "both ways": ("SELECT {{ a }}, :b, {{c}}", ["a", "b", "c"]),
    "each once": ("SELECT :a; SELECT :a + {{ a }}", ["a"]),
    "a cast": ("SELECT x::int, '1'::text, :a::date, f(x)::b", ["a"]),
    "a slice": ("SELECT x[1:2], x[:2], x[a:b], (x):y", []),
    "json": ("""SELECT '{"a":1, "b": :c}', x->'a:b', {'k':1}""", []),
    "a time": ("SELECT TIME '12:30:00', \"a:b\", `c:d`", []),
    "comments": ("SELECT 1 -- :a {{ b }}\n/* :c */", []),
    "dollars": ("DO $$ SELECT :a $$", []),
    "an assignment": ("SET @x := 1", []),
    "per cent": ("SELECT '%s' LIKE '%(a)s', 5 % 2, :b", ["b"]),
    "other marks": ("SELECT ?, $1, $name, @x", []),
    "close together": ("SELECT (:a,:b)||:c", ["a", "b", "c"]),
}


@pytest.mark.parametrize(("sql", "expected"), NAMES.values(), ids=NAMES)
def test_what_is_a_parameter(sql: str, expected: list[str]) -> None:
    assert list(parameters(sql)) == expected


@pytest.mark.parametrize("template", ["{{ a.b }}", "{{ a | sql }}", "{% if a %}", "{{ }}"])
def test_a_template_is_a_name(template: str) -> None:
    with pytest.raises(SidecarError, match="more than a name"):
        statements(f"SELECT 1; SELECT {template}")


def test_lines_and_offsets() -> None:
    first, second = statements("\n-- a\nSELECT 1;\n\n  SELECT\n  :b + {{ c }};\n")
    assert (first.line, second.line) == (2, 5)
    assert second.bound(":{}") == "SELECT\n  :b + :c"


@pytest.mark.parametrize(
    ("sql", "expected"),
    [("SELECT 1;", True), ("SELECT 1; -- so\n", True), ("SELECT 1", False), ("SELECT ';'", False),
     ("SELECT 1; SELECT 2", False), ("SELECT 1 -- ;", False), ("", False)],
)  # fmt: skip
def test_is_terminated(sql: str, expected: bool) -> None:  # noqa: FBT001
    assert is_terminated(sql) is expected


LARGE = {
    "statements": "INSERT INTO orders (id, name) VALUES (17, 'it''s :n {}', 1::int);\n",
    "parameters": "INSERT INTO orders VALUES (:id, {{ name }}, :day);\n",
    "comments": "-- a comment; with 'more'\n/* and /* more */ */\n",
    "words": "a b, (c) ",
    "quotes": "''' ",
    "functions": "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END;\n",
    "a body": "CREATE TRIGGER t BEGIN SELECT 1; ",
}


@pytest.mark.parametrize("piece", LARGE.values(), ids=LARGE)
def test_the_time_grows_with_the_text_alone(piece: str) -> None:
    def seconds(times: int) -> float:
        started = time.process_time()
        statements(piece * times)
        return time.process_time() - started

    # Eight times the text: 64 times as long, if the time grew with its square. No garbage is
    # collected meanwhile: that takes as long as the other tests of this process have left objects.
    gc.disable()
    try:
        seconds(100)
        assert seconds(16_000) < 32 * max(seconds(2_000), 0.005)
    finally:
        gc.enable()
