"""What has to be done and known before a run: sidecars written, steps and arguments planned."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nbjob_clean.cli.emit import carry_out, pending, require_unedited
from nbjob_clean.config import find_config
from nbjob_clean.emit.core import emit_sidecars
from nbjob_clean.errors import NbjobError
from nbjob_clean.notebooks import read_notebook


def emit(path: Path) -> list[str]:
    """Write the sidecars of a saved notebook; what was done, in words.

    Raises NbjobError for a notebook that cannot be read, or a sidecar that somebody edited.
    """
    tags = find_config(path.parent).tags
    needed = pending(path, emit_sidecars(read_notebook(path), path.name, tags=tags))
    require_unedited(path, needed, tags)
    for change in needed:
        carry_out(path, change)
    return [f"{change.verb} {change.name}" for change in needed]


def prepare(path: Path) -> dict[str, Any]:
    """The plans of the notebook alone and of the job that its folder is; `problem` if there is one.

    Raises NbjobError as `emit` does, for this notebook; another one's failure is the job's.
    """
    written = emit(path)
    problem = ""
    for other in sorted(path.parent.glob("*.ipynb")):
        if other != path:
            try:
                written += emit(other)
            except NbjobError as exc:
                problem = problem or f"{other.name}: {words(exc)}"
    job = {"problem": problem} if problem else _plan(path.parent)
    return {"written": written, "notebook": _plan(path), "job": job}


def words(error: NbjobError) -> str:
    """An error in one line, with what to do."""
    return f"{error} ({error.hint})" if error.hint else str(error)


def _plan(job: Path) -> dict[str, Any]:
    """In a process of its own: a job's hand-written files are read, and may be anything."""
    command = [sys.executable, "-m", "nbjob_clean", "run", f"./{job.name}", "--plan"]
    done = _run([*command, "--output-format", "json"], job.parent)
    if done.returncode:
        return {"problem": done.stderr.strip().removeprefix("error: ")}
    plan: dict[str, Any] = json.loads(done.stdout)
    return {
        "name": plan["job"],
        "files": len({step["file"] for step in plan["steps"]}),
        "steps": len(plan["steps"]),
        "arguments": plan["arguments"],
        "problem": "",
    }


def _run(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8",
        errors="replace", check=False,
    )  # fmt: skip
