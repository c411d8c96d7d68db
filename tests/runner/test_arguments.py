from __future__ import annotations

import datetime
import numbers
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from nbjob_clean.errors import ArgumentError, InvalidJobError
from nbjob_clean.runner.arguments import Given, from_json, from_objects, from_pairs, resolve
from nbjob_clean.runner.load import load_job
from nbjob_clean.runner.values import untyped
from tests.runner.jobs import RUN_SQL, call, cell, parameters, py, query, ran, sql, write

UNTYPED = [
    ("5", 5), ("-5", -5), ("0", 0), ("1.5", 1.5), ("-0.5", -0.5), ("1e+16", 1e16), ("1e-05", 1e-05),
    ("true", True), ("false", False), ("null", None),
    ("007", "007"), ("1_000", "1_000"), ("12e4567", "12e4567"), ("nan", "nan"), ("inf", "inf"),
    ("+5", "+5"), ("1.50", "1.50"), ("1e5", "1e5"), (" 5", " 5"), ("", ""), ("True", "True"),
    ("None", "None"), ("a=b", "a=b"), ("٣", "٣"), ("0x10", "0x10"), ("9" * 5000, "9" * 5000),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), UNTYPED, ids=lambda v: repr(v)[:20])
def test_untyped_text(text: str, value: object) -> None:
    found = untyped(text)
    assert (type(found), found) == (type(value), value)


DAY = datetime.date(2024, 2, 29)
TIME = datetime.datetime(2024, 2, 29, 12, 30)
TYPED: list[tuple[str, str, Any]] = [
    ("x = 'abc'", "007", "007"),
    ("x = 'abc'", "12e4567", "12e4567"),
    ("x = 'abc'", "true", "true"),
    ("x = 'abc'", "", ""),
    ("x = 'a=b'", "c=d", "c=d"),
    ("x = 1", "5", 5),
    ("x = 1", "007", 7),
    ("x = -1", "-5", -5),
    ("x = 1.5", "2", 2.0),
    ("x = 1.5", "1e3", 1000.0),
    ("x: float = 1", "2", 2.0),
    ("x = True", "false", False),
    ("x = False", "True", True),
    ("x: str = 5", "5", "5"),
    ("x = None", "5", 5),
    ("x = None", "abc", "abc"),
    ("x: int | None = None", "5", 5),
    ("x: int | None = None", "null", None),
    ("x: 'int | None' = 3", "null", None),
    ("x: Optional[int] = 3", "None", None),
    ("x: str | None = None", "null", "null"),
    ("x: date = None", "2024-02-29", DAY),
    ("x: datetime.date", "2024-02-29", DAY),
    ("x = date(2024, 1, 1)", "2024-02-29", DAY),
    ("x = datetime.date.today()", "2024-02-29", DAY),
    ("x: datetime = None", "2024-02-29T12:30", TIME),
    ("x: datetime = None", "2024-02-29T12:30:00Z", TIME.replace(tzinfo=datetime.timezone.utc)),
    ("x = [1]", '["a", 2]', ["a", 2]),
    ("x: list[int] = [1]", "[]", []),
    ("x = {}", '{"a": 1}', {"a": 1}),
    ("x: Dict[str, int] = {}", '{"a": 1}', {"a": 1}),
    ("x: Any = 1", "abc", "abc"),
    ("a = 1; x = y = 2", "3", 3),
    ("x: Literal['a', 'b'] = 'a'", "b", "b"),
    ("x: typing.Literal[1, 2] = 1", "2", 2),
    ("x: Literal['1', 'auto'] = 'auto'", "1", "1"),
    ("x: Literal[True, 'auto'] = 'auto'", "true", True),
    ("x: Literal['a'] | None = None", "null", None),
    ("x: Literal['a', None] = None", "None", None),
    ("x: Annotated[int, 'rows'] = 1", "2", 2),
    ("x: Union[int, None] = 1", "null", None),
    ("x: Final[date] = None", "2024-02-29", DAY),
    ("x = Path('a')", "b/c", Path("b/c")),
    ("x: pathlib.Path = None", "b", Path("b")),
    ("x = Decimal('1.10')", "2.20", Decimal("2.20")),
    ("x = 60 * 60", "5", 5),
    ("x = 1 / 3", "5", 5.0),
    ("x = 2 * 1.5", "5", 5.0),
    ("x = -(2 ** 10)", "-5", -5),
    ("x = f'{y}'", "007", "007"),
    ("x = 'a' + 'b'", "007", "007"),
    ("x = not y", "false", False),
    ("x = y > 5", "true", True),
    ("x = [n for n in y]", "[1]", [1]),
    ("x = int(y)", "5", 5),
    ("x = Path(y) / 'a'", "b", Path("b")),
    ("x = date.today() - timedelta(days=1)", "2024-02-29", DAY),
    ("x: list[date] = []", '["2024-02-29"]', [DAY]),
    ("x: dict[str, float] = {}", '{"a": 1}', {"a": 1.0}),
    ("x: list[Any] = []", '["a", 1]', ["a", 1]),
    ("x: list[list[int]] = []", "[[1]]", [[1]]),
]


@pytest.mark.parametrize(("declaration", "text", "value"), TYPED, ids=str)
def test_text_becomes_what_the_cell_declares(
    tmp_path: Path, declaration: str, text: str, value: object
) -> None:
    job = load_job(write(tmp_path, py("a", parameters(declaration))))
    found = resolve(job, job.steps, from_pairs([f"x={text}"])).values["x"]
    assert (type(found), found) == (type(value), value)


MISTYPED = [
    ("x = 1", "1.5"), ("x = 1", "1_000"), ("x = 1", "abc"), ("x = 1", ""), ("x = 1", "null"),
    ("x = 1.5", "abc"), ("x = 1.5", "1_0"), ("x = True", "yes"), ("x = True", "1"),
    ("x: date", "2024-02-30"), ("x: date", "20240229"), ("x: date", "today"),
    ("x: datetime", "12:30"), ("x = [1]", "1,2"), ("x = [1]", "{}"), ("x = {}", "[]"),
    ("x: Literal['a', 'b']", "c"), ("x: Literal[1, 2]", "3"), ("x: Literal['a']", "null"),
    ("x: list[int] = []", '["a"]'), ("x: dict[str, int] = {}", '{"a": "b"}'),
    ("x = Decimal('1')", "one"), ("x = Path('.')", ""), ("x: Mode = Mode.fast", "fast"),
    ("x = compute()", "5"), ("x = y + 1", "5"), ("x = 60 * 60", "5.5"),
]  # fmt: skip


@pytest.mark.parametrize(("declaration", "text"), MISTYPED, ids=str)
def test_mistyped_text_is_refused(tmp_path: Path, declaration: str, text: str) -> None:
    job = load_job(write(tmp_path, py("a", parameters(declaration))))
    with pytest.raises(ArgumentError, match="argument `x`"):
        resolve(job, job.steps, from_pairs([f"x={text}"]))


JSON_VALUES: list[tuple[str, str, Any]] = [
    ("x = 1", "5", 5),
    ("x = 1.5", "5", 5.0),
    ("x = 'a'", '"5"', "5"),
    ("x: date", '"2024-02-29"', DAY),
    ("x = [1]", "[2]", [2]),
    ("x: int | None = 1", "null", None),
    ("x = None", '{"a": [1]}', {"a": [1]}),
    ("x = 1", "5.0", 5),
    ("x = Decimal('1')", "2.20", Decimal("2.2")),
    ("x: Literal['a', 1]", "1", 1),
    ("x: list[date] = []", '["2024-02-29"]', [DAY]),
    ("x: Literal[1, 2]", "true", ArgumentError),
    ("x: Literal['1']", "1", ArgumentError),
    ("x: list[int] = []", "[true]", ArgumentError),
    ("x = Path('.')", "5", ArgumentError),
    ("x = 1", '"5"', ArgumentError),
    ("x = 1", "true", ArgumentError),
    ("x = 1", "1.5", ArgumentError),
    ("x = 1", "null", ArgumentError),
    ("x = 'a'", "5", ArgumentError),
    ("x = True", "1", ArgumentError),
    ("x: date", "20240229", ArgumentError),
    ("x = [1]", '"[1]"', ArgumentError),
]


@pytest.mark.parametrize(("declaration", "text", "value"), JSON_VALUES, ids=str)
def test_json_is_typed_already(tmp_path: Path, declaration: str, text: str, value: Any) -> None:
    job = load_job(write(tmp_path, py("a", parameters(declaration))))
    given = from_json(f'{{"x": {text}}}', "--arguments")
    if value is ArgumentError:
        with pytest.raises(ArgumentError):
            resolve(job, job.steps, given)
    else:
        found = resolve(job, job.steps, given).values["x"]
        assert (type(found), found) == (type(value), value)


class Table:
    """Stands for a DataFrame: it can be iterated, and is no list."""

    def __iter__(self) -> Iterator[str]:
        return iter("ab")


@numbers.Integral.register
class Int64:
    """Stands for numpy's: it is an integer, and no int."""


TABLE = Table()
FIVE = Int64()
OBJECTS: list[tuple[str, object, Any]] = [
    ("x = 1", 5, 5),
    ("x = 1", FIVE, FIVE),
    ("x = 1.5", 5, 5.0),
    ("x = 1.5", Fraction(1, 2), Fraction(1, 2)),
    ("x = []", (1, 2), (1, 2)),
    ("x = []", TABLE, TABLE),
    ("x = {}", MappingProxyType({"a": 1}), MappingProxyType({"a": 1})),
    ("x = None", TABLE, TABLE),
    ("x = compute()", TABLE, TABLE),
    ("x: DataFrame", TABLE, TABLE),
    ("x: date", DAY, DAY),
    ("x: date", "2024-02-29", DAY),
    ("x = Path('a')", Path("b"), Path("b")),
    ("x = Decimal(1)", Decimal(2), Decimal(2)),
    ("x: Literal['a', 'b'] = 'a'", "b", "b"),
    ("x = 1", "5", ArgumentError),
    ("x = 1", 1.5, ArgumentError),
    ("x = 1", None, ArgumentError),
    ("x = 'a'", 5, ArgumentError),
    ("x = []", "abc", ArgumentError),
    ("x = []", {"a": 1}, ArgumentError),
    ("x = []", 5, ArgumentError),
    ("x = {}", [1], ArgumentError),
    ("x: Literal['a', 'b'] = 'a'", "c", ArgumentError),
]


@pytest.mark.parametrize(("declaration", "passed", "value"), OBJECTS)
def test_objects_of_a_program_stay_what_they_are(
    tmp_path: Path, declaration: str, passed: object, value: Any
) -> None:
    job = load_job(write(tmp_path, py("a", parameters(declaration))))
    if value is ArgumentError:
        with pytest.raises(ArgumentError):
            resolve(job, job.steps, from_objects({"x": passed}))
    else:
        found = resolve(job, job.steps, from_objects({"x": passed})).values["x"]
        assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize("text", ["", "[1]", "{", "5", "null"])
def test_arguments_that_are_no_object(text: str) -> None:
    with pytest.raises(ArgumentError, match="--arguments"):
        from_json(text, "--arguments")


@pytest.mark.parametrize("pair", ["x", "=5", " =5", ""])
def test_pairs_that_are_none(pair: str) -> None:
    with pytest.raises(ArgumentError):
        from_pairs([pair])


KNOWN = {
    "declared": py("a", parameters("x = 1")),
    "read": py("a", cell("print(x)")),
    "read in a function": py("a", cell("def f():\n    return x")),
    "read in a later file": {**py("a", cell("x = 1")), **py("b", cell("print(x)"))},
    "a parameter of SQL": sql("a", query("SELECT {{ x }};")),
    "a parameter of a hand-written file": {"a.sql": "SELECT :x"},
    "not passed by the call": {
        **py("a", call('run_sql("a.sql", "q")'), preamble=RUN_SQL),
        **sql("a", query("SELECT {{ x }};")),
    },
    "job_input": py("a", cell("job_input.get_arguments()")),
    "run(job_input)": {"a.py": "def run(job_input): ..."},
}
UNKNOWN = {
    "nothing reads it": (py("a", cell("y = 1")), "unknown"),
    "a local name": (py("a", cell("def f(x):\n    return x")), "unknown"),
    "an attribute": (py("a", cell("import os\nos.x")), "unknown"),
    "overwritten": (py("a", cell("x = 1"), cell("print(x)")), "overwrite"),
    "overwritten by an import": (py("a", cell("import x"), cell("print(x)")), "overwrite"),
    "passed by the call": (
        py("a", cell("y = 1"), call('run_sql("a.sql", "q", x=y)'), preamble=RUN_SQL)
        | sql("a", query("SELECT {{ x }};")),
        "unknown",
    ),
}


@pytest.mark.parametrize("files", KNOWN.values(), ids=KNOWN)
def test_known_names(tmp_path: Path, files: dict[str, str]) -> None:
    job = load_job(write(tmp_path, files))
    assert resolve(job, job.steps, {"x": Given(5)}).values["x"] == 5


@pytest.mark.parametrize(("files", "message"), UNKNOWN.values(), ids=UNKNOWN)
def test_unknown_names(tmp_path: Path, files: dict[str, str], message: str) -> None:
    job = load_job(write(tmp_path, files))
    with pytest.raises(ArgumentError, match=message):
        resolve(job, job.steps, {"x": Given(5)})


@pytest.mark.parametrize("name", ["print", "__name__", "job_input", "run_sql"])
def test_names_that_are_pythons_own(tmp_path: Path, name: str) -> None:
    job = load_job(write(tmp_path, py("a", cell(f"print({name})"), preamble=RUN_SQL)))
    if name == "job_input":
        assert resolve(job, job.steps, {"anything": Given(5)}).given == {"anything"}
    with pytest.raises(ArgumentError):
        resolve(job, job.steps, {name: Given(5)})


def test_did_you_mean(tmp_path: Path) -> None:
    job = load_job(write(tmp_path, py("a", parameters("minimum = 1"))))
    with pytest.raises(ArgumentError) as caught:
        resolve(job, job.steps, {"minimun": Given(5)})
    assert caught.value.hint == "did you mean `minimum`?"


MISSING = {
    "declared without a default": py("a", parameters("x: int")),
    "SQL": sql("a", query("SELECT {{ x }};")),
    "not passed": {
        **py("a", call('run_sql("a.sql", "q")'), preamble=RUN_SQL),
        **sql("a", query("SELECT {{ x }};")),
    },
}


@pytest.mark.parametrize("files", MISSING.values(), ids=MISSING)
def test_missing(tmp_path: Path, files: dict[str, str]) -> None:
    job = load_job(write(tmp_path, files))
    with pytest.raises(ArgumentError, match="argument `x` is missing: a.ipynb"):
        resolve(job, job.steps, {})


def test_declared_twice(tmp_path: Path) -> None:
    files = {**py("a", parameters("x = 1")), **py("b", parameters("x = 'a'"))}
    job = load_job(write(tmp_path, files))
    with pytest.raises(InvalidJobError, match="int in a.ipynb, str in b.ipynb"):
        resolve(job, job.steps, {})


def test_a_template_that_is_more_than_a_name(tmp_path: Path) -> None:
    job = load_job(write(tmp_path, sql("a", query("SELECT {{ x + 1 }};"))))
    with pytest.raises(InvalidJobError, match=r"a.ipynb, cell 1: SQL template"):
        resolve(job, job.steps, {})


def test_a_call_of_no_cell(tmp_path: Path) -> None:
    files = py("a", call('run_sql("a.sql", "gone")'), preamble=RUN_SQL) | sql(
        "a", query("SELECT 1;")
    )
    job = load_job(write(tmp_path, files))
    with pytest.raises(InvalidJobError, match="no SQL cell `gone` in a.sql"):
        resolve(job, job.steps, {})


def test_given_values_go_over_the_cell_and_into_other_files(tmp_path: Path) -> None:
    write(
        tmp_path,
        py("10_a", cell("early = 'x' in globals()"), parameters("x = 1\ny = x + 1"), cell("a = (early, x, y)")),
        py("20_b", cell("b = x")),
        {"30_c.py": "def run(job_input):\n    args = job_input.get_arguments()\n    args['seen'] = (x, args['x'])"},
        py("40_d", cell("assert job_input.get_arguments()['seen'] == (5, 5), 1; assert x == 5")),
    )  # fmt: skip
    assert ran(tmp_path, given={"x": 5}).outcome.status == "done"


def test_a_skipped_parameters_cell_leaves_its_defaults(tmp_path: Path) -> None:
    from nbjob_clean.runner.job import select
    from nbjob_clean.runner.options import RunOptions
    from nbjob_clean.runner.run import run

    job = load_job(write(tmp_path, py("a", parameters("x = 1"), cell("assert x == 1"))))
    steps = select(job.steps, only="2")
    outcome = run(job, resolve(job, steps, {}), {}, RunOptions(steps=steps))
    assert outcome.exit_code == 0
