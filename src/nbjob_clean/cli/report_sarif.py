"""SARIF 2.1.0, for code scanning: https://docs.oasis-open.org/sarif/sarif/v2.1.0/"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from nbjob_clean import __version__
from nbjob_clean.cli.documentation import DOCUMENTATION, page
from nbjob_clean.cli.reported import Reported
from nbjob_clean.cli.sidecar_rules import SIDECAR_RULES
from nbjob_clean.diagnostic import Diagnostic
from nbjob_clean.rules.core import RULES

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_SENTENCE = re.compile(r"(?<=[.])\s+(?=[A-Z])")
_LEVELS = ("error", "warning", "note")
Json = dict[str, object]


def sarif(findings: Sequence[Reported], documentation: str = DOCUMENTATION) -> str:
    """One run, with every rule that there is and every finding."""
    rules = _rules(findings)
    indexes = {code: index for index, code in enumerate(rules)}
    driver: Json = {"name": "nbjob-clean", "version": __version__}
    if documentation:
        driver["informationUri"] = documentation
        rules = {c: {**rule, "helpUri": page(c, documentation)} for c, rule in rules.items()}
    driver["rules"] = list(rules.values())
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(found, indexes) for found in findings],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rules(findings: Sequence[Reported]) -> dict[str, Json]:
    """By code: those of the table, and what other places than a rule have found."""
    found = {
        d.code: _rule(d.code, d.name, "", d.severity) for d in (f.diagnostic for f in findings)
    }
    table = (*RULES, *SIDECAR_RULES)
    found |= {r.code: _rule(r.code, r.name, r.explanation, r.severity) for r in table}
    return dict(sorted(found.items()))


def _rule(code: str, name: str, explanation: str, severity: str) -> Json:
    text = " ".join(explanation.split()) or name.replace("-", " ")
    return {
        "id": code,
        "name": name,
        "shortDescription": {"text": _SENTENCE.split(text, maxsplit=1)[0]},
        "fullDescription": {"text": text},
        "help": {"text": f"{text}\n\nSee docs/rules/{code.lower()}.md of nbjob-clean."},
        "defaultConfiguration": {"level": _level(severity)},
    }


def _result(found: Reported, indexes: Mapping[str, int]) -> Json:
    related = _related(found.diagnostic)
    return {
        "ruleId": found.diagnostic.code,
        "ruleIndex": indexes[found.diagnostic.code],
        "level": _level(found.diagnostic.severity),
        "message": {"text": found.text},
        "locations": [_location(found)],
        **({"relatedLocations": [related]} if related else {}),
        "partialFingerprints": {"nbjob/v1": found.fingerprint},
    }


def _location(found: Reported) -> Json:
    diagnostic = found.diagnostic
    physical = {"artifactLocation": {"uri": _uri(diagnostic.path)}, "region": _region(found)}
    if not diagnostic.cell:
        return {"physicalLocation": physical}
    cell = _cell(diagnostic.path, diagnostic.cell)
    return {"physicalLocation": physical, "logicalLocations": [cell]}


def _related(diagnostic: Diagnostic) -> Json | None:
    """The other place that the message names, such as the definition."""
    if not diagnostic.other_cell:
        return None
    artifact = {"uri": _uri(diagnostic.path)}
    region = {"startLine": max(diagnostic.other_file_line, 1)}
    line = f", line {diagnostic.other_line}" if diagnostic.other_line else ""
    return {
        "id": 1,
        "message": {"text": f"cell {diagnostic.other_cell}{line}"},
        "physicalLocation": {"artifactLocation": artifact, "region": region},
        "logicalLocations": [_cell(diagnostic.path, diagnostic.other_cell)],
    }


def _cell(path: str, number: int) -> Json:
    name = f"cell {number}"
    return {"name": name, "fullyQualifiedName": f"{path}:{name}", "kind": "cell"}


def _region(found: Reported) -> Json:
    region: Json = {"startLine": found.line}
    if found.diagnostic.file_column:
        region |= {
            "startColumn": found.diagnostic.file_column,
            "endLine": found.end_line,
            "endColumn": max(found.diagnostic.file_end_column, 1),
        }
    return region


def _level(severity: str) -> str:
    return severity if severity in _LEVELS else "error"


def _uri(path: str) -> str:
    return Path(path).as_uri() if Path(path).is_absolute() else quote(os.fsencode(path))
