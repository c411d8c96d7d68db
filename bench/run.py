"""Running jobs."""

from __future__ import annotations

from pathlib import Path

from bench.commands import BARE, NBJOB, PYTHON
from bench.core import Bar, Contender, Work

_SCRIPT = "print(sum(range(10)))"
_SIDECAR = f"""\
# nbjob:sidecar 1 1_a.ipynb
# generated: edit the notebook, not this file

# %% id=a tags=["job"]
{_SCRIPT}
"""


def works() -> tuple[Work, ...]:
    return (
        Work(
            "a trivial job",
            (
                Contender("nbjob run", (*NBJOB, "run", "1_a.py"), _job, has_done=_says_45),
                Contender("python script.py", (PYTHON, "plain.py"), _job, has_done=_says_45),
            ),
            (Bar("nbjob run", 4, ("python script.py",)),),
            rounds=15,
        ),
        Work(
            "starting up",
            (
                Contender("nbjob --version", (*NBJOB, "--version")),
                Contender("python -I -S -c pass", BARE),
            ),
            rounds=15,
        ),
    )


def _job(folder: Path) -> None:
    (folder / "1_a.py").write_text(_SIDECAR)
    (folder / "plain.py").write_text(_SCRIPT)


def _says_45(_: Path, said: bytes) -> bool:
    return b"45" in said
