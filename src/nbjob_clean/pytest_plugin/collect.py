"""`pytest --nbjob jobs/`: job directories as tests, one item for each step, in the job's order.

A job runs once in a process, on a scratch copy with scratch databases, step by step as its items
come. An item whose earlier steps were not selected, or went to another worker, runs them first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from _pytest._code.code import ReprFileLocation, TerminalRepr
from _pytest._io import TerminalWriter

from nbjob_clean.errors import InvalidJobError, NbjobError
from nbjob_clean.jobs import JobSettings, job_settings, open_job
from nbjob_clean.pytest_plugin.databases import scratch_database
from nbjob_clean.pytest_plugin.jobs import copy_of
from nbjob_clean.record import changed
from nbjob_clean.runner.arguments import from_pairs, resolve
from nbjob_clean.runner.connections import DEFAULT, Connections
from nbjob_clean.runner.failure import render
from nbjob_clean.runner.job import Job, Step
from nbjob_clean.runner.known import known
from nbjob_clean.runner.parameters import declared
from nbjob_clean.runner.places import Places
from nbjob_clean.runner.readable import without_callers
from nbjob_clean.runner.scratch import scratch_databases
from nbjob_clean.runner.stepper import Stepper
from nbjob_clean.sidecar.format import sidecar_of


def collector(file: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The collector of a file that holds steps of a job; None for any other file."""
    found = _job_of(file, parent)
    if found is None or (file.suffix == ".py" and _is_test(file)):
        return None
    if isinstance(found, NbjobError):
        return _Refused.from_parent(parent, path=file, error=found)
    return found.collector(file, parent)


def instead_of_module(file: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Nothing, for a step that pytest would import as a module of tests, and thereby run."""
    found = _job_of(file, parent)
    if not isinstance(found, _JobRun) or _is_test(file) or not found.collector(file, parent):
        return None
    return _NoModule.from_parent(parent, path=file)


def _job_of(file: Path, parent: pytest.Collector) -> _JobRun | NbjobError | None:
    jobs = parent.config.stash.setdefault(_JOBS, {})
    place, session = file.parent, parent.session
    if place not in jobs:
        is_job = _is_job(place) or (session.isinitpath(place) and _may_be_job(place))
        jobs[place] = _opened(place, parent.config) if is_job else None
    found = jobs[place]
    if found is None and file.suffix == ".ipynb" and session.isinitpath(file):
        found = jobs.setdefault(file, _opened(file, parent.config))
    if isinstance(found, NbjobError):
        jobs[place] = None  # once, not for each file
    return found


def in_order(items: Sequence[pytest.Item], config: pytest.Config) -> list[pytest.Item]:
    """Steps of a job one after the other, where its first one stands; ten after nine."""
    steps: dict[_JobRun, list[StepItem]] = {}
    for item in items:
        if isinstance(item, StepItem):
            steps.setdefault(item.job_run, []).append(item)
    found: list[pytest.Item] = []
    for item in items:
        if not isinstance(item, StepItem):
            found.append(item)
        elif item.job_run in steps:
            mine = sorted(steps.pop(item.job_run), key=lambda item: item.step.number)
            mine[-1].is_last = True
            found += mine
    if config.pluginmanager.hasplugin("xdist"):
        for item in found:
            if isinstance(item, StepItem):
                item.add_marker(pytest.mark.xdist_group(str(item.job_run.origin.directory)))
    return found


def require_known(config: pytest.Config) -> None:
    """Refuse an argument that no job knows: a typing error must not test with the default."""
    given = from_pairs(config.getoption("nbjob_arg"))
    jobs = [job.origin for job in config.stash.get(_JOBS, {}).values() if isinstance(job, _JobRun)]
    found = {name for job in jobs for name in _known_of(job, given)}
    for name in given if jobs else ():
        if name not in found:
            raise pytest.UsageError(f"--nbjob-arg {name}: no job here knows this argument")


def _known_of(job: Job, given: Iterable[str]) -> set[str]:
    names = known(job)
    return {n for n in given if names.is_open or n in names.names or n in declared(job.steps)}


class _Refused(pytest.File):
    """A job that cannot be run as it is, said where it would have been collected."""

    def __init__(self, *, error: NbjobError, **options: Any) -> None:
        super().__init__(**options)
        self.error = error

    def collect(self) -> Iterator[pytest.Item]:
        hint = f"\nhint: {self.error.hint}" if self.error.hint else ""
        raise self.CollectError(f"{self.error}{hint}")


class _NoModule(pytest.Module):
    """A file that is no module of tests."""

    def collect(self) -> list[pytest.Item | pytest.Collector]:
        return []


class StepFile(pytest.File):
    """A notebook, or a hand-written file, with its steps."""

    job_run: _JobRun

    def collect(self) -> Iterator[StepItem]:
        for step in self.job_run.origin.steps:
            if self.path.name in (step.source_name, step.file):
                yield StepItem.from_parent(
                    self, name=self.job_run.item_name(step), step=step, job_run=self.job_run
                )


class StepItem(pytest.Item):
    """One step of a job."""

    def __init__(self, *, step: Step, job_run: _JobRun, **options: Any) -> None:
        super().__init__(**options)
        self.step = step
        self.job_run = job_run
        self.is_last = False

    def runtest(self) -> None:
        self.job_run.until(self.step)

    def teardown(self) -> None:
        if self.is_last:
            self.job_run.close()

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, pytest.skip.Exception | pytest.fail.Exception):
            return super().repr_failure(excinfo, style)
        crash = ReprFileLocation(str(self.path), self.step.line, excinfo.exconly(tryshort=True))
        without_callers(excinfo.value)
        return _Failure(self.job_run.traceback(excinfo.value), crash)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.step.line - 1, self.job_run.places.title(self.step)


class _Failure(TerminalRepr):
    """A traceback as `nbjob run` shows it; `reprcrash` is for pytest's summary, and for JUnit."""

    def __init__(self, text: str, crash: ReprFileLocation) -> None:
        self.text = text
        self.reprcrash = crash

    def toterminal(self, tw: TerminalWriter) -> None:
        tw.line(self.text)


class _JobRun:
    """A job, and as far as it has come in this process."""

    def __init__(self, origin: Job, settings: JobSettings, config: pytest.Config) -> None:
        self.origin = origin
        self.places = Places(origin.directory, origin.sidecars)
        self.failure = ""
        self._settings = settings
        self._config = config
        self._stepper: Stepper | None = None
        self._done = 0
        self._database: Any = None

    def collector(self, file: Path, parent: pytest.Collector) -> StepFile | None:
        """One for each file that a person edits; of a notebook that is not there, its sidecar."""
        mine = [s for s in self.origin.steps if file.name in (s.source_name, s.file)]
        if not mine:
            return None
        has_source = (file.parent / mine[0].source_name).exists()
        if has_source and file.name != mine[0].source_name:
            return None
        found = StepFile.from_parent(parent, path=file)
        found.job_run = self
        return found

    def item_name(self, step: Step) -> str:
        if step.block is None:
            return "run"
        name = f"cell {self.places.cell(step.file, step.block)}"
        same = [other for other in self.origin.steps if other.file == step.file]
        return f"{name}, {step.block.id}" if step.block.id and len(same) > 1 else name

    def until(self, step: Step) -> None:
        """Run what has not run yet, up to this step. Skips the test after a failure, or an end."""
        stepper = self._started()
        while self._done < step.number:
            if self.failure or stepper.ended:
                pytest.skip(self.failure or f"the job has ended: {stepper.ended}")
            current = stepper.job.steps[self._done]
            self._done += 1
            try:
                stepper.run([current])
            except BaseException as exc:
                self.failure = f"{self.places.title(current)} failed: {type(exc).__name__}"
                raise

    def traceback(self, error: BaseException) -> str:
        """As `nbjob run` shows it: the job's own frames, as cells and lines."""
        copy = self._stepper.places if self._stepper else None
        called = self._stepper.context.called if self._stepper else []
        others = [*([copy] if copy else []), *called]
        return render(error, Places(self.origin.directory, self.origin.sidecars, others))

    def close(self) -> None:
        if self._stepper:
            self._stepper.close()
        if self._database:
            self._database.__exit__(None, None, None)
        self._stepper = self._database = None

    def _started(self) -> Stepper:
        if self._stepper is None:
            self._done = 0
            folders = pytest.TempPathFactory.from_config(self._config, _ispytest=True)
            copy = copy_of(self.origin.directory, folders.mktemp("nbjob"))
            job = changed(self.origin, directory=copy)
            settings = self._settings
            scratch = scratch_databases(settings.databases, settings.test_databases, copy)
            urls = {**self._default_database(folders), **scratch.urls}
            arguments = resolve(job, job.steps, self._given(job))
            self._stepper = Stepper(job, arguments, Connections(job.name, copy, urls))
            self._config.add_cleanup(self.close)
        return self._stepper

    def _given(self, job: Job) -> dict[str, Any]:
        """Of what all jobs are given, what this one knows."""
        given = from_pairs(self._config.getoption("nbjob_arg"))
        mine = _known_of(job, given)
        return {name: value for name, value in given.items() if name in mine}

    def _default_database(self, folders: pytest.TempPathFactory) -> dict[str, str]:
        engine = self._config.getoption("nbjob_db").split(",")[0].strip()
        self._database = scratch_database(engine, folders, self._config)
        return {DEFAULT: self._database.__enter__().url}


_JOBS: pytest.StashKey[dict[Path, _JobRun | NbjobError | None]] = pytest.StashKey()


def _opened(place: Path, config: pytest.Config) -> _JobRun | NbjobError | None:
    try:
        settings = job_settings(place)
        return _JobRun(open_job(place, settings), settings, config)
    except NbjobError as exc:
        is_none = isinstance(exc, InvalidJobError) and "nothing to run" in str(exc)
        return None if is_none else exc


def _is_job(directory: Path) -> bool:
    """Whether something in it was emitted: no other folder is a job unless it is named."""
    return any(_is_sidecar(path) for path in _candidates(directory))


def _may_be_job(directory: Path) -> bool:
    """Whether a folder that is named has what is no test: a notebook, SQL, or a `run`."""
    return any(
        path.suffix in (".ipynb", ".sql")
        or (path.suffix == ".py" and b"def run(" in path.read_bytes() and not _is_test(path))
        for path in directory.iterdir()
        if path.is_file()
    )


def _candidates(directory: Path) -> Iterable[Path]:
    return (path for path in directory.iterdir() if path.suffix in (".py", ".sql"))


def _is_sidecar(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open(encoding="utf-8", errors="replace") as file:
        return sidecar_of(file.readline()) is not None


def _is_test(file: Path) -> bool:
    return file.name.startswith("test_") or file.name == "conftest.py"
