"""NBJ303: a line that works only because IPython takes a bare word for a magic."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.rule import Finding, Rule
from nbjob_clean.source.ipython import PythonCell, to_python
from nbjob_clean.source.names import bound_names
from nbjob_clean.source.syntax import parsed
from nbjob_clean.source.table import words

_INSTALLERS = words("pip conda mamba micromamba uv")
_NAMES = _INSTALLERS | words("""
    autoreload bookmark cat cd config cp debug dhist dirs edit env hist history ldir less lf lk ll
    load load_ext ls lx macro magic man matplotlib mkdir more mv notebook pdb pfile pinfo popd
    precision prun psearch psource pushd pwd pycat pylab quickref recall rehashx reload_ext rerun
    reset reset_selective rm rmdir run save sc set_env store sx system time timeit unalias
    unload_ext who who_ls whos xdel xmode
    """)
_INSTALL = "list the package in requirements.txt"
# What follows the word: nothing, or blanks and something that starts an argument, not an operator.
_LINE = re.compile(r"\s*(?P<word>[a-z]\w*)(?P<rest>\s+(?:[\w.~$\"'{]|[-/*](?=[^\s=])).*|\s*)")


def _find(context: Context) -> Iterator[Finding]:
    for index, python in context.python.items():
        for line in _lines(index, python, context):
            text = context.cell(index).lines[line - 1].rstrip()
            match = _LINE.fullmatch(text)
            if match and match["word"] in _NAMES and not _is_bound(match["word"], context):
                yield _finding(index, line, text, match["word"])


def _lines(index: int, python: PythonCell, context: Context) -> Iterator[int]:
    """Lines that Python refuses, or that are a statement which begins with an undefined name."""
    if python.error is not None:
        yield python.error.line
        return
    for missing in context.missing:
        is_magic = missing.kind == "undefined" and missing.name in _NAMES
        if missing.cell == index and is_magic and _is_statement(python, missing.line):
            yield missing.line


def _is_statement(python: PythonCell, line: int) -> bool:
    tree = parsed(python.text).tree
    return tree is not None and any(
        isinstance(node, ast.Expr) and node.lineno == line == node.end_lineno for node in tree.body
    )


def _is_bound(name: str, context: Context) -> bool:
    """Whether any cell binds the name: then IPython would not take it for a magic either."""
    if name in context.builtins:
        return True
    code = (cell for cell in context.notebook.cells if cell.is_code and name in cell.source)
    return any(name in bound_names(to_python(cell.source).text) for cell in code)


def _finding(index: int, line: int, text: str, word: str) -> Finding:
    instead = _INSTALL if word in _INSTALLERS else "write it in Python"
    return Finding(
        message=f"`{text.strip()}` works only with IPython's automagic, and production has none",
        cell=index + 1,
        line=line,
        column=len(text) - len(text.lstrip()) + 1,
        end_line=line,
        end_column=len(text) + 1,
        symbol=word,
        help=f"{instead}, or move it to a cell that is not tagged",
    )


RULE = Rule(
    "NBJ303",
    "automagic",
    "A line of a production cell is no Python: IPython runs it as a magic because its first word\n"
    "is a magic's name (`pip install x`, `ls`, `cd /srv`). Without IPython it is a syntax error\n"
    "or a name that does not exist.",
    _find,
)
