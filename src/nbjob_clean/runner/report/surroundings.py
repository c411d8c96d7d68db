"""What a run ran in, for its report: versions, the commit, the text of each step. Runs no git."""

from __future__ import annotations

import hashlib
import platform
from pathlib import Path

from nbjob_clean.runner.job import Job, Step
from nbjob_clean.runner.outcome import Run
from nbjob_clean.runner.parameters import declared

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from nbjob_clean.runner.events import Json

_LOCKS = ("uv.lock", "requirements.lock", "requirements.txt")


def surroundings(run: Run) -> Json:
    from nbjob_clean import __version__

    job = run.job
    return {
        "job": {
            "name": job.name,
            "path": str(job.directory),
            "git_sha": _commit(job.directory),
            "sidecar_sha256": _digest_of_files(job),
        },
        "nbjob_version": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "lock_sha256": _lock(job.directory),
    }


def argument_of(name: str, run: Run) -> Json:
    """The type that the job declares, and where the value was given."""
    parameter = declared(run.job.steps).get(name)
    return {
        "type": (parameter.type if parameter else "") or "any",
        "source": run.sources.get(name, "default"),
    }


def source_of(step: Step, job: Job) -> Json:
    """The text that a person wrote: of a SQL cell, not the call that stands for it."""
    return {
        "line": step.line,
        "end_line": step.line + step.text.count("\n"),
        "sha256": _sha256(step.text.encode()),
        "source": _query(step, job) or step.text,
    }


def _query(step: Step, job: Job) -> str:
    if step.language != "sql" or not step.file.endswith(".py"):
        return ""
    from nbjob_clean.runner.syntax import sql_calls

    for call in sql_calls(step.text):
        sidecar = job.sidecars.get(call.file)
        for block in sidecar.blocks if sidecar else ():
            if block.id == call.cell:
                return "\n".join(block.lines)
    return ""


def _digest_of_files(job: Job) -> str:
    digest = hashlib.sha256()
    for name in sorted(job.files):
        digest.update(f"{name}\0{job.files[name]}\0".encode())
    return digest.hexdigest()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _lock(directory: Path) -> str | None:
    """Of the file that says which packages the job has been given."""
    for name in _LOCKS:
        if (directory / name).is_file():
            return _sha256((directory / name).read_bytes())
    return None


def _commit(directory: Path) -> str | None:
    """The commit that is checked out; None where there is no repository, or an odd one."""
    try:
        git = next(p / ".git" for p in (directory, *directory.parents) if (p / ".git").exists())
        if git.is_file():
            git = git.parent / git.read_text(encoding="utf-8").removeprefix("gitdir:").strip()
        head = (git / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref: "):
            return head
        shared = git / "commondir"
        common = git / shared.read_text(encoding="utf-8").strip() if shared.exists() else git
        return _resolved(common, head.removeprefix("ref: "))
    except (OSError, StopIteration, ValueError):
        return None


def _resolved(git: Path, name: str) -> str | None:
    if (git / name).is_file():
        return (git / name).read_text(encoding="utf-8").strip()
    for line in (git / "packed-refs").read_text(encoding="utf-8").splitlines():
        if line.endswith(f" {name}"):
            return line.split()[0]
    return None
