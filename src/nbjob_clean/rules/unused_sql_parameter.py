"""NBJ405: the parameters cell declares a name that nothing in production reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.reading import reads_of
from nbjob_clean.rules.rule import Finding, Rule
from nbjob_clean.source.ipython import PythonCell
from nbjob_clean.source.production import PARAMETERS
from nbjob_clean.source.syntax import character_column, parsed


def _find(context: Context) -> Iterator[Finding]:
    declared = [cell for cell in context.production if PARAMETERS in cell.tags]
    reads = reads_of(context) if declared else None
    if reads is None or reads.is_open:
        return
    seen: set[str] = set()
    for cell in declared:
        python = context.python.get(cell.index)
        for name in _assigned(python) if python else ():
            if name.id not in reads.names and name.id not in seen and python:
                seen.add(name.id)
                yield _finding(cell.index, name, python)


def _assigned(python: PythonCell) -> Iterator[ast.Name]:
    tree = parsed(python.text).tree
    if python.error is not None or tree is None:
        return
    for node in tree.body:
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AnnAssign):
            targets = [node.target]
        for target in targets:
            if isinstance(target, ast.Name) and not target.id.startswith("_"):
                yield target


def _finding(index: int, name: ast.Name, python: PythonCell) -> Finding:
    column = character_column(python.lines[name.lineno - 1], name.col_offset)
    column = python.cell_column(name.lineno, column)
    return Finding(
        message=f"no production cell reads the parameter `{name.id}`",
        cell=index + 1,
        line=name.lineno,
        column=column,
        end_line=name.lineno,
        end_column=column + len(name.id),
        symbol=name.id,
        help="remove it: whoever passes it to the job believes that it does something",
    )


RULE = Rule(
    "NBJ405",
    "unused-sql-parameter",
    "The cell tagged `parameters` declares a name that no production cell reads, in Python or in\n"
    "SQL. The job takes the argument and does the same with every value of it.",
    _find,
    severity="warning",
)
