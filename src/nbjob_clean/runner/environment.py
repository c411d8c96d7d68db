"""The process as a job's code expects it, and as it was before: folder, import path, modules."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from nbjob_clean.runner.job import Job

TYPE_CHECKING = False  # a job without it loads nothing of it
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec


@contextlib.contextmanager
def in_job_directory(job: Job, *, keeps_modules: bool = False) -> Iterator[None]:
    """Paths and imports are relative to the job's directory, as they are in its notebooks.

    What the job has imported from there is forgotten at the end, unless it will go on.
    """
    directory = str(job.directory)
    folder = Path.cwd()
    modules = set(sys.modules)
    is_known = directory in sys.path  # by a caller, whose modules these are too
    sys.path.insert(0, directory)
    os.chdir(directory)
    is_first = find_vdk()
    if job.is_in_memory:
        show_sources(job)
    try:
        yield
    finally:
        os.chdir(folder)
        if directory in sys.path:
            sys.path.remove(directory)
        if is_first:
            _forget_vdk()
        _hide_sources(job)
        if not is_known and not keeps_modules:
            forget_modules(directory, modules)


class _Finder:
    """Comes after all others: where VDK is installed, it is VDK that is imported."""

    @staticmethod
    def find_spec(name: str, *_: object) -> ModuleSpec | None:
        if name.partition(".")[0] != "vdk":
            return None
        from nbjob_clean.runner.vdk_module import spec_of

        return spec_of(name)


def find_vdk() -> bool:
    """Let `from vdk.api.job_input import IJobInput` work; False where it does already."""
    if _Finder in sys.meta_path:
        return False
    sys.meta_path.append(_Finder)
    return True


def _forget_vdk() -> None:
    sys.meta_path.remove(_Finder)
    if "nbjob_clean.runner.vdk_module" in sys.modules:
        from nbjob_clean.runner.vdk_module import forget

        forget()


def show_sources(job: Job) -> None:
    """Let tracebacks show what ran, also where it is in memory only or was edited since."""
    import linecache

    for file, text in job.files.items():
        path = job.path(file)
        linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)


def _hide_sources(job: Job) -> None:
    linecache = sys.modules.get("linecache")
    if linecache:
        for file in job.files:
            linecache.cache.pop(job.path(file), None)


def forget_modules(directory: str, before: set[str]) -> None:
    """The next job of this process may have a helper of the same name."""
    for name in set(sys.modules) - before:
        file = getattr(sys.modules[name], "__file__", None) or ""
        is_ours = file.startswith(directory + os.sep) and file.endswith(".py")
        # An environment inside the job directory stays: numpy, for one, cannot be loaded twice.
        if is_ours and "site-packages" not in file:
            del sys.modules[name]
