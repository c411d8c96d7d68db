"""Reports and results: what is in them, that they are whole, and what they do not say."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from nbjob_clean.runner.mask import Mask
from tests.runner.jobs import RUN_SQL, Said, call, cell, nbjob, parameters, py, query, sql, write
from tests.runner.test_stop import running

FAILING = {
    **py(
        "10_a",
        parameters("minimum = 5\nname = '<b>&'"),
        call('rows = run_sql("10_a.sql", "q", minimum=minimum)'),
        cell("print('\\x1b[31mred\\x1b[0m <i>')\n\n1 / (len(rows) - 1)", "bad"),
        cell("never = 1"),
        preamble=RUN_SQL,
    ),
    **sql("10_a", query("SELECT {{ minimum }};")),
}


def reported(tmp_path: Path, files: dict[str, str], *options: object, suffix: str = ".json") -> tuple[Said, str]:  # fmt: skip
    path = tmp_path / f"report{suffix}"
    said = nbjob("run", write(tmp_path / "job", files), "--db", "sqlite://", "--report", path, *options)  # fmt: skip
    return said, path.read_text(encoding="utf-8")


def test_json(tmp_path: Path) -> None:
    said, text = reported(tmp_path, FAILING, "-p", "minimum=7")
    found = json.loads(text)
    assert said.code == found["exit_code"] == 1
    assert (found["schema"], found["status"], found["job"]["name"]) == (1, "failed", "job")
    assert {p["name"]: p["value"] for p in found["params"]} == {"minimum": 7, "name": "<b>&"}
    assert [(p["type"], p["source"]) for p in found["params"]] == [
        ("int", "-p"),
        ("str", "default"),
    ]
    assert [step["status"] for step in found["steps"]] == ["ok", "ok", "failed", "not run"]
    sql_step, bad = found["steps"][1:3]
    assert (sql_step["kind"], sql_step["rows"], sql_step["attempts"]) == ("sql", 1, 1)
    assert [(s["file"], s["line"], s["rows"]) for s in sql_step["statements"]] == [("10_a.sql", 5, 1)]  # fmt: skip
    assert (bad["notebook"], bad["cell_index"], bad["cell_id"]) == ("10_a.ipynb", 3, "bad")
    assert bad["stdout_tail"] == "\x1b[31mred\x1b[0m <i>\n"
    assert bad["error"]["type"] == "ZeroDivisionError"
    assert (bad["error"]["cell"], bad["error"]["line"]) == (3, 3)
    assert bad["source"].endswith("1 / (len(rows) - 1)")
    assert found["error"] == bad["error"]
    for name in ("run_id", "started_at", "ended_at", "duration_s", "cpu_s", "python", "platform"):
        assert found[name] is not None
    if sys.platform != "win32":
        assert found["peak_rss"] > 1_000_000


def test_junit(tmp_path: Path) -> None:
    _, text = reported(tmp_path, FAILING, suffix=".xml")
    assert "\x1b" not in text
    suite = ElementTree.fromstring(text).find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("4", "1", "1")
    cases = suite.findall("testcase")
    assert [case.get("name") for case in cases] == ["cell 1", "cell 2", "cell 3", "cell 4"]
    assert {case.get("classname") for case in cases} == {"job.10_a.ipynb"}
    failure = cases[2].find("failure")
    assert failure is not None
    assert failure.get("message") == "division by zero"
    assert "10_a.ipynb, cell 3, line 3" in (failure.text or "")
    assert cases[2].findtext("system-out") == "red <i>\n"


class Page(HTMLParser):
    """What a browser would load, and which steps are open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: list[str] = []
        self.open: list[bool] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag == "details":
            self.open.append(any(name == "open" for name, _ in attrs))


def test_html(tmp_path: Path) -> None:
    _, text = reported(tmp_path, FAILING, suffix=".html")
    page = Page(text)
    assert page.links == []
    assert "script" not in page.tags
    assert "url(" not in text
    assert "i" in page.tags  # the bars; not what the job has printed:
    assert "&lt;i&gt;" in text
    assert "&lt;b&gt;&amp;" in text
    assert page.open[:4] == [False, False, True, False]
    assert '<span class="line wrong"><b>3</b>1 / (len(rows) - 1)' in text
    assert "10_a.ipynb, cell 3, line 3" in text
    assert "prefers-color-scheme: dark" in text
    assert "http-equiv" not in text


def test_several_at_once_and_with_events(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("r.html", "r.json", "r.xml")]
    options = [text for path in paths for text in ("--report", str(path))]
    said = nbjob("run", write(tmp_path / "job", {"a.py": "print('x')"}), *options, "--log-format", "json")  # fmt: skip
    assert said.code == 0
    assert json.loads(paths[1].read_text())["steps"][0]["stdout_tail"] == "x\n"
    assert all(path.stat().st_size for path in paths)


REFUSED = {"no folder": "nowhere/r.json", "a folder": "folder.json", "no format": "r.pdf"}


@pytest.mark.parametrize("name", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_written_is_refused_before_anything_runs(tmp_path: Path, name: str) -> None:
    job = write(tmp_path / "job", {"a.py": "open('ran', 'w')"})
    (tmp_path / "folder.json").mkdir()
    said = nbjob("run", job, "--report", tmp_path / name)
    assert said.code == 64
    assert said.err.startswith("error: --report ")
    assert not (job / "ran").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no limits for one process there")
def test_a_full_disk(tmp_path: Path) -> None:
    """Files may not grow past a limit: SQLite's are smaller than that, the report is not."""
    text = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
    files = {"1.py": "print('x' * 50_000)", "2.py": text, "3.sql": "CREATE TABLE t (x); INSERT INTO t VALUES (1)"}  # fmt: skip
    report = tmp_path / "r.json"
    said = nbjob("run", write(tmp_path / "job", files), "--db", f"sqlite:///{tmp_path}/a.db", "--report", report, "--lock", "off")  # fmt: skip
    assert said.code == 0
    assert "error: " in said.err
    assert "r.json" in said.err
    assert json.loads(report.read_text())["status"] == "running"  # the last one that was whole
    assert [p.name for p in tmp_path.iterdir() if p.name.endswith(".tmp")] == []
    checked = nbjob("run", write(tmp_path / "check", {"a.sql": "SELECT x FROM t"}), "--db", f"sqlite:///{tmp_path}/a.db")  # fmt: skip
    assert "1 row" in checked.err


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_a_kill_leaves_the_last_whole_report(tmp_path: Path) -> None:
    report = tmp_path / "r.json"
    files = {"a.py": "x = 1", "b.py": "import time\nprint('here', flush=True)\ntime.sleep(60)"}
    with running(write(tmp_path / "job", files), "--report", report) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    found = json.loads(report.read_text())
    assert (found["status"], [s["status"] for s in found["steps"]]) == ("running", ["ok", "running"])  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="no signal for one process there")
def test_a_run_that_was_told_to_end_has_a_report(tmp_path: Path) -> None:
    report = tmp_path / "r.xml"
    files = {"a.py": "import time\nprint('here', flush=True)\ntime.sleep(60)", "b.py": ""}
    with running(write(tmp_path / "job", files), "--report", report) as process:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 143
    suite = ElementTree.fromstring(report.read_text()).find("testsuite")
    assert suite is not None
    assert (suite.get("errors"), suite.get("skipped")) == ("1", "1")


def test_many_steps_do_not_cost_many_reports(tmp_path: Path) -> None:
    job = write(tmp_path / "job", py("a", *[cell(f"x = {n}") for n in range(600)]))
    started = time.monotonic()
    report = tmp_path / "r.html"
    assert nbjob("run", job, "--report", report).code == 0
    assert time.monotonic() - started < 10
    assert report.read_text().count("<details") == 601


RESULT = """
import datetime
total = 7
day = datetime.date(2024, 5, 1)
nested = {"a": [1, None, "x"]}
class Shop: pass
shop = Shop()
def helper(): pass
nan = float("nan")
"""


def test_the_result(tmp_path: Path) -> None:
    files = {**py("10_a", cell(RESULT), call('rows = run_sql("10_a.sql", "q")'), preamble=RUN_SQL), **sql("10_a", query("SELECT 1 AS x, 'a' AS y;")), "20_b.py": "def run(job_input):\n    return {'done': True}"}  # fmt: skip
    path = tmp_path / "result.json"
    job = write(tmp_path / "job", files)
    assert nbjob("run", job, "--db", "sqlite://", "--result", path).code == 0
    found = json.loads(path.read_text())
    assert found["values"] == {"total": 7, "day": "2024-05-01", "nested": {"a": [1, None, "x"]}, "nan": None}  # fmt: skip
    assert found["tables"] == {"rows": {"columns": ["x", "y"], "rows": [[1, "a"]]}}
    assert (found["value"], found["status"]) == ({"done": True}, "done")


SECRET = "s3cr3t/tok en\"'"
LEAKS = """
import subprocess, sys
print("printed", token)
print("split", token[:4], end=""); print(token[4:])
print("stderr", token, file=sys.stderr)
subprocess.run([sys.executable, "-c", "import sys; print('child', sys.argv[1])", token])
raise ValueError(f"bad token {token!r}")
"""


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_secrets_are_seen_nowhere(tmp_path: Path, log_format: str) -> None:
    job = write(tmp_path / "job", py("a", parameters("token: str"), cell(LEAKS)))
    paths = [tmp_path / name for name in ("r.html", "r.json", "r.xml")]
    options = [text for path in paths for text in ("--report", str(path))]
    env = {**os.environ, "TOKEN": SECRET}
    said = nbjob("run", job, "--secret", "token=env:TOKEN", "--result", tmp_path / "result.json", "--log-format", log_format, *options, env=env)  # fmt: skip
    assert said.code == 1
    assert "printed ***" in said.out
    assert "child ***" in said.out
    everything = [said.out, said.err, *(p.read_text() for p in (*paths, tmp_path / "result.json"))]
    everything += [p.read_bytes().decode("utf-8", "replace") for p in (job / ".nbjob").rglob("*") if p.is_file()]  # fmt: skip
    everything.append(nbjob("runs", "show", job, "--output-format", "json").out)
    for text in everything:
        for form in (SECRET, json.dumps(SECRET)[1:-1], repr(SECRET)[1:-1]):
            assert form not in text
    assert "bad token" in everything[2]


MASKED: dict[str, tuple[str, str, str]] = {
    "as it is": ("abc", "x abc y", "x *** y"),
    "json": ('a"b', 'x {"k": "a\\"b"}', 'x {"k": "***"}'),
    "url": ("a/b c", "http://x?t=a%2Fb+c", "http://x?t=***"),
    "bytes": ("pä'ss", 'x b"p\\xc3\\xa4\'ss"', 'x b"***"'),
    "lines": ("-----BEGIN\nabcdefgh\n}", "x abcdefgh }", "x *** }"),
    "empty": ("", "x", "x"),
}


@pytest.mark.parametrize(("secret", "text", "shown"), MASKED.values(), ids=MASKED)
def test_a_mask(secret: str, text: str, shown: str) -> None:
    assert Mask([secret])(text) == shown


def test_a_mask_in_values() -> None:
    deep: Any = {"abc": ["abc", 1, {"k": "xabcx"}]}
    assert Mask(["abc"]).deep(deep) == {"abc": ["***", 1, {"k": "x***x"}]}
