"""Production cells as trees, for the rules on what their code does: each is walked once.

What a name stands for is read from the imports; a name that anything else binds stands for nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from nbjob_clean.notebook.model import Cell
from nbjob_clean.record import Record
from nbjob_clean.rules.context import Context
from nbjob_clean.rules.rule import Finding
from nbjob_clean.source.ipython import PythonCell
from nbjob_clean.source.names import SourceCell
from nbjob_clean.source.scope import imported_name, own_names
from nbjob_clean.source.syntax import character_column, parsed

_IMPORTS = (ast.Import, ast.ImportFrom)


class CodeCell(Record):
    """A production cell in Python that compiles."""

    index: int
    python: PythonCell

    @property
    def nodes(self) -> tuple[ast.AST, ...]:
        return _nodes(self.python.text)

    @property
    def statements(self) -> Sequence[ast.stmt]:
        tree = parsed(self.python.text).tree
        return () if tree is None else tree.body

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in self.nodes if isinstance(node, ast.Call))

    def finding(
        self, node: ast.AST, message: str, *, help_text: str = "", symbol: str = ""
    ) -> Finding:
        """A finding about a part of the cell, at its place in the cell's own text."""
        line, column = self._place(node, "lineno", "col_offset")
        end_line, end_column = self._place(node, "end_lineno", "end_col_offset")
        return Finding(
            message=message,
            cell=self.index + 1,
            line=line,
            column=column,
            end_line=end_line,
            end_column=end_column,
            symbol=symbol,
            help=help_text,
        )

    def _place(self, node: ast.AST, line: str, column: str) -> tuple[int, int]:
        number = getattr(node, line)
        found = character_column(self.python.lines[number - 1], getattr(node, column))
        return number, self.python.cell_column(number, found)


def code_cells(context: Context) -> Iterator[CodeCell]:
    """The production cells in Python, in order. One that does not compile is NBJ001's."""
    for index, python in context.python.items():
        if python.error is None and not python.is_sql:
            yield CodeCell(index, python)


def source_cells(context: Context) -> list[SourceCell]:
    """The production cells as the analysis of names takes them; SQL binds its result."""
    return [
        SourceCell(index, python.text, is_production=True)
        for index, python in context.python.items()
        if python.error is None
    ]


def finding_on_cell(
    cell: Cell, message: str, *, help_text: str = "", symbol: str = "", other: Cell | None = None
) -> Finding:
    """A finding about a cell as a whole: on its first line. `other` is a cell that it names."""
    return Finding(
        message=message,
        cell=cell.number,
        line=1,
        column=1,
        end_line=1,
        end_column=len(cell.lines[0]) + 1,
        symbol=symbol,
        help=help_text,
        other_cell=other.number if other else 0,
        other_line=1 if other else 0,
    )


def origins(context: Context) -> dict[str, str]:
    """What names stand for: `plt` for `matplotlib.pyplot`, where only that import binds it."""
    found: dict[str, str] = {}
    others: set[str] = set()
    for cell in code_cells(context):
        for node in cell.nodes:
            if isinstance(node, _IMPORTS):
                for name, origin in _imported(node):
                    if found.setdefault(name, origin) != origin:
                        others.add(name)
            elif isinstance(node, ast.Name):
                others.update([node.id] if isinstance(node.ctx, ast.Store) else [])
            elif isinstance(node, ast.arg):
                others.add(node.arg)
            else:
                others.update(own_names(node))
    return {name: origin for name, origin in found.items() if name not in others}


def dotted(node: ast.AST, origin: Mapping[str, str]) -> str:
    """`matplotlib.pyplot.show` for `plt.show`; empty for what starts with no imported name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    start = origin.get(node.id) if isinstance(node, ast.Name) else None
    return ".".join([start, *reversed(parts)]) if start else ""


def text_of(node: ast.AST | None) -> str:
    """The string that a literal is; empty for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """What an import binds, and what that is; nobody knows where a relative one leads."""
    for alias in node.names:
        if alias.name == "*":
            continue
        name = imported_name(alias)
        if isinstance(node, ast.ImportFrom):
            yield name, f"{'.' * node.level}{node.module or ''}.{alias.name}"
        else:
            yield name, alias.name if alias.asname else name


@lru_cache(maxsize=512)
def _nodes(text: str) -> tuple[ast.AST, ...]:
    tree = parsed(text).tree
    return () if tree is None else tuple(ast.walk(tree))
