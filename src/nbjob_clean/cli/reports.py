"""Findings for machines: GitHub's annotations, GitLab's Code Quality, SARIF.

Paths are those from the repository's root, lines those of the `.ipynb`: so they meet the lines of
a pull request.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from nbjob_clean.cli.identity import Sources, fingerprints, identity
from nbjob_clean.cli.report_sarif import sarif
from nbjob_clean.cli.reported import Reported
from nbjob_clean.diagnostic import Diagnostic
from nbjob_clean.record import changed

_GITHUB = {"error": "error", "warning": "warning", "note": "notice"}
_GITLAB = {"error": "major", "warning": "minor", "note": "info"}


def github(findings: Sequence[Reported]) -> str:
    """Workflow commands, one a line:
    https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions"""
    return "".join(_command(found) + "\n" for found in findings)


def gitlab(findings: Sequence[Reported]) -> str:
    """A Code Quality report: https://docs.gitlab.com/ci/testing/code_quality/"""
    return json.dumps([_issue(found) for found in findings], indent=2) + "\n"


FORMATS: Mapping[str, Callable[[Sequence[Reported]], str]] = {
    "github": github,
    "gitlab": gitlab,
    "sarif": sarif,
}


def render(name: str, diagnostics: Sequence[Diagnostic], sources: Sources) -> str:
    """The report of one of `FORMATS`."""
    root = _root()
    paths = [_from_root(diagnostic.path, root) for diagnostic in diagnostics]
    known = [identity(d, path, sources) for d, path in zip(diagnostics, paths, strict=True)]
    moved = (changed(d, path=path) for d, path in zip(diagnostics, paths, strict=True))
    return FORMATS[name]([Reported(*pair) for pair in zip(moved, fingerprints(known), strict=True)])


def _command(found: Reported) -> str:
    diagnostic = found.diagnostic
    properties = {"file": diagnostic.path, "line": found.line}
    # The runner refuses columns for more than one line.
    if found.end_line == found.line and diagnostic.file_column:
        properties["col"] = diagnostic.file_column
    properties["endLine"] = found.end_line
    properties["title"] = f"{diagnostic.code} {diagnostic.name}"
    written = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{_GITHUB.get(diagnostic.severity, 'error')} {written}::{_data(found.text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _issue(found: Reported) -> dict[str, object]:
    return {
        "description": found.text,
        "check_name": found.diagnostic.code,
        "fingerprint": found.fingerprint,
        "severity": _GITLAB.get(found.diagnostic.severity, "major"),
        "location": {"path": found.diagnostic.path, "lines": {"begin": found.line}},
    }


def _root() -> Path:
    from nbjob_clean.git.command import worktree_root

    return (worktree_root(Path.cwd()) or Path.cwd()).resolve()


def _from_root(path: str, root: Path) -> str:
    try:
        return Path(path).resolve().relative_to(root).as_posix()
    except ValueError:
        return Path(path).as_posix()
