"""From a path to a job: the one place where the two halves of the house meet.

The half that prepares commits is loaded only where a notebook or settings lie beside the job; a
production image has neither.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from nbjob_clean.errors import ConfigError, InvalidJobError, NbjobError, StaleSidecarError
from nbjob_clean.record import Record
from nbjob_clean.runner.job import Job
from nbjob_clean.runner.load import load_job

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from nbjob_clean.config import Config


class JobSettings(Record):
    """What a run takes from `[tool.nbjob]`; `config` is None where there is none to read."""

    databases: Mapping[str, str]
    config: Config | None = None


def job_settings(path: Path) -> JobSettings:
    """The settings of the job at a path.

    Loads the configuration's code only where a file may hold settings: images have none.
    """
    start = (path if path.is_dir() else path.parent).resolve()
    if not _may_have_settings(start):
        return JobSettings({})
    from nbjob_clean.config import find_config

    config = find_config(start)
    databases = {}
    for name, table in config.databases.items():
        from nbjob_clean.runner.engines.table import absolute

        if not isinstance(table.get("url"), str):
            raise ConfigError(f"the database `{name}` has no url", hint='url = "duckdb:///file"')
        databases[name] = absolute(table["url"], config.root)
    return JobSettings(databases, config)


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


def open_job(path: Path, settings: JobSettings) -> Job:
    """The job at a path; a notebook's sidecars are made in memory.

    Raises InvalidJobError for what cannot be read, StaleSidecarError for a sidecar that is missing
    or not what its notebook gives now.
    """
    if path.suffix == ".ipynb" and path.is_file():
        return load_job(path, sidecars=_emitted(path, settings))
    notebooks = _notebooks(path)
    for notebook in notebooks:
        _require_fresh(notebook, settings)
    job = load_job(path)
    if notebooks:
        _require_owners(job)
    return job


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


def _wanted(notebook: Path, settings: JobSettings) -> dict[str, bytes]:
    """The sidecars that the notebook gives now. This loads the other half of the house."""
    from nbjob_clean.config import Config
    from nbjob_clean.emit.core import emit_sidecars
    from nbjob_clean.notebooks import read_notebook

    config = settings.config or Config()
    try:
        return emit_sidecars(read_notebook(notebook), notebook.name, tags=config.tags)
    except NbjobError as exc:
        raise InvalidJobError(f"{notebook}: {exc}", hint=exc.hint) from exc


def _require_fresh(notebook: Path, settings: JobSettings) -> None:
    from nbjob_clean.emit.core import sidecar_names
    from nbjob_clean.emit.plan import changes

    if settings.config and _is_excluded(notebook, settings.config):
        return
    found: dict[str, bytes | None] = {}
    for name in sidecar_names(notebook.name):
        path = notebook.with_name(name)
        found[name] = path.read_bytes() if path.is_file() else None
    for change in changes(_wanted(notebook, settings), found, notebook=notebook.name):
        state = "is missing" if change.found is None else "is not what the notebook says"
        raise StaleSidecarError(
            f"{notebook.with_name(change.name)} {state}", hint=f"nbjob emit {notebook.parent}"
        )


def _require_owners(job: Job) -> None:
    """A sidecar that stayed behind when its notebook went would run beside its successor.

    Where no notebook is at all, as in a production image, that is as it should be.
    """
    for file, sidecar in job.sidecars.items():
        if not (job.directory / sidecar.notebook).exists():
            raise StaleSidecarError(
                f"{job.directory / file}: its notebook {sidecar.notebook} is gone",
                hint=f"remove it: git rm {file}",
            )


def _is_excluded(notebook: Path, config: Config) -> bool:
    import fnmatch

    name = Path(os.path.relpath(notebook.resolve(), config.root)).as_posix()
    return any(fnmatch.fnmatch(name, pattern) for pattern in config.exclude)
