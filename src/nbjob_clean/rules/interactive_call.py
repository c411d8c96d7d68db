"""NBJ305: a production cell waits for somebody to type: `input()`, `breakpoint()`, a debugger."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.production_code import (
    CodeCell,
    code_cells,
    dotted,
    origins,
    source_cells,
)
from nbjob_clean.rules.rule import Finding, Rule
from nbjob_clean.source.table import words
from nbjob_clean.source.watch import unbound_uses

_BUILTINS = frozenset({"input", "breakpoint"})
_ASKING = words("input getpass.getpass pwinput.pwinput click.prompt click.confirm")
_DEBUGGING = words("""
    breakpoint code.interact IPython.embed IPython.terminal.embed.embed
    IPython.start_ipython IPython.core.debugger.set_trace
    ipdb.set_trace ipdb.post_mortem ipdb.pm
    pdb.set_trace pdb.post_mortem pdb.pm pdb.breakpoint
    pudb.set_trace web_pdb.set_trace remote_pdb.set_trace
    """)
_BUILTIN_CALL = re.compile(r"\b(?:input|breakpoint)\s*\(")
_MODULE_IMPORT = re.compile(
    r"\bimport\b.*\b(?:getpass|pwinput|click|code|IPython|i?pdb|pudb|web_pdb|remote_pdb)\b"
    r"|\bfrom\s+(?:getpass|pwinput|click|code|IPython|i?pdb|pudb|web_pdb|remote_pdb)\b"
)
_MENTIONED = re.compile(
    r"(?:input|breakpoint|pm)\s*\(|embed\b|getpass|pwinput|click\b|interact\b|start_ipython"
    r"|set_trace|post_mortem"
)


def _find(context: Context) -> Iterator[Finding]:
    cells = [cell for cell in code_cells(context) if _MENTIONED.search(cell.python.text)]
    if not cells:
        return
    texts = [cell.python.text for cell in code_cells(context)]
    has_builtin = any(map(_BUILTIN_CALL.search, texts))
    has_module = any(map(_MODULE_IMPORT.search, texts))
    origin = origins(context) if has_module else {}
    builtin = _builtin_uses(context) if has_builtin else {}
    for cell in cells:
        for call in cell.calls():
            name = dotted(call.func, origin) or builtin.get(_place(cell, call.func), "")
            if name in _ASKING:
                yield _finding(cell, call, name, "take the value as an argument of the job")
            elif name in _DEBUGGING:
                yield _finding(cell, call, name, "remove it")


def _builtin_uses(context: Context) -> Mapping[tuple[int, int, int], str]:
    """Where `input` and `breakpoint` are Python's own, not names that the notebook binds."""
    uses = unbound_uses(source_cells(context), _BUILTINS - context.builtins, context.exports)
    return {(use.cell, use.node.lineno, use.node.col_offset): use.name for use in uses}


def _place(cell: CodeCell, node: ast.expr) -> tuple[int, int, int]:
    return (cell.index, node.lineno, node.col_offset) if isinstance(node, ast.Name) else (-1, 0, 0)


def _finding(cell: CodeCell, call: ast.Call, name: str, instead: str) -> Finding:
    written = ast.unparse(call.func)
    return cell.finding(
        call,
        f"`{written}()` in cell {cell.index + 1} waits for somebody to type, and nobody will",
        help_text=f"{instead}, or move it to a cell that is not tagged",
        symbol=name,
    )


RULE = Rule(
    "NBJ305",
    "interactive-call",
    "A production cell asks its user (`input()`, `getpass()`) or stops in a debugger. Nobody sits\n"
    "in front of a job: it fails there, or waits until it is killed.",
    _find,
)
