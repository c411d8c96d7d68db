"""The arguments of a run: what was given, checked against what the job knows, before it runs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from nbjob_clean.errors import ArgumentError
from nbjob_clean.record import Record
from nbjob_clean.runner.job import Job, Step
from nbjob_clean.runner.parameters import ANY, Parameter, declared
from nbjob_clean.runner.queries import queries

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any, Literal

    Form = Literal["value", "text", "secret", "object"]

_NONE: Mapping[str, str] = {}
ENVIRONMENT = "NBJOB_ARG_"


class Given(Record):
    """A value and where it was given. `form` says how it is to be read.

    As `text` of a command line, a `value` that JSON or TOML has typed, the text of a `secret`,
    which no message may show, or an `object` of a program that calls the job.
    """

    value: Any
    form: Form = "value"
    source: str = ""


class Arguments(Record):
    """The arguments of one run: `values` by name, literal defaults included.

    `sources` says of each that was given where: `-p`, `--arguments`, a file, a variable.
    """

    values: Mapping[str, Any]
    given: frozenset[str] = frozenset()
    sources: Mapping[str, str] = _NONE


def from_pairs(pairs: Iterable[str]) -> dict[str, Given]:
    """`name=value` texts; the last one wins. Raises ArgumentError where there is no name."""
    found = {}
    for pair in pairs:
        name, separator, value = pair.partition("=")
        if not separator or not name.strip():
            raise ArgumentError(f"`{pair}` is not name=value", hint="-p name=value")
        found[name.strip()] = Given(value, "text", "-p")
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
    return {name: Given(value, source=source) for name, value in content.items()}


def from_objects(values: Mapping[str, object]) -> dict[str, Given]:
    """What a program passes when it calls a job."""
    return {name: Given(value, "object", "the call") for name, value in values.items()}


def from_environment(job: Job, environment: Mapping[str, str]) -> dict[str, Given]:
    """`NBJOB_ARG_DAY` is `day`, or `DAY` where the job knows that one.

    Raises ArgumentError for a variable that names no argument.
    """
    variables = [name for name in environment if name.startswith(ENVIRONMENT)]
    if not variables:
        return {}
    from nbjob_clean.runner.known import known

    parameters = list(declared(job.steps))
    names = known(job)
    found = {}
    for variable in variables:
        name = _spelled(variable.removeprefix(ENVIRONMENT), {*parameters, *names.names})
        names.require(name, parameters, variable)
        found[name] = Given(environment[variable], "text", variable)
    return found


def with_secrets(
    job: Job, given: Mapping[str, Given], secrets: Mapping[str, str]
) -> dict[str, Given]:
    """What was given, and those secrets that the job reads by name; the others it may ask for.

    Raises ArgumentError for one that is given openly too, or would have no effect.
    """
    found = dict(given)
    if secrets:
        from nbjob_clean.runner.known import known

        parameters = list(declared(job.steps))
        names = known(job)
        for name, value in secrets.items():
            if name in given:
                raise ArgumentError(f"`{name}` is given by --secret and by {given[name].source}")
            names.require(name, parameters, "--secret")
            if name in parameters or name in names.names:
                found[name] = Given(value, "secret", "--secret")
    return found


def _spelled(name: str, known_names: set[str]) -> str:
    """As the job spells it: variables are in capitals, and on Windows always."""
    same = [other for other in known_names if other.casefold() == name.casefold()]
    if name in same or not same:
        return name.lower() if name not in same and name.isupper() else name
    return same[0] if len(same) == 1 else name


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
    others = [name for name in given if name not in parameters]
    if others:
        from nbjob_clean.runner.known import known

        names = known(job)
        for name in others:
            names.require(name, list(parameters))
    values = {p.name: p.value for p in parameters.values() if p.has_value}
    for name, value in given.items():
        values[name] = _value(name, value, parameters.get(name))
    sources = {name: value.source for name, value in given.items()}
    return Arguments(values, frozenset(given), sources)


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


def _value(name: str, given: Given, parameter: Parameter | None) -> object:
    from nbjob_clean.runner.values import from_object, from_text, from_value, untyped

    if given.form == "object" and (parameter is None or not parameter.type.name):
        return given.value
    if parameter is None:
        return untyped(given.value) if given.form == "text" else given.value
    if not parameter.type.name:
        raise ArgumentError(
            f"argument `{name}`: its default `{parameter.default}` does not tell its type",
            hint=f"annotate it in {parameter.file}: `{name}: date = {parameter.default}`",
        )
    if given.form == "secret" and parameter.type.name == ANY:
        return given.value
    converters = {"value": from_value, "object": from_object}
    hint = f"{parameter.file} declares it as {parameter.type}"
    try:
        return converters.get(given.form, from_text)(given.value, parameter.type)
    except ValueError as exc:
        if given.form == "secret":  # what it is must not be seen, in the cause neither
            raise ArgumentError(f"argument `{name}`: the secret is none", hint=hint) from None
        raise ArgumentError(f"argument `{name}`: {exc}", hint=hint) from exc
