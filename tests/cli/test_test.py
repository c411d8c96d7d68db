"""`nbjob test`: what it refuses, what it must not touch, what it hands on."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from tests.notebooks import code, notebook
from tests.runner.jobs import cell, names, nbjob, parameters, py, sql, write
from tests.runner.jobs import query as sql_query

WRITES = (
    "def run(job_input):\n    job_input.execute_query('CREATE TABLE t (x INTEGER)', database={!r})"
)


def _settings(tmp_path: Path, text: str) -> None:
    (tmp_path / "nbjob.toml").write_text(text)


def _tables(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    found = [name for (name,) in connection.execute("SELECT name FROM sqlite_master")]
    connection.close()
    return found


@pytest.mark.parametrize("name", ["default", "other"])
def test_configured_files_are_not_touched(tmp_path: Path, name: str) -> None:
    _settings(tmp_path, f"[databases.{name}]\nurl = 'sqlite:///real.db'\n")
    job = write(tmp_path / "job", {"a.py": WRITES.format(name)})
    said = nbjob("test", job)
    assert (said.code, names(tmp_path)) == (0, ["job", "nbjob.toml"]), said.err
    assert names(job) == ["a.py"]


def test_config_ini_is_not_touched(tmp_path: Path) -> None:
    real = tmp_path / "real.db"
    ini = f"[vdk]\ndb_default_type = sqlite\nsqlite_file = {real}\n"
    job = write(tmp_path / "job", {"a.py": WRITES.format("sqlite"), "config.ini": ini})
    assert nbjob("test", job).code == 0
    assert not real.exists()


SERVERS = {
    "a server": "postgresql://nobody:secret@127.0.0.1:1/x",
    "a server in a variable": "$NBJOB_TEST_SERVER",
}


@pytest.mark.parametrize("url", SERVERS.values(), ids=SERVERS)
@pytest.mark.parametrize("name", ["warehouse", "default"])
def test_a_server_is_not_touched(tmp_path: Path, name: str, url: str) -> None:
    _settings(tmp_path, f"[databases.{name}]\nurl = '{url}'\n")
    job = write(tmp_path / "job", {"a.py": WRITES.format(name)})
    env = {**os.environ, "NBJOB_TEST_SERVER": "postgresql://nobody:secret@127.0.0.1:1/x"}
    said = nbjob("test", job, env=env)
    assert said.code == 69
    assert f"database {name}: no smoke test touches it; a step that uses it fails" in said.err
    assert f"database `{name}` (postgresql) is not for tests" in said.err
    assert "secret" not in said.err
    assert nbjob("test", job, "--db", f"{name}=sqlite:///test.db", cwd=tmp_path, env=env).code == 0


def test_a_server_that_no_step_uses(tmp_path: Path) -> None:
    _settings(tmp_path, f"[databases.warehouse]\nurl = '{SERVERS['a server']}'\n")
    assert nbjob("test", write(tmp_path / "job", {"a.py": "x = 1"})).code == 0


def test_a_variable_in_a_url_for_tests(tmp_path: Path) -> None:
    _settings(tmp_path, f"[databases.warehouse]\nurl = '{SERVERS['a server']}'\ntest-url = 'sqlite:///$PLACE/test.db'\n")  # fmt: skip
    job = write(tmp_path / "job", {"a.py": WRITES.format("warehouse")})
    said = nbjob("test", job, env={**os.environ, "PLACE": str(tmp_path)})
    assert said.code == 0, said.err
    assert _tables(tmp_path / "test.db") == ["t"]


@pytest.mark.parametrize("url", ["sqlite:////{}/real.db", "duckdb:///../../../{}/real.duckdb"])
def test_a_url_in_the_code_is_refused(tmp_path: Path, url: str) -> None:
    place = url.format(str(tmp_path).strip("/"))
    job = write(tmp_path / "job", {"a.py": WRITES.format(place)})
    said = nbjob("test", job)
    assert said.code == 69
    assert "is not for tests, and a smoke test touches no other" in said.err
    assert names(tmp_path) == ["job"]


def test_a_url_within_the_job_is_its_copys(tmp_path: Path) -> None:
    job = write(tmp_path / "job", {"a.py": WRITES.format("sqlite:///own.db")})
    assert nbjob("test", job).code == 0
    assert names(job) == ["a.py"]


def test_a_database_for_tests(tmp_path: Path) -> None:
    _settings(
        tmp_path,
        "[databases.warehouse]\nurl = 'sqlite:///real.db'\ntest-url = 'sqlite:///test.db'\n",
    )
    job = write(tmp_path / "job", {"a.py": WRITES.format("warehouse")})
    assert nbjob("test", job).code == 0
    assert _tables(tmp_path / "test.db") == ["t"]
    said = nbjob("test", job, "--db", "warehouse=sqlite:///other.db", cwd=tmp_path)
    assert said.code == 0, said.err
    assert _tables(tmp_path / "other.db") == ["t"]
    assert "real.db" not in names(tmp_path)


def test_called_jobs_are_guarded_too(tmp_path: Path) -> None:
    inner = write(tmp_path / "inner", {"a.py": WRITES.format("own")})
    (inner / "nbjob.toml").write_text(f"[databases.own]\nurl = 'sqlite:///{tmp_path}/real.db'\n")
    text = f"from nbjob_clean import call\ncall({str(inner)!r})"
    said = nbjob("test", write(tmp_path / "job", {"a.py": text}))
    assert said.code == 69
    assert names(tmp_path) == ["inner", "job"]


def test_nothing_is_sent_over_http(tmp_path: Path) -> None:
    text = "def run(job_input):\n    job_input.send_object_for_ingestion({'x': 1}, 't', method='http', target='http://127.0.0.1:1')"
    said = nbjob("test", write(tmp_path / "job", {"a.py": text}))
    assert said.code == 0, said.err
    assert "not sent in a smoke test: 1 rows to http://127.0.0.1:1" in said.err


def test_arguments_are_handed_on(tmp_path: Path) -> None:
    job = write(tmp_path / "job", py("a", parameters("a = b = c = ''"), cell("print(a, b, c)")))
    (tmp_path / "f.toml").write_text("c = 'file'")
    options = ("-p", "a=pair", "--arguments", '{"b": "json"}', "--arguments-file", "f.toml")
    said = nbjob("test", job, *options, cwd=tmp_path)
    assert said.out.splitlines()[0] == "pair json file"
    secret = nbjob("test", job, "--secret", "a=env:SECRET", env={**os.environ, "SECRET": "hidden"})
    assert secret.code == 0


CODES = {
    "raises": ({"a.py": "1 / 0"}, 1),
    "exits": ({"a.py": "import sys\nsys.exit(17)"}, 17),
    "an argument is missing": (py("a", parameters("day: date")), 64),
    "not Python": ({"a.py": "1 +"}, 65),
    "SQL that is wrong": (sql("a", sql_query("SELECT gone FROM nowhere;")), 1),
}


@pytest.mark.parametrize(("files", "code"), CODES.values(), ids=CODES)
def test_exit_status(tmp_path: Path, files: dict[str, str], code: int) -> None:
    job = write(tmp_path / "job", files)
    said = nbjob("test", job)
    assert said.code == code, said.err
    assert f"smoke test failed: {job} (exit status {code})" in said.err


def test_tags_of_the_settings_hold_for_the_copy(tmp_path: Path) -> None:
    _settings(tmp_path, "tags = ['production']\nexclude = ['job/draft.ipynb']\n")
    job = tmp_path / "job"
    job.mkdir()
    (job / "a.ipynb").write_bytes(notebook(code("print('ran')", "production", id="a")))
    (job / "draft.ipynb").write_bytes(notebook(code("print('draft')", "production", id="a")))
    nbjob("emit", job / "a.ipynb", cwd=tmp_path)
    said = nbjob("test", job, cwd=tmp_path)
    assert (said.code, said.out.splitlines()[0]) == (0, "ran"), said.err
