"""The whole of VDK's IJobInput, as jobs call it."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from nbjob_clean.runner.mask import Mask
from tests.runner.jobs import SQLITE, Ran, cell, names, nbjob, py, query, ran, sql, write

DUCKDB = {"default": "duckdb:///test.duckdb"}


def job(tmp_path: Path, body: str, **options: object) -> Ran:
    lines = "".join(f"    {line}\n" for line in body.strip().split("\n"))
    return ran(write(tmp_path, {"10_a.py": f"def run(job_input):\n{lines}"}), **options)  # type: ignore[arg-type]


def well(tmp_path: Path, body: str, **options: object) -> None:
    assert job(tmp_path, body, **options).outcome.traceback == ""


# How people write the step of a file; each has to be called once.
RUNS = {
    "plain": "def run(job_input): seen(job_input)",
    "annotated": "from vdk.api.job_input import IJobInput\ndef run(job_input: IJobInput): seen(job_input)",
    "annotated in words": "from vdk.api.job_input import IJobInput\ndef run(job_input: 'IJobInput') -> None: seen(job_input)",
    "by another name": "from vdk.api.job_input import IJobInput\ndef run(ji: IJobInput): seen(ji)",
    "by another name, lazily": "from __future__ import annotations\nfrom vdk.api.job_input import IJobInput\ndef run(ji: IJobInput): seen(ji)",
    "through the package": "import vdk.api.job_input\ndef run(ji: vdk.api.job_input.IJobInput): seen(ji)",
    "positional only": "def run(job_input, /): seen(job_input)",
    "keyword only": "def run(*, job_input): seen(job_input)",
    "with more": "def run(job_input, limit=5): seen(job_input)",
    "with a main guard": "def run(job_input): seen(job_input)\nif __name__ == '__main__': run(None)",
    "decorated": "import functools\ndef d(f):\n    @functools.wraps(f)\n    def g(*a, **k): return f(*a, **k)\n    return g\n@d\ndef run(job_input): seen(job_input)",
    "without it": "def run(): seen(job_input)",
    "in a condition": "if True:\n    limit = 1\ndef run(job_input): seen(job_input)",
}


@pytest.mark.parametrize("text", RUNS.values(), ids=RUNS)
def test_run_is_called_once(tmp_path: Path, text: str) -> None:
    seen = "def seen(j):\n    from vdk.api.job_input import IJobInput as I\n    assert isinstance(j, I), j\n    \n    with open('seen', 'a') as f: f.write('x')\n"
    future = "from __future__ import annotations\n" if "__future__" in text else ""
    write(tmp_path, {"10_a.py": future + seen + text.replace(future, "")})
    found = ran(tmp_path)
    assert found.outcome.traceback == ""
    assert (tmp_path / "seen").read_text() == "x"
    assert "vdk" not in sys.modules


def test_a_run_from_another_file_of_the_job(tmp_path: Path) -> None:
    write(tmp_path, {
        "10_a.py": "from common import run",
        "20_b.py": "from common import step as run",
        "30_c.py": "from subprocess import run",
        "common.py": "def run(job_input): print(job_input.get_name())\ndef step(job_input): print('b')",
    })  # fmt: skip
    assert nbjob("run", tmp_path).out == f"{tmp_path.name}\nb\n"


def test_vdk_is_there_only_while_a_job_runs(tmp_path: Path) -> None:
    interfaces = (
        "IJobInput, IProperties, ISecrets, IJobArguments, IManagedConnection, IIngester, ITemplate"
    )
    write(tmp_path, {"10_a.py": f"from vdk.api.job_input import {interfaces}"})
    assert ran(tmp_path).outcome.traceback == ""
    with pytest.raises(ModuleNotFoundError):
        __import__("vdk.api.job_input")
    write(tmp_path, {"10_a.py": "from vdk.plugin.ipython import x"})
    assert "No module named 'vdk.plugin'" in ran(tmp_path).outcome.traceback


def test_a_vdk_that_is_installed_is_the_one(tmp_path: Path) -> None:
    place = tmp_path / "vdk" / "api"
    place.mkdir(parents=True)
    (place / "job_input.py").write_text("class IJobInput:\n    real = True\n")
    well(tmp_path, "from vdk.api.job_input import IJobInput\nassert IJobInput.real")


def test_names_and_places(tmp_path: Path) -> None:
    well(tmp_path, f"""
import os, pathlib
assert job_input.get_name() == {tmp_path.name!r}
assert job_input.get_job_directory() / "10_a.py" == pathlib.Path(__file__)
assert os.path.join(job_input.get_job_directory(), "10_a.py") == __file__
place = job_input.get_temporary_write_directory()
(place / "x").write_text("x")
assert job_input.get_temporary_write_directory() == place
pathlib.Path("place").write_text(str(place))
""")  # fmt: skip
    assert not Path((tmp_path / "place").read_text()).exists()


def test_arguments_are_one_dict_for_all_steps(tmp_path: Path) -> None:
    write(tmp_path, {
        "10_a.py": "def run(job_input):\n    job_input.get_arguments()['more'] = job_input.get_arguments()['n'] + 1",
        "20_b.py": "def run(job_input):\n    assert job_input.get_arguments() == {'n': 1, 'more': 2}",
    })  # fmt: skip
    assert ran(tmp_path, given={"n": 1}).outcome.traceback == ""


VALUES = {
    "n": 1,
    "x": 1.5,
    "s": "é",
    "yes": True,
    "none": None,
    "l": [1, [None]],
    "d": {"a": {"b": []}},
}


def test_properties_last(tmp_path: Path) -> None:
    well(
        tmp_path,
        f"""
assert job_input.get_all_properties() == {{}}
assert job_input.get_property("n") is None and job_input.get_property("n", 7) == 7
job_input.set_all_properties({VALUES!r})
job_input.get_all_properties()["l"].append(2)
assert job_input.get_all_properties() == {VALUES!r}
""",
    )
    well(
        tmp_path,
        f"""
assert job_input.get_all_properties() == {VALUES!r}
job_input.set_all_properties({{"only": 1}})
assert job_input.get_property("n", "gone") == "gone"
""",
    )
    assert json.loads((tmp_path / ".nbjob" / "properties.json").read_text()) == {"only": 1}
    assert names(tmp_path / ".nbjob") == [".gitignore", "properties.json"]


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        (
            "{'day': __import__('datetime').date(2024, 1, 1)}",
            "property `day`: a date does not last",
        ),
        ("{'l': [1, {2}]}", "property `l`: a set does not last"),
        ("{1: 2}", "property 1: its name is not a string"),
        ("{'d': {1: 2}}", "property `d`: JSON knows only strings as keys"),
    ],
)
def test_properties_that_would_not_last_as_they_are(
    tmp_path: Path, properties: str, message: str
) -> None:
    well(tmp_path, "job_input.set_all_properties({'old': 1})")
    found = job(tmp_path, f"job_input.set_all_properties({properties})")
    assert f"TypeError: {message}" in found.outcome.traceback
    well(tmp_path, "assert job_input.get_all_properties() == {'old': 1}")


def test_secrets(tmp_path: Path) -> None:
    well(tmp_path, """
assert job_input.get_secret("token") == "abc" and job_input.get_all_secrets() == {"token": "abc"}
assert job_input.get_secret("other") is None and job_input.get_secret("other", 1) == 1
job_input.get_all_secrets().clear()
assert job_input.get_secret("token") == "abc"
""", secrets={"token": "abc"})  # fmt: skip


def test_secrets_that_a_job_sets_are_written_nowhere(tmp_path: Path) -> None:
    mask = Mask()
    write(tmp_path, {
        "10_a.py": "def run(job_input):\n    job_input.set_all_secrets({'token': 'fresh-token'})",
        "20_b.py": "def run(job_input):\n    assert job_input.get_all_secrets() == {'token': 'fresh-token'}",
    })  # fmt: skip
    with pytest.warns(UserWarning, match="nothing is written to a disk") as caught:
        found = ran(tmp_path, mask=mask, secrets={"token": "old", "x": "y"})
    assert found.outcome.traceback == ""
    assert caught[0].filename == str(tmp_path / "10_a.py")
    assert mask("a fresh-token b") == "a *** b"
    assert names(tmp_path) == ["10_a.py", "20_b.py"]


def test_execution_properties(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    look = "print(json.dumps(job_input.get_execution_properties()))"
    files = dict.fromkeys(("1.py", "2.py"), f"import json\ndef run(job_input):\n    {look}")
    said = nbjob("run", write(tmp_path, files)).out.splitlines()
    first, second = map(json.loads, said)
    assert first == second
    assert sorted(first) == [
        "pa__execution_id",
        "pa__job_start_ts_expr",
        "pa__job_start_unixtime",
        "pa__op_id",
    ]
    assert re.fullmatch(r"[0-9a-f-]{36}-\d+", first["pa__execution_id"])
    assert first["pa__op_id"] == first["pa__execution_id"]
    assert first["pa__job_start_unixtime"].isdigit()
    monkeypatch.setenv("ATTEMPT_ID", "abc-1-x")
    assert json.loads(nbjob("run", tmp_path).out.splitlines()[0])["pa__execution_id"] == "abc-1"
    monkeypatch.setenv("VDK_EXECUTION_ID", "e")
    monkeypatch.setenv("OP_ID", "o")
    ids = json.loads(nbjob("run", tmp_path).out.splitlines()[0])
    assert (ids["pa__execution_id"], ids["pa__op_id"]) == ("e", "o")


def test_the_start_is_an_expression_that_databases_know(tmp_path: Path) -> None:
    body = "assert job_input.execute_query('SELECT {pa__job_start_ts_expr} <= now()') == [(True,)]"
    well(tmp_path, body, databases=DUCKDB)


QUERIES = {
    "an argument": ("SELECT '{day}'", "monday"),
    "a property": ("SELECT '{unit}'", "kg"),
    "an execution property wins over a property": ("SELECT '{pa__op_id}' <> 'mine'", 1),
    "an argument wins over both": ("SELECT '{both}'", "argument"),
    "what is not known stays": ("SELECT '{unknown}'", "{unknown}"),
    "a value is not looked at again": ("SELECT '{nested}'", "{day}"),
    "any key": ("SELECT '{a-key.1}'", "odd"),
    "two braces bind": ("SELECT {{ day }}", "monday"),
    "a name binds": ("SELECT :unit", "kg"),
    "what is passed wins": ("SELECT :day", "friday"),
    "a number": ("SELECT {n} + 1", 6),
    "a template is none": ("SELECT '{day' || '}'", "{day}"),
}


@pytest.mark.parametrize(("text", "expected"), QUERIES.values(), ids=QUERIES)
def test_execute_query(tmp_path: Path, text: str, expected: object) -> None:
    passed = ", day='friday'" if expected == "friday" else ""
    given = {"day": "monday", "both": "argument", "nested": "{day}", "a-key.1": "odd", "n": 5}
    well(tmp_path, f"""
job_input.set_all_properties({{"unit": "kg", "both": "property", "pa__op_id": "mine"}})
found = job_input.execute_query({text!r}{passed})
assert found == [({expected!r},)], found
""", given=given)  # fmt: skip


def test_execute_query_of_nothing(tmp_path: Path) -> None:
    well(tmp_path, "assert job_input.execute_query('CREATE TABLE t (x)') is None")
    assert (
        "ValueError: execute_query: no SQL"
        in job(tmp_path, "job_input.execute_query(' ')").outcome.traceback
    )


def test_where_braces_are_pasted(tmp_path: Path) -> None:
    """In VDK's own ways to run SQL: hand-written files, and cells of its magic."""
    vdk = query("INSERT INTO {table} VALUES ('{x}', '{unknown}');", id="v")
    vdk = type(vdk)(**{**vars(vdk), "style": "vdk"})
    write(
        tmp_path,
        {"10_a.sql": "CREATE TABLE {table} (x, y);"},
        sql("20_b", vdk, query("INSERT INTO t VALUES ('{x}', 'bound');", id="s")),
        {"30_c.py": "def run(job_input): print(job_input.execute_query('SELECT * FROM t'))"},
    )
    assert (
        ran(
            tmp_path, given={"table": "t", "x": "O"}, databases={"default": "sqlite:///t.db"}
        ).outcome.traceback
        == ""
    )
    import sqlite3

    connection = sqlite3.connect(tmp_path / "t.db")
    assert connection.execute("SELECT * FROM t").fetchall() == [
        ("O", "{unknown}"),
        ("{x}", "bound"),
    ]
    connection.close()


def test_a_name_that_nobody_knows_is_named(tmp_path: Path) -> None:
    write(tmp_path, {"10_a.sql": "SELECT 1;\nSELECT * FROM {table} WHERE x = '{x}'"})
    said = ran(tmp_path).outcome.traceback
    note = "`{table}`, `{x}`: there is no such argument, and no such property"
    assert (note in said) == (sys.version_info >= (3, 11))  # exceptions have notes since then
    assert '10_a.sql", line 2' in said


MANAGED = """
connection = job_input.get_managed_connection()
cursor = connection.cursor()
cursor.execute("CREATE TABLE t (x INTEGER, y VARCHAR)")
cursor.executemany("INSERT INTO t VALUES (?, ?)", [(n, str(n)) for n in range(5)])
assert job_input.execute_query("SELECT count(*) FROM t") == [(5,)]
cursor.execute("SELECT x, y FROM t WHERE x > ? ORDER BY x", (1,))
assert [column[0] for column in cursor.description] == ["x", "y"]
job_input.execute_query("SELECT 1")
assert cursor.fetchone() == (2, "2")
assert cursor.fetchmany(1) == [(3, "3")]
assert list(cursor) == [(4, "4")] and cursor.fetchone() is None
with connection.cursor() as other:
    assert other.execute("SELECT 1").fetchall() == [(1,)]
assert connection.execute_query("SELECT max(x) FROM t") == [(4,)]
connection.commit()
connection.execute("DELETE FROM t")
connection.rollback()
job_input.send_object_for_ingestion({"x": 9}, "t")
assert connection.execute("SELECT count(*) FROM t").fetchone() == (6,)
connection.close()
assert connection.connect().execute("SELECT 2").fetchone() == (2,)
"""


@pytest.mark.parametrize("databases", [SQLITE, DUCKDB], ids=["sqlite", "duckdb"])
def test_a_managed_connection(tmp_path: Path, databases: dict[str, str]) -> None:
    well(tmp_path, MANAGED, databases=databases)


@pytest.mark.parametrize("databases", [SQLITE, DUCKDB], ids=["sqlite", "duckdb"])
def test_a_managed_connection_is_in_the_steps_transaction(
    tmp_path: Path, databases: dict[str, str]
) -> None:
    body = "c = job_input.get_managed_connection()\nc.cursor().execute('CREATE TABLE t (x INTEGER)')\n1 / 0"
    assert "ZeroDivisionError" in job(tmp_path, body, databases=databases).outcome.traceback
    well(tmp_path, "job_input.execute_query('CREATE TABLE t (x INTEGER)')", databases=databases)


@pytest.mark.parametrize("handler", ["except Exception", "except ValueError", "finally"])
def test_skip_remaining_steps_passes_handlers(tmp_path: Path, handler: str) -> None:
    text = (
        f"try:\n    job_input.skip_remaining_steps()\n{handler}:\n    open('caught', 'w').close()"
    )
    write(tmp_path, py("10_a", cell("x = 1"), cell(text), cell("1 / 0")), {"20_b.py": "1 / 0"})
    found = ran(tmp_path)
    assert (found.outcome.status, found.outcome.exit_code) == ("done", 0)
    assert found.statuses == ["ok", "ok", "not run", "not run"]
    assert (tmp_path / "caught").exists() == (handler == "finally")
