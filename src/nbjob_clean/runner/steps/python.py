"""Steps of a `.py` file: the cells of one share a module, which is `__main__` as in a script."""

from __future__ import annotations

import builtins
import contextlib
import sys
from collections.abc import Collection, Iterator, Mapping
from types import ModuleType

from nbjob_clean.errors import InvalidJobError
from nbjob_clean.record import Record
from nbjob_clean.runner.job import Job, Step
from nbjob_clean.runner.job_input import JobInput
from nbjob_clean.runner.parameters import parameters_of
from nbjob_clean.runner.steps.main import MainSpec

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any

_MAIN = "__main__"


class OpenFile(Record):
    """A file whose steps run: its module, and what `__main__` is meanwhile."""

    path: str
    module: ModuleType
    main: ModuleType

    @contextlib.contextmanager
    def entered(self) -> Iterator[ModuleType]:
        """Let the module stand in `sys.modules`, so that pickle, dataclasses and guards work."""
        argv, sys.argv = sys.argv, [self.path]
        try:
            with _in_modules(self.main), _in_modules(self.module):
                yield self.module
        finally:
            sys.argv = argv


def new_file(job: Job, first: Step, names: Mapping[str, object]) -> OpenFile:
    """The module in which the steps of one file will run, with `names` in it from the start."""
    path = job.path(first.file)
    # A file whose `run` is called is imported, in effect: its main guard must not run as well.
    is_main = first.entry != "function"
    module = ModuleType(_MAIN if is_main else _module_name(first.file))
    module.__file__ = path
    vars(module).update(names)
    main = module if is_main else ModuleType(_MAIN)
    text = job.files[first.file] if is_main else ""
    main.__spec__ = MainSpec(path, text, main, is_script=first.entry == "script")  # type: ignore[assignment]
    return OpenFile(path, module, main)


@contextlib.contextmanager
def open_file(job: Job, first: Step, names: Mapping[str, object]) -> Iterator[ModuleType]:
    """The same, entered at once and left at the end."""
    with new_file(job, first, names).entered() as module:
        yield module


def _module_name(file: str) -> str:
    """That of the file, unless a module of this name is loaded that others rely on."""
    name = file.removesuffix(".py")
    return f"step_{name}" if name in sys.modules else name


@contextlib.contextmanager
def _in_modules(module: ModuleType) -> Iterator[None]:
    name = module.__name__
    before = sys.modules.get(name)
    sys.modules[name] = module
    try:
        yield
    finally:
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
) -> object:
    """Run a cell, a script, or a file and its `run`; `given` goes over a parameters cell.

    What `run` returns is returned, None for all else.
    """
    if step.code is None:
        raise InvalidJobError(f"{step.file}: not Python")
    exec(step.code, vars(module))  # noqa: S102 - to run it is the point
    declared = {parameter.name for parameter in parameters_of(step)}
    vars(module).update({name: value for name, value in given.items() if name in declared})
    if step.entry != "function":
        return None
    positional, named = _passed(module.run, job_input)
    return module.run(*positional, **named)


def _passed(run: Any, job_input: JobInput) -> tuple[tuple[JobInput, ...], dict[str, JobInput]]:
    """The `job_input` as the parameter of this name, or of VDK's type, wants it."""
    inner = run
    while hasattr(inner, "__wrapped__"):
        inner = inner.__wrapped__
    code = getattr(inner, "__code__", None)
    if code is None:
        return ((job_input,), {})
    positional_only = code.co_varnames[: code.co_posonlyargcount]
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    types = {name: str(kind) for name, kind in inner.__annotations__.items()}
    for name in names:
        if name == "job_input" or types.get(name, "").endswith(("IJobInput", "JobInput'>")):
            return ((job_input,), {}) if name in positional_only else ((), {name: job_input})
    return ((), {})
