"""What the code of a running job can reach: one value, found by `run_sql` and `job_input`."""

from __future__ import annotations

import atexit
import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from nbjob_clean.errors import InvalidJobError
from nbjob_clean.runner.connections import Connections
from nbjob_clean.runner.mask import Mask
from nbjob_clean.sidecar.format import Sidecar, parse

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any


class Context:
    """A run from the inside. `rows` is what the step that runs has fetched last.

    What a step learns that nobody may see, it adds to `mask`.
    """

    def __init__(
        self,
        connections: Connections,
        sidecars: Mapping[str, Sidecar],
        arguments: Mapping[str, Any],
        *,
        is_job: bool,
    ) -> None:
        self.connections = connections
        self.sidecars = dict(sidecars)
        self.arguments = dict(arguments)
        self.is_job = is_job
        self.rows: int | None = None
        self.mask = Mask()

    @property
    def directory(self) -> Path:
        return self.connections.directory

    @property
    def name(self) -> str:
        return self.connections.name


# Not a context variable: the threads that a cell starts belong to the same run. A run inside a
# run is on top of it.
_contexts: list[Context] = []
_alone: dict[Path, Context] = {}


def active() -> Context | None:
    """The run that goes on in this process, if any."""
    return _contexts[-1] if _contexts else None


@contextlib.contextmanager
def activated(context: Context) -> Iterator[None]:
    _contexts.append(context)
    try:
        yield
    finally:
        _contexts.remove(context)


def standalone(script: Path, file: str) -> Context:
    """What a sidecar that plain Python runs can reach: the `.sql` beside it, the default database.

    Raises InvalidJobError where there is no such `.sql`.
    """
    directory = script.resolve().parent
    if directory not in _alone:
        connections = Connections(directory.name or "job", directory, {})
        _alone[directory] = Context(connections, {}, {}, is_job=False)
        atexit.register(connections.close, keep=True)
    context = _alone[directory]
    if file not in context.sidecars:
        try:
            text = (directory / file).read_text(encoding="utf-8")
        except OSError as exc:
            raise InvalidJobError(f"{directory / file}: {exc.strerror or exc}") from exc
        context.sidecars[file] = parse(text, suffix=".sql")
    return context
