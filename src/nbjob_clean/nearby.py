"""Whether settings may lie near a file, asked without loading what reads them: git starts often."""

import os

REMEMBER = 10**9  # bytes of outputs that a clone remembers where no setting says otherwise


def may_have_settings(folder: str) -> bool:
    """Whether a file up to the repository's root may hold some: the same walk as in `config`."""
    while True:
        if os.path.exists(f"{folder}/nbjob.toml"):
            return True
        if os.path.isfile(f"{folder}/pyproject.toml") and _names_us(f"{folder}/pyproject.toml"):
            return True
        parent = os.path.dirname(folder)
        if os.path.exists(f"{folder}/.git") or parent == folder:
            return False
        folder = parent


def _names_us(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return b"nbjob" in file.read()
    except OSError:
        return True  # `config` says what is wrong with it
