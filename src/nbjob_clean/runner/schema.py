"""The arguments of a job as a JSON Schema: what a form, a scheduler or a test can hold them to."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence

from nbjob_clean.runner.arguments import required
from nbjob_clean.runner.job import Job, Step
from nbjob_clean.runner.known import known
from nbjob_clean.runner.parameters import ANY, Parameter, Type, declared, parameters_of

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TYPES: Mapping[str, Json] = {
    "bool": {"type": "boolean"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "str": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "Decimal": {"type": ["string", "number"]},
    "Path": {"type": "string", "minLength": 1},
    "list": {"type": "array"},
    "dict": {"type": "object"},
}
_NO_NAMES: Collection[str] = ()


def schema(job: Job, steps: Sequence[Step], *, secrets: Collection[str] = _NO_NAMES) -> Json:
    """A schema of the JSON that `--arguments` takes for these steps; secrets need not be in it."""
    names = known(job)
    parameters = declared(job.steps)
    described = descriptions_of(job)
    properties = {
        name: _property(parameter, described.get(name, ""))
        for name, parameter in parameters.items()
    }
    for name in sorted(names.names - properties.keys()):
        properties[name] = {}
    needed = [name for name in required(job, steps) if name not in secrets]
    return {
        "$schema": DRAFT,
        "title": job.name,
        "type": "object",
        "properties": properties,
        "required": needed,
        # A job that asks its `job_input` may ask for any name.
        "additionalProperties": names.is_open,
    }


def descriptions_of(job: Job) -> dict[str, str]:
    """What comments in the cells tagged `parameters` say of each argument."""
    from nbjob_clean.runner.declarations import descriptions

    found: dict[str, str] = {}
    for step in job.steps:
        if parameters_of(step):
            found = {**descriptions(step), **found}
    return found


def _property(parameter: Parameter, description: str) -> Json:
    found = type_schema(parameter.type)
    if description:
        found["description"] = description
    if parameter.has_value and _is_json(parameter.value):
        found["default"] = parameter.value
    return found


def type_schema(kind: Type) -> Json:
    """The schema of one declared type."""
    if kind.choices:
        return {"enum": [*kind.choices, *([None] if kind.is_optional else [])]}
    found = dict(_TYPES.get(kind.name, {}))
    if kind.items and kind.items != ANY:
        key = "items" if kind.name == "list" else "additionalProperties"
        found[key] = dict(_TYPES[kind.items])
    if kind.is_optional and "type" in found:
        types = found["type"]
        found["type"] = [*(types if isinstance(types, list) else [types]), "null"]
    return found


def _is_json(value: object) -> bool:
    try:
        return bool(json.loads(json.dumps(value, allow_nan=False)) == value)
    except (TypeError, ValueError):
        return False
