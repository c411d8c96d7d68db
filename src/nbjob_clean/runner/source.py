"""Python source, read but not run: the code object, and what a job must know beforehand."""

from __future__ import annotations
import __future__

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Literal

    Entry = Literal["script", "function"]
FUTURE_FLAGS = 0
for _feature in __future__.all_feature_names:
    FUTURE_FLAGS |= getattr(__future__, _feature).compiler_flag


@dataclass(frozen=True, slots=True)
class SqlCall:
    """A `run_sql("file.sql", "cell", name=…)`; `passes_all` where it holds a `**mapping`."""

    file: str
    cell: str
    names: frozenset[str]
    passes_all: bool
    line: int


@dataclass(frozen=True, slots=True)
class Program:
    """A piece of Python that compiles. Lines count within the file it is part of."""

    tree: ast.Module
    code: CodeType

    @property
    def flags(self) -> int:
        """The `from __future__` features that hold at its end."""
        return self.code.co_flags & FUTURE_FLAGS

    def sql_calls(self) -> tuple[SqlCall, ...]:
        return tuple(_sql_calls(self.tree))

    def entry(self) -> Entry:
        """How a hand-written file is run: by its `run` function, where it has one."""
        return _entry(self.tree)

    def run_takes_job_input(self) -> bool:
        """Whether the `run` of a file whose entry it is wants the `job_input`."""
        return any("job_input" in _names(node.args) for node in _runs(self.tree))


def compiled(text: str, filename: str, *, line: int = 1, flags: int = 0) -> Program:
    """Compile text that stands at `line` of a file, with `__future__` features already on.

    Raises SyntaxError (and ValueError for a NUL byte) with the place in that file.
    """
    padded = "\n" * (line - 1) + text
    # dont_inherit: this module's own `from __future__` is not the job's.
    tree = compile(padded, filename, "exec", flags | ast.PyCF_ONLY_AST, dont_inherit=True)
    return Program(tree, compile(tree, filename, "exec", flags, dont_inherit=True))


def imported_modules(text: str) -> frozenset[str]:
    """The top-level modules that a file may import, wherever in it the statement stands."""
    try:
        return frozenset(_imports(ast.parse(text)))
    except (SyntaxError, ValueError):  # whoever runs or imports it will say so
        return frozenset()


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def _sql_calls(tree: ast.Module) -> Iterator[SqlCall]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not _is_name(node.func, "run_sql"):
            continue
        places = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
        if len(places) == 2 and len(node.args) == 2:
            names = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
            passes_all = any(keyword.arg is None for keyword in node.keywords)
            yield SqlCall(str(places[0]), str(places[1]), names, passes_all, node.lineno)


def _entry(tree: ast.Module) -> Entry:
    """`run(job_input)` is called; `run()` too, unless the file calls it by itself."""
    for node in _runs(tree):
        required = _required(node.args)
        if required == {"job_input"} or (not required and not _calls_run(tree)):
            return "function"
    return "script"


def _runs(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in tree.body if isinstance(node, functions) and node.name == "run"]


def _names(arguments: ast.arguments) -> set[str]:
    return {arg.arg for arg in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}


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
