"""What the fixture `nbjob` can do: run a job, a step or cells in the test's own process.

Patches of the test are seen by the job, its values are the very objects, and its exceptions are
the job's own. Jobs run on a copy; configured databases are replaced by scratch ones.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from pathlib import Path
from typing import Any

from nbjob_clean.jobs import job_settings, open_job
from nbjob_clean.record import changed
from nbjob_clean.runner.arguments import Arguments, from_objects, resolve
from nbjob_clean.runner.connections import Connections
from nbjob_clean.runner.job import Job, Step, select
from nbjob_clean.runner.namespace import public_names
from nbjob_clean.runner.options import RunOptions
from nbjob_clean.runner.places import Places
from nbjob_clean.runner.readable import add_note, place_of, show_source_of, without_our_frames
from nbjob_clean.runner.result import Result
from nbjob_clean.runner.run import run as run_job
from nbjob_clean.runner.scratch import scratch_databases
from nbjob_clean.runner.stepper import Stepper
from nbjob_clean.runner.tables import Tables, named_rows
from nbjob_clean.testing.job_input import FakeJobInput

_LEFT_OUT = shutil.ignore_patterns(
    ".nbjob", ".git", "__pycache__", ".ipynb_checkpoints", ".venv", "venv", "node_modules"
)


class Nbjob:
    """Set `databases` (name -> URL), `secrets`, `job_input` and `in_place` before running."""

    def __init__(self, here: Path, root: Path, fixture: Callable[[str], Any]) -> None:
        self.databases: dict[str, str] = {}
        self.secrets: dict[str, str] = {}
        self.job_input: FakeJobInput | None = None
        self.in_place = False
        self._starts = (Path.cwd(), root, here)
        self._fixture = fixture
        self._copies: dict[Path, Path] = {}
        self._steppers: list[Stepper] = []

    def run(self, job: str | os.PathLike[str], /, **arguments: Any) -> Result:
        """Run a job directory, a notebook or one of its files. What a step raises is raised."""
        __tracebackhide__ = True
        return self._run(job, "", arguments)

    def step(self, job: str | os.PathLike[str], step: str, /, **arguments: Any) -> Result:
        """Run one step or file of a job, as `nbjob run --only` does."""
        __tracebackhide__ = True
        return self._run(job, step, arguments)

    def cells(self, notebook: str | os.PathLike[str], /, *cells: int | str, **names: Any) -> Cells:
        """Run cells of a notebook, by number, id or tag; all production cells where none is named.

        `names` are there from the start; over those that the cell tagged `parameters` sets.
        """
        __tracebackhide__ = True
        origin, job = self._opened(notebook)
        given = Arguments(names, frozenset(names))
        stepper = Stepper(
            job, given, self._connections(origin, job), names=names, **self._makes_input()
        )
        stepper.context.secrets.update(self.secrets)
        self._steppers.append(stepper)
        found = Cells(stepper, origin)
        found.run(*cells)
        return found

    def directory(self, job: str | os.PathLike[str]) -> Path:
        """Where a job runs in this test: the copy of its directory, with what it writes."""
        path = self._path(job)
        return self._copy((path if path.is_dir() else path.parent).resolve())

    def close(self) -> None:
        for stepper in self._steppers:
            stepper.close()

    def _run(self, path: str | os.PathLike[str], only: str, arguments: dict[str, Any]) -> Result:
        __tracebackhide__ = True
        origin, job = self._opened(path)
        steps = select(job.steps, only=only)
        connections = self._connections(origin, job)
        connections.keeps_memory = True
        options = RunOptions(
            steps=steps, connections=connections, keeps_values=True, secrets=self.secrets,
            **self._makes_input(),
        )  # fmt: skip
        outcome = run_job(job, resolve(job, steps, from_objects(arguments)), {}, options)
        if outcome.error:
            make_readable(outcome.error, origin, job)
            raise outcome.error
        return Result(outcome, Tables(connections, named_rows(outcome.values)))

    def _makes_input(self) -> dict[str, Any]:
        return {"job_input": self.job_input.within} if self.job_input else {}

    def _opened(self, path: str | os.PathLike[str]) -> tuple[Job, Job]:
        """The job as it lies there, and as it runs on its copy: coverage is of the former."""
        found = self._path(path)
        origin = open_job(found, job_settings(found))
        return origin, changed(origin, directory=self._copy(origin.directory))

    def _connections(self, origin: Job, job: Job) -> Connections:
        settings = job_settings(origin.directory)
        scratch = scratch_databases(settings.databases, settings.test_databases, job.directory)
        return Connections(origin.name, job.directory, {**scratch.urls, **self.databases})

    def _path(self, path: str | os.PathLike[str]) -> Path:
        """From where pytest runs, from its root, or from the test's own folder."""
        places = [start / path for start in self._starts]
        return next((place for place in places if place.exists()), places[0])

    def _copy(self, directory: Path) -> Path:
        if self.in_place:
            return directory
        if directory not in self._copies:
            folder = self._fixture("tmp_path_factory").mktemp("nbjob")
            self._copies[directory] = copy_of(directory, folder)
        return self._copies[directory]


class Cells(MutableMapping[str, Any]):
    """The namespace of a notebook some of whose cells have run; `run` runs more of them in it."""

    def __init__(self, stepper: Stepper, origin: Job) -> None:
        self._stepper = stepper
        self._origin = origin

    def run(self, *cells: int | str) -> Cells:
        """Run cells in the order in which they are named; without any, all production cells."""
        __tracebackhide__ = True
        job = self._stepper.job
        try:
            self._stepper.run(self._steps(cells) if cells else job.steps)
        except BaseException as exc:
            make_readable(exc, self._origin, job)
            raise
        return self

    def __getitem__(self, name: str) -> Any:
        return self._namespace[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._namespace[name] = value

    def __delitem__(self, name: str) -> None:
        del self._namespace[name]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._namespace:
            raise AttributeError(f"the cells leave no name {name!r}")
        return self._namespace[name]

    def __iter__(self) -> Iterator[str]:
        return iter(public_names(self._namespace))

    def __len__(self) -> int:
        return len(public_names(self._namespace))

    def __repr__(self) -> str:
        return f"<cells: {', '.join(self) or 'no names'}>"

    @property
    def tables(self) -> Tables:
        """What SQL cells named, and the tables of the databases in use."""
        named = named_rows(self._stepper.values())
        return Tables(self._stepper.context.connections, named, owns=False)

    @property
    def _namespace(self) -> dict[str, Any]:
        return self._stepper.namespace(self._stepper.job.steps[0].file)

    def _steps(self, cells: Sequence[int | str]) -> list[Step]:
        return [step for cell in cells for step in self._named(cell)]

    def _named(self, cell: int | str) -> list[Step]:
        places = Places(self._origin.directory, self._origin.sidecars)
        numbers = {
            step.number: places.cell(step.file, step.block)
            for step in self._stepper.job.steps
            if step.block
        }
        found = [
            step
            for step in self._stepper.job.steps
            if cell == numbers.get(step.number)
            or (step.block and cell in (step.block.id, *step.tags))
        ]
        if not found:
            known = ", ".join(
                f"{numbers[s.number]} ({s.block.id})" for s in self._stepper.job.steps if s.block
            )
            raise LookupError(f"no production cell {cell!r}; there are {known}")
        return found


def copy_of(directory: Path, folder: Path) -> Path:
    """A copy of a job directory in a folder, without its state and what is not the job's."""
    copy = folder / directory.name
    shutil.copytree(directory, copy, ignore=_LEFT_OUT, symlinks=True)
    return copy


def make_readable(error: BaseException, origin: Job, job: Job) -> None:
    """Name the cell in the notebook of the original, where the code ran on a copy."""
    places = Places(origin.directory, origin.sidecars, [Places(job.directory, job.sidecars)])
    without_our_frames(error)
    show_source_of(origin)
    if isinstance(error, Exception):
        add_note(error, place_of(error, origin, places))
