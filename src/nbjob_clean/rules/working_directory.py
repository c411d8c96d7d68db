"""NBJ307: a production cell changes the folder, or where modules are looked for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.production_code import CodeCell, code_cells, dotted, origins, text_of
from nbjob_clean.rules.rule import Finding, Rule

_MENTIONED = re.compile(r"chdir\b|sys\b.*\bpath\b|path\s*\.\s*(?:append|extend|insert)\b")
_CHDIR = frozenset({"os.chdir", "os.fchdir"})
_ADDS = frozenset({"sys.path.append", "sys.path.extend", "sys.path.insert"})
_ABSOLUTE = re.compile(r"(?:/|~|[A-Za-z]:[\\/]|\\\\).*")


def _find(context: Context) -> Iterator[Finding]:
    cells = [cell for cell in code_cells(context) if _MENTIONED.search(cell.python.text)]
    if not cells:
        return
    origin = origins(context)
    for cell in cells:
        for call in cell.calls():
            name = dotted(call.func, origin)
            if name in _CHDIR:
                yield _chdir(cell, call)
            elif name in _ADDS and call.args and (folder := _absolute(call.args[-1])):
                yield _added(cell, call, folder)
        for node in cell.nodes:
            is_added = isinstance(node, ast.AugAssign) and dotted(node.target, origin) == "sys.path"
            if isinstance(node, ast.AugAssign) and is_added and (folder := _absolute(node.value)):
                yield _added(cell, node, folder)


def _chdir(cell: CodeCell, call: ast.Call) -> Finding:
    return cell.finding(
        call,
        f"cell {cell.index + 1} changes the folder for itself and for every step behind it",
        help_text="write paths out: `pathlib.Path(folder) / name`",
    )


def _absolute(node: ast.expr) -> str:
    """The absolute path that a literal is, or the first one that is written out in a list."""
    parts = node.elts if isinstance(node, (ast.List, ast.Tuple)) else [node]
    return next((text for part in parts if _ABSOLUTE.fullmatch(text := text_of(part))), "")


def _added(cell: CodeCell, node: ast.AST, folder: str) -> Finding:
    return cell.finding(
        node,
        f"cell {cell.index + 1} imports from `{folder}`, which is on this machine alone",
        help_text="put the module beside the notebook, or its package into requirements.txt",
    )


RULE = Rule(
    "NBJ307",
    "working-directory",
    "A production cell calls `os.chdir`, or puts an absolute path on `sys.path`. The folder is\n"
    "shared by all steps of a job, and an absolute path is one machine's.",
    _find,
    severity="warning",
)
