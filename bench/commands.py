"""Command lines that several groups compare with."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.corpus import ROOT

PYTHON = sys.executable
BARE = (PYTHON, "-I", "-S", "-c", "pass")
NBJOB = (PYTHON, "-m", "nbjob_clean")
RUFF = (str(Path(PYTHON).with_name("ruff")), "check", "--no-cache", "--isolated")


def bare(script: str, *arguments: str) -> tuple[str, ...]:
    """A file of the package as git runs it."""
    return (PYTHON, "-I", "-S", str(ROOT / "src/nbjob_clean/git" / script), *arguments)
