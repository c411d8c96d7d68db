"""What a run would do, as plain values: steps, arguments, databases. Nothing is run or opened."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from nbjob_clean.runner.arguments import Arguments, required
from nbjob_clean.runner.connections import DEFAULT, Connections
from nbjob_clean.runner.job import Job, Step
from nbjob_clean.runner.parameters import declared
from nbjob_clean.runner.places import Places
from nbjob_clean.runner.queries import queries
from nbjob_clean.runner.schema import descriptions_of, schema

_HIDDEN = "***"


def plan(
    job: Job,
    steps: Sequence[Step],
    arguments: Arguments,
    databases: Mapping[str, str],
    *,
    secrets: Collection[str] = (),
) -> dict[str, Any]:
    """What `--plan` shows; no secret. Raises ArgumentError for a database that is not known."""
    places = Places(job.directory, job.sidecars)
    connections = Connections(job.name, job.directory, databases)
    names = sorted({query.connection or DEFAULT for query in queries(job, steps)})
    return {
        "job": job.name,
        "directory": str(job.directory),
        "steps": [_step(step, places) for step in steps],
        "arguments": _arguments(job, steps, arguments, secrets),
        "schema": schema(job, steps, secrets=secrets),
        "databases": {name: connections.shown(name) for name in names},
        "not_steps": dict(job.not_steps),
    }


def _step(step: Step, places: Places) -> dict[str, Any]:
    cell = places.cell(step.file, step.block) if step.block else None
    return {
        "number": step.number,
        "title": places.title(step),
        "file": step.file,
        "line": step.line,
        "cell": cell,
        "cell_id": step.block.id if step.block else None,
        "language": step.language,
        "entry": step.entry,
    }


def _arguments(
    job: Job, steps: Sequence[Step], arguments: Arguments, secrets: Collection[str]
) -> list[dict[str, Any]]:
    """Declared ones first, then what SQL needs, then what only this run was given."""
    places = required(job, steps)
    parameters = declared(job.steps)
    described = descriptions_of(job)
    found = []
    for name in dict.fromkeys((*parameters, *places, *sorted({*arguments.given, *secrets}))):
        parameter = parameters.get(name)
        found.append(
            {
                "name": name,
                "type": str(parameter.type) if parameter else "any",
                "default": parameter.default if parameter and parameter.default else None,
                "required": name in places and name not in arguments.values,
                "declared_in": parameter.file if parameter else places.get(name),
                "description": described.get(name),
            }
            | _given(name, arguments, secrets)
        )
    return found


def _given(name: str, arguments: Arguments, secrets: Collection[str]) -> dict[str, Any]:
    if name in secrets:
        return {"value": _HIDDEN, "given_by": "--secret"}
    if name not in arguments.given:
        return {}
    return {"value": arguments.values[name], "given_by": arguments.sources.get(name)}
