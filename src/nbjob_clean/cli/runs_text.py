"""Runs as text: a list, one of them, two side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from nbjob_clean.cli.paint import Paint

_TONES = {"done": "green", "ok": "green", "running": "cyan", "not run": "dim", "skipped": "dim"}
_NOTABLE = 1.5  # times as long, or as short
_LEAST = 0.1  # seconds; below, the clock says more than the job


def listing(reports: Sequence[Any], paint: Paint) -> str:
    if not reports:
        return "no runs yet"
    rows = [
        (
            report["run_id"],
            report["started_at"][:19].replace("T", " "),
            _took(report["duration_s"]),
            _steps(report),
            report["status"] + (f" ({report['exit_code']})" if report["exit_code"] else ""),
            _arguments(report),
        )
        for report in reports
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = []
    for report, row in zip(reports, rows, strict=True):
        run_id, started, took, steps, status, given = row
        tone = _TONES.get(report["status"], "red")
        lines.append(
            f"{run_id}  {started}  {took:>{widths[2]}}  {steps:>{widths[3]}}  "
            f"{paint(tone, status.ljust(widths[4]))}  {given}".rstrip()
        )
    return "\n".join(lines)


def one_run(report: Any, paint: Paint) -> str:
    return "\n".join(_one_run(report, paint))


def _one_run(report: Any, paint: Paint) -> Iterator[str]:
    yield f"{report['job']['name']}  {paint('bold', report['run_id'])}"
    yield f"  {report['started_at']}  {_took(report['duration_s'])}".rstrip()
    if report.get("resumed_from"):
        yield f"  resumed from {report['resumed_from']}"
    for parameter in report["params"]:
        yield f"  {parameter['name']} = {parameter['value']!r}"
    width = max(len(step["name"]) for step in report["steps"])
    for step in report["steps"]:
        rows = "" if step["rows"] is None else f"{step['rows']} rows"
        tries = f", attempt {step['attempts']}" if step["attempts"] > 1 else ""
        tone = _TONES.get(step["status"], "red")
        yield (
            f"  {step['index']:>3}  {step['name']:{width}}  {_took(step['duration_s']):>9}  "
            f"{rows:>11}  {paint(tone, step['status'])}{tries}"
        )
    if report["error"]:
        yield report["error"]["traceback"]
    tone = _TONES.get(report["status"], "red")
    code = f", exit code {report['exit_code']}" if report["exit_code"] else ""
    yield f"{paint(tone, report['status'])}{code}"


def comparison(reports: Sequence[Any], paint: Paint) -> str:
    return "\n".join(_comparison(reports[0], reports[1], paint))


def _comparison(old: Any, new: Any, paint: Paint) -> Iterator[str]:
    for sign, report in (("-", old), ("+", new)):
        yield f"{sign} {report['run_id']}  {_took(report['duration_s'])}  {report['status']}"
    before, after = ({p["name"]: p["value"] for p in report["params"]} for report in (old, new))
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            yield f"  {name}: {before.get(name)!r} -> {after.get(name)!r}"
    steps = [{_key(step): step for step in report["steps"]} for report in (old, new)]
    names = list(dict.fromkeys([*steps[1], *steps[0]]))
    width = max(len((steps[1].get(name) or steps[0][name])["name"]) for name in names)
    for name in names:
        yield _difference(steps[0].get(name), steps[1].get(name), width, paint).rstrip()


def _key(step: Any) -> tuple[str, str]:
    return (step["file"], step["cell_id"] or step["name"])


def _difference(old: Any, new: Any, width: int, paint: Paint) -> str:
    if old is None or new is None:
        name, sign = ((new or old)["name"], "+" if new else "-")
        return paint(
            "green" if new else "red", f"{sign} {name:{width}}  {'new' if new else 'gone'}"
        )
    words = [
        f"  {new['name']:{width}}  {_took(old['duration_s']):>9} -> {_took(new['duration_s']):>9}"
    ]
    ratio = new["duration_s"] / old["duration_s"] if old["duration_s"] else 1.0
    is_long = max(new["duration_s"], old["duration_s"]) >= _LEAST
    if is_long and old["status"] == new["status"] and not 1 / _NOTABLE < ratio < _NOTABLE:
        words.append(paint("red" if ratio > 1 else "green", f"{ratio:.1f} x"))
    if old["rows"] != new["rows"]:
        words.append(f"{_rows(old)} -> {_rows(new)} rows")
    if old["status"] != new["status"]:
        words.append(f"{old['status']} -> {new['status']}")
    if old.get("digest") != new.get("digest"):
        words.append("source changed")
    return "  ".join(words)


def _rows(step: Any) -> str:
    return "no" if step["rows"] is None else str(step["rows"])


def _steps(report: Any) -> str:
    done = sum(step["status"] in ("ok", "skipped") for step in report["steps"])
    return f"{done}/{len(report['steps'])} steps"


def _arguments(report: Any) -> str:
    return " ".join(f"{p['name']}={p['value']}" for p in report["params"])[:60]


def _took(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.2f} s"
