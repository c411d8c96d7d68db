"""The hook's rules on a notebook that is open in a page: as it is there, saved or not."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from nbjob_clean.cli.baseline import configured
from nbjob_clean.cli.findings import Findings
from nbjob_clean.config import Configs
from nbjob_clean.diagnostic import Diagnostic
from nbjob_clean.errors import NotebookFormatError
from nbjob_clean.notebook.model import Notebook, loads
from nbjob_clean.source.ipython import to_python
from nbjob_clean.source.names import bound_names

# Counts and outputs: the page knows them better than what is stored says, and does not send them.
_STORED_STATE = "NBJ2"
_UNDEFINED = "NBJ101"


def review(path: Path, data: bytes, deleted: Sequence[str]) -> dict[str, Any]:
    """The tags that hold at `path`, and the findings of the notebook in `data`.

    `deleted` are the sources of cells that ran and are gone: the kernel remembers their names.
    Raises NbjobError for settings or bytes that cannot be read.
    """
    notebook = loads(data)
    if notebook.nbformat < 4:
        raise NotebookFormatError("notebooks of versions before 4 are checked once they are saved")
    configs = Configs()
    config = configs.of(path)
    if any(fnmatch(config.name_of(path), pattern) for pattern in config.exclude):
        return {"tags": config.tags, "findings": []}
    findings = Findings(configs, ignore=(_STORED_STATE,), baseline=configured(config))
    found = findings.add(path, notebook, is_named=False)
    gone = _bound(notebook, deleted) if any(d.code == _UNDEFINED for d in found) else frozenset()
    return {"tags": config.tags, "findings": [_as_json(each, gone) for each in found]}


def _bound(notebook: Notebook, deleted: Sequence[str]) -> frozenset[str]:
    """The names that the deleted cells defined; those that cannot be read defined none."""
    found: set[str] = set()
    for source in deleted:
        python = to_python(source, notebook.language)
        if python.error is None:
            found |= bound_names(python.text)
    return frozenset(found)


def _as_json(diagnostic: Diagnostic, gone: frozenset[str]) -> dict[str, object]:
    found = diagnostic.as_json()
    if diagnostic.code == _UNDEFINED and diagnostic.symbol in gone:
        found["message"] = f"`{diagnostic.symbol}` was defined in a cell that is deleted"
        found["help"] = "the kernel still remembers it; a fresh process will not"
    return found
