"""Jupyter notebooks as production jobs, in git.

Importing this package loads nothing else: git starts a Python that imports it for every diff. What
`call`, `run` and `job_input` need is loaded when they are first asked for.
"""

__version__ = "0.1.0"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from nbjob_clean.function import call as call
    from nbjob_clean.function import run as run
    from nbjob_clean.runner.job_input import JobInput

    job_input: JobInput


def load_ipython_extension(ipython: "Any") -> None:
    """`%load_ext nbjob_clean`: warnings of hidden state, `%nbjob`, `%%sql`, `job_input`."""
    from nbjob_clean.jupyter.kernel import load

    load(ipython)


def unload_ipython_extension(ipython: "Any") -> None:
    """`%unload_ext nbjob_clean`: the shell as it was."""
    from nbjob_clean.jupyter.kernel import unload

    unload(ipython)


def __getattr__(name: str) -> object:
    if name in ("call", "run"):
        from nbjob_clean import function

        return getattr(function, name)
    if name == "job_input":
        import sys

        from nbjob_clean.runner.job_input import of_caller

        return of_caller(sys._getframe(1))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
