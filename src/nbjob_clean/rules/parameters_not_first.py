"""NBJ007: the parameters cell comes after code that could have used the parameters."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nbjob_clean.notebook.model import Cell
from nbjob_clean.rules.context import Context
from nbjob_clean.rules.production_code import CodeCell, finding_on_cell
from nbjob_clean.rules.rule import Finding, Rule
from nbjob_clean.source.dynamic import terminal_name
from nbjob_clean.source.names import bound_names
from nbjob_clean.source.production import PARAMETERS
from nbjob_clean.source.scope import FUNCTIONS, imported_name


def _find(context: Context) -> Iterator[Finding]:
    found = [cell for cell in context.production if PARAMETERS in cell.tags]
    if not found:
        return
    first = found[0]
    above = (cell for cell in context.production if cell.index < first.index)
    if other := next((cell for cell in above if _binds(cell, context)), None):
        yield finding_on_cell(
            first,
            f"cell {other.number} runs before the parameters of cell {first.number}",
            help_text=f"move this cell above cell {other.number}; imports may stay above it",
            symbol=PARAMETERS,
            other=other,
        )
    for cell in found[1:]:
        yield finding_on_cell(
            cell,
            f"cell {cell.number} is tagged `{PARAMETERS}`, and so is cell {first.number}",
            help_text=f"move its parameters into cell {first.number}, and take the tag off",
            symbol=PARAMETERS,
            other=first,
        )


def _binds(cell: Cell, context: Context) -> bool:
    """Whether a cell runs a query or binds a name otherwise than by an import or a definition."""
    python = context.python.get(cell.index)
    if python is None or python.error is not None:
        return False
    if python.is_sql:
        return True
    imports = (
        node
        for node in CodeCell(cell.index, python).nodes
        if isinstance(node, (ast.Import, ast.ImportFrom))
    )
    imported = {imported_name(alias) for node in imports for alias in node.names}
    imported.update(*map(_defined, CodeCell(cell.index, python).statements))
    is_star = "*" in imported
    return not is_star and not bound_names(python.text) <= imported


def _defined(node: ast.stmt) -> set[str]:
    """A function or class, which knows the parameters when it is called, or a logger."""
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        return {node.name}
    is_logger = isinstance(node, ast.Assign) and terminal_name(node.value) == "getLogger"
    targets = node.targets if isinstance(node, ast.Assign) and is_logger else []
    return {target.id for target in targets if isinstance(target, ast.Name)}


RULE = Rule(
    "NBJ007",
    "parameters-not-first",
    "A production cell above the one tagged `parameters` already defines something, or there is\n"
    "a second such cell. What a run is given takes the place of the parameters where that cell\n"
    "stands: what was computed above it does not know them. Imports, functions and loggers may\n"
    "stand above.",
    _find,
    severity="warning",
)
