from __future__ import annotations

from pathlib import Path

import pytest

from nbjob_clean.errors import InvalidJobError
from nbjob_clean.runner.config_ini import databases, read_config_ini
from tests.runner.jobs import nbjob, write

# config.ini -> the databases of a job in /job
FOUND = {
    "no database at all": ("[owner]\nteam = a\n[job]\nschedule_cron = 0 5 * * *\n", {}),
    "duckdb without a file is the default as it is": ("[vdk]\ndb_default_type=DUCKDB\n", {}),
    "duckdb": (
        "[vdk]\nduckdb_database=a.duckdb\n",
        {"duckdb": "duckdb:////job/a.duckdb", "default": "duckdb:////job/a.duckdb"},
    ),
    "in memory": ("[vdk]\nduckdb_database=:memory:\n", {"duckdb": "duckdb://", "default": "duckdb://"}),
    "sqlite without a file": (
        "[vdk]\ndb_default_type=sqlite\n",
        {"sqlite": "sqlite:////job/.nbjob/job.sqlite", "default": "sqlite:////job/.nbjob/job.sqlite"},
    ),
    "capitals": (
        "[vdk]\nDB_DEFAULT_TYPE=SQLITE\nSQLITE_FILE=/data/a.db\n",
        {"sqlite": "sqlite:////data/a.db", "default": "sqlite:////data/a.db"},
    ),
    "several, the default named": (
        "[vdk]\ndb_default_type=sqlite\nsqlite_file=a.db\nduckdb_database=b.duckdb\n",
        {"duckdb": "duckdb:////job/b.duckdb", "sqlite": "sqlite:////job/a.db", "default": "sqlite:////job/a.db"},
    ),
    "sections of further ones": (
        "[vdk]\nsqlite_file=a.db\n[vdk_big]\npostgres_host=h\npostgres_dbname=d\n[vdk_second]\nsqlite_file=b.db\n",
        {
            "sqlite": "sqlite:////job/a.db", "default": "sqlite:////job/a.db",
            "big": "postgresql://h/d", "second": "sqlite:////job/b.db",
        },
    ),
    "postgres": (
        "[vdk]\npostgres_user=me@x\npostgres_password=p%/w\npostgres_host=h\npostgres_port=5433\npostgres_dbname=d\npostgres_sslmode=require\n",
        dict.fromkeys(("postgres", "default"), "postgresql://me%40x:p%25%2Fw@h:5433/d?sslmode=require"),
    ),
    "a DSN that is a URL": (
        "[vdk]\npostgres_dsn=postgresql://u:p@h/d\n",
        dict.fromkeys(("postgres", "default"), "postgresql://u:p@h/d"),
    ),
    "a DSN of words": (
        "[vdk]\npostgres_dsn=host=h dbname=d user=u connect_timeout=5\n",
        dict.fromkeys(("postgres", "default"), "postgresql://u@h/d?connect_timeout=5"),
    ),
    "trino": (
        "[vdk]\ntrino_host=h\ntrino_port=8080\ntrino_user=u\ntrino_catalog=c\ntrino_schema=s\n",
        dict.fromkeys(("trino", "default"), "trino://u@h:8080/c/s"),
    ),
    "one that there is no engine for": (
        "[vdk]\ndb_default_type=impala\nimpala_host=h\nimpala_port=21050\n",
        dict.fromkeys(("impala", "default"), "impala://h:21050/"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FOUND.values(), ids=FOUND)
def test_databases(tmp_path: Path, text: str, expected: dict[str, str]) -> None:
    directory = write(tmp_path / "job", {"config.ini": text})
    found = databases(directory)
    assert {k: v.replace(tmp_path.as_posix(), "") for k, v in found.items()} == expected


def test_nothing_is_configured(tmp_path: Path) -> None:
    assert databases(tmp_path) == {}
    assert read_config_ini(tmp_path).value("x") == ""


def test_who_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        "[vdk]\npostgres_host=h\npostgres_user=file\n[vdk_b]\npostgres_host=h\npostgres_user=file\n"
    )
    write(tmp_path, {"config.ini": text})
    monkeypatch.setenv("POSTGRES_USER", "a trap")
    monkeypatch.setenv("USER", "another")
    assert databases(tmp_path)["default"] == "postgresql://file@h/"
    secrets = {"postgres_user": "secret", "B_POSTGRES_USER": "other"}
    assert databases(tmp_path, secrets)["default"] == "postgresql://secret@h/"
    assert databases(tmp_path, secrets)["b"] == "postgresql://other@h/"
    monkeypatch.setenv("VDK_POSTGRES_USER", "variable")
    assert databases(tmp_path, secrets)["default"] == "postgresql://variable@h/"
    assert databases(tmp_path, secrets)["b"] == "postgresql://other@h/"
    monkeypatch.setenv("VDK_B_POSTGRES_USER", "variable")
    assert databases(tmp_path, secrets)["b"] == "postgresql://variable@h/"


def test_the_environment_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VDK_DB_DEFAULT_TYPE", "SQLITE")
    monkeypatch.setenv("VDK_SQLITE_FILE", "a.db")
    assert databases(tmp_path)["default"] == f"sqlite:///{tmp_path / 'a.db'}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("team = a\n", "config.ini: File contains no section headers"),
        ("[vdk]\nx = 1\nx = 2\n", "option 'x' in section 'vdk' already exists"),
        (
            "[vdk]\nsqlite_file=a\nduckdb_database=b\n",
            r"several databases in \[vdk\]: duckdb, sqlite",
        ),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InvalidJobError, match=message) as caught:
        databases(write(tmp_path, {"config.ini": text}))
    assert caught.value.hint


def test_a_run_takes_them(tmp_path: Path) -> None:
    job = write(tmp_path / "job", {
        "config.ini": "[vdk]\ndb_default_type=SQLITE\nsqlite_file=a.db\n[vdk_second]\nsqlite_file=b.db\n",
        "10_a.sql": "CREATE TABLE t (x INTEGER)",
        "20_b.py": "def run(job_input):\n    job_input.execute_query('CREATE TABLE u (x)', 'second')\n"
        "    print(job_input.get_managed_connection(database='second').execute('SELECT count(*) FROM u').fetchone())",
    })  # fmt: skip
    said = nbjob("run", job)
    assert (said.code, said.out) == (0, "(0,)\n"), said.err
    assert sorted(path.name for path in job.iterdir()) == [
        ".nbjob",
        "10_a.sql",
        "20_b.py",
        "a.db",
        "b.db",
        "config.ini",
    ]
    (job / "nbjob.toml").write_text('[databases.default]\nurl = "sqlite:///c.db"\n')
    assert nbjob("run", job, "--only", "10_a.sql").code == 0
    assert (job / "c.db").exists()


def test_a_broken_one_is_refused(tmp_path: Path) -> None:
    said = nbjob("run", write(tmp_path, {"config.ini": "x", "10_a.py": "print('ran')"}))
    assert (said.code, said.out) == (65, "")
    assert "config.ini" in said.err
