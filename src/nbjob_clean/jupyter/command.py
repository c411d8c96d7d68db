"""`%nbjob check|show|run`: the program on this notebook as saved, what it says as it says it."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from nbjob_clean.errors import UsageError

_HELP = """%nbjob check [options]   is every production cell here self-contained and in order?
%nbjob show  [options]   the production cells in running order, with what each needs
%nbjob run   [options]   run this notebook's production cells in a fresh process: -p name=value
All of them see the notebook as it was last saved."""
_COMMANDS = ("check", "show", "run")


def nbjob(line: str, notebook: Path | None) -> None:
    """Run a command on a notebook, its output passed on as it comes.

    Raises UsageError for a command that is not one of these, or where no notebook is known.
    """
    words = shlex.split(line)
    if not words or words[0] in ("help", "-h", "--help"):
        print(_HELP)  # noqa: T201 - asked for
        return
    if words[0] not in _COMMANDS:
        raise UsageError(f"%nbjob knows no `{words[0]}`", hint=", ".join(_COMMANDS))
    if notebook is None:
        raise UsageError(
            "this frontend does not say which notebook it shows",
            hint=f"!nbjob {words[0]} NOTEBOOK",
        )
    code = _passed_on([sys.executable, "-m", "nbjob_clean", words[0], str(notebook), *words[1:]])
    if code and words[0] == "run":
        print(f"exit status {code}", file=sys.stderr)  # noqa: T201 - a cell shows none by itself


def _passed_on(command: Sequence[str]) -> int:
    """The exit status; an interrupt of the kernel ends the program too."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
        errors="replace",
    ) as process:  # fmt: skip
        try:
            for text in process.stdout or ():
                print(text, end="", flush=True)  # noqa: T201 - the program's own words
        except BaseException:
            process.terminate()
            raise
    return process.returncode
