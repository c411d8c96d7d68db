"""NBJ206: a production cell was edited since the last commit, and its outputs are the old ones."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nbjob_clean.notebook.model import Cell, Notebook
from nbjob_clean.rules.context import Context
from nbjob_clean.rules.production_code import finding_on_cell
from nbjob_clean.rules.rule import Finding, Rule
from nbjob_clean.source.ipython import to_python
from nbjob_clean.source.production import cell_language
from nbjob_clean.source.syntax import parsed


def _find(context: Context) -> Iterator[Finding]:
    committed = context.surroundings.committed
    if committed is None:
        return
    before = {cell.id: cell for cell in committed.cells if cell.id is not None and cell.is_code}
    for cell in context.production:
        old = before.get(cell.id) if cell.id is not None else None
        if old is None or cell.execution_count is None or not cell.source.strip():
            continue
        is_same_run = cell.execution_count == old.execution_count and cell.outputs == old.outputs
        if is_same_run and _does_differ(cell, old, context.notebook):
            yield finding_on_cell(
                cell,
                f"cell {cell.number} was edited after its run as number {cell.execution_count}",
                help_text="run it again, and what depends on it",
            )


def _does_differ(cell: Cell, old: Cell, notebook: Notebook) -> bool:
    """Whether the code does: comments and blank space are no reason to run a cell again."""
    if cell.lines == old.lines:
        return False
    language = cell_language(cell, notebook)
    new_python, old_python = to_python(cell.source, language), to_python(old.source, language)
    if new_python.is_sql or old_python.is_sql or new_python.magics or old_python.magics:
        return cell.source.split() != old.source.split()
    return _dump(new_python.text) != _dump(old_python.text)


def _dump(text: str) -> str:
    tree = parsed(text).tree
    return text if tree is None else ast.dump(tree)


RULE = Rule(
    "NBJ206",
    "edited-not-rerun",
    "The source of a production cell differs from the last commit's, its execution count and its\n"
    "outputs do not: it was edited and not run again, and shows what the old code computed.",
    _find,
    severity="warning",
)
