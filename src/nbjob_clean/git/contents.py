"""What can be wrong inside the notebooks that git holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from nbjob_clean.errors import NotebookFormatError
from nbjob_clean.git.clone import Clone
from nbjob_clean.git.problem import Problem, quoted, some
from nbjob_clean.git.staged import Staged, dirty_notebooks
from nbjob_clean.notebook.model import Notebook, loads

_MARKER = re.compile(rb"^<{7} ", re.MULTILINE)  # no line of JSON starts like that
_IN_SOURCE = re.compile(rb'(?:"|\\n)<{7} ')
_PAIRED = re.compile(r"\.?py(:.*)?")  # no folder, prefix or suffix: the sidecar's own name
_JUPYTEXT_FILES = ("jupytext.toml", ".jupytext.toml", "pyproject.toml")
_FORMATS = re.compile(r"^formats\s*=\s*[\"']([^\"']*)[\"']", re.MULTILINE)


def in_conflict(clone: Clone) -> Iterator[Problem]:
    """A merge that is not finished, and one that was thought to be."""
    if clone.unmerged:
        names = [clone.shown(name) for name in clone.unmerged]
        yield Problem(
            f"{some(names)}: in conflict, a merge is not finished",
            f"take out the markers (`nbjob check` finds them), then: git add {quoted(names)}",
        )
    found = [n for n, staged in clone.staged.items() if _has_markers(staged.data)]
    found += [n for n, data in clone.modified.items() if n not in found and _has_markers(data)]
    if found:
        names = [clone.shown(name) for name in found]
        yield Problem(
            f"{some(names)}: merge markers were left in",
            f"take out what this names: nbjob check {quoted(names)}",
        )


def _has_markers(data: bytes) -> bool:
    if _MARKER.search(data):
        return True
    if not _IN_SOURCE.search(data):
        return False
    notebook = _read(data)
    return notebook is not None and any(
        cell.is_code and _is_conflict(cell.lines) for cell in notebook.cells
    )


def _is_conflict(lines: list[str]) -> bool:
    return any(line.startswith("<<<<<<< ") for line in lines) and any(
        line.startswith(">>>>>>> ") for line in lines
    )


def not_clean(clone: Clone) -> Iterator[Problem]:
    """Notebooks that were committed with outputs: git calls them modified for ever."""
    ours = [s for s in clone.staged.values() if clone.of(s.name, "filter") == "nbjob"]
    found = dirty_notebooks(clone.root, ours)
    if found:
        yield Problem(
            f"{some(map(clone.shown, found))}: not clean in git, which shows them as modified, and"
            " checkout, merge and stash refuse",
            'git add --renormalize ":/*.ipynb" && git commit -m "Notebooks without outputs"',
        )


def paired(clone: Clone) -> Iterator[Problem]:
    """jupytext writes the text side of a pair where the sidecar stands."""
    if not clone.uses_nbjob:
        return
    for name, staged in clone.staged.items():
        notebook = _job(clone, staged) if b'"jupytext"' in staged.data else None
        if notebook and _pairs(_formats(notebook.metadata)):
            shown = clone.shown(name)
            script = shown.removesuffix(".ipynb") + ".py"
            yield Problem(
                f"{shown}: jupytext pairs it with {script}, which is the sidecar's name",
                f"delete {script}, then: jupytext --set-formats ipynb {quoted([shown])}",
            )
    for file in _JUPYTEXT_FILES:
        text = clone.text(file)
        if file == "pyproject.toml":
            text = text.partition("[tool.jupytext]")[2].partition("\n[")[0]
        stated = _FORMATS.search(text)
        is_pair = stated is not None and _pairs(stated[1])
        if is_pair and any(_job(clone, staged) for staged in clone.staged.values()):
            yield Problem(
                f"{file}: jupytext pairs notebooks with .py files of the sidecars' names",
                'give the pairs another folder there: formats = "ipynb,paired//py:percent"',
            )


def _job(clone: Clone, staged: Staged) -> Notebook | None:
    """The notebook where it has production cells, so that there is a sidecar."""
    notebook = _read(staged.data)
    tags = clone.configs.of(clone.root / staged.name).tags
    cells = notebook.cells if notebook else ()
    return notebook if any(set(tags).intersection(cell.tags) for cell in cells) else None


def _formats(metadata: Mapping[str, Any]) -> str:
    pairing = metadata.get("jupytext")
    formats = pairing.get("formats") if isinstance(pairing, dict) else None
    return formats if isinstance(formats, str) else ""


def _pairs(formats: str) -> bool:
    return any(_PAIRED.fullmatch(part.strip()) for part in formats.split(","))


def _read(data: bytes) -> Notebook | None:
    try:
        return loads(data)
    except NotebookFormatError:
        return None  # `nbjob check` tells
