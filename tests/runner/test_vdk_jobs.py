"""Jobs as VDK's documentation writes them: nothing in them is changed, nothing of VDK is there."""

from __future__ import annotations

import http.server
import json
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.conftest import GitRepo
from tests.notebooks import code, markdown, notebook
from tests.runner.jobs import nbjob, write


def vdk(*cells: tuple[str, bool]) -> bytes:
    """A notebook of cells, each with whether it is production."""
    return notebook(
        markdown("# A job", id="m"),
        *(
            code(text, *(["vdk"] if is_production else []), id=f"c{number}")
            for number, (text, is_production) in enumerate(cells)
        ),
    )


LOOKING = (
    ("!pip install vdk-ipython vdk-sqlite --quiet", False),
    ("%env VDK_SQLITE_FILE=elsewhere.db", False),
    ("%reload_ext vdk.plugin.ipython", False),
    ("%reload_VDK", False),
    ("job_input = VDK.get_initialized_job_input()", False),
)
INCREMENTAL = vdk(
    *LOOKING,
    ("%%vdksql\nCREATE TABLE IF NOT EXISTS source (id INTEGER PRIMARY KEY, descr TEXT, day TEXT)", True),
    ("%%vdksql\nINSERT OR REPLACE INTO source VALUES (1, 'one', '2021-10-01'), (2, 'two', '2021-10-02')", True),
    ("last_date = job_input.get_property('last_date', '1900-01-01')", True),
    ("last_date", False),
    ("data = job_input.execute_query(\n"
     "    f\"\"\"\n    SELECT * FROM source\n    WHERE day > '{last_date}'\n    ORDER BY day\n    \"\"\"\n)\n"
     "table_info = job_input.execute_query('PRAGMA table_info(source)')\n"
     "column_names = [column[1] for column in table_info]", True),
    ("if len(data) > 0:\n"
     "    job_input.send_tabular_data_for_ingestion(\n"
     "        data,\n        column_names=column_names,\n        destination_table='target',\n    )\n"
     "    job_input.set_all_properties({'last_date': max(row[2] for row in data)})\n"
     "    print(f'{len(data)} new records')\n"
     "else:\n    print('No new records to ingest.')", True),
    ("%%vdksql\nSELECT * FROM target", False),
)  # fmt: skip

# A dozen production cells, and debug cells between them.
DOZEN = vdk(
    *LOOKING,
    ("import json\nfrom dataclasses import dataclass", True),
    ("%matplotlib inline", False),
    ("args = job_input.get_arguments()\nday = args.get('day', '2024-01-01')\ntable = args['table']", True),
    ("%%vdksql\nCREATE TABLE IF NOT EXISTS {table} (id INTEGER, day VARCHAR, amount DOUBLE)", True),
    ("%%vdksql\nSELECT * FROM events", False),
    ("%%vdksql\nDELETE FROM {table} WHERE day = '{day}'", True),
    ("@dataclass\nclass Event:\n    id: int\n    day: str\n    amount: 'float' = 0.0", True),
    ("Event(1, 'x')", False),
    ("events = [Event(n, day, n * 1.5) for n in range(20)]", True),
    ("for event in events:\n"
     "    job_input.send_object_for_ingestion(event.__dict__, destination_table=table, method='duckdb')", True),
    ("len(events)", False),
    ("%%vdksql\nCREATE OR REPLACE VIEW totals AS SELECT day, sum(amount) AS total FROM {table} GROUP BY day", True),
    ("rows = job_input.execute_query(\"SELECT total FROM totals WHERE day = '{day}'\")", True),
    ("rows", False),
    ("total = rows[0][0]\nassert total == sum(e.amount for e in events), total", True),
    ("with open('result.json', 'w') as f:\n    json.dump({'total': total}, f)", True),
    ("!cat result.json", False),
    ("props = job_input.get_all_properties()\nprops['last_total'] = total\njob_input.set_all_properties(props)", True),
    ("print('total', total, 'of', day)", True),
)  # fmt: skip


def test_incremental_ingestion(repo: GitRepo) -> None:
    job = repo.path / "incremental"
    write(
        job,
        {"config.ini": "[owner]\nteam = x\n[vdk]\ndb_default_type=SQLITE\nsqlite_file=data.db\n"},
    )
    repo.write("incremental/10_ingest.ipynb", INCREMENTAL)
    repo.nbjob("emit", "incremental", code=1)
    assert "2 new records" in repo.nbjob("run", "incremental")
    assert "No new records to ingest." in repo.nbjob("run", "incremental")
    connection = sqlite3.connect(job / "data.db")
    assert connection.execute("SELECT * FROM target").fetchall() == [
        (1, "one", "2021-10-01"),
        (2, "two", "2021-10-02"),
    ]
    connection.close()
    # `'{last_date}'` in an f-string is worth a word; nothing else is.
    assert repo.nbjob("check", "incremental", code=1).count("NBJ") == 1


def test_a_dozen_cells_with_debug_cells_between(repo: GitRepo) -> None:
    job = repo.path / "dozen"
    write(
        job,
        {
            "config.ini": "[owner]\nteam = x\n[vdk]\ndb_default_type=DUCKDB\nduckdb_database=e.duckdb\n"
        },
    )
    repo.write("dozen/10_events.ipynb", DOZEN)
    repo.nbjob("emit", "dozen", code=1)
    for day in ("2024-05-01", "2024-05-02", "2024-05-01"):
        given = json.dumps({"day": day, "table": "events"})
        said = repo.nbjob("run", "dozen", "--arguments", given)
        assert f"total 285.0 of {day}" in said
        assert "done: 13 steps" in said
    with duckdb.connect(str(job / "e.duckdb")) as connection:
        assert connection.execute("SELECT count(*) FROM events").fetchall() == [(40,)]
    assert repo.nbjob("check", "dozen", code=1).count("NBJ") == 1  # '{day}' in its SQL


class _Api(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps(
            {"userId": 1, "id": 7, "title": "it's", "completed": False, "tags": ["a"]}
        )
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def api() -> Iterator[str]:
    with http.server.HTTPServer(("127.0.0.1", 0), _Api) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/todos/7"
        server.shutdown()


REST = {
    "config.ini": "[owner]\nteam = t\n\n[vdk]\ndb_default_type=sqlite\nsqlite_file=rest.db\n"
    "ingest_method_default=sqlite\ningest_target_default=rest.db\n",
    "requirements.txt": "requests\n",
    "10_delete_table.sql": "drop table if exists rest_target_table;\n",
    "20_create_table.sql": "CREATE TABLE rest_target_table (userId, title, id, completed);\n",
    "30_rest_ingest.py": """
import json
import urllib.request

from vdk.api.job_input import IJobInput


def run(job_input: IJobInput):
    with urllib.request.urlopen(job_input.get_arguments()["url"]) as response:
        payload = json.load(response)
    job_input.send_object_for_ingestion(payload=payload, destination_table="rest_target_table")
""",
}


def test_ingestion_from_a_rest_api(repo: GitRepo, api: str) -> None:
    job = write(repo.path / "rest", REST)
    for _ in range(2):
        assert "done: 3 steps" in repo.nbjob("run", "rest", "--arguments", json.dumps({"url": api}))
    connection = sqlite3.connect(job / "rest.db")
    assert connection.execute("SELECT * FROM rest_target_table").fetchall() == [
        (1, "it's", 7, 0, '["a"]')
    ]
    connection.close()


DIMENSION = {
    "config.ini": "[vdk]\nduckdb_database=d.duckdb\n[templates]\nload/dimension/scd1=../scd1\n",
    "10_source.sql": "CREATE OR REPLACE TABLE vw_dim AS SELECT 1 AS id, 'a' AS name UNION ALL SELECT 2, 'b';\n",
    "20_dim.py": '''"""Load the dimension."""
from vdk.api.job_input import IJobInput

__author__ = "VMware, Inc."


def run(job_input: IJobInput) -> None:
    template_args = {
        "source_schema": "main",
        "source_view": "vw_dim",
        "target_schema": "main",
        "target_table": "dim",
    }
    job_input.execute_template(
        template_name="load/dimension/scd1",
        template_args=template_args,
    )
    print(job_input.execute_query("SELECT count(*) FROM dim"))
''',
}
SCD1 = {
    "00_check.py": """
from vdk.api.job_input import IJobInput


def run(job_input: IJobInput):
    missing = {"source_view", "target_table"} - set(job_input.get_arguments())
    if missing:
        raise ValueError(missing)
""",
    "01_overwrite.sql": "CREATE OR REPLACE TABLE {target_schema}.{target_table} AS\n"
    "SELECT * FROM {source_schema}.{source_view}\n",
}


def test_a_dimension_by_a_template(repo: GitRepo) -> None:
    write(repo.path / "dimension", DIMENSION)
    write(repo.path / "scd1", SCD1)
    said = repo.nbjob("run", "dimension")
    assert "       2\n" in said
    assert "done: 2 steps" in said


def test_files_beside_packages_and_ten_after_nine(tmp_path: Path, repo: GitRepo) -> None:
    step = "from config import say\nfrom vdk.api.job_input import IJobInput\n\n\ndef run(job_input: IJobInput):\n    say({})\n"
    job = write(repo.path / "many", {f"{n}_step.py": step.format(n) for n in (1, 2, 9, 10, 11)})
    (job / "config.py").write_text("from common.out import say\n")
    write(job / "common", {"out.py": "def say(what):\n    print('step', what)\n"})
    (job / "9_step.py").write_text(
        "from vdk.api.job_input import IJobInput\n\n\ndef run(job_input: IJobInput):\n    print('step 9')\n"
        "    if job_input.get_property('done'):\n        job_input.skip_remaining_steps()\n"
        "    job_input.set_all_properties({'done': True})\n"
    )
    steps = ["step 1", "step 2", "step 9", "step 10", "step 11"]
    assert [line for line in repo.nbjob("run", "many").splitlines() if line in steps] == steps
    again = repo.nbjob("run", "many")
    assert [line for line in again.splitlines() if line in steps] == steps[:3]
    assert "done: skip_remaining_steps() in 9_step.py" in again


SEVERAL = {
    "config.ini": '[vdk]\ndb_default_type=sqlite\nsqlite_file="sqlite.db"\nduckdb_database=d.duckdb\n\n'
    '[vdk_second_sqlite]\nsqlite_file="second.db"\n',
    "10_create.sql": "CREATE TABLE stocks (date text, symbol text, price real)\n",
    "11_create.sql": "[duckdb]\nCREATE TABLE stocks (date text, symbol text, price real)\n",
    "12_create.sql": "[second_sqlite]\nCREATE TABLE {table} (date text, symbol text, price real);\n"
    "INSERT INTO stocks VALUES ('2020-01-01', 'LOOL', 122.0)\n",
    "20_step.py": """
from vdk.api.job_input import IJobInput


def run(job_input: IJobInput):
    insert = "INSERT INTO stocks VALUES ('2020-01-01', '{symbol}', 122.0)"
    for database in ("DUCKDB", "SQLITE", "Second_SQLite", None):
        job_input.execute_query(insert, database=database)
    counts = [
        job_input.execute_query("SELECT count(*) FROM stocks", database)[0][0]
        for database in ("duckdb", "sqlite", "second_sqlite")
    ]
    print(counts, job_input.get_temporary_write_directory())
""",
}


def test_several_databases_by_their_words(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    job = write(repo.path / "several", SEVERAL)
    monkeypatch.setenv("VDK_TEMPORARY_WRITE_DIRECTORY", "kept")
    said = repo.nbjob("run", "several", "--arguments", '{"table": "stocks", "symbol": "G"}')
    assert f"[1, 2, 2] {job / 'kept'}" in said
    assert (job / "kept").is_dir()
    (job / "10_create.sql").write_text("\n[nowhere]\nSELECT 1")
    assert "unknown database `nowhere`" in repo.nbjob(
        "run", "several", "--only", "10_create.sql", code=1
    )


def test_the_line_of_an_error_below_a_database_line(repo: GitRepo) -> None:
    write(repo.path / "job", {"10_a.sql": "[duckdb]\n\nSELECT 1;\nSELECT * FROM nowhere\n"})
    assert '10_a.sql", line 4' in repo.nbjob("run", "job", code=1)


def test_plain_python_runs_a_sidecar_that_takes_job_input(repo: GitRepo) -> None:
    """What is done well is committed when the process ends, and nothing where it failed."""
    text = "job_input.execute_query('CREATE TABLE t AS SELECT 1 AS x')"
    for name, last in (("well", "job_input.skip_remaining_steps()"), ("badly", "1 / 0")):
        job = repo.path / name
        repo.write(
            f"{name}/10_a.ipynb", vdk((text, True), (last, True), ("print('not here')", True))
        )
        repo.nbjob("emit", name, code=1)
        done = subprocess.run(
            [sys.executable, "10_a.py"], cwd=job, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout) == (0 if name == "well" else 1, "")
        with duckdb.connect(str(job / ".nbjob" / f"{name}.duckdb")) as connection:
            tables = connection.execute("SHOW TABLES").fetchall()
        assert tables == ([("t",)] if name == "well" else [])


def test_a_directory_that_nothing_was_emitted_in(tmp_path: Path) -> None:
    cells = (code("x = 1", id="d"), *(code(f"print({n})", "vdk", id=f"c{n}") for n in range(1, 12)))
    (tmp_path / "10_a.ipynb").write_bytes(notebook(*cells))
    (tmp_path / "9_first.sql").write_text("SELECT 1;\n", encoding="utf-8")
    said = nbjob("run", tmp_path, "--db", "sqlite:///x.db")
    assert said.code == 0, said.err
    assert said.out.split() == [str(n) for n in range(1, 12)]
    assert "[ 1/12] 9_first.sql" in said.err
    assert "note: no sidecars here yet" in said.err
    assert "10_a.ipynb cell 2" in nbjob("run", tmp_path, "--plan").out
    assert not (tmp_path / "10_a.py").exists()
    # Once there is a sidecar, or a cell of ours, all of them have to be fresh.
    (tmp_path / "20_b.ipynb").write_bytes(notebook(code("x = 1", "job", id="a")))
    assert nbjob("run", tmp_path).code == 66
    (tmp_path / "20_b.ipynb").unlink()
    nbjob("emit", tmp_path / "10_a.ipynb")
    (tmp_path / "10_a.ipynb").write_bytes(notebook(*cells[:5]))
    assert nbjob("run", tmp_path).code == 66
