"""What each production cell needs, and from which cell, in the order in which the cells run.

The same analysis as the check's, asked cell by cell; what is shown as wrong is what it finds.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Literal

from nbjob_clean.notebook.model import Notebook
from nbjob_clean.record import Record, changed
from nbjob_clean.source.cells import CodeCell, code_cells
from nbjob_clean.source.names import MissingName, SourceCell, bound_names, missing_names
from nbjob_clean.source.production import PARAMETERS
from nbjob_clean.source.sql_text import parameter_name, tokens
from nbjob_clean.source.syntax import parsed

# `late`: a function uses it when it is called, after the cell below has run.
Origin = Literal["above", "late", "argument", "below", "untagged", "deleted", "nobody"]
_WRONG = frozenset({"below", "untagged", "deleted", "nobody"})
_ORIGINS: dict[str, Origin] = {
    "untagged": "untagged",
    "later": "below",
    "called-early": "below",
    "own": "nobody",
    "unset": "nobody",
    "deleted": "deleted",
    "undefined": "nobody",
}


class Need(Record):
    """A name that a cell takes from elsewhere; `cell` is the number of the cell it comes from, 0
    for what no cell defines.
    """

    name: str
    origin: Origin
    cell: int = 0

    @property
    def is_wrong(self) -> bool:
        """Whether production would not find it here."""
        return self.origin in _WRONG


class CellNeeds(Record):
    """A cell; `step` is its place in the running order, from 1, and 0 for one without a tag."""

    number: int
    step: int
    id: str
    kind: Literal["python", "sql", "parameters"]
    title: str
    needs: tuple[Need, ...] = ()
    defines: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()


def needs_of(
    notebook: Notebook, tags: Sequence[str], builtins: Collection[str] = ()
) -> tuple[CellNeeds, ...]:
    """The production cells, and the untagged cells that they take something from, in file order."""
    cells = code_cells(notebook, tags)
    production = [cell for cell in cells if cell.is_production]
    known = frozenset(builtins)
    wrong = _wrong(cells, known)
    steps = {cell.cell.index: step for step, cell in enumerate(production, start=1)}
    shown = [
        _cell(cell, steps[cell.cell.index], tuple(_needs(cell, production, wrong, known)))
        for cell in production
    ]
    wanted = {need.cell for cell in shown for need in cell.needs if need.origin == "untagged"}
    shown += [_cell(cell, 0, ()) for cell in cells if cell.cell.number in wanted]
    return tuple(sorted(shown, key=lambda cell: cell.number))


def _wrong(cells: Sequence[CodeCell], known: frozenset[str]) -> list[MissingName]:
    return missing_names([cell.as_source() for cell in cells], known)


def _needs(
    cell: CodeCell,
    production: Sequence[CodeCell],
    wrong: Sequence[MissingName],
    known: frozenset[str],
) -> Iterator[Need]:
    """In the order of the text; what is wrong with a name is said instead of where it is from."""
    index = cell.cell.index
    bad = {m.name: m for m in wrong if m.cell == index}
    parameters = _parameters(cell)
    alone = missing_names([*_alone(cell, production)], known)
    found: dict[str, Need] = {}
    for missing in sorted([*alone, *bad.values()], key=lambda m: (m.line, m.column)):
        name = missing.name
        if name in bad:
            found.setdefault(name, _bad(bad[name], is_parameter=name in parameters))
        elif missing.kind == "untagged" and missing.definition is not None:
            origin: Origin = "above" if missing.definition.cell < index else "late"
            found.setdefault(name, Need(name, origin, missing.definition.cell + 1))
    yield from found.values()


def _alone(cell: CodeCell, production: Sequence[CodeCell]) -> Iterator[SourceCell]:
    """The cell as if it were the only production cell: whatever it lacks comes from the others."""
    for other in production:
        yield changed(other.as_source(), is_production=other is cell)


def _bad(missing: MissingName, *, is_parameter: bool) -> Need:
    origin = _ORIGINS[missing.kind]
    if origin == "nobody" and is_parameter:
        return Need(missing.name, "argument")
    return Need(missing.name, origin, missing.definition.cell + 1 if missing.definition else 0)


def _cell(cell: CodeCell, step: int, needs: tuple[Need, ...]) -> CellNeeds:
    source = cell.as_source().text
    parameters = _parameters(cell)
    declared = tuple(_declared(source)) if PARAMETERS in cell.cell.tags else ()
    kind: Literal["python", "sql", "parameters"] = "sql" if cell.python.is_sql else "python"
    return CellNeeds(
        number=cell.cell.number,
        step=step,
        id=cell.cell.id or "",
        kind="parameters" if PARAMETERS in cell.cell.tags else kind,
        title=_title(cell),
        needs=needs,
        defines=_in_order(bound_names(source), source),
        parameters=parameters,
        arguments=declared or tuple(need.name for need in needs if need.origin == "argument"),
    )


def _parameters(cell: CodeCell) -> tuple[str, ...]:
    names = (parameter_name(token) for q in cell.queries for token in tokens(q.sql.text))
    return tuple(dict.fromkeys(name for name in names if name))


def _declared(text: str) -> Iterator[str]:
    tree = parsed(text).tree
    for node in tree.body if tree else ():
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def _in_order(names: Collection[str], text: str) -> tuple[str, ...]:
    """Names in the order in which a text mentions them first."""
    first: dict[str, int] = {}
    for match in re.finditer(r"[^\W\d]\w*", text):
        first.setdefault(match.group(), match.start())
    return tuple(sorted(names, key=lambda name: (first.get(name, len(text)), name)))


def _title(cell: CodeCell) -> str:
    """The first line that says something: no comment, no import where there is more, no `%%sql`."""
    sql = cell.python.sql
    lines = [line.strip() for line in (sql.lines if sql else cell.cell.lines)]
    lines = [line for line in lines if line and not line.startswith(("#", "--", "%%"))]
    telling = [line for line in lines if not line.startswith(("import ", "from ", "@"))]
    return next(iter(telling or lines), "")
