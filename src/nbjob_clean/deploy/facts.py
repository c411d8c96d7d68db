"""A job as a pipeline sees it: where it lies, what it takes, when it runs."""

from __future__ import annotations

import re

from nbjob_clean.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    Kind = Literal["integer", "number", "boolean", "string"]

_SPECIAL = re.compile(r"[^A-Za-z0-9]+")
_KINDS: dict[str, Kind] = {"int": "integer", "float": "number", "bool": "boolean"}


class Argument(Record):
    """An argument of the job. `value` is the text that a scheduled run passes; None: the default.

    `default` is that of the parameters cell as JSON or plain text, empty where it is code.
    """

    name: str
    type: str
    default: str = ""
    value: str | None = None
    declared_in: str = ""

    @property
    def kind(self) -> Kind:
        """The type as JSON Schema, and every pipeline's form, has it."""
        return _KINDS.get(self.type, "string")

    @property
    def variable(self) -> str:
        """The environment variable that carries it: a shell never sees the value as code."""
        return f"ARGUMENT_{self.name}"

    @property
    def shown(self) -> str:
        return self.default if self.value is None else self.value


class JobFacts(Record):
    """What the rendered files say. `path` is relative to the root of the repository, with `/`.

    `command` is what was typed, `timeout` in seconds, `extras` are those of nbjob-clean that its
    databases need, `secrets` the names of environment variables that hold them.
    """

    path: str
    name: str
    command: str
    version: str
    schedule: str = ""
    timezone: str = "Etc/UTC"
    image: str = ""
    timeout: int = 3600
    arguments: tuple[Argument, ...] = ()
    secrets: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    has_requirements: bool = False

    @property
    def label(self) -> str:
        """The name as DNS, and so Kubernetes, allows it: at most 52 characters of a-z, 0-9, `-`."""
        return _SPECIAL.sub("-", self.name).strip("-").lower()[:52].rstrip("-") or "job"

    @property
    def package(self) -> str:
        """This package as pip is asked for it."""
        extras = f"[{','.join(self.extras)}]" if self.extras else ""
        return f"nbjob-clean{extras}=={self.version}"

    @property
    def requirements(self) -> str:
        """The job's own list of packages; empty where it has none."""
        return f"{self.path}/requirements.txt" if self.has_requirements else ""
