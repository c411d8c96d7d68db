from __future__ import annotations

import random
from pathlib import Path

import pytest

from nbjob_clean.errors import ArgumentError, InvalidJobError
from nbjob_clean.runner.job import natural_key, select
from nbjob_clean.runner.load import load_job
from tests.runner.jobs import RUN_SQL, call, cell, markdown, py, query, sql, write

ORDERED = [
    ["1_a.py", "2_a.py", "10_a.py"],
    ["9_b.py", "10_a.py"],
    ["10_a.py", "10_a.sql"],
    ["10_a.py", "10_a_b.py"],
    ["10.py", "10 a.py"],
    ["a.py", "B.py", "c.py"],
    ["A1.py", "a2.py", "A10.py"],
    ["B.py", "b.py"],
    ["01.py", "1.py", "2.py"],
    ["v1.2.py", "v1.10.py"],
    ["10_é.py", "11_a.py"],
    ["a.py", "a1.py", "a1b2.py", "a1b10.py"],
]


@pytest.mark.parametrize("names", ORDERED, ids=" ".join)
def test_natural_order(names: list[str]) -> None:
    shuffled = list(names)
    random.Random(1).shuffle(shuffled)
    assert sorted(shuffled, key=natural_key) == names


def test_thirteen_cells_are_thirteen_steps_in_order(tmp_path: Path) -> None:
    cells = [cell(f"x = {n}", f"c{n}") for n in range(1, 14)]
    job = load_job(write(tmp_path, py("10_a", *cells)))
    assert [step.number for step in job.steps] == list(range(1, 14))
    assert [step.text for step in job.steps] == [f"x = {n}" for n in range(1, 14)]


def test_steps_of_all_kinds(tmp_path: Path) -> None:
    write(
        tmp_path,
        py(
            "10_a", markdown("A"), cell("x = 1"), call('run_sql("10_a.sql", "q")'), preamble=RUN_SQL
        ),
        sql("10_a", query("SELECT 1;")),
        sql("9_b", query("SELECT 1;", "p"), query("SELECT 2;", "q")),
        {
            "30_c.sql": "SELECT 1; SELECT 2;",
            "20_d.py": "def run(job_input): ...",
            "25_e.py": "x = 1",
        },
    )
    steps = [(s.file, s.language, s.entry, s.position) for s in load_job(tmp_path).steps]
    assert steps == [
        ("9_b.sql", "sql", "cell", 1),
        ("9_b.sql", "sql", "cell", 2),
        ("10_a.py", "python", "cell", 2),
        ("10_a.py", "sql", "cell", 3),
        ("20_d.py", "python", "function", 0),
        ("25_e.py", "python", "script", 0),
        ("30_c.sql", "sql", "statements", 0),
    ]


ENTRIES = {
    "def run(job_input): ...": "function",
    "def run(*, job_input): ...": "function",
    "def run(job_input, verbose=False): ...": "function",
    "def run(): ...": "function",
    "def run(): ...\nif __name__ == '__main__':\n    run()": "script",
    "def run(): ...\nrun()": "script",
    "def run(path): ...": "script",
    "class A:\n    def run(job_input): ...": "script",
    "x = 1": "script",
}


@pytest.mark.parametrize(("text", "entry"), ENTRIES.items(), ids=ENTRIES)
def test_how_a_hand_written_file_is_run(tmp_path: Path, text: str, entry: str) -> None:
    assert load_job(write(tmp_path, {"a.py": text})).steps[0].entry == entry


def test_what_is_no_step(tmp_path: Path) -> None:
    files = {
        "10_a.py": "from common import x\ndef f():\n    import deep",
        "common.py": "x = 1",
        "deep.py": "import deep",
        "_private.py": "1 +",
        "_draft.sql": "SELECT",
        "alone.py": "import alone",
        "conftest.py": "x = 1",
        "test_a.py": "x = 1",
        "test_connection.py": "def run(job_input): ...",
        "notes.txt": "",
        ".hidden.py": "1 +",
    }
    job = load_job(write(tmp_path, files))
    assert [step.file for step in job.steps] == ["10_a.py", "alone.py", "test_connection.py"]
    assert job.not_steps == {
        "_draft.sql": "its name starts with _",
        "_private.py": "its name starts with _",
        "common.py": "imported by 10_a.py",
        "conftest.py": "pytest's",
        "deep.py": "imported by 10_a.py",
        "test_a.py": "pytest's",
    }


def test_one_file_of_a_directory(tmp_path: Path) -> None:
    write(
        tmp_path,
        py("10_a", cell("x = 1"), call('run_sql("10_a.sql", "q")'), preamble=RUN_SQL),
        sql("10_a", query("SELECT 1;")),
        {"20_b.py": "1 +"},
    )
    assert {step.file for step in load_job(tmp_path / "10_a.py").steps} == {"10_a.py"}
    with pytest.raises(InvalidJobError, match="runs through 10_a.py"):
        load_job(tmp_path / "10_a.sql")


def test_a_coding_line_and_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes("# coding: latin-1\nx = 'é'\n".encode("latin-1"))
    (tmp_path / "b.py").write_bytes(b"\xef\xbb\xbfx = '\xc3\xa9'\r\n")
    (tmp_path / "c.sql").write_bytes(b"\xef\xbb\xbfSELECT 1;\r\nSELECT 2;\r\n")
    texts = [step.text for step in load_job(tmp_path).steps]
    assert ["é" in text for text in texts] == [True, True, False]
    assert texts[2] == "SELECT 1;\nSELECT 2;\n"


REFUSED = {
    "empty": ({}, "nothing to run"),
    "nothing but helpers": ({"_a.py": ""}, "nothing to run"),
    "syntax": ({"a.py": "x = 1\nif True\n"}, "line 2: SyntaxError: expected ':'"),
    "syntax in a cell": (
        py("10_a", markdown("A"), cell("x = 1"), cell("y = 2\nif True")),
        "10_a.ipynb, cell 3, line 2: SyntaxError: expected ':'\n    if True",
    ),
    "found by the compiler": (
        py("10_a", cell("x = 1\nreturn x")),
        "10_a.ipynb, cell 1, line 2: SyntaxError: 'return' outside function\n    return x",
    ),
    "await": (py("10_a", cell("await x")), "10_a.ipynb, cell 1, line 1: SyntaxError"),
    "NUL": ({"a.py": "x = '\0'"}, "null bytes"),
    "async run": ({"a.py": "async def run(job_input): ..."}, "would never be awaited"),
    "newer format": ({"a.py": "# nbjob:sidecar 2 a.ipynb\n"}, "format 2 is newer"),
}


@pytest.mark.parametrize(("files", "message"), REFUSED.values(), ids=REFUSED)
def test_refused_before_anything_runs(tmp_path: Path, files: dict[str, str], message: str) -> None:
    with pytest.raises(InvalidJobError) as caught:
        load_job(write(tmp_path, files))
    assert message in str(caught.value)


def test_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_bytes(b"SELECT '\xe9'")
    with pytest.raises(InvalidJobError, match="a.sql"):
        load_job(tmp_path)


@pytest.mark.parametrize("name", ["nowhere", "a.txt", "a.ipynb"])
def test_what_is_no_job(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.txt").write_text("")
    with pytest.raises(InvalidJobError):
        load_job(tmp_path / name)


SELECTIONS = [
    ({}, [1, 2, 3, 4]),
    ({"only": "2"}, [2]),
    ({"only": "10_a.ipynb"}, [1, 2]),
    ({"only": "10_a.py"}, [1, 2]),
    ({"only": "10_a"}, [1, 2]),
    ({"only": "10_a:b"}, [2]),
    ({"only": "10_a.ipynb:b"}, [2]),
    ({"first": "2"}, [2, 3, 4]),
    ({"first": "20_b"}, [3, 4]),
    ({"last": "10_a"}, [1, 2]),
    ({"first": "10_a:b", "last": "20_b.ipynb"}, [2, 3]),
    ({"first": "30_c.py"}, [4]),
]


@pytest.mark.parametrize(("limits", "numbers"), SELECTIONS, ids=str)
def test_selection(tmp_path: Path, limits: dict[str, str], numbers: list[int]) -> None:
    write(
        tmp_path,
        py("10_a", cell("1", "a"), cell("2", "b")),
        py("20_b", cell("3", "c")),
        {"30_c.py": ""},
    )
    assert [step.number for step in select(load_job(tmp_path).steps, **limits)] == numbers


@pytest.mark.parametrize(
    "limits", [{"only": "5"}, {"first": "x.py"}, {"first": "2", "last": "1"}], ids=str
)
def test_no_such_step(tmp_path: Path, limits: dict[str, str]) -> None:
    write(tmp_path, py("10_a", cell("1", "a"), cell("2", "b")))
    with pytest.raises(ArgumentError):
        select(load_job(tmp_path).steps, **limits)


def test_capitals_in_a_suffix_hide_no_step(tmp_path: Path) -> None:
    write(tmp_path, {"10_A.SQL": "SELECT 1", "20_b.Py": "x = 1", "30_c.txt": ""})
    steps = load_job(tmp_path).steps
    assert [(step.file, step.language) for step in steps] == [
        ("10_A.SQL", "sql"),
        ("20_b.Py", "python"),
    ]
    assert load_job(tmp_path / "10_A.SQL").steps[0].language == "sql"
