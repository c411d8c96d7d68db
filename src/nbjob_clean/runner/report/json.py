"""The report as JSON: the value as it is."""

from __future__ import annotations

import json

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from nbjob_clean.runner.events import Json


def render(report: Json) -> str:
    return json.dumps(report, indent=2, ensure_ascii=False, default=str) + "\n"
