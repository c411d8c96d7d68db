"""Runs steps of a job one by one, when they are asked for: in between the process is as it was.

What a step raises is raised here. A run as a whole is `run.run`; this is for those who look at what
each step leaves: tests.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping

from nbjob_clean.runner.arguments import Arguments
from nbjob_clean.runner.connections import Connections
from nbjob_clean.runner.context import Context, activated
from nbjob_clean.runner.environment import forget_modules, in_job_directory, show_sources
from nbjob_clean.runner.job import Job, Step
from nbjob_clean.runner.job_input import JobInput, SkipRemainingSteps
from nbjob_clean.runner.namespace import public_names
from nbjob_clean.runner.parameters import parameters_of
from nbjob_clean.runner.places import Places
from nbjob_clean.runner.steps.python import (
    OpenFile,
    initial_names,
    new_file,
    run_preamble,
    run_python_step,
)
from nbjob_clean.runner.steps.sql import run_sql_step

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any

_NONE: Mapping[str, object] = {}


class Stepper:
    """The steps of one run. `names` stand in every file from its start, over its arguments.

    `ended` says why there is nothing more to run, where a step has said so: a job that is done.
    """

    def __init__(
        self,
        job: Job,
        arguments: Arguments,
        connections: Connections,
        *,
        names: Mapping[str, object] = _NONE,
        job_input: Callable[[Context], JobInput] = JobInput,
    ) -> None:
        self.job = job
        self.places = Places(job.directory, job.sidecars)
        self.context = Context(connections, job.sidecars, arguments.values, is_job=True)
        self.returned: object = None
        self.ended = ""
        self._given = {name: arguments.values[name] for name in arguments.given}
        self._names = names
        self._job_input = job_input(self.context)
        # A test may hand its own to a cell; the import in a sidecar gives the same one.
        self.context.job_input = names.get("job_input", self._job_input)  # type: ignore[assignment]
        self._files: dict[str, OpenFile] = {}
        self._results: dict[str, dict[str, Any]] = {}
        self._modules = set(sys.modules)

    def run(self, steps: Iterable[Step]) -> None:
        """Run these steps in this order, each in a transaction of its own."""
        for step in steps:
            with in_job_directory(self.job, keeps_modules=True), activated(self.context):
                try:
                    self._run(step)
                    self.context.commit()
                except BaseException:
                    self.context.rollback()
                    show_sources(self.job)
                    raise

    def namespace(self, file: str) -> dict[str, Any]:
        """The globals of a file by name: the very dict of its module, where it is Python."""
        opened = self._files.get(file)
        return vars(opened.module) if opened else self._results.setdefault(file, {})

    def values(self) -> dict[str, dict[str, Any]]:
        """The public names of each file that has run, by the name of its notebook or its own."""
        sources = {step.file: step.source_name for step in self.job.steps}
        files = (*self._files, *(file for file in self._results if file not in self._files))
        return {sources[file]: public_names(self.namespace(file)) for file in files}

    def close(self) -> None:
        self.context.close(keep=True)
        forget_modules(str(self.job.directory), self._modules)

    def _run(self, step: Step) -> None:
        try:
            if step.code is None:
                rows = run_sql_step(self.context, step)
                if step.block and step.block.out:
                    self.namespace(step.file)[step.block.out] = rows
                return
            is_first = step.file not in self._files
            if is_first:
                self._files[step.file] = new_file(self.job, step, self._start(step))
            with self._files[step.file].entered() as module:
                if is_first:
                    run_preamble(self.job, step, module)
                self.returned = run_python_step(step, module, self._job_input, self._given)
        except SkipRemainingSteps:
            self.ended = f"skip_remaining_steps() in {self.places.title(step)}"
        except SystemExit as exc:
            if exc.code not in (None, 0):
                raise
            if step.entry == "cell":
                self.ended = f"sys.exit(0) in {self.places.title(step)}"

    def _start(self, step: Step) -> dict[str, object]:
        steps = [other for other in self.job.steps if other.file == step.file]
        declared = {parameter.name for other in steps for parameter in parameters_of(other)}
        names = initial_names(self.context.arguments, declared)
        return {**names, "job_input": self._job_input, **self._names}
