"""NBJ301: a production cell relies on IPython for something that production cannot skip."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.production_code import CodeCell, code_cells
from nbjob_clean.rules.rule import Finding, Rule
from nbjob_clean.source.magic import SQL_MAGICS, Magic
from nbjob_clean.source.sql_cell import sql_options

_SHELL = "run it with `subprocess.run([...], check=True)`"
_INSTALL = "list the package in requirements.txt"
_FOLDER = "write paths out: they are relative to the notebook's folder"
_ENVIRONMENT = "set it with `os.environ[...] = ...`, or where the job is deployed"
_FILE = "write the file with `pathlib.Path.write_text`"
_IMPORT = "put that code into a module and import it"
_CONNECTION = "name the database in [tool.nbjob.databases] or with `--db`"
_HELP = {
    **dict.fromkeys(("!", "!!", "bash", "sh", "script", "sx", "system", "cmd"), _SHELL),
    **dict.fromkeys(("pip", "conda", "mamba", "uv"), _INSTALL),
    **dict.fromkeys(("cd", "pushd", "popd"), _FOLDER),
    **dict.fromkeys(("env", "set_env"), _ENVIRONMENT),
    **dict.fromkeys(("writefile", "file"), _FILE),
    **dict.fromkeys(("run", "load", "macro", "edit", "rerun", "recall"), _IMPORT),
    "store": "save and load the value with `pickle` or as a table",
    "pylab": "import numpy and matplotlib.pyplot",
    **dict.fromkeys(("debug", "reset", "reset_selective", "xdel"), "remove it"),
    "pwd": "use `os.getcwd()`",
    "dotenv": "call `dotenv.load_dotenv()`",
}
_CALLED = {"system": _SHELL, "getoutput": _SHELL}
_INSTALLS = re.compile(r"!+\s*(?:\S+\s+-m\s+)?(?:uv\s+)?(?:pip3?|conda|mamba)\s+install\b")
_UNKNOWN = "nbjob does not know whether production needs it: replace it by Python"


_SAVED = "write the saved query as a WITH clause where it is used"
_FRAME = "write the frame with pandas' `to_sql`, or `CREATE TABLE ... AS` in SQL"
# What is asked of JupySQL beside running the text.
_SQL_HELP = {
    **dict.fromkeys(("with", "no-execute"), _SAVED),
    **dict.fromkeys(("persist", "persist-replace", "append"), _FRAME),
    "interact": "make the value an argument of the job",
    "file": "write the query into the cell",
}


def _find(context: Context) -> Iterator[Finding]:
    for index, python in context.python.items():
        if python.error is not None:
            continue
        lines = context.cell(index).lines
        for magic in python.magics:
            if magic.kind == "needed":
                yield _finding(magic, index, len(lines[magic.line - 1].rstrip()) + 1)
    for cell in code_cells(context):
        if "get_ipython()." in cell.python.text:
            yield from _kernel_calls(cell)


def _kernel_calls(cell: CodeCell) -> Iterator[Finding]:
    """`get_ipython().system("ls")`, where nobody asks first whether there is one."""
    asked = [node for node in cell.nodes if isinstance(node, ast.If) and _asks(node.test)]
    guarded = {id(part) for node in asked for part in ast.walk(node)}
    for node in cell.nodes:
        if isinstance(node, ast.Attribute) and _is_kernel(node.value) and id(node) not in guarded:
            text = f"get_ipython().{node.attr}"
            yield cell.finding(
                node,
                f"`{text}` needs IPython, which production does not have: `get_ipython()` is None",
                help_text=f"{_CALLED.get(node.attr, _UNKNOWN)}; or move it to a cell that is not"
                " tagged",
                symbol="get_ipython",
            )


def _is_kernel(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "get_ipython"


def _asks(test: ast.expr) -> bool:
    return any(isinstance(part, ast.Call) and _is_kernel(part) for part in ast.walk(test))


def _finding(magic: Magic, index: int, end_column: int) -> Finding:
    advice = _HELP.get(magic.name, _UNKNOWN)
    if magic.name in ("!", "!!") and _INSTALLS.match(magic.text):
        advice = _INSTALL
    if magic.name in SQL_MAGICS:
        asked = sql_options(magic.text)
        advice = next((_SQL_HELP[name] for name in asked if name in _SQL_HELP), _CONNECTION)
    return Finding(
        message=f"`{magic.text}` needs IPython, which production does not have",
        cell=index + 1,
        line=magic.line,
        column=magic.column,
        end_line=magic.line,
        end_column=end_column,
        help=f"{advice}; or move it to a cell that is not tagged",
    )


RULE = Rule(
    "NBJ301",
    "side-effect-magic",
    "A production cell uses a magic or a shell command that does something: installs, runs,\n"
    "writes, changes the folder or the environment. Production has no IPython, and leaving it\n"
    "out would change what the job does. Magics that nbjob does not know count too.",
    _find,
)
