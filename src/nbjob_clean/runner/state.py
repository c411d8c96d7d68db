"""The state directory of a job, `.nbjob/`: its default database and its properties."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from nbjob_clean.errors import InvalidJobError, UnavailableError

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any

STATE = ".nbjob"
_PROPERTIES = "properties.json"


def state_directory(job_directory: Path) -> Path:
    """The directory, made when it is first needed; it tells git to ignore it.

    Raises UnavailableError where it cannot be made.
    """
    path = job_directory / STATE
    try:
        path.mkdir(exist_ok=True)
        ignore = path / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
    except OSError as exc:
        raise UnavailableError(
            f"{path}: {exc.strerror or exc}",
            hint="the job's state lives there; `--db URL` names another place for the database",
        ) from exc
    return path


def has_state(job_directory: Path) -> bool:
    """Whether there can be such a directory: not where an image may not be written to."""
    try:
        return os.access(state_directory(job_directory), os.W_OK)
    except UnavailableError:
        return False


def read_properties(job_directory: Path) -> dict[str, Any]:
    """The properties as last set; empty when they never were."""
    path = job_directory / STATE / _PROPERTIES
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as exc:
        raise InvalidJobError(f"{path}: {exc}", hint="mend the JSON, or delete the file") from exc
    if not isinstance(content, dict):
        raise InvalidJobError(
            f"{path}: not a JSON object", hint="mend the JSON, or delete the file"
        )
    return content


def write_properties(job_directory: Path, properties: Mapping[str, Any]) -> None:
    """Replace all properties at once; a reader sees the old ones or the new ones.

    Raises TypeError for a value that JSON has no word for.
    """
    for name, value in properties.items():
        _require_lasting(name, value)
    text = json.dumps(dict(properties), indent=2, ensure_ascii=False) + "\n"
    path = state_directory(job_directory) / _PROPERTIES
    import threading

    temporary = path.with_name(f"{_PROPERTIES}.{os.getpid()}.{threading.get_ident()}")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    temporary.replace(path)


def _require_lasting(name: object, value: object) -> None:
    """What comes back in the next run has to be what was set in this one."""
    if not isinstance(name, str):
        raise TypeError(f"property {name!r}: its name is not a string")
    parts: list[Any] = []
    if isinstance(value, dict):
        parts = [*value, *value.values()]
        if not all(isinstance(key, str) for key in value):
            raise TypeError(f"property `{name}`: JSON knows only strings as keys: {value!r}")
    elif isinstance(value, list | tuple):
        parts = list(value)
    elif value is not None and not isinstance(value, str | int | float):
        raise TypeError(
            f"property `{name}`: a {type(value).__name__} does not last; store text, a number,"
            " a list or a dict of them"
        )
    for part in parts:
        _require_lasting(name, part)
