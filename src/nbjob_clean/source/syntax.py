"""Python text to a tree, or to the one problem that keeps it from compiling. Nothing is run.

`ast.parse` alone accepts a `return` outside a function, a late `global` and much else that only
the compiler refuses, so both are asked.
"""

from __future__ import annotations

import ast
import re
import warnings
from functools import lru_cache

from nbjob_clean.record import Record

TOP_LEVEL_AWAIT = "top-level await needs a kernel"
_NO_WARNINGS = ("ignore", None, Warning, None, 0)  # as `simplefilter("ignore")` leaves it
_TOO_DEEP = "nested too deeply for Python"


class SyntaxProblem(Record):
    """What is wrong, in Python's words, and where; columns are characters, the end is exclusive."""

    message: str
    line: int
    column: int
    end_line: int
    end_column: int


class Parsed(Record):
    """A tree that compiles, or the problem; both where a kernel would run it, with its `await`."""

    tree: ast.Module | None
    problem: SyntaxProblem | None


def syntax_tree(text: str) -> ast.Module:
    """What `ast.parse` gives and raises, without its warnings: here nobody wrote that text anew."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes: their own rule, if ever
        return ast.parse(text)


@lru_cache(maxsize=512)
def parsed(text: str) -> Parsed:
    """The tree of a block of Python. It is shared: nobody may change it."""
    if warnings.filters[:1] == [_NO_WARNINGS]:
        return _parsed(text)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes: their own rule, if ever
        return _parsed(text)


def _parsed(text: str) -> Parsed:
    try:
        tree = ast.parse(text)
    except SyntaxError as exc:
        return Parsed(None, _problem(exc, text, in_bytes=False))
    except (ValueError, RecursionError, MemoryError, OverflowError) as exc:
        return Parsed(None, _unreadable(exc))
    problem = _compile_problem(tree, text) if _may_not_compile(text) else None
    is_tree = problem is None or problem.message == TOP_LEVEL_AWAIT
    return Parsed(tree if is_tree else None, problem)


def _may_not_compile(text: str) -> bool:
    """Whether text that parses may still be refused: half the cells hold nothing that could be.

    What Python's compiler refuses beyond its parser is about these words, about starred targets
    and about a keyword given twice to one call.
    """
    if any(map(text.__contains__, _WORDS)) and _REFUSABLE.search(text):
        return True
    keywords = _KEYWORD.findall(text) if text.count("=") > 1 else ()
    return len(keywords) != len(set(keywords))


_REFUSABLE = re.compile(
    r"\b(?:return|yield|await|async|break|continue|nonlocal|global|__future__|__debug__|def|lambda"
    r"|class|except|case|type)\b|:=|(?:^|[=,(\[{:;]|\bin\b|\bfor\b|\bas\b)\s*\*",
    re.MULTILINE,
)
# What a text has to hold for the search to be worth its time.
_WORDS = (
    "return", "yield", "await", "async", "break", "continue", "nonlocal", "global", "__future__",
    "__debug__", "def", "lambda", "class", "except", "case", "type", ":=", "*",
)  # fmt: skip
_KEYWORD = re.compile(r"[(,]\s*([^\W\d]\w*)\s*=(?!=)")


def character_column(line: str, byte_offset: int) -> int:
    """The column in characters, from 1, of a UTF-8 offset, from 0, as `ast` counts."""
    if line.isascii():
        return byte_offset + 1
    head = line.encode("utf-8", "surrogatepass")[:byte_offset]
    return len(head.decode("utf-8", "ignore")) + 1


def _compile_problem(tree: ast.Module, text: str) -> SyntaxProblem | None:
    try:
        compile(tree, "<cell>", "exec", dont_inherit=True)
    except SyntaxError as exc:
        problem = _problem(exc, text, in_bytes=True)
    except (ValueError, RecursionError, MemoryError, OverflowError) as exc:
        return _unreadable(exc)
    else:
        return None
    if _compiles_with_await(tree):
        return SyntaxProblem(
            TOP_LEVEL_AWAIT, problem.line, problem.column, problem.end_line, problem.end_column
        )
    return problem


def _compiles_with_await(tree: ast.Module) -> bool:
    try:
        compile(tree, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except SyntaxError:
        return False
    return True


def _problem(exc: SyntaxError, text: str, *, in_bytes: bool) -> SyntaxProblem:
    lines = text.split("\n")
    line = min(max(exc.lineno or 1, 1), len(lines))
    end_line = min(max(exc.end_lineno or line, line), len(lines))
    column = _column(lines[line - 1], exc.offset, in_bytes=in_bytes)
    end_column = _column(lines[end_line - 1], exc.end_offset, in_bytes=in_bytes)
    if end_line == line:
        end_column = max(end_column, column)
    return SyntaxProblem(exc.msg, line, column, end_line, end_column)


def _column(line: str, offset: int | None, *, in_bytes: bool) -> int:
    column = max(offset or 1, 1)
    if in_bytes:
        column = character_column(line, column - 1)
    return min(column, len(line) + 1)


def _unreadable(exc: Exception) -> SyntaxProblem:
    message = str(exc) if isinstance(exc, ValueError) else _TOO_DEEP
    return SyntaxProblem(message, 1, 1, 1, 1)
