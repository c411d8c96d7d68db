"""OpenTelemetry: a span for the run and one for each step, in which what the job traces lies.

Loaded only where its settings are in the environment.
"""

from __future__ import annotations

import os
from typing import Any

from opentelemetry import context, propagate, trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SpanExporter

from nbjob_clean.runner.outcome import Event, Failure, Outcome, Run
from nbjob_clean.runner.places import Places

_PATIENCE = 5_000  # milliseconds for a server to take the last spans


class Telemetry:
    """A listener. A provider that the process has already is used; else one is made."""

    def __init__(self) -> None:
        self._own: TracerProvider | None = None
        if not isinstance(trace.get_tracer_provider(), TracerProvider):
            self._own = TracerProvider(resource=Resource.create(_names()))
            self._own.add_span_processor(BatchSpanProcessor(_exporter()))
            trace.set_tracer_provider(self._own)
        self._tracer = trace.get_tracer("nbjob")
        self._run: Any = None
        self._step: Any = None
        self._tokens: list[Any] = []
        self._titles: dict[int, str] = {}

    def begin(self, run: Run) -> None:
        places = Places(run.job.directory, run.job.sidecars)
        self._titles = {step.number: places.title(step) for step in run.steps}
        # What has started us may be traced: Airflow and CI systems hand it over this way.
        names = ("traceparent", "tracestate", "baggage")
        carrier = {name: os.environ[name.upper()] for name in names if name.upper() in os.environ}
        parent = propagate.extract(carrier)
        attributes: dict[str, Any] = {"nbjob.run_id": run.id, "nbjob.steps": len(run.steps)}
        name = f"nbjob run {run.job.name}"
        self._run = self._tracer.start_span(name, context=parent, attributes=attributes)
        self._enter(self._run, parent)

    def event(self, event: Event) -> None:
        if event.status == "started":
            attributes: dict[str, Any] = {
                "nbjob.step": event.step.number,
                "nbjob.file": event.step.file,
                "nbjob.language": event.step.language,
            }
            title = self._titles[event.step.number]
            self._step = self._tracer.start_span(title, attributes=attributes)
            self._enter(self._step, None)
        elif self._step is not None and event.status == "retried":
            _fail(self._step, event.failure, "retried")
        elif self._step is not None and event.status not in ("not run", "skipped"):
            if event.rows is not None:
                self._step.set_attribute("db.response.returned_rows", event.rows)
            self._step.set_attribute("nbjob.attempt", event.attempt)
            if event.status != "ok":
                _fail(self._step, event.failure, event.status)
            self._leave(self._step)
            self._step = None

    def end(self, outcome: Outcome) -> None:
        if self._run is None:
            return
        self._run.set_attribute("nbjob.exit_code", outcome.exit_code)
        if outcome.exit_code:
            _fail(self._run, outcome.failure, outcome.status)
        self._leave(self._run)
        self._run = None
        if self._own:
            self._own.force_flush(_PATIENCE)
            self._own.shutdown()

    def _enter(self, span: Any, parent: Any) -> None:
        self._tokens.append(context.attach(trace.set_span_in_context(span, parent)))

    def _leave(self, span: Any) -> None:
        context.detach(self._tokens.pop())
        span.end()


def _fail(span: Any, failure: Failure | None, status: str) -> None:
    words = f"{failure.type}: {failure.message}" if failure else status
    if status != "retried":
        span.set_status(trace.StatusCode.ERROR, words)
    if failure:
        attributes = {
            "exception.type": failure.type,
            "exception.message": failure.message,
            "exception.stacktrace": failure.traceback,
        }
        span.add_event("exception", attributes)


def _names() -> dict[str, Any]:
    return {} if os.environ.get("OTEL_SERVICE_NAME") else {"service.name": "nbjob"}


def _exporter() -> SpanExporter:
    if os.environ.get("OTEL_TRACES_EXPORTER") == "console":
        import sys

        return ConsoleSpanExporter(out=sys.stderr)
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter()
