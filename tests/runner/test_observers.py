"""OpenLineage and OpenTelemetry, with their own packages and a real HTTP server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from pytest_httpserver import HTTPServer

from tests.runner.jobs import RUN_SQL, call, cell, nbjob, py, query, sql, write

JOB = {
    **py("a", cell("x = 1"), call('run_sql("a.sql", "q")'), cell("1 / 0"), preamble=RUN_SQL),
    **sql("a", query("CREATE TABLE t AS SELECT * FROM (SELECT 1 AS y) AS s;")),
    "b.sql": "SELECT 1",
}


def _environment(**variables: str) -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith(("OTEL_", "OPENLINEAGE"))} | variables  # fmt: skip


def test_openlineage_to_a_file(tmp_path: Path) -> None:
    log = tmp_path / "lineage.jsonl"
    env = _environment(
        OPENLINEAGE__TRANSPORT__TYPE="file",
        OPENLINEAGE__TRANSPORT__LOG_FILE_PATH=str(log),
        OPENLINEAGE__TRANSPORT__APPEND="true",
        OPENLINEAGE_NAMESPACE="tests",
    )
    job = write(tmp_path / "job", JOB)
    said = nbjob("run", job, "--db", f"sqlite:///{tmp_path}/a.db", env=env)
    assert said.code == 1
    assert "note:" not in said.err
    events: list[dict[str, Any]] = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(e["eventType"], e["job"]["name"]) for e in events] == [
        ("START", "job"),
        ("START", "job.a.ipynb cell 1"),
        ("COMPLETE", "job.a.ipynb cell 1"),
        ("START", "job.a.ipynb cell 2"),
        ("COMPLETE", "job.a.ipynb cell 2"),
        ("START", "job.a.ipynb cell 3"),
        ("FAIL", "job.a.ipynb cell 3"),
        ("FAIL", "job"),
    ]
    assert {e["job"]["namespace"] for e in events} == {"tests"}
    assert len({e["run"]["runId"] for e in events}) == 4
    parents = {e["run"]["facets"]["parent"]["run"]["runId"] for e in events[1:-1]}
    assert parents == {events[0]["run"]["runId"]}
    assert events[4]["outputs"][0]["name"] == "t"
    assert events[4]["outputs"][0]["namespace"] == f"sqlite:///{str(tmp_path).lstrip('/')}/a.db"
    assert "CREATE TABLE t" in events[4]["job"]["facets"]["sql"]["query"]
    assert "ZeroDivisionError" in events[6]["run"]["facets"]["errorMessage"]["message"]


def test_openlineage_by_http(tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/api/v1/lineage", method="POST").respond_with_data("")
    job = write(tmp_path / "job", {"a.py": ""})
    said = nbjob("run", job, env=_environment(OPENLINEAGE_URL=httpserver.url_for("")))
    assert (said.code, said.err.count("note:")) == (0, 0)
    bodies = [json.loads(_unpacked(request)) for request, _ in httpserver.log]
    assert [body["eventType"] for body in bodies] == ["START", "START", "COMPLETE", "COMPLETE"]


def _unpacked(request: Any) -> bytes:
    import gzip

    data: bytes = request.get_data()
    return gzip.decompress(data) if request.headers.get("Content-Encoding") == "gzip" else data


def test_spans(tmp_path: Path) -> None:
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    env = _environment(OTEL_TRACES_EXPORTER="console", TRACEPARENT=parent)
    said = nbjob("run", write(tmp_path / "job", JOB), "--db", "sqlite://", env=env)
    assert said.code == 1
    decoder = json.JSONDecoder()
    spans = []
    rest = said.err
    while (start := rest.find('{\n    "name"')) >= 0:
        span, end = decoder.raw_decode(rest[start:])
        spans.append(span)
        rest = rest[start + end :]
    assert [span["name"] for span in spans] == ["a.ipynb cell 1", "a.ipynb cell 2", "a.ipynb cell 3", "nbjob run job"]  # fmt: skip
    *steps, run = spans
    assert {span["parent_id"] for span in steps} == {run["context"]["span_id"]}
    assert run["parent_id"] == "0xb7ad6b7169203331"
    assert {span["context"]["trace_id"] for span in spans} == {"0x0af7651916cd43dd8448eb211c80319c"}
    assert [span["status"]["status_code"] for span in spans] == ["UNSET", "UNSET", "ERROR", "ERROR"]
    assert steps[2]["events"][0]["attributes"]["exception.type"] == "ZeroDivisionError"


def test_spans_by_http(tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/v1/traces", method="POST").respond_with_data("")
    job = write(tmp_path / "job", {"a.py": ""})
    env = _environment(OTEL_EXPORTER_OTLP_ENDPOINT=httpserver.url_for(""))
    assert nbjob("run", job, env=env).code == 0
    assert any(b"nbjob run job" in _unpacked(request) for request, _ in httpserver.log)


def test_a_server_that_is_not_there_harms_no_run(tmp_path: Path) -> None:
    job = write(tmp_path / "job", {"a.py": "print('ran')", "b.py": ""})
    env = _environment(OPENLINEAGE__TRANSPORT__TYPE="http", OPENLINEAGE__TRANSPORT__URL="http://127.0.0.1:9", OPENLINEAGE__TRANSPORT__RETRY='{"total": 0}')  # fmt: skip
    said = nbjob("run", job, env=env)
    assert (said.code, said.out, said.err.count("note: OpenLineage")) == (0, "ran\n", 1)


def test_what_is_not_installed_is_said(tmp_path: Path) -> None:
    job = write(tmp_path / "job", {"a.py": "print('ran')"})
    probe = "import sys; sys.modules['openlineage'] = None; from nbjob_clean.cli import main; sys.exit(main(sys.argv[1:]))"  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", probe, "run", str(job)], capture_output=True, text=True, check=False,
        env=_environment(OPENLINEAGE_URL="http://127.0.0.1:9"),
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "ran\n")
    assert 'pip install "nbjob-clean[lineage]"' in done.stderr


def test_nothing_is_loaded_unasked(tmp_path: Path) -> None:
    job = write(tmp_path / "job", {"a.py": "import sys\nprint(*{'openlineage', 'opentelemetry'} & set(sys.modules))"})  # fmt: skip
    assert nbjob("run", job, env=_environment()).out == "\n"
