"""What a block binds, and how a missing name is told; the constructs are in the case files."""

from __future__ import annotations

import pytest

from nbjob_clean.source.names import MissingName, SourceCell, bound_names, missing_names
from nbjob_clean.source.state import Place

BOUND = [
    ("x = 1", "x"),
    ("a, (b, *c) = d[0] = e.f = g", "a b c"),
    ("import a.b, c.d as e", "a e"),
    ("from a import b, c as d", "b d"),
    ("def f(x):\n    y = 1\nasync def g(): z = 1\nclass C:\n    a = 1", "f g C"),
    ("for i, j in x:\n    k = i", "i j k"),
    ("with a as b, c as (d, e): f = 1", "b d e f"),
    ("[y for x in z if (w := x)]", "w"),
    ("lambda x: (y := x)", ""),
    ("try:\n    a = 1\nexcept E as e:\n    b = 1", "a b"),
    ("match x:\n    case [a, *b] | {'k': a, **b} | C(a, b): pass", "a b"),
    ("x: int\ny: int = 1", "y"),
    ("x = y = 1\ndel x", "y"),
    ("x += 1", ""),
    ("global x\nx = 1", "x"),
    ("def f():\n    global x\n    x = 1\nf()", "f x"),
    ("globals()['x'] = 1", "x"),
    ("exec('x = 1')", "x"),
    ("if x:\n    a = 1\nelse:\n    b = 1", "a b"),
    ("rows = run_sql(minimum=minimum)", "rows"),
    ("x = = 1", ""),
]


@pytest.mark.parametrize(("text", "expected"), BOUND)
def test_bound_names(text: str, expected: str) -> None:
    assert bound_names(text) == frozenset(expected.split())


def _missing(*texts: str) -> list[MissingName]:
    """The cells in order; a text that starts with `-` is that of an untagged cell."""
    cells = [
        SourceCell(index, text.removeprefix("-"), not text.startswith("-"))
        for index, text in enumerate(texts)
    ]
    return missing_names(cells, frozenset())


def test_nothing_is_missing() -> None:
    assert _missing("x = 1", "print(x)") == []


def test_undefined() -> None:
    (found,) = _missing("y = 1\nprint(x)")

    assert found == MissingName("undefined", "x", 0, 2, 7, 2, 8)


def test_untagged_names_the_nearest_cell_above() -> None:
    (found,) = _missing("-x = 1", "-y = 1\nx = 2", "print(x)", "-x = 3")

    assert (found.kind, found.definition) == ("untagged", Place(1, 2, 0))


def test_later_names_the_next_definition() -> None:
    (found,) = _missing("print(x)", "y = 1\nx = 1", "x = 2")

    assert (found.kind, found.definition) == ("later", Place(1, 2, 0))


def test_deleted_names_the_deletion() -> None:
    (found,) = _missing("x = 1", "del x", "print(x)")

    assert (found.kind, found.definition) == ("deleted", Place(1, 1, 4))


def test_called_early_names_call_use_and_definition() -> None:
    (found,) = _missing("def f():\n    return x", "y = f()", "x = 1")

    assert (found.kind, found.function) == ("called-early", "f")
    assert (found.cell, found.line, found.column, found.end_column) == (1, 1, 5, 8)
    assert found.use == Place(0, 2, 11)
    assert found.definition == Place(2, 1, 0)


def test_columns_are_characters() -> None:
    (found,) = _missing("'日本語', x")

    assert (found.column, found.end_column) == (8, 9)


def test_known_names_are_known() -> None:
    assert missing_names([SourceCell(0, "print(spark)", True)], frozenset({"spark"})) == []  # noqa: FBT003


def test_a_kernel_function_is_missing_only_where_the_notebook_has_its_own() -> None:
    assert _missing("display(1)") == []
    assert [m.kind for m in _missing("-class display: ...", "display(1)")] == ["untagged"]


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "+".join(["1"] * 3000),
        "x = " + "(" * 80 + "1" + ")" * 80,
        "x = y" + ".f()" * 900,
        "if a:\n    x = 1\n" + "elif a:\n    x = 1\n" * 900,
        "def f():\n  if a:\n    z = 1\n" + "  elif a:\n    z = 1\n" * 400 + "  return z",
        "import sys\ndef f():\n"
        + "  if not a:\n    sys.exit()\n" * 40
        + "  if y: z = 1\n  return z",
    ],
    ids=["sum", "brackets", "chain", "elif", "elif of a body", "exits"],
)
def test_long_code_does_not_break_the_run(text: str) -> None:
    assert {m.name for m in _missing("a = y = 1", text, "print(x)")} <= {"x"}
    assert isinstance(bound_names(text), frozenset)


def test_what_an_except_hides_is_said_with_who_would_define_it() -> None:
    body = "try:\n    rows = load()\nexcept Exception:\n    pass"
    (found,) = _missing("-def load(): ...", body, "rows")
    assert (found.kind, found.name, found.lacking) == ("undefined", "rows", "load")
    assert found.definition == Place(1, 2, 4)
    assert found.lacking_definition == Place(0, 1, 0)
    (found,) = _missing(body, "rows")
    assert (found.lacking, found.lacking_definition) == ("load", None)
