"""The report as one HTML page: no script, nothing from elsewhere, light and dark."""

from __future__ import annotations

from html import escape

from nbjob_clean.runner.report.style import STYLE

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from nbjob_clean.runner.events import Json

_OPEN = ("failed", "interrupted", "running")


def render(report: Json) -> str:
    title = f"{report['job']['name']}: {report['status']}"
    steps = report["steps"]
    longest = max((step["duration_s"] for step in steps), default=0) or 1
    # A run that goes on is looked at again; a browser does that by itself.
    refresh = '<meta http-equiv="refresh" content="5">' if report["status"] == "running" else ""
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">{refresh}\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style></head>\n<body><main>\n"
        f"{_head(report)}{_arguments(report)}"
        f'<h2>Steps</h2>\n<div class="steps">\n{"".join(_step(s, longest) for s in steps)}</div>\n'
        f"{_facts(report)}</main></body></html>\n"
    )


def _head(report: Json) -> str:
    status = report["status"]
    ran = sum(step["status"] not in ("not run", "skipped") for step in report["steps"])
    parts = [f"{ran} of {len(report['steps'])} steps"]
    if report["duration_s"] is not None:
        parts.append(f"{_seconds(report['duration_s'])}")
    if report["exit_code"]:
        parts.append(f"exit code {report['exit_code']}")
    if report.get("said"):
        parts.append(report["said"])
    return (
        f"<header><h1>{escape(report['job']['name'])} {_badge(status, _tone(report))}</h1>\n"
        f"<p>{escape(' · '.join(parts))}</p>\n"
        f'<p class="dim">{escape(report["started_at"])} · run {escape(report["run_id"])}</p>'
        "</header>\n"
    )


def _tone(report: Json) -> str:
    if report["status"] == "running":
        return "running"
    return "ok" if report["exit_code"] in (0, 99) else "failed"


def _badge(text: str, tone: str) -> str:
    return f'<span class="badge {tone.replace(" ", "-")}">{escape(text)}</span>'


def _arguments(report: Json) -> str:
    rows = "".join(
        f"<tr><th>{escape(p['name'])}</th><td><code>{escape(_value(p['value']))}</code></td></tr>\n"
        for p in report["params"]
    )
    return f"<h2>Arguments</h2>\n<table>{rows}</table>\n" if rows else ""


def _value(value: object) -> str:
    return value if isinstance(value, str) else repr(value)


def _step(step: Json, longest: float) -> str:
    status = step["status"]
    is_open = " open" if status in _OPEN else ""
    width = max(1, round(100 * step["duration_s"] / longest)) if step["duration_s"] else 0
    rows = "" if step["rows"] is None else f"{step['rows']:,} row{'' if step['rows'] == 1 else 's'}"
    took = _seconds(step["duration_s"]) if status not in ("not run", "skipped") else ""
    tries = f" · {step['attempts']} attempts" if step["attempts"] > 1 else ""
    return (
        f'<details{is_open}><summary><span class="number">{step["index"]}</span>'
        f'<span class="name">{escape(step["name"])}</span>'
        f'<span class="kind">{escape(step["kind"])}{tries}</span>'
        f'<span class="rows">{rows}</span><span class="took">{took}</span>'
        f'<span class="bar"><i style="width:{width}%"></i></span>{_badge(status, status)}'
        "</summary>\n"
        f'<div class="inside">{_source(step)}{_error(step)}{_output(step)}'
        f"{_calls(step.get('calls'))}</div></details>\n"
    )


def _source(step: Json) -> str:
    if not step.get("source"):
        return ""
    error = step["error"] or {}
    place = ("notebook", "cell") if step["cell_index"] else ("file",)
    own = {"notebook": step["notebook"], "cell": step["cell_index"], "file": step["file"]}
    is_here = all(error.get(name) == own[name] for name in place)
    wrong = error.get("line") if is_here else None
    # The line of a cell is that of its text; a cell of SQL starts below its magic.
    first = 2 if step["kind"] == "sql" and step["cell_index"] else 1
    lines = [
        f'<span class="line{" wrong" * (number == wrong)}"><b>{number}</b>{escape(text)}\n</span>'
        for number, text in enumerate(step["source"].split("\n"), start=first)
    ]
    return f'<pre class="source">{"".join(lines)}</pre>\n'


def _error(step: Json) -> str:
    if not step["error"]:
        return ""
    return f'<pre class="error">{escape(step["error"]["traceback"])}</pre>\n'


def _output(step: Json) -> str:
    return "".join(
        f'<h3>{name}</h3><pre class="output">{escape(step[field])}</pre>\n'
        for name, field in (("printed", "stdout_tail"), ("to stderr", "stderr_tail"))
        if step[field]
    )


def _statements(step: Json) -> str:
    """How long each statement took, where there are several."""
    if len(step["statements"]) < 2:
        return ""
    rows = "".join(
        f"<tr><th>{escape(s['file'])}, line {s['line']}</th><td>{_seconds(s['seconds'])}</td>"
        f"<td>{'' if s['rows'] is None else s['rows']}</td></tr>\n"
        for s in step["statements"]
    )
    return f"<h3>statements: time, rows</h3><table>{rows}</table>\n"


def _calls(calls: list[Json] | None) -> str:
    """The jobs that a step has called, and theirs."""
    if not calls:
        return ""
    items = "".join(
        f"<li>{escape(call['job'])} {_badge(call['status'], call['status'])} "
        f"{_seconds(call['seconds'])}<ul>"
        + "".join(
            f"<li>{escape(step['title'])} {escape(step['status'])} {_seconds(step['seconds'])}"
            f"{_calls(step.get('calls'))}</li>"
            for step in call["steps"]
        )
        + "</ul></li>\n"
        for call in calls
    )
    return f"<h3>called</h3><ul>{items}</ul>\n"


def _facts(report: Json) -> str:
    names = ("nbjob_version", "python", "platform", "resumed_from", "cpu_s", "peak_rss")
    found = {name.replace("_", " "): report.get(name) for name in names}
    found["commit"] = report["job"].get("git_sha")
    found["directory"] = report["job"]["path"]
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(str(value))}</td></tr>\n"
        for name, value in found.items()
        if value
    )
    return (
        f'<details class="facts"><summary>about this run</summary><table>{rows}</table></details>\n'
    )


def _seconds(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.2f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"
