"""Runs jobs: sidecars and hand-written files in order, without Jupyter, git or the notebook.

Sidecars import this module, also when plain `python` runs them: nothing may be imported here.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn


def run_sql(file: str, cell: str, /, **parameters: object) -> "Any":
    """Run a SQL cell of the sidecar `file`; the rows of its last statement that returns any.

    They are `Rows`, or what else the settings say for the database.
    """
    from nbjob_clean.runner.query import run_cell

    return run_cell(file, cell, parameters)


def display(*objects: object, **_options: object) -> None:
    """Stand in for the kernel's own `display`: production has no pictures, only text."""
    for item in objects:
        print(item)  # noqa: T201 - it is the job that prints


def get_ipython() -> None:
    """No kernel, as IPython's own function of this name says outside of one."""


def needs_ipython(text: str) -> "NoReturn":
    """Stand in a sidecar for a line that only IPython can run.

    Raises RuntimeError, always: to go on without the line would be to guess.
    """
    raise RuntimeError(f"`{text}` needs IPython and has no meaning in production")
