"""The arguments of a run: what was given, checked against what the job knows, before it runs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from nbjob_clean.errors import ArgumentError
from nbjob_clean.record import Record
from nbjob_clean.runner.job import Job, Step
from nbjob_clean.runner.parameters import Parameter, declared
from nbjob_clean.runner.queries import queries

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any

_JOB_INPUT = "job_input"
_SHOWN = 10


class Given(Record):
    """A value as it was given: text of a command line, or one that JSON or TOML has typed."""

    value: Any
    is_text: bool = False


class Arguments(Record):
    """The arguments of one run: `values` by name, literal defaults included."""

    values: Mapping[str, Any]
    given: frozenset[str] = frozenset()


def from_pairs(pairs: Iterable[str]) -> dict[str, Given]:
    """`name=value` texts; the last one wins. Raises ArgumentError where there is no name."""
    found = {}
    for pair in pairs:
        name, separator, value = pair.partition("=")
        if not separator or not name.strip():
            raise ArgumentError(f"`{pair}` is not name=value", hint="-p name=value")
        found[name.strip()] = Given(value, is_text=True)
    return found


def from_json(text: str, source: str) -> dict[str, Given]:
    """A JSON object by name. Raises ArgumentError, naming `source`, for anything else."""
    try:
        content = json.loads(text)
    except ValueError as exc:
        raise ArgumentError(f"{source}: not JSON: {exc}", hint="""'{"name": "value"}'""") from exc
    return from_mapping(content, source)


def from_mapping(content: object, source: str) -> dict[str, Given]:
    """Typed values by name. Raises ArgumentError, naming `source`, for anything else."""
    if not isinstance(content, dict):
        raise ArgumentError(f"{source}: not an object", hint="""'{"name": "value"}'""")
    return {name: Given(value) for name, value in content.items()}


def resolve(job: Job, steps: Sequence[Step], given: Mapping[str, Given]) -> Arguments:
    """The arguments of a run of these steps.

    Raises ArgumentError for one that is unknown, mistyped or missing.
    """
    arguments = typed(job, given)
    for name, place in required(job, steps).items():
        if name not in arguments.values:
            raise ArgumentError(
                f"argument `{name}` is missing: {place} needs it", hint=f"-p {name}=VALUE"
            )
    return arguments


def typed(job: Job, given: Mapping[str, Given]) -> Arguments:
    """What was given, as the types that the job declares; one that is missing is not missed yet.

    Raises ArgumentError for one that is unknown or mistyped.
    """
    parameters = declared(job.steps)
    values = {p.name: p.value for p in parameters.values() if p.has_value}
    for name, value in given.items():
        values[name] = _value(job, name, value, parameters)
    return Arguments(values, frozenset(given))


def required(job: Job, steps: Sequence[Step]) -> dict[str, str]:
    """The names that must have a value before these steps run, and the place that needs each."""
    files = {step.source_name for step in steps}
    found = {
        parameter.name: parameter.file
        for parameter in declared(job.steps).values()
        if not parameter.default and parameter.file in files
    }
    for query in queries(job, steps):
        for name in query.unbound:
            found.setdefault(name, query.place)
    return found


def _value(job: Job, name: str, given: Given, parameters: Mapping[str, Parameter]) -> object:
    from nbjob_clean.runner.values import from_text, from_value, untyped

    parameter = parameters.get(name)
    if parameter is None:
        _require_known(job, name, parameters)
        return untyped(given.value) if given.is_text else given.value
    if not parameter.type:
        raise ArgumentError(
            f"argument `{name}`: its default `{parameter.default}` does not tell its type",
            hint=f"annotate it in {parameter.file}: `{name}: date = {parameter.default}`",
        )
    convert = from_text if given.is_text else from_value
    try:
        return convert(given.value, parameter.type, is_optional=parameter.is_optional)
    except ValueError as exc:
        raise ArgumentError(
            f"argument `{name}`: {exc}", hint=f"{parameter.file} declares it as {parameter.type}"
        ) from exc


def _require_known(job: Job, name: str, parameters: Mapping[str, Parameter]) -> None:
    """Refuse a name that would have no effect: a typing error must not run with the default."""
    from nbjob_clean.runner.names import names_of

    known = {*parameters, *(n for query in queries(job, job.steps) for n in query.unbound)}
    setter = ""
    for file in dict.fromkeys(step.file for step in job.steps if step.code):
        names = names_of(step.text for step in job.steps if step.file == file)
        if _JOB_INPUT in names.mentioned and name != _JOB_INPUT:
            return
        known |= names.free - {_JOB_INPUT}
        setter = setter or (file if name in names.bound else "")
    if name not in known:
        raise _unknown(name, known, setter)


def _unknown(name: str, known: set[str], setter: str) -> ArgumentError:
    import difflib

    if setter:
        return ArgumentError(
            f"argument `{name}`: {setter} sets it itself, and would overwrite it",
            hint="tag the cell that sets its default `parameters`",
        )
    close = difflib.get_close_matches(name, known, n=1)
    some = ", ".join(sorted(known)[:_SHOWN]) + (", …" if len(known) > _SHOWN else "")
    hint = f"did you mean `{close[0]}`?" if close else f"known: {some or 'none'}"
    return ArgumentError(f"unknown argument `{name}`", hint=hint)
