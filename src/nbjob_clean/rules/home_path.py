"""NBJ306: a path into somebody's home folder, which no other machine has."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.production_code import CodeCell, code_cells, text_of
from nbjob_clean.rules.queries import finding_in, production_queries
from nbjob_clean.rules.rule import Finding, Rule
from nbjob_clean.source.sql_query import Query
from nbjob_clean.source.sql_text import tokens
from nbjob_clean.source.table import words

_PATH = re.compile(
    r"(?:[A-Za-z][\w+.-]*:///?(?=[/A-Za-z]))?"  # file://, sqlite:///
    r"(?:/home/(?!airflow/|hadoop/)[A-Za-z_][\w.@-]*/"  # those of Composer and EMR are production
    r"|/Users/(?!Shared/)[A-Za-z_][\w.@ -]*/"
    r"|/root/[\w.]"
    r"|~/[\w.]"
    r"|(?:/mnt/[a-z]|/[a-z]|[A-Za-z]:)[\\/]+Users[\\/]+(?!Public\b|Default\b)[\w.@ ~-]+[\\/])"
    r"[^\n]*"
)
_PATTERN = re.compile(r"\.[*+?]|[\[\]()|^$<>]")  # a regular expression, or a template
_MENTIONED = re.compile(r"/home/|[/\\]Users[/\\]|/root/|~/")
_QUOTED = r"'([^'\n]+)'"
_READS_FILES = r"(?i)\b(?:select|copy|attach|from|install|load)\b"
_HELP = "write a path relative to the job, or take it as an argument"
# Calls that look at a text, or show it, and open nothing.
_NO_PATHS = words("""
    print startswith endswith replace removeprefix removesuffix split rsplit partition strip lstrip
    rstrip count find index sub match search fullmatch findall iterfind findtext xpath compile
    debug info warning error exception log needs_ipython read_hdf route
    """)


def _find(context: Context) -> Iterator[Finding]:
    for query in production_queries(context):
        yield from _in_query(query)
    for cell in code_cells(context):
        if _MENTIONED.search(cell.python.text):
            yield from _in_cell(cell)


def _in_query(query: Query) -> Iterator[Finding]:
    for token in tokens(query.sql.text):
        text = token.text[1:-1] if token.kind == "string" else ""
        if _PATH.fullmatch(text) and not _PATTERN.search(text):
            yield finding_in(
                query, (token.start, token.end), _message(text, query.cell), help_text=_HELP
            )


def _message(text: str, index: int) -> str:
    where = f"`{_shown(text)}` in cell {index + 1}"
    return f"{where} is in somebody's home: production has no such folder"


def _in_cell(cell: CodeCell) -> Iterator[Finding]:
    excluded = {id(part) for node in cell.nodes for part in _no_paths(node)}
    for node in cell.nodes:
        if id(node) in excluded or not isinstance(node, (ast.Constant, ast.JoinedStr)):
            continue
        text = _start(node)
        if "'" in text:  # as in `SELECT * FROM read_csv('/home/ann/x.csv')`
            quoted = (part for part in re.findall(_QUOTED, text) if _PATH.fullmatch(part))
            text = next(quoted, "") if re.search(_READS_FILES, text) else ""
        if _PATH.fullmatch(text) and not _PATTERN.search(text):
            yield cell.finding(node, _message(text, cell.index), help_text=_HELP)


def _start(node: ast.Constant | ast.JoinedStr) -> str:
    """A string's text; of an f-string what comes before its first hole."""
    if isinstance(node, ast.JoinedStr):
        return text_of(node.values[0]) if node.values else ""
    return text_of(node)


def _no_paths(node: ast.AST) -> Iterator[ast.AST]:
    """The strings in a node that are no paths of their own: text, and parts of other strings."""
    if isinstance(node, ast.JoinedStr):
        yield from node.values
    elif isinstance(node, (ast.Expr, ast.Compare)):
        yield from ast.iter_child_nodes(node)
    elif isinstance(node, ast.Subscript):
        yield node.slice
    elif isinstance(node, ast.keyword) and node.arg == "xpath":
        yield node.value
    elif isinstance(node, ast.Call) and _called(node) in _NO_PATHS:
        yield from node.args


def _called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def _shown(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


RULE = Rule(
    "NBJ306",
    "home-path",
    "A string in a production cell is a path into somebody's home folder (`/home/x/...`,\n"
    "`/Users/x/...`, `C:\\Users\\x\\...`, `~/...`, `/root/...`). The machine that runs the job\n"
    "has no such folder, or another one.",
    _find,
)
