"""What every rule shares: places, words, selection and silence."""

from __future__ import annotations

import sys

import pytest

from nbjob_clean.diagnostic import Diagnostic
from nbjob_clean.notebook.model import loads
from nbjob_clean.rules.core import RULES, check
from nbjob_clean.rules.surroundings import Surroundings
from tests.notebooks import code, markdown, notebook

MESSAGES = [
    ([code("ratio = 1", "job"), code("print(ratois)", "job")],
     "`ratois` is not defined in any cell", "did you mean `ratio`?"),
    ([markdown("# x"), code("x = 1\nrate = 2"), code("print(rate)", "job")],
     "`rate` is defined in cell 2, line 2, which is not tagged",
     "tag cell 2 `job`, or move the definition into a production cell"),
    ([code("print(x)", "job"), code("\nx = 1", "job")],
     "`x` is used before it is defined, in cell 2, line 2",
     "move cell 2 above this one: production runs top-down"),
    ([code("print(x)\nx = 1", "job")],
     "`x` is used before it is defined, in line 2 of this cell",
     "move the definition above this line"),
    ([code("x = 1\ndel x", "job"), code("print(x)", "job")],
     "`x` no longer exists here: cell 1, line 2 deletes it",
     "delete it after its last use; `except ... as name` deletes the name at its end"),
    ([code("def f():\n    return x", "job"), code("f()", "job"), code("x = 1", "job")],
     "`f` needs `x` (cell 1, line 2), and is called here before cell 3, line 1 defines it",
     "move the call below the definition"),
    ([code("def f(): return x\nx = 1\ndel x\nf()", "job")],
     "`f` needs `x` (line 1 of this cell), and is called here"
     " after line 3 of this cell deletes it",
     "move the call below the definition"),
    ([code("x = 1", "job", count=7), code("y = 1", "job", count=4)],
     "was run as number 4, cell 1 above it as number 7",
     "restart the kernel and run all cells: then it is production's order"),
    ([code("!ls", "job")], "`!ls` needs IPython, which production does not have",
     "run it with `subprocess.run([...], check=True)`; or move it to a cell that is not tagged"),
    ([code("!{sys.executable} -m pip install -q pandas", "job")],
     "`!{sys.executable} -m pip install -q pandas` needs IPython, which production does not have",
     "list the package in requirements.txt; or move it to a cell that is not tagged"),
    ([code("def f():\n    n += 1\nf()", "job")],
     "`n` is a variable of this function and has no value here",
     "give it a value first, or write `global n`"),
    ([code("await open()", "job")], "top-level await needs a kernel",
     "put it into `async def main()` and call `asyncio.run(main())`"),
]  # fmt: skip


def _check(*cells: dict[str, object], **settings: object) -> list[Diagnostic]:
    return check(loads(notebook(*cells)), path="a.ipynb", tags=("job",), **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(("cells", "message", "help_text"), MESSAGES)
def test_messages_name_both_cells(
    cells: list[dict[str, object]], message: str, help_text: str
) -> None:
    (found,) = _check(*cells)

    assert (found.message, found.help) == (message, help_text)


def test_a_finding_has_its_place_in_characters() -> None:
    (found,) = _check(code("x = 1", id="a"), code("print('日本', rate)", "job", id="b"))

    assert found.place == "a.ipynb:cell 2:1:13"
    assert (found.end_line, found.end_column) == (1, 17)
    assert (found.symbol, found.cell_id, found.name) == ("rate", "b", "undefined-name")


@pytest.mark.parametrize(
    ("source", "line", "column", "end_column"),
    [
        ("%time print(rate)", 1, 13, 17),
        ("    print(rate)", 1, 11, 15),
        (">>> print(rate)", 1, 11, 15),
        ("%%time\nprint(rate)", 2, 7, 11),
        ("%%sql\nSELECT 1,\n  {{ rate }}", 3, 6, 10),
        ("%sql SELECT :rate", 1, 14, 18),
    ],
)
def test_places_are_those_of_the_cell(source: str, line: int, column: int, end_column: int) -> None:
    (found,) = _check(code(source, "job"), code("rate = 1", "job"), select=["NBJ103"])

    assert (found.line, found.column, found.end_column) == (line, column, end_column)


@pytest.mark.parametrize(
    ("source", "since"),
    [
        ("try:\n    pass\nexcept* ValueError:\n    pass", (3, 11)),
        ("type X = int", (3, 12)),
        ("def f[T](x: T) -> T: return x", (3, 12)),
        ("""print(f"{"nested"}")""", (3, 12)),
        ("class A[T = int]: pass", (3, 13)),
        ("x = = 1", (9, 0)),
    ],
)
def test_a_syntax_error_names_the_python_that_looked(source: str, since: tuple[int, int]) -> None:
    version = sys.version_info[:2]
    found = [d.message.partition(":")[0] for d in _check(code(source, "job"))]

    refused = ["does not compile with Python {}.{}".format(*version)]
    assert found == (refused if version < since else [])


def test_findings_are_in_the_order_of_the_text() -> None:
    found = _check(code("print(b); print(a)\n!ls", "job"), code("x = = 1", "job"))

    assert [(d.cell, d.line, d.column) for d in found] == [
        (1, 1, 7),
        (1, 1, 17),
        (1, 2, 1),
        (2, 1, 5),
    ]


@pytest.mark.parametrize(
    ("select", "ignore", "expected"),
    [
        ([], [], ["NBJ101", "NBJ301"]),
        (["NBJ1"], [], ["NBJ101"]),
        (["NBJ"], ["NBJ1", "NBJ010"], ["NBJ301"]),
        (["NBJ101"], ["NBJ101"], []),
    ],
)
def test_select_and_ignore_take_prefixes(
    select: list[str], ignore: list[str], expected: list[str]
) -> None:
    found = _check(code("print(a)\n!ls", "job"), select=select, ignore=ignore)

    assert [d.code for d in found] == expected


def test_configured_builtins_exist() -> None:
    assert _check(code("spark.sql('')", "job"), builtins=["spark"]) == []


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("print(a)  # noqa: NBJ101", 0),
        ("print(a)  # noqa:NBJ1", 0),
        ("print(a)  # NOQA: E501,NBJ101 because", 0),
        ("print(a)  # noqa", 1),
        ("print(a)  # noqa: E501", 1),
        ("# noqa: NBJ101\nprint(a)", 1),
        ("# nbjob: ignore[NBJ101]\n\nprint(a)", 0),
        ("# nbjob: ignore[NBJ102, NBJ1]\nprint(a)", 0),
        ("# nbjob: ignore[NBJ102]\nprint(a)", 1),
        ("# nbjob: ignore\nprint(a)", 1),
    ],
)
def test_silence_names_its_codes(source: str, count: int) -> None:
    assert len(_check(code(source, "job"), ignore=["NBJ009"])) == count


def test_silence_is_for_one_cell() -> None:
    cells = code("# nbjob: ignore[NBJ101]", "job"), code("print(a)", "job")
    found = _check(*cells, ignore=["NBJ009"])

    assert [d.cell for d in found] == [2]


@pytest.mark.parametrize(
    ("source", "settings", "symbols"),
    [
        ("x = 1  # noqa: NBJ101", {}, ["NBJ101"]),
        ("x = 1  # noqa: nbj101", {}, ["NBJ101"]),
        ("x = 1  # noqa: NBJ101", {"ignore": ["NBJ101"]}, []),
        ("x = 1  # noqa: NBJ101", {"select": ["NBJ009"]}, []),
        ("x = 1  # noqa: NBJ101", {"select": ["NBJ009", "NBJ101"]}, ["NBJ101"]),
        ("x = 1  # noqa: NBJ10", {"select": ["NBJ009", "NBJ101"]}, []),
        ("x = 1  # noqa: NBJ10", {"select": ["ALL"], "ignore": ["NBJ010"]}, ["NBJ10"]),
        ("# nbjob: ignore[NBJ101, E1, NBJ301]", {}, ["NBJ101", "NBJ301"]),
    ],
)
def test_a_silence_that_nothing_needs_is_found(
    source: str, settings: dict[str, object], symbols: list[str]
) -> None:
    found = _check(code(source, "job"), **settings)

    assert [(d.symbol, d.code, d.severity) for d in found] == [
        (symbol, "NBJ009", "warning") for symbol in symbols
    ]
    assert [source[d.column - 1 : d.end_column - 1].upper() for d in found] == symbols


def test_a_finding_has_its_place_in_the_file() -> None:
    (found,) = _check(code("rate = 1"), code("x = 1\nprint('\\n', rate)", "job"))

    assert (found.line, found.column, found.file_line) == (2, 13, 23)
    assert (found.file_column, found.file_end_line, found.file_end_column) == (19, 23, 23)
    assert (found.other_cell, found.other_line) == (1, 1)


def test_a_finding_on_the_notebook_is_on_its_first_line() -> None:
    (found,) = _check(code("x = 1"))

    assert (found.code, found.cell, found.file_line) == ("NBJ004", 0, 1)


def test_sql_is_silenced_in_its_own_comments() -> None:
    sql = code("%%sql\nSELECT {{ a }} -- noqa: NBJ103", "job")

    assert _check(sql, code("a = 1", "job")) == []


def test_rules_are_in_order_and_explain_themselves() -> None:
    codes = [rule.code for rule in RULES]

    assert codes == sorted(set(codes))
    assert all(rule.explanation.endswith(".") for rule in RULES)
    assert len({rule.name for rule in RULES}) == len(RULES)


def _edited(metadata: dict[str, object], before: dict[str, object]) -> list[Diagnostic]:
    """A cell that was edited and has the outputs of a run from the top, with other metadata."""
    cells = [code(f"print({n})", "job", id="a", count=1) for n in (1, 2)]
    now, old = (
        loads(notebook(cell | {"metadata": cell["metadata"] | extra}))
        for cell, extra in zip(cells, (metadata, before), strict=True)
    )
    around = Surroundings(committed=old)
    return check(now, path="a.ipynb", tags=["job"], select=["NBJ206"], surroundings=around)


@pytest.mark.parametrize(
    ("metadata", "before", "count"),
    [
        ({}, {}, 1),
        ({"execution": {"shell.execute_reply": "10:01"}}, {}, 1),
        ({"execution": {"a": "10:01"}}, {"execution": {"a": "10:01"}}, 1),
        ({"execution": {"a": "10:02"}}, {"execution": {"a": "10:01"}}, 0),
    ],
)
def test_the_times_of_a_run_tell_whether_there_was_one(
    metadata: dict[str, object], before: dict[str, object], count: int
) -> None:
    assert len(_edited(metadata, before)) == count


def test_cells_that_share_an_id_are_not_compared() -> None:
    old, new = (
        [code(f"x = {n}", "job", id="a", count=5), code("y", "job", id="a", count=6)]
        for n in (1, 2)
    )
    around = Surroundings(committed=loads(notebook(*old)))
    now = loads(notebook(*new))

    assert check(now, path="a", tags=["job"], select=["NBJ206"], surroundings=around) == []


def test_a_finding_on_one_of_several_imports_is_at_its_name() -> None:
    around = Surroundings(files=frozenset({"a.ipynb"}), requirements="pandas==1")

    found = _check(code("import pandas, sklearn.svm as s", "job"), surroundings=around)

    assert [(d.code, d.symbol, d.column, d.end_column) for d in found] == [
        ("NBJ501", "sklearn", 16, 32)
    ]
