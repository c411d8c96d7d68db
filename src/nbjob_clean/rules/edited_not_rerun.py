"""NBJ206: a production cell was edited since the last commit, and its outputs are the old ones."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping

from nbjob_clean.notebook.model import Cell, Notebook
from nbjob_clean.rules.context import Context
from nbjob_clean.rules.production_code import finding_on_cell
from nbjob_clean.rules.rule import Finding, Rule
from nbjob_clean.source.ipython import to_python
from nbjob_clean.source.production import cell_language
from nbjob_clean.source.sql_text import tokens
from nbjob_clean.source.syntax import parsed


def _find(context: Context) -> Iterator[Finding]:
    committed = context.surroundings.committed
    if committed is None:
        return
    before, now = _by_id(committed), _by_id(context.notebook)
    for cell in context.production:
        old = before.get(cell.id or "")
        if old is None or cell.execution_count is None or now.get(cell.id or "") != cell:
            continue
        language = cell_language(cell, context.notebook)
        is_edited = cell.lines != old.lines and _meaning(cell, language) != _meaning(old, language)
        if is_edited and _is_same_run(cell, old, context.notebook, before):
            yield finding_on_cell(
                cell,
                f"cell {cell.number} was edited after its run as number {cell.execution_count}",
                help_text="run it again, and what depends on it",
            )


def _by_id(notebook: Notebook) -> dict[str, Cell]:
    """The code cells by id, but for those that share one."""
    counts = Counter(cell.id for cell in notebook.cells)
    return {c.id: c for c in notebook.cells if c.id is not None and c.is_code and counts[c.id] == 1}


def _is_same_run(cell: Cell, old: Cell, notebook: Notebook, before: Mapping[str, Cell]) -> bool:
    """Whether what a cell shows is certainly from the run that the last commit has.

    A run in the same session would have given it a higher count. A fresh run from top to bottom
    gives a cell its place as count, so that where the old count is that too, nothing but outputs
    can tell: they have to be there, and all to be the old ones.
    """
    if _state(cell) != _state(old):
        return False
    times = [c.metadata.get("execution") for c in (cell, old)]
    if all(times):
        return times[0] == times[1]
    run = [c for c in notebook.cells if c.is_code and c.source.strip()]
    if cell not in run or cell.execution_count != run.index(cell) + 1:
        return bool(cell.source.strip())
    return bool(cell.outputs) and all(
        (earlier := before.get(c.id or "")) is not None and _state(c) == _state(earlier)
        for c in run
        if c.execution_count is not None
    )


def _state(cell: Cell) -> tuple[object, ...]:
    return cell.execution_count, cell.outputs


def _meaning(cell: Cell, language: str) -> object:
    """What a run depends on: comments and blank space are no reason to run a cell again."""
    python = to_python(cell.source, language)
    tree = parsed(python.text).tree
    if python.sql is not None:
        words = [token.text for token in tokens(python.sql.text)]
        return words, python.sql.connection, python.sql.out, python.sql.options
    is_other_language = any(m.is_cell and m.kind != "transparent" for m in python.magics)
    if tree is None or python.error is not None or is_other_language:
        return cell.source.split()
    # Magics that production leaves out, such as `%timeit`, are no part of the tree.
    return ast.dump(tree), [m.text.split() for m in python.magics if m.kind == "harmless"]


RULE = Rule(
    "NBJ206",
    "edited-not-rerun",
    "The source of a production cell differs from the last commit's, its execution count and its\n"
    "outputs do not: it was edited and not run again, and shows what the old code computed.",
    _find,
    severity="warning",
)
