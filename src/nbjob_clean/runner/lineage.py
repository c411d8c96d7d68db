"""Tells an OpenLineage server of a run and its steps, by OpenLineage's own client.

Loaded only where its settings are in the environment; its own settings say where events go.
"""

from __future__ import annotations

import datetime
import os
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import error_message_run, parent_run, sql_job

from nbjob_clean.runner import outcome
from nbjob_clean.runner.job import Step
from nbjob_clean.runner.places import Places
from nbjob_clean.runner.report.surroundings import source_of

_PRODUCER = "https://pypi.org/project/nbjob-clean"
_ENDS = {"done": RunState.COMPLETE, "exited": RunState.COMPLETE, "failed": RunState.FAIL}
_PORTS = {"postgresql": 5432, "mysql": 3306, "trino": 8080}


class Lineage:
    """A listener: an OpenLineage run for the job, and one for each step, its child."""

    def __init__(self, databases: Mapping[str, str]) -> None:
        self._client = OpenLineageClient()
        self._namespace = os.environ.get("OPENLINEAGE_NAMESPACE", "nbjob")
        self._databases = databases
        self._run: outcome.Run | None = None
        self._titles: dict[int, str] = {}

    def begin(self, run: outcome.Run) -> None:
        self._run = run
        places = Places(run.job.directory, run.job.sidecars)
        self._titles = {step.number: places.title(step) for step in run.steps}
        self._emit(RunState.START, Run(_uuid(run.id)), self._job(run.job.name))

    def event(self, event: outcome.Event) -> None:
        states = {"started": RunState.START, "ok": RunState.COMPLETE, "failed": RunState.FAIL}
        state = states.get(event.status) or (
            RunState.ABORT if event.status == "interrupted" else None
        )
        if self._run is None or state is None:
            return
        facets: dict[str, Any] = {"parent": self._parent(self._run)}
        if event.failure:
            facets["errorMessage"] = _error(event.failure)
        name = f"{self._run.job.name}.{self._titles[event.step.number]}"
        query = self._query(event.step)
        job = self._job(name, {"sql": sql_job.SQLJobFacet(query=query)} if query else {})
        run = Run(_uuid(f"{self._run.id}/{event.step.number}"), facets)
        inputs, outputs = self._datasets(query, event.step) if query else ([], [])
        self._emit(state, run, job, (inputs, outputs))

    def end(self, end: outcome.Outcome) -> None:
        if self._run is None:
            return
        facets: dict[str, Any] = {"errorMessage": _error(end.failure)} if end.failure else {}
        is_well = end.exit_code == 0
        state = RunState.COMPLETE if is_well else _ENDS.get(end.status, RunState.ABORT)
        if end.status == "exited" and not is_well:
            state = RunState.FAIL
        self._emit(state, Run(_uuid(self._run.id), facets), self._job(self._run.job.name))

    def _job(self, name: str, facets: dict[str, Any] | None = None) -> Job:
        return Job(self._namespace, name, facets or {})

    def _parent(self, run: outcome.Run) -> parent_run.ParentRunFacet:
        return parent_run.ParentRunFacet(
            run=parent_run.Run(_uuid(run.id)),
            job=parent_run.Job(self._namespace, run.job.name),
        )

    def _query(self, step: Step) -> str:
        if self._run is None or step.language != "sql":
            return ""
        return str(source_of(step, self._run.job)["source"])

    def _datasets(self, query: str, step: Step) -> tuple[list[Any], list[Any]]:
        """The tables that a query reads and writes, where OpenLineage's parser is installed."""
        try:
            from openlineage_sql import parse
        except ImportError:
            return [], []
        found = parse([query])
        namespace, prefix = self._place(step)
        if found is None:
            return [], []
        return (
            [InputDataset(namespace, prefix + t.qualified_name) for t in found.in_tables],
            [OutputDataset(namespace, prefix + t.qualified_name) for t in found.out_tables],
        )

    def _place(self, step: Step) -> tuple[str, str]:
        """https://openlineage.io/docs/spec/naming: the server, then the database in it."""
        name = (step.block.connection if step.block else "") or "default"
        url = urlsplit(name if "://" in name else str(self._databases.get(name, "")))
        if url.hostname:
            scheme = url.scheme.partition("+")[0]
            port = url.port or _PORTS.get(scheme)
            place = f"{scheme.replace('postgresql', 'postgres')}://{url.hostname}"
            return (f"{place}:{port}" if port else place), f"{url.path.strip('/')}."
        job = self._run.job if self._run else None
        path = url.path.lstrip("/") or (f"{job.directory}/.nbjob/{job.name}.duckdb" if job else "")
        return f"{url.scheme or 'duckdb'}:///{path.lstrip('/')}", ""

    def _emit(
        self, state: RunState, run: Run, job: Job, datasets: tuple[Any, Any] = ((), ())
    ) -> None:
        event = RunEvent(
            eventType=state,
            eventTime=datetime.datetime.now(datetime.timezone.utc).isoformat(),
            run=run,
            job=job,
            producer=_PRODUCER,
            inputs=list(datasets[0]),
            outputs=list(datasets[1]),
        )
        self._client.emit(event)


def _uuid(name: str) -> str:
    """The same for the same run: what OpenLineage knows a run by has to be a UUID."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{_PRODUCER}/{name}"))


def _error(failure: outcome.Failure) -> error_message_run.ErrorMessageRunFacet:
    words = f"{failure.type}: {failure.message}"
    return error_message_run.ErrorMessageRunFacet(words, "python", failure.traceback)
