"""Steps of a `.py` file: the cells of one share a module, which is `__main__` as in a script."""

from __future__ import annotations

import builtins
import contextlib
import sys
from collections.abc import Collection, Iterator, Mapping
from types import ModuleType

from nbjob_clean.errors import InvalidJobError
from nbjob_clean.runner.job import Job, Step
from nbjob_clean.runner.job_input import JobInput
from nbjob_clean.runner.parameters import parameters_of

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any


@contextlib.contextmanager
def open_file(job: Job, first: Step, names: Mapping[str, object]) -> Iterator[ModuleType]:
    """The module in which the steps of one file run, with `names` in it from the start.

    It stands in `sys.modules` meanwhile, so that pickle, dataclasses and main guards work.
    """
    # A file whose `run` is called is imported, in effect: its main guard must not run as well.
    name = first.file.removesuffix(".py") if first.entry == "function" else "__main__"
    module = ModuleType(name)
    module.__file__ = job.path(first.file)
    vars(module).update(names)
    before = sys.modules.get(name)
    sys.modules[name] = module
    argv, sys.argv = sys.argv, [module.__file__]
    try:
        yield module
    finally:
        sys.argv = argv
        sys.modules.pop(name, None)
        if before is not None:
            sys.modules[name] = before


def initial_names(arguments: Mapping[str, object], declared: Collection[str]) -> dict[str, object]:
    """The arguments that a file has as globals from its start.

    Those that its own parameters cell sets come with that cell; a builtin is not hidden.
    """
    return {
        name: value
        for name, value in arguments.items()
        if name not in declared and not hasattr(builtins, name)
    }


def run_preamble(job: Job, step: Step, module: ModuleType) -> None:
    """Run what a sidecar's cells have in common: the imports that emit has put before them."""
    if step.file in job.preambles:
        exec(job.preambles[step.file], vars(module))  # noqa: S102 - to run it is the point


def run_python_step(
    step: Step, module: ModuleType, job_input: JobInput, given: Mapping[str, Any]
) -> None:
    """Run a cell, a script, or a file and its `run`; `given` goes over a parameters cell."""
    if step.code is None:
        raise InvalidJobError(f"{step.file}: not Python")
    exec(step.code, vars(module))  # noqa: S102 - to run it is the point
    declared = {parameter.name for parameter in parameters_of(step)}
    vars(module).update({name: value for name, value in given.items() if name in declared})
    if step.entry == "function":
        from nbjob_clean.runner.syntax import run_takes_job_input

        passed = {"job_input": job_input} if run_takes_job_input(step.text) else {}
        module.run(**passed)
