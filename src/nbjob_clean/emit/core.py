"""From a notebook's production cells to the text of its sidecars: values in, bytes out."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import PurePath

from nbjob_clean.errors import SidecarError
from nbjob_clean.notebook.model import Cell, Notebook
from nbjob_clean.record import Record, changed
from nbjob_clean.sidecar.format import Block, Sidecar, render
from nbjob_clean.sidecar.sql import is_terminated, parameters, pasted_names
from nbjob_clean.source.ipython import PythonCell, to_python
from nbjob_clean.source.names import bound_names, reads_global
from nbjob_clean.source.production import cell_language, production_cells
from nbjob_clean.source.sql_cell import SqlCell
from nbjob_clean.source.syntax import syntax_tree
from nbjob_clean.source.written import comment

_MODULE = "nbjob_clean.runner"
_RUN_SQL = "run_sql"
# What `nbjob_clean.runner` has for sidecars: two stand for what a kernel would have provided.
_PACKAGE = "nbjob_clean"
_JOB_INPUT = "job_input"
_PROVIDED = ("display", "get_ipython", "needs_ipython", _RUN_SQL)
_SQL_MARKER = re.compile(r"--\s*%%")


def sidecar_names(notebook_name: str) -> tuple[str, str]:
    """The names that a notebook's sidecars have: `10_etl.py`, `10_etl.sql`."""
    stem = PurePath(notebook_name).stem
    return f"{stem}.py", f"{stem}.sql"


class Emitted(Record):
    """The sidecars by name, and for each block of each the index of the cell that it is."""

    files: dict[str, bytes]
    cells: dict[str, tuple[int, ...]]


def emit_sidecars(notebook: Notebook, name: str, *, tags: Collection[str]) -> dict[str, bytes]:
    """File name -> bytes of the sidecars of a version 4 notebook named `name`.

    Empty for a notebook without production cells. Raises SidecarError for SQL that is no format 1.
    """
    return emitted(notebook, name, tags=tags).files


def emitted(notebook: Notebook, name: str, *, tags: Collection[str]) -> Emitted:
    """As `emit_sidecars`, with the cell that each block comes from."""
    production = production_cells(notebook, tags)
    if not production:
        return Emitted({}, {})
    if len(name.splitlines()) != 1:
        raise SidecarError(f"{name!r} cannot be written into a sidecar", hint="rename the notebook")
    draft = _Draft(sidecar_names(name)[1])
    chosen = {cell.index for cell in production}
    for cell in notebook.cells[: production[-1].index + 1]:
        if cell.index in chosen:
            draft.add(cell, notebook)
        elif cell.kind == "markdown":
            draft.add_markdown(cell)
    return _rendered(draft, name)


def _rendered(draft: _Draft, name: str) -> Emitted:
    py_name, sql_name = sidecar_names(name)
    found = {}
    cells = {py_name: tuple(draft.python_cells), sql_name: tuple(draft.sql_cells)}
    if draft.has_python:
        py = Sidecar(
            notebook=name,
            suffix=".py",
            blocks=tuple(_commented(block, "#") for block in draft.python),
            preamble=tuple(draft.preamble()),
        )
        found[py_name] = render(py)
    if draft.sql:
        blocks = draft.sql if draft.has_python else draft.sql_with_markdown()
        if not draft.has_python:
            cells[sql_name] = cells[py_name]
        found[sql_name] = render(Sidecar(notebook=name, suffix=".sql", blocks=tuple(blocks)))
    files = {key: text.encode("utf-8", "backslashreplace") for key, text in found.items()}
    return Emitted(files, {key: cells[key] for key in files})


def _commented(block: Block, sign: str) -> Block:
    """A markdown block as comments; everything else as it is."""
    if block.kind != "markdown":
        return block
    return changed(block, lines=tuple(comment(line, sign) for line in block.lines))


class _Draft:
    """The two sidecars of one notebook while its cells are gone through in order."""

    def __init__(self, sql_name: str) -> None:
        self.python: list[Block] = []
        self.python_cells: list[int] = []
        self.sql: list[Block] = []
        self.sql_cells: list[int] = []
        self.has_python = False
        self._sql_name = sql_name
        self._bound: set[str] = set()
        self._future: list[str] = []

    def preamble(self) -> Iterator[str]:
        """The imports that the blocks need, where any do; `__future__` has to come first."""
        yield from dict.fromkeys(self._future)
        text = "\n".join(line for block in self.python for line in block.lines)
        used = [name for name in _PROVIDED if re.search(rf"(?<![\w.]){name}\(", text)]
        used = [name for name in used if name not in self._bound]
        if _JOB_INPUT in text and _JOB_INPUT not in self._bound and self._reads_job_input():
            yield f"from {_PACKAGE} import {_JOB_INPUT}"
        if used:
            yield f"from {_MODULE} import {', '.join(used)}"

    def _reads_job_input(self) -> bool:
        """Whether a cell takes it from outside; a function may have an argument of this name."""
        return any(
            block.kind == "code" and reads_global("\n".join(block.lines), _JOB_INPUT)
            for block in self.python
        )

    def sql_with_markdown(self) -> Iterator[Block]:
        """The blocks of a notebook of SQL cells alone, whose markdown has no other place."""
        queries = iter(self.sql)
        for block in self.python:
            if block.kind == "markdown":
                yield changed(_commented(block, "--"), first_line=2)
            else:
                yield next(queries)

    def add_markdown(self, cell: Cell) -> None:
        self.python_cells.append(cell.index)
        self.python.append(
            Block(kind="markdown", lines=tuple(trimmed(cell.lines)), id=cell.id or "")
        )

    def add(self, cell: Cell, notebook: Notebook) -> None:
        self.python_cells.append(cell.index)
        translated = to_python(cell.source, cell_language(cell, notebook))
        if translated.sql is not None:
            self._add_sql(cell, translated.sql)
            return
        self.has_python = True
        lines = self._with_sql_lines(cell, translated)
        lines = self._without_future_imports(lines)
        self._bound |= bound_names(translated.text)
        self.python.append(
            Block(kind="code", lines=tuple(trimmed(lines)), id=cell.id or "", tags=cell.tags)
        )

    def _add_sql(self, cell: Cell, query: SqlCell) -> None:
        call = self._call(cell, query, query.out, self._identifier(cell.id or ""))
        self.python.append(
            Block(kind="sql", lines=(call,), id=self.sql[-1].id, tags=cell.tags, out=query.out)
        )

    def _call(self, cell: Cell, query: SqlCell, target: str, identifier: str) -> str:
        """Add the query to the `.sql` and return the line of Python that runs it."""
        _require_no_marker(cell, query)
        self.sql_cells.append(cell.index)
        self.sql.append(
            Block(
                kind="sql",
                lines=tuple(terminated(query.lines)),
                id=identifier,
                tags=cell.tags,
                connection=query.connection,
                out=target if target.isidentifier() else "",
                style="vdk" if query.is_vdk and pasted_names(query.text) else "",
                first_line=query.first_line,
            )
        )
        passed = [f"{name}={name}" for name in parameters(query.text) if name in self._bound]
        call = f"{_RUN_SQL}({', '.join((_quoted(self._sql_name), _quoted(identifier), *passed))})"
        self._bound.add(target)
        return f"{target} = {call}" if target else call

    def _with_sql_lines(self, cell: Cell, translated: PythonCell) -> list[str]:
        """`%sql` lines become calls; all others are as translated."""
        lines = list(translated.lines)
        for magic in translated.magics:
            if magic.sql is not None:
                self._bound |= _bound_above(translated.text, magic.line)
                name = f"{cell.id}-{magic.line}" if cell.id else ""
                target = magic.target or magic.sql.out
                call = self._call(cell, magic.sql, target, self._identifier(name))
                lines[magic.line - 1] = magic.indent + call
        return lines

    def _without_future_imports(self, lines: Sequence[str]) -> list[str]:
        """`from __future__` has to open the file: it moves to the preamble, its line stays."""
        kept = list(lines)
        for node in syntax_tree("\n".join(lines)).body:
            if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                names = ", ".join(sorted(alias.name for alias in node.names))
                self._future.append(f"from __future__ import {names}")
                for number in range(node.lineno - 1, node.end_lineno or node.lineno):
                    kept[number] = f"pass  # {kept[number]}"
        return kept

    def _identifier(self, wanted: str) -> str:
        """The cell's id, or the number of the query in a notebook without ids; never twice."""
        taken = {block.id for block in self.sql}
        base = wanted or f"sql-{len(self.sql) + 1}"
        identifier, number = base, 1
        while identifier in taken:
            number += 1
            identifier = f"{base}-{number}"
        return identifier


def _bound_above(text: str, line: int) -> set[str]:
    """The names that a cell binds above one of its lines, in whatever block."""
    found = set()
    for node in ast.walk(syntax_tree(text)):
        if getattr(node, "lineno", line) < line:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.add(node.id)
            elif isinstance(node, ast.arg):
                found.add(node.arg)
    return found


def _require_no_marker(cell: Cell, query: SqlCell) -> None:
    for number, line in enumerate(query.lines, start=query.first_line):
        if _SQL_MARKER.match(line):
            raise SidecarError(
                f"cell {cell.number}, line {number}: `{line.strip()}` would start a new cell",
                hint="reword that comment",
            )


def terminated(lines: Sequence[str]) -> list[str]:
    """The lines with a semicolon at their end: behind a comment it would be part of it."""
    kept = trimmed(lines)
    if not kept or is_terminated("\n".join(kept)):
        return kept
    if "--" in kept[-1]:
        return [*kept, ";"]
    return [*kept[:-1], kept[-1].rstrip() + ";"]


def trimmed(lines: Sequence[str]) -> list[str]:
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return list(lines[:end])


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
