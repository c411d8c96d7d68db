"""Which cells are production, and in which language a cell is written."""

from __future__ import annotations

from collections.abc import Iterable

from nbjob_clean.notebook.model import Cell, Notebook

# papermill's name for the cell that holds a notebook's defaults.
PARAMETERS = "parameters"
# Where editors write a cell's language: a section of its metadata and the key in it, or the key.
_LANGUAGES = (
    ("vscode", "languageId"),
    ("polyglot_notebook", "kernelName"),
    ("dotnet_interactive", "language"),
    ("language", ""),
)


def production_cells(notebook: Notebook, tags: Iterable[str]) -> tuple[Cell, ...]:
    """The code cells with one of the tags, in order; with them the `parameters` cell, if any."""
    wanted = frozenset(tags)
    code = [cell for cell in notebook.cells if cell.is_code]
    if not any(wanted.intersection(cell.tags) for cell in code):
        return ()
    wanted |= {PARAMETERS}
    return tuple(cell for cell in code if wanted.intersection(cell.tags))


def cell_language(cell: Cell, notebook: Notebook) -> str:
    """A cell's language in lower case: what its own metadata says, else the notebook's.

    VS Code, Polyglot Notebooks, Snowflake and Azure Data Studio write it; Databricks writes a line
    (see `sql_cell`).
    """
    for section, key in _LANGUAGES:
        value = cell.metadata.get(section)
        value = value.get(key) if key and isinstance(value, dict) else value
        if isinstance(value, str):
            return value.lower()
    return notebook.language
