"""`git mergetool --tool=nbjob`: nbdime's web page, for what our merge left to decide alone."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from nbjob_clean.errors import FileError, NotebookFormatError, UsageError
from nbjob_clean.git.merge_driver import Request, Warn, options_of
from nbjob_clean.merge.core import Merged, merge
from nbjob_clean.notebook.splice import Json

_PAGE = "nbdime.webapp.nbmergetool"


def open_page(request: Request, result: Path, warn: Warn) -> int:
    """Open the page and wait until it is closed; its exit code. It writes `result` when it saves.

    What both sides changed without a conflict is decided already, and is the same in all three
    notebooks that the page shows.
    """
    if find_spec("nbdime") is None:
        raise UsageError(
            "nbdime, whose page this tool opens, is not installed",
            hint="pip install 'nbjob-clean[web]', or edit the cells that hold conflict marks",
        )
    merged = _merged(request, warn)
    if merged.left is None:
        result.write_bytes(merged.data)
        return 0
    with tempfile.TemporaryDirectory(prefix="nbjob-") as folder:
        pages = {name: getattr(merged.left, name) for name in merged.left.fields}
        paths = [str(_write(Path(folder), name, page)) for name, page in pages.items()]
        command = [sys.executable, "-m", _PAGE, *paths, str(result.resolve())]
        return subprocess.run(command, check=False).returncode


def _merged(request: Request, warn: Warn) -> Merged:
    paths = (request.base, request.ours, request.theirs)
    try:
        base, ours, theirs = (path.read_bytes() for path in paths)
    except OSError as exc:
        raise FileError(f"{exc.filename}: {exc.strerror}") from exc
    try:
        return merge(base, ours, theirs, options_of(request, warn))
    except NotebookFormatError as exc:
        raise NotebookFormatError(
            f"{request.name}: {exc}", hint="merge it as text, with another tool"
        ) from exc


def _write(folder: Path, name: str, notebook: Mapping[str, Json]) -> Path:
    path = folder / f"{name}.ipynb"
    path.write_text(json.dumps(notebook, indent=1), encoding="utf-8")
    return path
