"""What a job must know of its Python before it runs, read from the syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from nbjob_clean.record import Record
from nbjob_clean.runner.source import syntax_tree

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Literal

    Entry = Literal["script", "function"]


class SqlCall(Record):
    """A `run_sql("file.sql", "cell", name=…)`; `passes_all` where it holds a `**mapping`."""

    file: str
    cell: str
    names: frozenset[str]
    passes_all: bool


def imported_modules(text: str) -> frozenset[str]:
    """The top-level modules that a file may import, wherever in it the statement stands."""
    try:
        return frozenset(_imports(syntax_tree(text)))
    except (SyntaxError, ValueError):  # whoever runs or imports it will say so
        return frozenset()


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def sql_calls(text: str) -> Iterator[SqlCall]:
    """The calls of SQL cells, wherever in a text that compiles they stand."""
    for node in ast.walk(syntax_tree(text)):
        if not isinstance(node, ast.Call) or not _is_name(node.func, "run_sql"):
            continue
        places = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
        if len(places) == 2 and len(node.args) == 2:
            names = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
            passes_all = any(keyword.arg is None for keyword in node.keywords)
            yield SqlCall(str(places[0]), str(places[1]), names, passes_all)


def entry(text: str, modules: Collection[str] = ()) -> Entry:
    """How a hand-written file is run: by its `run` function, where it has one.

    `run(job_input)` is called; `run()` too, unless the file calls it by itself; and one that comes
    from another of the job's own `modules`.
    """
    tree = syntax_tree(text)
    for node in _runs(tree):
        takes = any(_is_job_input(arg) for arg in _arguments(node.args))
        if takes or (not _required(node.args) and not _calls_run(tree)):
            return "function"
    return "function" if _imports_run(tree, modules) else "script"


def _imports_run(tree: ast.Module, modules: Collection[str]) -> bool:
    return not _calls_run(tree) and any(
        isinstance(node, ast.ImportFrom)
        and node.module in modules
        and any((alias.asname or alias.name) == "run" for alias in node.names)
        for node in tree.body
    )


def _is_job_input(arg: ast.arg) -> bool:
    annotation = ast.unparse(arg.annotation).strip("'\"") if arg.annotation else ""
    return arg.arg == "job_input" or annotation.rpartition(".")[2] == "IJobInput"


def _runs(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in tree.body if isinstance(node, functions) and node.name == "run"]


def _arguments(arguments: ast.arguments) -> list[ast.arg]:
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]


def _required(arguments: ast.arguments) -> set[str]:
    positional = [*arguments.posonlyargs, *arguments.args]
    named = {arg.arg for arg in positional[: len(positional) - len(arguments.defaults)]}
    pairs = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return named | {arg.arg for arg, default in pairs if default is None}


def _calls_run(tree: ast.Module) -> bool:
    return any(
        isinstance(inner, ast.Call) and _is_name(inner.func, "run")
        for node in tree.body
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for inner in ast.walk(node)
    )


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
