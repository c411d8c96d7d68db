"""The report as JUnit XML, one test case a step: what CI systems show by themselves."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from nbjob_clean.runner.events import Json


# Escape sequences of terminals, and what XML has no place for.
_NOT_TEXT = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b."
    r"|[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
_SKIPPED = ("not run", "skipped", "running")


def render(report: Json) -> str:
    steps = report["steps"]
    counts = {
        "tests": len(steps),
        "failures": sum(step["status"] == "failed" for step in steps),
        "errors": sum(step["status"] == "interrupted" for step in steps),
        "skipped": sum(step["status"] in _SKIPPED for step in steps),
    }
    numbers = " ".join(f'{name}="{count}"' for name, count in counts.items())
    seconds = report.get("duration_s") or sum(step["duration_s"] for step in steps)
    name = attribute(report["job"]["name"])
    started = attribute(report["started_at"].removesuffix("Z"))
    head = f'<testsuite name={name} {numbers} time="{seconds:.3f}" timestamp={started}>'
    cases = "\n".join(_case(step, report) for step in steps)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<testsuites {numbers}>\n{head}\n{_properties(report)}{cases}\n"
        "</testsuite>\n</testsuites>\n"
    )


def _properties(report: Json) -> str:
    found = {"run_id": report["run_id"], "status": report["status"]}
    found |= {f"argument {p['name']}": p["value"] for p in report["params"]}
    lines = [
        f"<property name={attribute(name)} value={attribute(str(value))}/>\n"
        for name, value in found.items()
    ]
    return "".join(("<properties>\n", *lines, "</properties>\n"))


def _case(step: Json, report: Json) -> str:
    file = step["notebook"] or step["file"]
    name = f"cell {step['cell_index']}" if step["cell_index"] else step["file"]
    place = f"{report['job']['name']}.{file}"
    where = f"classname={attribute(place)} name={attribute(name)} file={attribute(file)}"
    head = f'<testcase {where} time="{step["duration_s"]:.3f}"'
    inside = _result(step) + _output(step)
    return f"{head}>\n{inside}</testcase>" if inside else f"{head}/>"


def _result(step: Json) -> str:
    if step["status"] in _SKIPPED:
        return f"<skipped message={attribute(step['status'])}/>\n"
    error = step["error"]
    if step["status"] == "ok" or not error:
        return ""
    kind = "failure" if step["status"] == "failed" else "error"
    message = error["message"].split("\n")[0]
    return (
        f"<{kind} type={attribute(error['type'])} message={attribute(message)}>"
        f"{text(error['traceback'])}</{kind}>\n"
    )


def _output(step: Json) -> str:
    return "".join(
        f"<{tag}>{text(step[field])}</{tag}>\n"
        for tag, field in (("system-out", "stdout_tail"), ("system-err", "stderr_tail"))
        if step[field]
    )


def text(text: str) -> str:
    return escape(_NOT_TEXT.sub("", text))


def attribute(text: str) -> str:
    return quoteattr(_NOT_TEXT.sub("", text))
