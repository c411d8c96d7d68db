"""From a path to a job: the one place where the two halves of the house meet.

The half that prepares commits is loaded only where a notebook or settings lie beside the job; a
production image has neither.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from nbjob_clean.errors import InvalidJobError, NbjobError, StaleSidecarError
from nbjob_clean.record import Record
from nbjob_clean.runner.config_ini import databases as config_ini_databases
from nbjob_clean.runner.database import database_of, test_database_of
from nbjob_clean.runner.job import Job
from nbjob_clean.runner.load import load_job
from nbjob_clean.sidecar.format import sidecar_of

VDK = "vdk"  # the tag by which VDK knows what is production
TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Literal

    from nbjob_clean.config import Config

_NONE: Mapping[str, str] = {}


class JobSettings(Record):
    """What a run takes from `[tool.nbjob]`; `config` is None where there is none to read.

    `databases` are also those of the job's `config.ini`; of two of one name, `[tool.nbjob]` wins.
    `test_databases` are what tests use in their place.
    """

    databases: Mapping[str, str]
    config: Config | None = None
    test_databases: Mapping[str, str] = _NONE


def job_settings(path: Path, secrets: Mapping[str, str] = _NONE) -> JobSettings:
    """The settings of the job at a path; a declared secret may be a password of `config.ini`'s.

    Loads the configuration's code only where a file may hold settings: images have none.
    """
    start = (path if path.is_dir() else path.parent).resolve()
    databases = config_ini_databases(start, secrets)
    if not _may_have_settings(start):
        return JobSettings(databases)
    from nbjob_clean.config import find_config

    config = find_config(start)
    for_tests = {}
    for name, table in config.databases.items():
        databases[name] = database_of(name, table, config.root)
        if "test-url" in table:
            for_tests[name] = test_database_of(name, table, config.root)
    return JobSettings(databases, config, for_tests)


def _may_have_settings(start: Path) -> bool:
    for folder in (start, *start.parents):
        project = folder / "pyproject.toml"
        if (folder / "nbjob.toml").is_file() or (
            project.is_file() and b"nbjob" in project.read_bytes()
        ):
            return True
        if (folder / ".git").exists():
            return False
    return False


class SidecarState(Record):
    """A sidecar beside a job's notebooks: `fresh`, or what is wrong with it and how to mend it."""

    file: str
    notebook: str
    state: Literal["fresh", "missing", "stale", "left over"]
    directory: Path

    @property
    def error(self) -> StaleSidecarError:
        path = self.directory / self.file
        if self.state == "left over":
            return StaleSidecarError(
                f"{path}: its notebook {self.notebook} is gone",
                hint=f"remove it: git rm {self.file}",
            )
        state = "is missing" if self.state == "missing" else "is not what the notebook says"
        return StaleSidecarError(f"{path} {state}", hint=f"nbjob emit {self.directory}")


def open_job(path: Path, settings: JobSettings) -> Job:
    """The job at a path; a notebook's sidecars are made in memory, or used where it is not there.

    Raises InvalidJobError for what cannot be read, StaleSidecarError for a sidecar that is missing
    or not what its notebook gives now.
    """
    for sidecar in sidecar_states(path, settings):
        if sidecar.state != "fresh":
            raise sidecar.error
    return load(path, settings)


def load(path: Path, settings: JobSettings) -> Job:
    """As `open_job`, whatever the sidecars are like. Raises InvalidJobError."""
    if path.suffix == ".ipynb" and path.is_file():
        return load_job(path, sidecars=_emitted(path, settings))
    if sidecars := _of_vdk(path, settings):
        return load_job(path, sidecars=sidecars)
    return load_job(_without_notebook(path))


def _of_vdk(path: Path, settings: JobSettings) -> dict[str, str]:
    """The sidecars of a directory as VDK runs it: tags `vdk` alone, and nothing emitted yet.

    Empty for any other. A notebook tagged `job` is one of ours, and its sidecar may be amiss.
    """
    notebooks = _notebooks(path) if path.is_dir() else []
    if not notebooks or any(_has_sidecar(notebook) for notebook in notebooks):
        return {}
    found: dict[str, str] = {}
    for notebook in notebooks:
        if _wanted(notebook, settings, without=VDK):
            return {}
        wanted = _wanted(notebook, settings)
        found |= {name: data.decode("utf-8") for name, data in wanted.items()}
    return found


def _has_sidecar(notebook: Path) -> bool:
    return any(notebook.with_suffix(suffix).exists() for suffix in (".py", ".sql"))


def _without_notebook(path: Path) -> Path:
    """Where a notebook stayed at home, as in a production image, its sidecar stands for it."""
    if path.suffix != ".ipynb" or path.exists():
        return path
    for suffix in (".py", ".sql"):
        sidecar = path.with_suffix(suffix)
        if sidecar.is_file():
            with sidecar.open(encoding="utf-8", errors="replace") as file:
                if sidecar_of(file.readline()) == path.name:
                    return sidecar
    return path


def sidecar_states(path: Path, settings: JobSettings) -> tuple[SidecarState, ...]:
    """What each sidecar is like that a run of this path would use, where notebooks can tell.

    None in a production image, which has no notebook, nor for a notebook, which runs itself, or a
    directory of VDK's without any.
    Raises InvalidJobError for a notebook that cannot be read.
    """
    if path.suffix == ".ipynb" or _of_vdk(path, settings):
        return ()
    notebooks = _notebooks(path)
    states = [state for notebook in notebooks for state in _states(notebook, settings)]
    if notebooks and path.is_dir():
        states += _orphans(path)
    return tuple(states)


def _notebooks(path: Path) -> list[Path]:
    """The notebooks that the steps would come from: none in a production image."""
    if path.is_dir():
        names = [entry.name for entry in os.scandir(path) if entry.name.endswith(".ipynb")]
        return [path / name for name in sorted(names) if not name.startswith(".")]
    notebook = path.with_suffix(".ipynb")
    return [notebook] if notebook.is_file() else []


def _emitted(notebook: Path, settings: JobSettings) -> dict[str, str]:
    sidecars = _wanted(notebook, settings)
    if not sidecars:
        raise InvalidJobError(f"{notebook}: no production cell", hint="tag cells `job`")
    return {name: data.decode("utf-8") for name, data in sidecars.items()}


def _wanted(notebook: Path, settings: JobSettings, *, without: str = "") -> dict[str, bytes]:
    """The sidecars that the notebook gives now, `without` what one tag makes production.

    This loads the other half of the house.
    """
    from nbjob_clean.config import Config
    from nbjob_clean.emit.core import emit_sidecars
    from nbjob_clean.notebooks import read_notebook

    tags = [tag for tag in (settings.config or Config()).tags if tag != without]
    try:
        return emit_sidecars(read_notebook(notebook), notebook.name, tags=tags)
    except NbjobError as exc:
        raise InvalidJobError(f"{notebook}: {exc}", hint=exc.hint) from exc


def _states(notebook: Path, settings: JobSettings) -> Iterator[SidecarState]:
    from nbjob_clean.emit.core import sidecar_names
    from nbjob_clean.emit.plan import changes

    if settings.config and is_excluded(notebook, settings.config):
        return
    found: dict[str, bytes | None] = {}
    for name in sidecar_names(notebook.name):
        path = notebook.with_name(name)
        found[name] = path.read_bytes() if path.is_file() else None
    wanted = _wanted(notebook, settings)
    different = {
        change.name: "missing" if change.found is None else "stale"
        for change in changes(wanted, found, notebook=notebook.name)
    }
    for name in sorted({*wanted, *different}):
        state = different.get(name, "fresh")
        yield SidecarState(name, notebook.name, state, notebook.parent)  # type: ignore[arg-type]


def _orphans(directory: Path) -> Iterator[SidecarState]:
    """A sidecar that stayed behind when its notebook went would run beside its successor.

    Where no notebook is at all, as in a production image, that is as it should be.
    """
    for name in sorted(entry.name for entry in directory.iterdir() if entry.is_file()):
        if name.endswith((".py", ".sql")):
            with (directory / name).open(encoding="utf-8", errors="replace") as file:
                notebook = sidecar_of(file.readline())
            if notebook and not (directory / notebook).exists():
                yield SidecarState(name, notebook, "left over", directory)


def is_excluded(notebook: Path, config: Config) -> bool:
    """Whether the settings leave a notebook out of what a folder means."""
    import fnmatch

    name = Path(os.path.relpath(notebook.resolve(), config.root)).as_posix()
    return any(fnmatch.fnmatch(name, pattern) for pattern in config.exclude)
