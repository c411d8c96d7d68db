"""`nbjob clean -` without settings: the one command that editors and filters start for each file.

Nothing is loaded for it but the cleaning itself; argparse alone would take longer than that.
"""

import os
import sys

from nbjob_clean.clean.quick import quick_clean


def clean_stdin() -> bool:
    """Clean stdin to stdout; False, with nothing read, where a settings file has to be read.

    Raises NotebookFormatError where stdin holds no notebook.
    """
    if _may_have_settings(os.getcwd()):  # noqa: PTH109 - pathlib costs more than the rest
        return False
    data = sys.stdin.buffer.read()
    cleaned = quick_clean(data)
    if cleaned is None:
        from nbjob_clean.clean.core import clean_bytes

        cleaned = clean_bytes(data)
    sys.stdout.buffer.write(cleaned)
    sys.stdout.buffer.flush()
    return True


def _may_have_settings(folder: str) -> bool:
    """Whether a file up to the repository's root may hold some: the same walk as in `config`."""
    while True:
        if os.path.exists(f"{folder}/nbjob.toml"):  # noqa: PTH110
            return True
        if os.path.isfile(f"{folder}/pyproject.toml"):  # noqa: PTH113
            with open(f"{folder}/pyproject.toml", "rb") as file:  # noqa: PTH123
                if b"nbjob" in file.read():
                    return True
        parent = os.path.dirname(folder)  # noqa: PTH120
        if os.path.exists(f"{folder}/.git") or parent == folder:  # noqa: PTH110
            return False
        folder = parent
