"""Reports for machines, and the baseline: through the program, as a pipeline calls it."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as SarifLog

from nbjob_clean.cli import check as command
from nbjob_clean.cli.documentation import DOCUMENTATION
from nbjob_clean.cli.output import PEOPLE, print_diagnostics
from nbjob_clean.cli.progress import watched
from nbjob_clean.cli.report_sarif import sarif
from nbjob_clean.cli.reported import Reported
from nbjob_clean.cli.reports import FORMATS
from nbjob_clean.cli.sidecar_rules import SIDECAR_RULES
from nbjob_clean.diagnostic import Diagnostic
from nbjob_clean.notebook.model import loads
from nbjob_clean.rules.core import RULES, check
from tests.cli.sarif_schema import SCHEMA
from tests.conftest import CORPUS, GitRepo
from tests.notebooks import code, markdown, notebook

ROOT = Path(__file__).parents[2]
NAMES = ["a.ipynb", "jobs/10 x.ipynb", "jobs/é,b:c%.ipynb"]
CELLS = [
    markdown("# Title", id="m"),
    code("rate = 1.19", id="a"),
    code("x = 1\nprint('\\n', rate)", "job", id="b", count=3),
    code("print(undefined)", "job", id="c", count=2),
]
EXPECTED = [
    ("NBJ102", "error", "cell 3, line 2: `rate` is defined in cell 2, line 1, which is not tagged"),
    ("NBJ201", "warning", "cell 4, line 1: was run as number 2, cell 3 above it as number 3"),
    ("NBJ101", "error", "cell 4, line 1: `undefined` is not defined in any cell"),
]


class Program:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, *arguments: str, code: int = 1, cwd: str = ".") -> tuple[str, str]:
        """What `nbjob check` says on stdout and stderr."""
        done = subprocess.run(
            [sys.executable, "-m", "nbjob_clean", "check", *arguments],
            cwd=self._folder / cwd, capture_output=True, check=False, env=None,
        )  # fmt: skip
        assert done.returncode == code, done.stderr.decode()
        return done.stdout.decode(), done.stderr.decode()


@pytest.fixture
def program(repo: GitRepo) -> Program:
    return Program(repo.path)


def _line(data: bytes, text: str) -> int:
    """The line of the file that holds a text."""
    return next(n for n, line in enumerate(data.decode().split("\n"), 1) if text in line)


def test_the_formats_are_those_that_there_are() -> None:
    assert (*PEOPLE, "json", *FORMATS) == command.FORMATS


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("cwd", [".", "jobs"])
def test_github_annotates_the_line_of_the_file(
    repo: GitRepo, program: Program, name: str, cwd: str
) -> None:
    data = notebook(*CELLS)
    repo.write("jobs/x", "")
    repo.write(name, data)

    said, _ = program("--output-format", "github", str(repo.path / name), cwd=cwd)

    found = [_annotation(line) for line in said.splitlines()]
    assert [(f["title"][:6], f["level"], f["message"].split("\n")[0]) for f in found] == EXPECTED
    assert [(f["file"], int(f["line"]), int(f["endLine"]), int(f["col"])) for f in found] == [
        (name, line, line, column)
        for line, column in [
            (_line(data, "rate)"), 19),
            (_line(data, "undefined"), 6),
            (_line(data, "undefined"), 12),
        ]
    ]


def _annotation(line: str) -> dict[str, str]:
    """A workflow command as the runner reads it."""
    match = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.*)", line)
    assert match, line
    pairs = (pair.split("=", 1) for pair in match[2].split(","))
    found = {key: unquote(value) for key, value in pairs}
    message = match[3].replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")
    return {"level": match[1], "message": message, **found}


def test_a_finding_of_several_lines_has_no_column(repo: GitRepo, program: Program) -> None:
    repo.write("a.ipynb", notebook(code("x = f'{1", "job"), code("%%bash\nls\nls", "job")))

    for line in program("--output-format", "github")[0].splitlines():
        found = _annotation(line)
        assert ("col" in found) == (found["line"] == found["endLine"])


@pytest.mark.parametrize("name", NAMES)
def test_gitlab_has_what_it_asks_for(repo: GitRepo, program: Program, name: str) -> None:
    data = notebook(*CELLS)
    repo.write(name, data)

    found = json.loads(program("--output-format", "gitlab")[0])

    assert [(f["check_name"], f["severity"], f["description"].split("\n")[0]) for f in found] == [
        (code, {"error": "major", "warning": "minor"}[level], text)
        for code, level, text in EXPECTED
    ]
    lines = [_line(data, "rate)"), *[_line(data, "undefined")] * 2]
    assert [f["location"] for f in found] == [{"path": name, "lines": {"begin": n}} for n in lines]


@pytest.mark.parametrize("with_ids", [{"id": "b"}, {}], ids=["ids", "no ids"])
def test_fingerprints_outlive_moves_and_tell_findings_apart(
    repo: GitRepo, program: Program, with_ids: dict[str, Any]
) -> None:
    repo.write("a.ipynb", notebook(code("print(a, a)\nprint(b)\n!ls", "job", **with_ids)))
    before = _fingerprints(program)
    repo.write(
        "a.ipynb",
        notebook(markdown("# new"), code("x = 1\n\nprint(a, a)\nprint(b)\n!ls", "job", **with_ids)),
    )

    assert _fingerprints(program) == before
    assert len(set(before)) == len(before) == 4


def _fingerprints(program: Program) -> list[str]:
    found = json.loads(program("--output-format", "gitlab")[0])
    sarif = json.loads(program("--output-format", "sarif")[0])["runs"][0]["results"]
    assert [r["partialFingerprints"]["nbjob/v1"] for r in sarif] == [
        f["fingerprint"] for f in found
    ]
    return [f["fingerprint"] for f in found]


def test_sarif_is_what_the_standard_says(repo: GitRepo, program: Program) -> None:
    data = notebook(*CELLS)
    for name in NAMES:
        repo.write(name, data)
    repo.write("unreadable.ipynb", "{\n x")
    repo.write("untagged.ipynb", notebook(code("x = 1")))

    said, _ = program("--output-format", "sarif", "untagged.ipynb", ".")

    log = json.loads(said)
    jsonschema.validate(log, SCHEMA)
    SarifLog.model_validate_json(said)
    run = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [r["id"] for r in rules] == sorted(
        {r.code for r in (*RULES, *SIDECAR_RULES)} | {"NBJ000"}
    )
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in run["results"])
    assert len(run["results"]) == 3 * len(NAMES) + 2
    assert {unquote(_physical(r)["artifactLocation"]["uri"]) for r in run["results"]} == {
        *NAMES, "unreadable.ipynb", "untagged.ipynb",
    }  # fmt: skip


def test_sarif_of_the_corpus_is_what_the_standard_says(tmp_path: Path) -> None:
    assert dict(_tagged(tmp_path))
    said, _ = Program(tmp_path)("--output-format", "sarif", "--select", "ALL")

    results = SarifLog.model_validate_json(said).runs[0].results
    assert results is not None
    assert len(results) > 100


def test_the_standard_refuses_what_is_none() -> None:
    log = json.loads(sarif([], "https://example.org/docs"))
    log["runs"][0]["results"] = [{"ruleId": "NBJ101"}]

    with pytest.raises(ValueError, match="message"):
        SarifLog.model_validate(log)


def test_sarif_names_the_cell_and_the_place_in_the_file(repo: GitRepo, program: Program) -> None:
    data = notebook(*CELLS)
    repo.write("a.ipynb", data)

    result = json.loads(program("--output-format", "sarif")[0])["runs"][0]["results"][0]

    assert result["message"]["text"].split("\n")[0] == EXPECTED[0][2]
    (logical,) = result["locations"][0]["logicalLocations"]
    assert logical == {"name": "cell 3", "fullyQualifiedName": "a.ipynb:cell 3", "kind": "cell"}
    region = _physical(result)["region"]
    line = data.decode().split("\n")[region["startLine"] - 1]
    assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == "rate"


def test_sarif_names_the_other_place(repo: GitRepo, program: Program) -> None:
    data = notebook(*CELLS)
    repo.write("jobs/é.ipynb", data)

    results = json.loads(program("--output-format", "sarif")[0])["runs"][0]["results"]

    texts = [r["message"]["text"] for result in results for r in result.get("relatedLocations", ())]
    assert texts == ["cell 2, line 1", "cell 3, line 1"]
    (related,) = results[0]["relatedLocations"]
    assert related["physicalLocation"] == {
        "artifactLocation": _physical(results[0])["artifactLocation"],
        "region": {"startLine": _line(data, "rate = 1.19")},
    }
    assert related["logicalLocations"][0]["name"] == "cell 2"
    assert "relatedLocations" not in results[2]


def _undefined() -> list[Diagnostic]:
    return check(loads(notebook(code("print(x)", "job"))), path="a.ipynb", tags=["job"])


def test_rules_have_links_where_the_documentation_is_published() -> None:
    found = [Reported(diagnostic, "f") for diagnostic in _undefined()]

    log = json.loads(sarif(found, "https://example.org/docs"))

    jsonschema.validate(log, SCHEMA)
    driver = log["runs"][0]["tool"]["driver"]
    assert driver["informationUri"] == "https://example.org/docs"
    links = [rule["helpUri"].rpartition("/rules/") for rule in driver["rules"]]
    assert {start for start, _, _ in links} == {"https://example.org/docs"}
    assert all((ROOT / "docs" / "rules" / page).is_file() for _, _, page in links)


@pytest.mark.parametrize("root", ["", "https://example.org/docs"])
def test_people_get_the_link_in_a_line(root: str, capsys: pytest.CaptureFixture[str]) -> None:
    print_diagnostics(_undefined(), output_format="full", sources={}, documentation=root)

    last = capsys.readouterr().out.strip().split("\n")[-1]
    assert (last == "  docs: https://example.org/docs/rules/nbj101.md") == bool(root)


def test_the_links_are_those_of_the_package() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    match = re.search(r'^Documentation = "(.*)"$', text, re.MULTILINE)

    assert (match[1] if match else "") == DOCUMENTATION


def _physical(result: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = result["locations"][0]["physicalLocation"]
    return found


@pytest.mark.parametrize(("name", "empty"), [("json", "[]"), ("github", ""), ("gitlab", "[]")])
def test_nothing_found_is_a_report_too(
    repo: GitRepo, program: Program, name: str, empty: str
) -> None:
    repo.write("a.ipynb", notebook(code("x = 1", "job")))

    assert program("--output-format", name, code=0)[0].strip() == empty
    log = json.loads(program("--output-format", "sarif", code=0)[0])
    jsonschema.validate(log, SCHEMA)
    assert log["runs"][0]["results"] == []


def test_outside_of_a_repository_paths_are_from_here(tmp_path: Path) -> None:
    folder = tmp_path / "x" / "y"
    folder.mkdir(parents=True)
    (folder / "a.ipynb").write_bytes(notebook(*CELLS))

    said, _ = Program(tmp_path)("--output-format", "gitlab", cwd="x")

    assert {f["location"]["path"] for f in json.loads(said)} == {"y/a.ipynb"}


def test_a_report_is_utf_8_and_survives_half_a_character(repo: GitRepo, program: Program) -> None:
    source = notebook(code("!ls 日本 X", "job")).replace(b"X", b"\\ud83d")
    repo.write("a.ipynb", source)

    for name in FORMATS:
        assert program("--output-format", name)[0]


def test_old_versions_are_annotated_where_they_are(repo: GitRepo, program: Program) -> None:
    old = {"input": ["x = 1\n", "print(undefined)"], "cell_type": "code", "outputs": [],
           "language": "python", "metadata": {"tags": ["job"]}}  # fmt: skip
    raw = {"metadata": {}, "nbformat": 3, "nbformat_minor": 0,
           "worksheets": [{"cells": [old], "metadata": {}}]}  # fmt: skip
    data = json.dumps(raw, indent=3).encode()
    repo.write("a.ipynb", data)

    (found,) = json.loads(program("--output-format", "json")[0])

    assert (found["code"], found["file_line"]) == ("NBJ101", _line(data, "undefined"))


def test_the_second_place_is_a_note(repo: GitRepo, program: Program) -> None:
    repo.write("a.ipynb", notebook(code("x = 1\n  \nrate = 2"), code("print(rate)", "job")))

    assert "\n  note: cell 1, line 3: rate = 2\n  help: tag cell 1 " in program()[0]


@pytest.mark.slow
def test_github_annotations_land_on_the_right_line_in_the_corpus(tmp_path: Path) -> None:
    """With the code cells tagged by the notebook's own text: `"metadata": {}` becomes a tag."""
    written = dict(_tagged(tmp_path))
    said, _ = Program(tmp_path)("--output-format", "json", "--select", "ALL")
    found = json.loads(said)

    assert len({f["path"] for f in found}) > len(written) / 2
    for finding in found:
        text, cells = written[finding["path"]]
        if finding["line"]:
            source = "".join(cells[finding["cell"] - 1].get("source", "")).split("\n")[
                finding["line"] - 1
            ]
            here = text[finding["file_line"] - 1]
            assert any(json.dumps(source, ensure_ascii=a)[1:-1] in here for a in (True, False))


def _tagged(folder: Path) -> Iterator[tuple[str, tuple[list[str], list[dict[str, Any]]]]]:
    for path in sorted(CORPUS.glob("*/*.ipynb")):
        raw = json.loads(path.read_bytes())
        if raw.get("nbformat") != 4 or "cells" not in raw:
            continue
        for cell in raw["cells"]:
            if cell["cell_type"] == "code":
                cell["metadata"]["tags"] = ["job"]
        text = json.dumps(raw, indent=1, ensure_ascii=False)
        (folder / path.name).write_text(text, encoding="utf-8", newline="")
        yield path.name, (text.split("\n"), raw["cells"])


def test_a_baseline_leaves_what_is_new(repo: GitRepo, program: Program) -> None:
    repo.write("jobs/a.ipynb", notebook(code("print(a, b)", "job", id="x")))
    _, said = program("--write-baseline", "base.json", code=0)
    assert said == "wrote base.json: 2 findings\n"

    assert program("--baseline", "base.json", code=0)[1] == "All checks passed: 1 notebook.\n"
    repo.write("jobs/a.ipynb", notebook(markdown("# x"), code("\nprint(b, a, c)", "job", id="x")))
    said = program("--baseline", "../base.json", "--output-format", "concise", cwd="jobs")[0]
    assert [line.split(" ")[2] for line in said.splitlines()] == ["NBJ101"]
    assert "`c` is not defined" in said


def test_a_baseline_counts(repo: GitRepo, program: Program) -> None:
    repo.write("a.ipynb", notebook(code("print(a)", "job", id="x")))
    program("--write-baseline", "base.json", code=0)
    repo.write("a.ipynb", notebook(code("print(a)\nprint(a)", "job", id="x")))

    assert (
        len(program("--baseline", "base.json", "--output-format", "concise")[0].splitlines()) == 1
    )


def test_a_baseline_is_sorted_and_has_no_lines(repo: GitRepo, program: Program) -> None:
    repo.write("jobs/b.ipynb", notebook(code("print(b)", "job")))
    repo.write("a.ipynb", notebook(code("x = 1\n!ls\n!ls", "job", id="x")))
    program("--write-baseline", "jobs/base.json", code=0)

    rows = json.loads((repo.path / "jobs/base.json").read_text())["findings"]

    assert [(r["path"], r["code"], r["symbol"], r["count"]) for r in rows] == [
        ("../a.ipynb", "NBJ301", "", 2),
        ("b.ipynb", "NBJ101", "b", 1),
    ]
    assert [r["cell"][:7] for r in rows] == ["x", "sha256:"]


def test_what_is_gone_from_a_baseline_is_mentioned(repo: GitRepo, program: Program) -> None:
    repo.write("a.ipynb", notebook(code("print(a, b)", "job")))
    repo.write("b.ipynb", notebook(code("print(a, b)", "job")))
    repo.write("c.ipynb", notebook(code("print(a, b)", "job")))
    program("--write-baseline", "base.json", code=0)
    repo.write("a.ipynb", notebook(code("b = 1\nprint(b)", "job")))
    (repo.path / "b.ipynb").unlink()
    gone = "findings of the baseline are gone: write it again"

    assert f"4 {gone}" in program("--baseline", "base.json", code=0)[1]
    assert f"2 {gone}" in program("--baseline", "base.json", "c.ipynb", code=0)[1]
    assert gone not in program("--baseline", "base.json", "--select", "NBJ3", code=0)[1]


def test_a_configured_baseline_holds_in_every_folder_and_hook(
    repo: GitRepo, program: Program
) -> None:
    repo.write("pyproject.toml", '[tool.nbjob]\nbaseline = "ci/base.json"\n')
    repo.write("ci/x", "")
    repo.write("jobs/a.ipynb", notebook(code("print(a)", "job", id="x")))
    assert "no such baseline" in program(code=2)[1]
    program("--write-baseline", "ci/base.json", code=0)

    program(code=0)
    program("a.ipynb", code=0, cwd="jobs")
    repo("add", "--all")
    repo.nbjob("hook", "--only", "check")


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"version": 2}', '{"version": 1, "findings": [{}]}']
)
def test_what_is_no_baseline_is_refused(repo: GitRepo, program: Program, content: str) -> None:
    repo.write("base.json", content)

    said = program("--baseline", "base.json", code=2)[1]

    assert said.startswith("error: base.json: ")
    assert "hint: write it again: nbjob check --write-baseline base.json" in said


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "patience", "shown"),
    [
        (Terminal(), -1.0, "\r1 of 3 notebooks\r\r                \r"),
        (Terminal(), 60.0, ""),
        (io.StringIO(), -1.0, ""),
    ],
)
def test_the_counter_comes_late_and_goes(stream: io.StringIO, patience: float, shown: str) -> None:
    assert list(watched([1, 2, 3], "notebooks", stream=stream, patience=patience)) == [1, 2, 3]
    assert stream.getvalue() == shown
