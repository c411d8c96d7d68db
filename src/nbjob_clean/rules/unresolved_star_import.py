"""NBJ107: a star import of a module whose names are not known: what is missing may hide there."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.production_code import code_cells
from nbjob_clean.rules.rule import Finding, Rule


def _find(context: Context) -> Iterator[Finding]:
    for cell in code_cells(context):
        if "*" not in cell.python.text:
            continue
        for node in cell.nodes:
            if not isinstance(node, ast.ImportFrom) or node.names[0].name != "*":
                continue
            module = "." * node.level + (node.module or "")
            if context.exports.of(module) is None:
                yield cell.finding(
                    node,
                    f"nobody can see what `from {module} import *` binds: from cell"
                    f" {cell.index + 1} on, no name is reported as undefined",
                    help_text="import the names that are used, or the module",
                    symbol=module,
                )


RULE = Rule(
    "NBJ107",
    "unresolved-star-import",
    "A production cell imports everything from a module that is neither Python's own nor lies\n"
    "beside the notebook, or that makes its names as it runs. Any name may come from there, so\n"
    "that NBJ101 keeps silent behind it.",
    _find,
    severity="note",
    is_default=False,
)
