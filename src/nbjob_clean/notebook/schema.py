"""The only place that imports nbformat, and only when asked: it costs more than all the rest.

nbformat knows the published schemas and how versions 2 and 3 become version 4.
"""

from __future__ import annotations

import json

from nbjob_clean.errors import NotebookFormatError
from nbjob_clean.notebook.model import Notebook, loads
from nbjob_clean.record import changed


def upgraded(notebook: Notebook) -> Notebook:
    """The notebook as version 4, in memory; itself when it is that already.

    nbformat would make up cell ids; they would differ on every run, so none are added.
    Raises NotebookFormatError where nbformat cannot make sense of it.
    """
    if notebook.nbformat >= 4:
        return notebook
    import nbformat

    try:
        found = nbformat.reads(  # type: ignore[no-untyped-call]
            _complete(notebook), as_version=nbformat.NO_CONVERT
        )
        raw = nbformat.convert(found, 4)  # type: ignore[no-untyped-call]
    except Exception as exc:
        raise NotebookFormatError(
            f"version {notebook.nbformat} cannot be upgraded: {exc}",
            hint="open it in Jupyter and save it as version 4",
        ) from exc
    for cell in raw["cells"]:
        cell.pop("id", None)
    raw["nbformat_minor"] = 4
    return changed(loads(json.dumps(raw).encode()), origin=notebook)


def _complete(notebook: Notebook) -> str:
    """The JSON with the keys that nbformat insists on and old tools left out."""
    raw = json.loads(notebook.text)
    for section in (raw, *raw.setdefault("worksheets", [])):
        section.setdefault("metadata", {})
        if section is not raw:
            section.setdefault("cells", [])
    return json.dumps(raw)


def validation_error(notebook: Notebook) -> str:
    """What the published schema objects to, in one line; empty when the notebook is valid."""
    import nbformat

    try:
        nbformat.validate(json.loads(notebook.text))
    except nbformat.ValidationError as exc:
        place = "/".join(str(part) for part in exc.absolute_path)
        return f"{place or 'notebook'}: {exc.message.splitlines()[0]}"
    return ""
