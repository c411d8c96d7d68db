"""What the code of a running job can reach: one value, found by `run_sql` and `job_input`."""

from __future__ import annotations

import atexit
import contextlib
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from nbjob_clean.errors import InvalidJobError
from nbjob_clean.runner.connections import Connections
from nbjob_clean.runner.mask import Mask
from nbjob_clean.sidecar.format import Sidecar, parse

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any

    from nbjob_clean.runner.config_ini import JobConfig
    from nbjob_clean.runner.ingest import Ingestion
    from nbjob_clean.runner.job_input import JobInput
    from nbjob_clean.runner.outcome import Call, Ran
    from nbjob_clean.runner.places import Places


class Context:
    """A run from the inside. `rows` is what the step that runs has fetched last.

    What a step learns that nobody may see, it adds to `mask`. `ingestion` is what it has sent for
    ingestion, once there is any; `calls` are the jobs that it has called, `called` the places of
    those that failed in this run.
    """

    def __init__(
        self,
        connections: Connections,
        sidecars: Mapping[str, Sidecar],
        arguments: Mapping[str, Any],
        *,
        is_job: bool,
        parent: Context | None = None,
    ) -> None:
        self.connections = connections
        self.sidecars = dict(sidecars)
        self.arguments = dict(arguments)
        self.secrets: dict[str, Any] = parent.secrets if parent else {}
        self.is_job = is_job
        self.rows: int | None = None
        self.mask: Mask = parent.mask if parent else Mask()
        self.ingestion: Ingestion | None = None
        self.job_input: JobInput | None = None  # what an import in a sidecar gets
        self._parent: Context | None = parent  # of a template: the run that calls it
        self._started = time.time()
        self._attempt_id = ""
        self._config: JobConfig | None = None
        self._properties: dict[str, Any] | None = None
        self._temporary = ""
        self.calls: list[Call] = []
        self.statements: list[Ran] = []
        self.called: list[Places] = []

    @property
    def directory(self) -> Path:
        return self.connections.directory

    @property
    def name(self) -> str:
        return self.connections.name

    @property
    def outermost(self) -> Context:
        """The run that a person has started: its identity and its properties are a template's."""
        return self._parent.outermost if self._parent else self

    @property
    def started(self) -> float:
        return self.outermost._started

    @property
    def attempt_id(self) -> str:
        run = self.outermost
        if not run._attempt_id:
            from nbjob_clean.runner.execution import new_attempt_id

            run._attempt_id = new_attempt_id(run._started)
        return run._attempt_id

    def setting(self, key: str) -> str:
        """A setting of `config.ini` or the environment; empty where nobody gives it."""
        from nbjob_clean.runner.config_ini import read_config_ini

        run = self.outermost
        if run._config is None:
            run._config = read_config_ini(run.directory)
        return run._config.value(key, run.secrets)

    def properties(self) -> dict[str, Any]:
        """The properties as last set. Not to be changed, and not to be given away."""
        from nbjob_clean.runner.state import read_properties

        run = self.outermost
        if run._properties is None:
            run._properties = read_properties(run.directory)
        return run._properties

    def set_properties(self, properties: Mapping[str, Any]) -> None:
        """Replace all, on disk first. What is read next is what the next run will read."""
        from nbjob_clean.runner.state import write_properties

        run = self.outermost
        write_properties(run.directory, properties)
        run._properties = None

    def flush(self) -> None:
        """Write what waits to be ingested, so that the next query finds it."""
        if self.ingestion:
            self.ingestion.flush()

    def commit(self) -> None:
        """What a step that went well ends with; it raises what its ingestion raised."""
        if self.ingestion:
            self.ingestion.finish()
        self.connections.commit()

    def rollback(self) -> None:
        if self.ingestion:
            self.ingestion.discard()
        self.connections.rollback()

    def close(self, *, keep: bool) -> None:
        """End the run: databases, as `Connections.close` does, and temporary files."""
        try:
            self.connections.close(keep=keep)
        finally:
            if self._temporary:
                import shutil

                shutil.rmtree(self._temporary, ignore_errors=True)

    def temporary_directory(self) -> Path:
        """A directory for this run alone, gone when it ends; one that is configured stays."""
        configured = self.setting("temporary_write_directory")
        if configured:
            path = self.directory / Path(configured).expanduser()
            path.mkdir(parents=True, exist_ok=True)
            return path
        if not self._temporary:
            import tempfile

            self._temporary = tempfile.mkdtemp(prefix=f"nbjob-{self.name}-")
        return Path(self._temporary)


# Not a context variable: the threads that a cell starts belong to the same run. A run inside a
# run is on top of it.
_contexts: list[Context] = []
_alone: dict[Path, Context] = {}


def active() -> Context | None:
    """The run that goes on in this process, if any."""
    return _contexts[-1] if _contexts else None


def depth() -> int:
    """How many runs go on, one within the other."""
    return len(_contexts)


@contextlib.contextmanager
def activated(context: Context) -> Iterator[None]:
    _contexts.append(context)
    try:
        yield
    finally:
        _contexts.remove(context)


def standalone(script: Path, file: str) -> Context:
    """What a sidecar that plain Python runs can reach, the `.sql` of this name beside it included.

    Raises InvalidJobError where there is no such `.sql`.
    """
    context = alone(script)
    if file not in context.sidecars:
        try:
            text = (context.directory / file).read_text(encoding="utf-8")
        except OSError as exc:
            raise InvalidJobError(f"{context.directory / file}: {exc.strerror or exc}") from exc
        context.sidecars[file] = parse(text, suffix=".sql")
    return context


def alone(script: Path) -> Context:
    """The one context of a process that runs files of a folder without `nbjob run`."""
    directory = script.resolve().parent
    if directory not in _alone:
        from nbjob_clean.runner.config_ini import databases

        connections = Connections(directory.name or "job", directory, databases(directory))
        _alone[directory] = Context(connections, {}, {}, is_job=False)
        atexit.register(_end_alone, _alone[directory])
    return _alone[directory]


def _end_alone(context: Context) -> None:
    """What the end of a run is to a step. An exception that ended the process is in `sys`."""
    is_well = not hasattr(sys, "last_type")
    try:
        (context.commit if is_well else context.rollback)()
    finally:
        context.close(keep=is_well)
