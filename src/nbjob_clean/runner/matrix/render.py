"""One report of many runs: JSON, JUnit or a page. Values in, text out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from html import escape

from nbjob_clean.runner.identity import timestamp
from nbjob_clean.runner.matrix.report import MatrixReport, reason, title
from nbjob_clean.runner.matrix.task import TaskResult
from nbjob_clean.runner.report.junit import attribute, text
from nbjob_clean.runner.report.style import STYLE


def as_json(report: MatrixReport) -> str:
    content = {
        "schema": "nbjob-matrix/1",
        "job": report.job,
        "batch": report.batch,
        "started_at": timestamp(report.started_at),
        "seconds": round(report.seconds, 6),
        "shard": report.shard or None,
        "total": report.total,
        "done": len(report.results) - report.failed,
        "failed": report.failed,
        "runs": [result.as_json() for result in _in_order(report)],
    }
    return json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n"


def as_junit(report: MatrixReport) -> str:
    """A test case for each run, with its arguments as the name."""
    counts = f'tests="{len(report.results)}" failures="{report.failed}" errors="0" skipped="0"'
    name, started = attribute(report.job), attribute(timestamp(report.started_at))
    head = f'<testsuite name={name} {counts} time="{report.seconds:.3f}" timestamp={started}>'
    cases = "".join(_case(result, report) for result in _in_order(report))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<testsuites {counts}>\n{head}\n{cases}</testsuite>\n</testsuites>\n"
    )


def as_html(report: MatrixReport) -> str:
    """A page that needs nothing but itself, in the manner of a run's report."""
    well = len(report.results) - report.failed
    left = report.total - len(report.results)
    parts = [f"{well} of {report.total} runs done"]
    parts += [f"{report.failed} failed"] if report.failed else []
    parts += [f"{left} not run"] if left else []
    status = "failed" if report.failed else "ok" if not left else "running"
    longest = max((result.seconds for result in report.results), default=0) or 1
    runs = "".join(_details(result, longest) for result in _in_order(report))
    job, summary = escape(report.job), escape(" · ".join([*parts, f"{report.seconds:.1f} s"]))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{job}: {summary}</title>\n<style>{STYLE}</style></head>\n<body><main>\n"
        f'<header><h1>{job} <span class="badge {status}">{status}</span></h1>\n<p>{summary}</p>\n'
        f'<p class="dim">{timestamp(report.started_at)} · {escape(report.batch)}</p></header>\n'
        f'<h2>Runs</h2>\n<div class="steps">\n{runs}</div>\n</main></body></html>\n'
    )


RENDERERS: Mapping[str, Callable[[MatrixReport], str]] = {
    ".json": as_json,
    ".xml": as_junit,
    ".html": as_html,
}


def _case(result: TaskResult, report: MatrixReport) -> str:
    names = f"classname={attribute(report.job)} name={attribute(title(result))}"
    head = f'<testcase {names} time="{result.seconds:.3f}"'
    if result.is_well:
        return f"{head}/>\n"
    message = reason(result)
    shown = text(str((result.error or {}).get("traceback") or message))
    return f"{head}>\n<failure message={attribute(message)}>{shown}</failure>\n</testcase>\n"


def _details(result: TaskResult, longest: float) -> str:
    status = "ok" if result.is_well else "failed"
    share = round(100 * result.seconds / longest)
    trace = str((result.error or {}).get("traceback") or "")
    inside = "" if result.is_well else f"<p>{escape(reason(result))}</p>"
    inside += f'<pre class="error">{escape(trace)}</pre>' if trace else ""
    code = f"exit code {result.exit_code}" if result.exit_code else ""
    return (
        f"<details{'' if result.is_well else ' open'}><summary>"
        f'<span class="number">{result.index}</span>'
        f'<span class="name">{escape(title(result))}</span>'
        f'<span class="kind">{code}</span>'
        f'<span class="bar"><i style="width:{share}%"></i></span><span class="rows"></span>'
        f'<span class="took">{result.seconds:.2f} s</span>'
        f'<span class="badge {status}">{escape(result.status)}</span></summary>'
        f'<div class="inside">{inside}<p class="dim">key {escape(result.key)}</p></div></details>\n'
    )


def _in_order(report: MatrixReport) -> Sequence[TaskResult]:
    return sorted(report.results, key=lambda result: result.index)
