"""Lineage and tracing, where the environment asks for them and their packages are installed.

Neither may harm a run: what goes wrong there is said once, and no more.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any

    from nbjob_clean.runner.outcome import Event, Listener, Outcome, Run

_OPENLINEAGE = ("OPENLINEAGE_URL", "OPENLINEAGE_CONFIG", "OPENLINEAGE__TRANSPORT__TYPE")
_OTEL = (
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_TRACES_EXPORTER",
)


def observers(databases: Mapping[str, str]) -> list[Listener]:
    """Those that the variables of their own ask for."""
    found: list[Listener] = []
    if _is_asked(_OPENLINEAGE) and not _is_true("OPENLINEAGE_DISABLED"):
        found += _made("OpenLineage", "lineage", lambda: _lineage(databases))
    is_off = _is_true("OTEL_SDK_DISABLED") or os.environ.get("OTEL_TRACES_EXPORTER") == "none"
    if _is_asked(_OTEL) and not is_off:
        found += _made("OpenTelemetry", "telemetry", _telemetry)
    return found


def _is_true(name: str) -> bool:
    return os.environ.get(name, "").lower() == "true"


def _is_asked(names: tuple[str, ...]) -> bool:
    return any(os.environ.get(name) for name in names)


def _lineage(databases: Mapping[str, str]) -> Listener:
    from nbjob_clean.runner.lineage import Lineage

    return Lineage(databases)


def _telemetry() -> Listener:
    from nbjob_clean.runner.telemetry import Telemetry

    return Telemetry()


def _made(what: str, extra: str, make: Callable[[], Listener]) -> list[Listener]:
    try:
        return [_Harmless(what, make())]
    except ImportError:
        _say(f'{what} is set up, but not installed: pip install "nbjob-clean[{extra}]"')
    except Exception as exc:  # noqa: BLE001 - whatever its settings make of it
        _say(f"{what}: {exc}")
    return []


class _Harmless:
    """A listener whose failures end at the first one."""

    def __init__(self, what: str, listener: Listener) -> None:
        self._what = what
        self._listener: Listener | None = listener

    def begin(self, run: Run) -> None:
        self._try("begin", run)

    def event(self, event: Event) -> None:
        self._try("event", event)

    def end(self, outcome: Outcome) -> None:
        self._try("end", outcome)

    def _try(self, name: str, value: Any) -> None:
        if self._listener is None:
            return
        try:
            getattr(self._listener, name)(value)
        except Exception as exc:  # noqa: BLE001 - a server that is not there, as a rule
            self._listener = None
            _say(f"{self._what}: {' '.join(str(exc).split())[:200]}")


def _say(text: str) -> None:
    print(f"note: {text}", file=sys.stderr, flush=True)
