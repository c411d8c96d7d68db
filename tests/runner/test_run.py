from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.runner.jobs import RUN_SQL, call, cell, markdown, names, py, query, ran, sql, write

# Cells that raise where Python does not behave in a job as it does in a script.
BEHAVES = {
    "a namespace for each file": [cell("x = 1"), cell("x += 1"), cell("assert x == 2")],
    "main guard": [
        cell("seen = []"),
        cell("if __name__ == '__main__':\n    seen.append(1)"),
        cell("assert seen == [1]"),
    ],
    "pickle": [
        cell("import pickle"),
        cell("class A:\n    def __eq__(self, other):\n        return type(other) is A"),
        cell("assert pickle.loads(pickle.dumps(A())) == A()"),
    ],
    "dataclass with string annotations": [
        cell("from dataclasses import dataclass\nfrom typing import ClassVar"),
        cell("@dataclass\nclass A:\n    x: 'int' = 1\n    n: 'ClassVar[int]' = 2"),
        cell("assert A() == A(1)"),
    ],
    "type hints are found": [
        cell("import typing\nclass A: ..."),
        cell("def f(a: 'A') -> 'A': ..."),
        cell("assert typing.get_type_hints(f) == {'a': A, 'return': A}"),
    ],
    "__future__ is carried on": [
        cell("from __future__ import annotations"),
        cell("def f(a: nowhere): ..."),
        cell("assert f.__annotations__ == {'a': 'nowhere'}"),
    ],
    "our own __future__ is not theirs": [cell("def f(a: 1 + 1): ...\nassert f.__annotations__['a'] == 2")],
    "__file__": [cell("import os.path\nassert os.path.samefile(__file__, '10_a.py')")],
    "sys.argv": [cell("import sys\nassert sys.argv == [__file__]")],
    "paths are the job's": [cell("import os\nassert os.listdir() == ['10_a.py']")],
    "multiprocessing": [
        cell("import multiprocessing\ndef square(x):\n    return x * x"),
        cell("if 'fork' in multiprocessing.get_all_start_methods():\n"
             "    with multiprocessing.get_context('fork').Pool(1) as pool:\n"
             "        assert pool.map(square, [1, 2, 3]) == [1, 4, 9]"),
    ],
    "inspect": [
        cell("import inspect\ndef f():\n    return 'here'"),
        cell("assert 'here' in inspect.getsource(f)"),
    ],
    "markdown is no step": [markdown("A"), cell("x = 1"), markdown("1 +"), cell("assert x")],
    "an empty cell": [cell(""), cell("# nothing")],
    "recursion and globals in functions": [cell("n = 3\ndef f():\n    return n"), cell("n = 4\nassert f() == 4")],
}  # fmt: skip


@pytest.mark.parametrize("cells", BEHAVES.values(), ids=BEHAVES)
def test_python_behaves_as_in_a_script(tmp_path: Path, cells: list[object]) -> None:
    outcome = ran(write(tmp_path, py("10_a", *cells))).outcome  # type: ignore[arg-type]
    assert outcome.traceback == ""
    assert outcome.status == "done"


def test_cells_run_in_order_of_number(tmp_path: Path) -> None:
    cells = [cell("seen = []"), *(cell(f"seen.append({n})") for n in range(1, 14))]
    found = ran(
        write(tmp_path, py("10_a", *cells, cell("assert seen == list(range(1, 14)), seen")))
    )
    assert found.outcome.traceback == ""
    assert [event.step.number for event in found.outcome.events] == list(range(1, 16))
    assert [e.status for e in found.events] == ["started", "ok"] * 15


def test_files_run_in_natural_order_and_share_nothing(tmp_path: Path) -> None:
    note = (
        "with open('seen', 'a') as f:\n    f.write({!r} + ' ')\nassert 'x' not in globals()\nx = 1"
    )
    files = {name: note.format(name) for name in ("10_c.py", "9_b.py", "1_a.py")}
    assert ran(write(tmp_path, files)).outcome.status == "done"
    assert (tmp_path / "seen").read_text() == "1_a.py 9_b.py 10_c.py "


def test_hand_written_functions(tmp_path: Path) -> None:
    write_c = "    with Path('c').open('a') as f:\n        f.write('once')\n"
    guard = "if __name__ == '__main__':\n    run()"
    files = {
        "10_a.py": f"{PATH}def run(job_input):\n"
                   "    Path('a').write_text(job_input.get_name() + __name__)",
        "20_b.py": f"{PATH}def run():\n    Path('b').touch()",
        "30_c.py": f"{PATH}def run():\n{write_c}{guard}",
        "40_d.py": "def run(job_input):\n    raise SystemExit\nif __name__ == '__main__':\n    1 / 0",
    }  # fmt: skip
    assert ran(write(tmp_path, files)).statuses == ["ok"] * 4
    assert (tmp_path / "a").read_text() == f"{tmp_path.name}10_a"
    assert (tmp_path / "b").exists()
    assert (tmp_path / "c").read_text() == "once"


def test_the_process_is_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    before = (Path.cwd(), list(sys.path), list(sys.argv), sys.modules["__main__"])
    for name in ("one", "two"):
        files = {
            "common.py": f"x = {name!r}",
            "a.py": f"import common\nassert common.x == {name!r}",
        }
        assert ran(write(tmp_path / name, files)).outcome.status == "done"
    assert ran(write(tmp_path / "two", {"a.py": "1 / 0"})).outcome.status == "failed"
    assert (Path.cwd(), sys.path, sys.argv, sys.modules["__main__"]) == before
    assert "common" not in sys.modules


def test_a_sidecars_preamble_runs_first(tmp_path: Path) -> None:
    preamble = "from __future__ import annotations\nimport os"
    job = py("a", cell("def f(x: nowhere): ...\nos.getpid()"), preamble=preamble)
    assert ran(write(tmp_path, job)).outcome.status == "done"


PATH = "from pathlib import Path\n"
EXITS = {
    "sys.exit(3)": ("exited", 3, "failed"),
    "sys.exit(99)": ("exited", 99, "failed"),
    "sys.exit(0)": ("exited", 0, "ok"),
    "sys.exit()": ("exited", 0, "ok"),
    "sys.exit('broken')": ("exited", 1, "failed"),
    "sys.exit(256)": ("exited", 1, "failed"),
    "sys.exit(-1)": ("exited", 1, "failed"),
    "raise KeyboardInterrupt": ("interrupted", 130, "interrupted"),
    "1 / 0": ("failed", 1, "failed"),
    "assert 1 == 2": ("failed", 1, "failed"),
    "raise BaseException": ("failed", 1, "failed"),
    "job_input.skip_remaining_steps()": ("done", 0, "ok"),
    "try:\n    job_input.skip_remaining_steps()\nexcept Exception:\n    1 / 0": ("done", 0, "ok"),
}


@pytest.mark.parametrize(("text", "ending"), EXITS.items(), ids=EXITS)
def test_how_a_run_ends(tmp_path: Path, text: str, ending: tuple[str, int, str]) -> None:
    cells = [cell("import sys"), cell(text), cell("open('later', 'w').close()")]
    found = ran(write(tmp_path, py("a", *cells)))
    outcome = found.outcome
    assert (outcome.status, outcome.exit_code, found.statuses[1]) == ending
    assert found.statuses[2] == "not run"
    assert outcome.step
    assert outcome.step.number == 2
    assert not (tmp_path / "later").exists()


def test_the_exception_is_the_users_own(tmp_path: Path) -> None:
    error = ran(write(tmp_path, py("a", cell("raise ValueError('bad row 17')")))).outcome.error
    assert type(error) is ValueError
    assert error.args == ("bad row 17",)


def test_a_script_that_exits_with_0_is_done_and_the_next_step_runs(tmp_path: Path) -> None:
    guard = "import sys\nif __name__ == '__main__':\n    sys.exit({})"
    write(
        tmp_path, {"1.py": guard.format("None"), "2.py": guard.format(0), "3.py": guard.format(4)}
    )
    found = ran(tmp_path)
    assert found.statuses == ["ok", "ok", "failed"]
    assert found.outcome.exit_code == 4


ORDERS = "CREATE TABLE t (x INTEGER PRIMARY KEY); INSERT INTO t VALUES (1), (2), (30);"


def test_sql_cells_and_their_results(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"1_create.sql": ORDERS},
        py(
            "2_a",
            cell("least = 2"),
            call('rows = run_sql("2_a.sql", "q", least=least)'),
            cell("assert rows == [(2,), (30,)] and rows.columns == ('x',), rows"),
            call('nothing = run_sql("2_a.sql", "none")', "none"),
            cell("assert nothing == []"),
            preamble=RUN_SQL,
        ),
        sql("2_a", query("SELECT x FROM t WHERE x >= {{ least }};"), query("DELETE FROM t WHERE x = 7;", "none")),
        sql("3_b", query("SELECT 1;\nSELECT x FROM t WHERE x < :most;\nDELETE FROM t WHERE x = 2;")),
    )  # fmt: skip
    found = ran(tmp_path, given={"most": 10})
    assert found.outcome.traceback == ""
    assert [event.rows for event in found.outcome.events] == [None, None, 2, None, None, None, 2]


@pytest.mark.parametrize("value", ["3' or 1=1 --", "x'; DROP TABLE t; --", '"', "{{ other }}"])
def test_a_value_is_bound_not_pasted(tmp_path: Path, value: str) -> None:
    write(
        tmp_path,
        {"1.sql": "CREATE TABLE t (x TEXT); INSERT INTO t VALUES ('3'), ({{ v }});"},
        {"2.py": "def run(job_input):\n"
                 "    rows = job_input.execute_query('SELECT x FROM t WHERE x = {{ v }}')\n"
                 "    assert rows == [(job_input.get_arguments()['v'],)], rows\n"},
    )  # fmt: skip
    assert ran(tmp_path, given={"v": value}).outcome.traceback == ""


def test_a_step_is_a_transaction(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"1.sql": ORDERS, "2.sql": "INSERT INTO t VALUES (4); INSERT INTO t VALUES (1);"},
    )
    found = ran(tmp_path)
    assert found.statuses == ["ok", "failed"]
    (tmp_path / "1.sql").unlink()
    write(tmp_path, {"2.sql": "SELECT * FROM t"})
    assert ran(tmp_path).outcome.events[0].rows == 3


ENDINGS = {
    "return": 1,
    "raise SystemExit(0)": 1,
    "job_input.skip_remaining_steps()": 1,
    "raise SystemExit(3)": 0,
    "raise KeyboardInterrupt": 0,
    "1 / 0": 0,
}


@pytest.mark.parametrize("route", ["execute_query", "get_managed_connection().execute"])
@pytest.mark.parametrize(("ending", "kept"), ENDINGS.items(), ids=ENDINGS)
def test_what_a_step_leaves_in_the_database(
    tmp_path: Path, ending: str, kept: int, route: str
) -> None:
    (tmp_path / "job").mkdir()
    write(tmp_path / "job", {"1.sql": "CREATE TABLE t (x INTEGER);"})
    insert = f"job_input.{route}('INSERT INTO t VALUES (1)')"
    write(tmp_path / "job", {"2.py": f"def run(job_input):\n    {insert}\n    {ending}\n"})
    ran(tmp_path / "job")
    (tmp_path / "job" / "2.py").unlink()
    write(tmp_path / "job", {"1.sql": "SELECT * FROM t"})
    assert ran(tmp_path / "job").outcome.events[0].rows == kept


def test_transactions_of_the_jobs_own(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "1.sql": ORDERS,
            "2.sql": "BEGIN; INSERT INTO t VALUES (4);",
            "3.sql": "INSERT INTO t VALUES (5); ROLLBACK;",
            "4.sql": "SAVEPOINT a; INSERT INTO t VALUES (6); ROLLBACK TO a; INSERT INTO t VALUES (7);",
            "5.sql": "-- now\nVACUUM;",
            "6.sql": "BEGIN; INSERT INTO t VALUES (8);",
        },
    )
    assert ran(tmp_path).outcome.traceback == ""
    for number in range(1, 7):
        (tmp_path / f"{number}.sql").unlink()
    write(
        tmp_path,
        {"1.py": "def run(job_input):\n    print(job_input.execute_query('SELECT x FROM t'))\n"},
    )
    rows = "def run(job_input):\n    assert job_input.execute_query('SELECT x FROM t') == [(1,), (2,), (7,), (8,), (30,)]"
    write(tmp_path, {"1.py": rows})
    assert ran(tmp_path).outcome.traceback == ""


def test_run_sql_from_a_thread(tmp_path: Path) -> None:
    job = py(
        "a",
        cell("from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(1) as pool:\n"
             '    rows = pool.submit(run_sql, "a.sql", "q").result()\nassert rows == [(1,)]'),
        preamble=RUN_SQL,
    )  # fmt: skip
    assert ran(write(tmp_path, job, sql("a", query("SELECT 1;")))).outcome.traceback == ""


def test_properties_last(tmp_path: Path) -> None:
    count = (
        "def run(job_input):\n"
        "    n = job_input.get_property('n', 0)\n"
        "    job_input.set_all_properties({'n': n + 1, 'name': 'é'})\n"
    )
    write(tmp_path, {"a.py": count})
    for _ in range(3):
        assert ran(tmp_path).outcome.status == "done"
    state = tmp_path / ".nbjob"
    assert json.loads((state / "properties.json").read_text("utf-8")) == {"n": 3, "name": "é"}
    assert (state / ".gitignore").read_text() == "*\n"
    assert names(state) == [".gitignore", "properties.json"]


def test_a_job_that_needs_no_state_makes_none(tmp_path: Path) -> None:
    ran(write(tmp_path, py("a", cell("x = 1"))))
    assert names(tmp_path) == ["a.py"]
