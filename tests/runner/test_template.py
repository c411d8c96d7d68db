from __future__ import annotations

from pathlib import Path

import pytest

from tests.runner.jobs import (
    RUN_SQL,
    SQLITE,
    Ran,
    call,
    cell,
    nbjob,
    parameters,
    py,
    query,
    ran,
    sql,
    write,
)

DUCKDB = {"default": "duckdb:///test.duckdb"}
TEMPLATE = (
    py(
        "10_load",
        parameters("table: str\nlimit = 2"),
        cell("import json\nrows = list(range(limit))\n_hidden = 1"),
        call('run_sql("10_load.sql", "q", limit=limit)'),
        preamble=RUN_SQL,
    ),
    sql("10_load", query("CREATE TABLE loaded AS SELECT {{ limit }} AS n;")),
    {
        "20_check.sql": "INSERT INTO loaded VALUES (10);",
        "30_end.py": "def run(job_input):\n    return {'name': job_input.get_name(), 'table': job_input.get_arguments()['table']}",
    },
)


def job(
    tmp_path: Path, body: str, *template: dict[str, str], databases: dict[str, str] = DUCKDB
) -> Ran:
    write(tmp_path / "template", *(template or TEMPLATE))
    lines = "".join(f"    {line}\n" for line in body.strip().split("\n"))
    return ran(
        write(tmp_path / "job", {"10_a.py": f"def run(job_input):\n{lines}"}), databases=databases
    )


@pytest.mark.parametrize("databases", [SQLITE, DUCKDB], ids=["sqlite", "duckdb"])
def test_a_job_directory_by_path(tmp_path: Path, databases: dict[str, str]) -> None:
    found = job(tmp_path, """
import os
where = os.getcwd()
job_input.execute_query("CREATE TABLE before (x INTEGER)")
result = job_input.execute_template("../template", {"table": "t", "limit": 3})
assert (result.status, result.is_success(), result.is_failed()) == ("success", True, False)
assert result.get_exception() is None and result.data_job_name == "template"
assert [(s.name, s.status) for s in result.steps_list] == [
    ("10_load.ipynb:parameters", "success"), ("10_load.ipynb:", "success"), ("10_load.ipynb:q", "success"),
    ("20_check.sql", "success"), ("30_end.py", "success")]
assert sorted(result) == ["limit", "rows", "run", "table"] and result["limit"] == 3
assert result.value == {"name": "template", "table": "t"}
assert result["rows"] == [0, 1, 2]
assert job_input.execute_query("SELECT sum(n) FROM loaded") == [(13,)]
assert os.getcwd() == where and __name__ == "10_a"
""".replace('("10_load.ipynb:", "success")', '("10_load.ipynb", "success")'), databases=databases)  # fmt: skip
    assert found.outcome.traceback == ""


def test_by_name(tmp_path: Path) -> None:
    write(tmp_path / "job", {"config.ini": "[templates]\nLoad/Orders = ../template\n"})
    body = "job_input.execute_template('load/orders', {'table': 't'})"
    assert job(tmp_path, body).outcome.traceback == ""
    found = job(tmp_path, "job_input.execute_template('load/dimension/scd1', {})").outcome.traceback
    assert "no template `load/dimension/scd1`" in found
    assert "known: load/orders" in found
    assert "[templates], then load/dimension/scd1 = ../path/of/it" in found


def test_on_another_database(tmp_path: Path) -> None:
    databases = {**DUCKDB, "second": "sqlite:///second.db"}
    found = job(tmp_path, """
job_input.execute_template(template_name="../template", template_args={"table": "t"}, database="second")
assert job_input.execute_query("SELECT count(*) FROM loaded", "second") == [(2,)]
""", databases=databases)  # fmt: skip
    assert found.outcome.traceback == ""


def test_its_exception_is_raised_as_it_is(tmp_path: Path) -> None:
    failing = py("10_t", cell("class Bad(Exception): ..."), cell("raise Bad('here')", id="bad"))
    found = job(tmp_path, """
job_input.execute_query("CREATE TABLE t (x INTEGER)")
try:
    job_input.execute_template("../template", {})
except Exception as exc:
    assert type(exc).__name__ == "Bad"
    raise
""", failing)  # fmt: skip
    assert type(found.outcome.error).__name__ == "Bad"
    assert "raise Bad('here')" in found.outcome.traceback
    assert "nbjob_clean" not in found.outcome.traceback


def test_what_a_failed_template_did_is_not_there(tmp_path: Path) -> None:
    failing = {"10_t.sql": "CREATE TABLE t (x INTEGER)", "20_t.py": "1 / 0"}
    assert (
        job(tmp_path, "job_input.execute_template('../template', {})", failing).outcome.exit_code
        == 1
    )
    body = "assert job_input.execute_query('SELECT * FROM information_schema.tables') == []"
    assert job(tmp_path, body).outcome.traceback == ""


def test_skip_ends_only_the_template(tmp_path: Path) -> None:
    skipping = {
        "10_t.py": "def run(job_input):\n    job_input.skip_remaining_steps()",
        "20_t.py": "1 / 0",
    }
    found = job(tmp_path, """
result = job_input.execute_template("../template", {})
assert [s.status for s in result.steps_list] == ["skip_requested", "not_executed"]
open("after", "w").close()
""", skipping)  # fmt: skip
    assert found.outcome.traceback == ""
    assert (tmp_path / "job" / "after").exists()


def test_it_is_part_of_the_run_that_calls_it(tmp_path: Path) -> None:
    inner = {"10_t.py": """
def run(job_input):
    assert job_input.get_property("p") == 1
    job_input.set_all_properties({"p": 2})
    job_input.send_object_for_ingestion({"x": 1}, "t")
    return {"ids": job_input.get_execution_properties(), "place": job_input.get_job_directory()}
"""}  # fmt: skip
    found = job(tmp_path, """
job_input.set_all_properties({"p": 1})
result = job_input.execute_template("../template", {})
assert job_input.get_property("p") == 2
assert result.value["ids"] == job_input.get_execution_properties()
assert result.value["place"].name == "template"
assert job_input.execute_query("SELECT x FROM t") == [(1,)]
""", inner)  # fmt: skip
    assert found.outcome.traceback == ""
    assert not (tmp_path / "template" / ".nbjob").exists()


@pytest.mark.parametrize("name", ["../template/10_t.ipynb", "../template/10_t.py"])
def test_one_notebook(tmp_path: Path, name: str) -> None:
    body = f"assert job_input.execute_template({name!r}, {{'n': 2}})['twice'] == 4"
    assert (
        job(
            tmp_path, body, py("10_t", parameters("n = 1"), cell("twice = 2 * n"))
        ).outcome.traceback
        == ""
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [("{}", "argument `table` is missing"), ("{'table': 't', 'limit': 'x'}", "argument `limit`")],
)
def test_arguments_are_checked(tmp_path: Path, arguments: str, message: str) -> None:
    found = job(tmp_path, f"job_input.execute_template('../template', {arguments})")
    assert message in found.outcome.traceback


def test_from_a_notebook_with_pickle(tmp_path: Path) -> None:
    """The caller's module is `__main__` again afterwards."""
    write(tmp_path / "template", py("10_t", cell("class A: ...")))
    cells = [
        cell("import pickle\nclass A:\n    x = 1"),
        cell("job_input.execute_template('../template')"),
        cell("assert pickle.loads(pickle.dumps(A())).x == 1"),
    ]
    said = nbjob("run", write(tmp_path / "job", py("10_a", *cells)))
    assert said.code == 0, said.err
