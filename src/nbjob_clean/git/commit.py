"""What git stores for a notebook, the full way: with settings, or broken, or in a rare form."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from nbjob_clean.clean.core import clean
from nbjob_clean.clean.salvage import withhold_outputs
from nbjob_clean.config import Config
from nbjob_clean.errors import NotebookFormatError
from nbjob_clean.git.cells import cell_keys, removed
from nbjob_clean.notebook.model import dumps, loads

if TYPE_CHECKING:
    from nbjob_clean.git.memory import Memory


def clean_for_commit(
    data: bytes,
    name: str,
    config: Config,
    warn: Callable[[str], None],
    memory: Memory | None = None,
) -> bytes:
    """A clean notebook; a broken one without its outputs. What is removed goes to the memory.

    Raises NotebookFormatError where outputs cannot be told from source.
    """
    if not data.strip():
        return data
    try:
        notebook = loads(data)
        cleaned = clean(notebook, config.cleaning(Path(name)))
    except NotebookFormatError as exc:
        safe = withhold_outputs(data)
        if b'"cells"' in data or b'"worksheets"' in data:
            place = f", line {exc.line}" if exc.line else ""
            warn(f"{name}{place}: {exc}; git sees it without its outputs")
        return safe
    if memory:
        gone = removed(notebook, cleaned)
        memory.remember(name, cleaned.data, gone, lambda: cell_keys(cleaned), config)
    return dumps(cleaned)
