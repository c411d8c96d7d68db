"""The fixtures, used as a test of a job uses them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from nbjob_clean.errors import ArgumentError, StaleSidecarError
from nbjob_clean.pytest_plugin.jobs import Nbjob
from nbjob_clean.testing import FakeJobInput, ScratchDatabase, assert_table
from tests.notebooks import code, notebook
from tests.runner.jobs import RUN_SQL, call, cell, names, parameters, py, query, sql, write

ETL = notebook(
    code("import time\nimport pandas as pd", "job", id="imports"),
    code("limit = 3\nname: str = 'abc'", "job", "parameters", id="p"),
    code("1 / 0", id="debug"),
    code(
        "class BadRow(ValueError): ...\ndef check(row):\n    if row < 0:\n        raise BadRow(row)\n    return row, -row",
        "job", id="check",
    ),
    code("time.sleep(1000)\nframe = pd.DataFrame({'x': range(limit)})\ntotal = frame['x'].sum()", "job", id="frame"),
    code("pair = check(total)", "job", "last", id="pair"),
)  # fmt: skip


@pytest.fixture
def etl(tmp_path: Path) -> Path:
    path = tmp_path / "job" / "10_etl.ipynb"
    path.parent.mkdir()
    path.write_bytes(ETL)
    return path


@pytest.fixture
def no_sleep(monkeypatch: pytest.MonkeyPatch) -> Mock:
    sleep = Mock()
    monkeypatch.setattr(time, "sleep", sleep)
    return sleep


def test_a_data_frame_is_one(nbjob: Nbjob, etl: Path, no_sleep: Mock) -> None:
    import pandas as pd

    result = nbjob.run(etl, limit=4)
    pd.testing.assert_frame_equal(result["frame"], pd.DataFrame({"x": range(4)}))


def test_a_number_of_numpy_is_a_number(nbjob: Nbjob, etl: Path, no_sleep: Mock) -> None:
    assert nbjob.run(etl, limit=4)["total"] == 6


def test_an_exception_is_caught_by_its_base_class(nbjob: Nbjob, etl: Path, no_sleep: Mock) -> None:
    check = nbjob.run(etl)["check"]
    with pytest.raises(ValueError, match="-1"):
        check(-1)


def test_a_patch_before_the_run_is_seen_once(nbjob: Nbjob, etl: Path, no_sleep: Mock) -> None:
    nbjob.run(etl)
    no_sleep.assert_called_once_with(1000)


def test_a_tuple_stays_a_tuple(nbjob: Nbjob, etl: Path, no_sleep: Mock) -> None:
    assert nbjob.run(etl)["pair"] == (3, -3)
    assert type(nbjob.run(etl)["pair"]) is tuple


def test_cells_by_number_id_and_tag(nbjob: Nbjob, etl: Path, no_sleep: Mock) -> None:
    cells = nbjob.cells(etl, 4, "p")
    assert set(cells) == {"BadRow", "check", "limit", "name"}
    cells["total"] = 7
    assert cells.run("last")["pair"] == cells.pair == (7, -7)
    cells["total"] = -1
    with pytest.raises(ValueError, match="-1") as caught:
        cells.run("last")
    assert caught.type.__name__ == "BadRow"
    if sys.version_info >= (3, 11):
        assert caught.value.__notes__ == ["in 10_etl.ipynb, cell 4, line 4\n    raise BadRow(row)"]


def test_names_for_cells(nbjob: Nbjob, etl: Path) -> None:
    assert nbjob.cells(etl, "p", limit=9)["limit"] == 9
    assert nbjob.cells(etl, "check", "pair", total=2)["pair"] == (2, -2)


def test_all_production_cells(nbjob: Nbjob, etl: Path, no_sleep: Mock) -> None:
    assert nbjob.cells(etl)["pair"] == (3, -3)


@pytest.mark.parametrize("which", [3, 99, "debug", "nothing"])
def test_a_cell_that_is_none_of_production(nbjob: Nbjob, etl: Path, which: int | str) -> None:
    with pytest.raises(LookupError, match=r"there are 1 \(imports\), 2 \(p\), 4 \(check\)"):
        nbjob.cells(etl, which)


def test_the_process_is_as_it_was(nbjob: Nbjob, etl: Path) -> None:
    before = (Path.cwd(), list(sys.path), list(sys.argv), sys.modules["__main__"])
    cells = nbjob.cells(etl, "check")
    assert (Path.cwd(), sys.path, sys.argv, sys.modules["__main__"]) == before
    with pytest.raises(NameError):
        cells.run("pair")
    assert (Path.cwd(), sys.path, sys.argv, sys.modules["__main__"]) == before


def test_a_job_runs_on_a_copy(nbjob: Nbjob, tmp_path: Path) -> None:
    job = write(
        tmp_path / "job",
        {"data.txt": "here", ".nbjob": ""},
        py("a", cell("from pathlib import Path\nPath('out').write_text(Path('data.txt').read_text())")),
    )  # fmt: skip
    nbjob.run(job)
    assert (nbjob.directory(job) / "out").read_text() == "here"
    assert names(job) == [".nbjob", "a.py", "data.txt"]
    assert names(nbjob.directory(job)) == ["a.py", "data.txt", "out"]


@pytest.mark.nbjob_in_place
def test_a_job_in_place(nbjob: Nbjob, tmp_path: Path) -> None:
    job = write(tmp_path / "job", {"a.py": "open('out', 'w').close()"})
    nbjob.run(job)
    assert names(job) == ["a.py", "out"]


def test_two_runs_of_a_test_share_a_copy(nbjob: Nbjob, tmp_path: Path) -> None:
    text = "def run(job_input):\n    n = job_input.get_property('n', 0)\n    job_input.set_all_properties({'n': n + 1})\n    return n"
    job = write(tmp_path / "job", {"a.py": text})
    assert [nbjob.run(job).value for _ in range(3)] == [0, 1, 2]


def test_arguments_and_stale_sidecars_are_refused(nbjob: Nbjob, etl: Path) -> None:
    with pytest.raises(ArgumentError):
        nbjob.run(etl, limit="3")
    (etl.parent / "10_etl.py").write_text("# nbjob:sidecar 1 10_etl.ipynb\n")
    with pytest.raises(StaleSidecarError):
        nbjob.run(etl.parent)


def test_one_step(nbjob: Nbjob, tmp_path: Path) -> None:
    job = write(tmp_path / "job", {"1.py": "x = 1 / 0", "2.py": "y = 2"})
    assert nbjob.step(job, "2")["y"] == 2


def test_a_frame_of_a_copy_is_in_the_original(nbjob: Nbjob, tmp_path: Path) -> None:
    """What coverage and breakpoints see is the file of the job."""
    job = write(tmp_path / "job", py("a", cell("def where():\n    return 1")))
    assert nbjob.run(job)["where"].__code__.co_filename == str(job / "a.py")


ORDERS = {
    "1.sql": "CREATE TABLE orders AS SELECT * FROM raw WHERE amount >= {{ least }};",
    **py("2", call('rows = run_sql("2.sql", "q")'), preamble=RUN_SQL),
    **sql("2", query("SELECT count(*) AS n FROM orders;")),
}


@pytest.mark.xdist_group("databases")
@pytest.mark.nbjob_db("duckdb", "sqlite", "postgresql")
def test_a_scratch_database(nbjob: Nbjob, nbjob_db: ScratchDatabase, tmp_path: Path) -> None:
    nbjob_db.load("raw", [(1, 9.5), (2, 20.0), (3, 30.0)], columns=["id", "amount"])
    result = nbjob.run(write(tmp_path / "job", ORDERS), least=10)
    assert result["rows"] == [(2,)]
    assert_table(nbjob_db, "orders", [(3, 30.0), (2, 20.0)])
    assert_table(result, "orders", [{"id": 2, "amount": 20.0}, {"id": 3, "amount": 30.0}])
    assert nbjob_db.tables() == ["orders", "raw"]
    assert nbjob_db.table("orders", order_by="id DESC")[0] == (3, 30.0)
    assert nbjob_db.execute("SELECT id FROM raw WHERE amount < :least", least=10) == [(1,)]
    assert nbjob_db.engine in ("duckdb", "sqlite", "postgresql")


@pytest.mark.xdist_group("databases")
@pytest.mark.nbjob_db("postgresql")
@pytest.mark.parametrize("time", [1, 2])
def test_each_test_has_a_database_of_its_own(nbjob_db: ScratchDatabase, time: int) -> None:
    nbjob_db.execute("CREATE TABLE t AS SELECT 1 AS x")
    assert nbjob_db.tables() == ["t"]


def test_a_database_is_empty_and_duckdb_by_default(nbjob_db: ScratchDatabase) -> None:
    assert nbjob_db.engine == "duckdb"
    assert nbjob_db.tables() == []


def test_configured_databases_are_not_touched(nbjob: Nbjob, tmp_path: Path) -> None:
    urls = {"default": "sqlite:///real.db", "other": "duckdb:///real.duckdb"}
    settings = "".join(f"[databases.{name}]\nurl = '{url}'\n" for name, url in urls.items())
    (tmp_path / "nbjob.toml").write_text(settings)
    text = "def run(job_input):\n    for name in ('default', 'other'):\n        job_input.execute_query('CREATE TABLE t (x INTEGER)', database=name)"
    job = write(tmp_path / "job", {"a.py": text})
    assert set(nbjob.run(job).tables) == {"t", "other.t"}
    assert names(tmp_path) == ["job", "nbjob.toml"]


SENDS = """
def run(job_input):
    day = job_input.get_property("day", 0)
    job_input.send_object_for_ingestion({"id": 1, "day": day}, "orders", method="http", target="https://example.org")
    job_input.send_tabular_data_for_ingestion(iter([(2, day)]), ["id", "day"], "orders")
    job_input.set_all_properties({"day": day + 1})
    return job_input.get_secret("token"), job_input.get_arguments()["limit"]
"""


def test_a_fake_job_input(nbjob: Nbjob, nbjob_input: FakeJobInput, tmp_path: Path) -> None:
    nbjob_input.properties["day"] = 6
    nbjob_input.secrets["token"] = "t"
    result = nbjob.run(write(tmp_path / "job", {"a.py": SENDS}), limit=5)
    assert result.value == ("t", 5)
    assert nbjob_input.rows("orders") == [{"id": 1, "day": 6}, {"id": 2, "day": 6}]
    assert nbjob_input.ingested[0].target == "https://example.org"
    assert nbjob_input.properties == {"day": 7}
    assert names(nbjob.directory(tmp_path / "job")) == ["a.py"]


def test_a_fake_job_input_for_one_function() -> None:
    namespace: dict[str, Any] = {}
    exec(SENDS, namespace)
    fake = FakeJobInput({"limit": 5}, secrets={"token": "t"})
    assert namespace["run"](fake) == ("t", 5)
    fake.execute_query("CREATE TABLE t AS SELECT 1 AS x")
    assert fake.execute_query("SELECT x FROM t") == [(1,)]
    assert fake.queries == ["CREATE TABLE t AS SELECT 1 AS x", "SELECT x FROM t"]
    fake.close()


def test_secrets(nbjob: Nbjob, tmp_path: Path) -> None:
    nbjob.secrets["token"] = "t"
    job = write(tmp_path / "job", {"a.py": "def run(job_input):\n    return job_input.get_secret('token')"})  # fmt: skip
    assert nbjob.run(job).value == "t"


def test_a_local_server(nbjob: Nbjob, nbjob_http: Any, tmp_path: Path) -> None:
    nbjob_http.expect_request("/rate").respond_with_json({"rate": 2})
    text = "import json\nfrom urllib.request import urlopen\nrate = json.load(urlopen(url))['rate']"
    job = write(tmp_path / "job", py("a", parameters("url: str"), cell(text)))
    assert nbjob.run(job, url=nbjob_http.url_for("/rate"))["rate"] == 2
    assert urllib.request.urlopen(nbjob_http.url_for("/rate")).status == 200


QUIET = "import sys\ndef test_a():\n    print(*sorted(n for n in sys.modules if n.startswith('nbjob_clean')))\n"


def test_the_plugin_loads_nothing_where_it_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text(QUIET)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", "-W", "error", "--strict-markers"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
        env={**os.environ, "PYTEST_ADDOPTS": ""},
    )  # fmt: skip
    assert done.stdout.splitlines()[0] == "nbjob_clean nbjob_clean.pytest_plugin"


IMPORTS = py(
    "10_a",
    cell("job_input.set_all_properties({'x': job_input.get_property('x', 0) + 1})"),
    preamble="from nbjob_clean import job_input",
)


@pytest.mark.parametrize("method", ["run", "cells"])
def test_a_sidecar_that_imports_job_input_gets_the_fake(
    nbjob: Nbjob, nbjob_input: FakeJobInput, tmp_path: Path, method: str
) -> None:
    job = write(tmp_path / "job", IMPORTS)
    nbjob_input.properties["x"] = 1
    getattr(nbjob, method)(job / "10_a.py")
    assert nbjob_input.properties == {"x": 2}


def test_a_job_input_of_the_tests_own(nbjob: Nbjob, tmp_path: Path) -> None:
    own = FakeJobInput()
    own.properties["x"] = 4
    nbjob.cells(write(tmp_path / "job", IMPORTS) / "10_a.py", job_input=own)
    assert own.properties == {"x": 5}
