"""Runs that look for something else than missing names: a `Run` of one's own over the same cells.

They are made only when a rule asks; the run that every check makes stays as fast as it is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from nbjob_clean.record import Record
from nbjob_clean.source.exports import Exports
from nbjob_clean.source.expressions import Expressions
from nbjob_clean.source.flow import Statements
from nbjob_clean.source.names import SourceCell
from nbjob_clean.source.run import Run
from nbjob_clean.source.state import Place, Status
from nbjob_clean.source.syntax import parsed


class Use(Record):
    """A use of a name in a cell (from 0); `definition` is where it was bound, if it was."""

    name: str
    node: ast.Name
    cell: int
    definition: Place | None = None


def unbound_uses(cells: Sequence[SourceCell], names: frozenset[str], exports: Exports) -> list[Use]:
    """The uses of these names, which Python or IPython may know, that no cell has bound before."""
    run = _Unbound(names, exports)
    _execute(run, cells)
    found = [Use(miss.name, miss.node, miss.cell) for miss in run.misses if not miss.is_open]
    bound = {event.name for event in run.module.events if event.binding.status != "deleted"}
    bound.update(name for deferred in run.deferred for name in deferred.facts.stores)
    if not run.is_open:
        found += [
            Use(load.name, load.node, deferred.cell)
            for deferred in run.deferred
            for load in deferred.facts.loads
            if load.name in names and load.name not in bound
        ]
    return _in_order(found)


def doubtful_uses(
    cells: Sequence[SourceCell], known: frozenset[str], exports: Exports
) -> list[Use]:
    """The first use of each name that is bound on some of the paths that lead there."""
    run = _Doubtful(known, exports)
    _execute(run, cells)
    return _in_order(run.found)


class _Unbound(Run):
    def __init__(self, names: frozenset[str], exports: Exports) -> None:
        super().__init__(exports=exports)
        self._watched = names

    def knows(self, name: str) -> bool:
        return name not in self._watched


class _Doubtful(Run):
    def __init__(self, known: frozenset[str], exports: Exports) -> None:
        super().__init__(known, exports)
        self.found: list[Use] = []
        self._seen: set[tuple[str, Place]] = set()
        # What functions and dynamic code may bind is no question of paths.
        self._unseen: set[str] = set()

    def load(self, node: ast.Name) -> None:
        super().load(node)
        binding = self.module.names.get(node.id)
        if binding is None or binding.status != "maybe" or not binding.is_definition:
            return
        is_excused = self.guards or self.is_open
        if is_excused or self._is_local(node.id) or self._is_explained(node.id):
            return
        if (node.id, binding.place) not in self._seen:
            self._seen.add((node.id, binding.place))
            self.found.append(Use(node.id, node, self.cell, binding.place))

    def _is_explained(self, name: str) -> bool:
        return name in self._unseen or name in self.soft or self.knows(name)

    def guard(self, name: str, node: ast.AST) -> None:
        self._unseen.add(name)
        super().guard(name, node)

    def bind_unseen(self, names: Iterable[str], node: ast.AST, *, status: Status = "maybe") -> None:
        names = tuple(names)
        self._unseen.update(names)
        super().bind_unseen(names, node, status=status)


def _execute(run: Run, cells: Sequence[SourceCell]) -> None:
    """Annotations are not looked at, and calls are not followed: what a body does counts late."""
    run.has_late_annotations = True
    statements = Statements(run, Expressions(run))
    for cell in cells:
        tree = parsed(cell.text).tree
        if tree is None:
            continue
        run.cell = cell.index
        statements.execute_cell(tree)


def _in_order(found: Sequence[Use]) -> list[Use]:
    places = {(use.cell, use.node.lineno, use.node.col_offset): use for use in reversed(found)}
    return [places[place] for place in sorted(places)]
