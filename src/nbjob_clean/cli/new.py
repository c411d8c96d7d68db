"""Make a job directory to start from: a notebook with tagged cells, data, a test, requirements.

  nbjob new jobs/sales      then: nbjob run jobs/sales -p minimum=50

The job passes `nbjob check`, runs, and has its sidecars. Exit status: 0 made, 2 when the directory
is there already and not empty; nothing is overwritten.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from nbjob_clean.cli import new_job
from nbjob_clean.cli.emit import carry_out, pending
from nbjob_clean.config import find_config
from nbjob_clean.emit.core import emit_sidecars
from nbjob_clean.errors import FileError, UsageError
from nbjob_clean.files import write_bytes
from nbjob_clean.notebook.model import loads


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directory", metavar="DIR", help="a new or empty directory")


def run(args: argparse.Namespace) -> int:
    directory = Path(args.directory)
    name = _identifier(directory.resolve().name)
    _make(directory)
    tags = find_config(directory.resolve()).tags
    tag = "job" if "job" in tags else tags[0]
    test = f"test_{name}.py"
    files = {
        new_job.NOTEBOOK: new_job.notebook(directory.resolve().name, tag),
        new_job.DATA: new_job.ORDERS,
        "requirements.txt": new_job.REQUIREMENTS,
        test: new_job.TEST,
    }
    for file, text in files.items():
        write_bytes(directory / file, text.encode())
    notebook = directory / new_job.NOTEBOOK
    sidecars = emit_sidecars(loads(notebook.read_bytes()), notebook.name, tags=tags)
    for change in pending(notebook, sidecars):
        carry_out(notebook, change)
    print(new_job.next_steps(directory.as_posix(), test, tag))
    return 0


def _make(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        is_empty = not any(directory.iterdir())
    except FileExistsError as exc:
        raise UsageError(f"{directory} is a file", hint="name a new directory") from exc
    except OSError as exc:
        raise FileError(f"{directory}: {exc.strerror or exc}") from exc
    if not is_empty:
        raise UsageError(
            f"{directory} is not empty", hint="name a new directory; nothing is overwritten"
        )


def _identifier(name: str) -> str:
    """What a test module may be called: two of one name in a repository confuse pytest."""
    return re.sub(r"\W+", "_", name).strip("_").lower() or "job"
