"""Which names a notebook's production cells lack: one abstract run over them, in their order.

Only what is certainly missing is reported, with who would define it. Nothing is executed.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from typing import Literal

from nbjob_clean.record import Record, changed
from nbjob_clean.source.exports import ONLY_PYTHON, Exports
from nbjob_clean.source.expressions import Expressions
from nbjob_clean.source.flow import Statements
from nbjob_clean.source.known import KERNEL
from nbjob_clean.source.miss import Deferred, Miss
from nbjob_clean.source.own_lines import may_lack_own
from nbjob_clean.source.protocols import Protocols
from nbjob_clean.source.run import Run
from nbjob_clean.source.scope import FUNCTIONS
from nbjob_clean.source.setters import set_unseen
from nbjob_clean.source.state import Binding, Place
from nbjob_clean.source.syntax import character_column, parsed

# Asked for a name that stands elsewhere, as a text: `name in globals()`, `n in list(dir())`.
_ASKS = re.compile(r"(?<!\bfor )(?<!\w)\w+\s+in\s+(?:\w+\()?(?:globals|locals|vars|dir)\(")
_ALWAYS, _NEVER = Place(-1, 0), Place(sys.maxsize, 0)
Kind = Literal["undefined", "untagged", "later", "deleted", "called-early", "own", "unset"]


class SourceCell(Record):
    """A code cell as Python text. `index` counts from 0 over all cells of the notebook.

    `may_bind` are names that the cell may define unseen: those of a cell that does not compile.
    `has_arguments`: what the cell says of its names may be replaced before a run.
    """

    index: int
    text: str
    is_production: bool
    may_bind: frozenset[str] = frozenset()
    has_arguments: bool = False


class MissingName(Record):
    """A use of a name that is certainly missing. Lines and columns count from 1, in characters.

    `definition` is where the name is defined, or deleted. With `called-early` the place is that
    of the call; `function` is what was called, and `use` is where it uses the name. With `own` the
    name is a variable of the function that it stands in, and with `unset` one of the module that
    only functions bind. With `undefined` the definition is one that nothing gets to; `lacking` is
    the name that it lacks itself, which an untagged cell may define at `lacking_definition`. In
    both, `function` is another one that would bind the name, if it were called.
    """

    kind: Kind
    name: str
    cell: int
    line: int
    column: int
    end_line: int
    end_column: int
    definition: Place | None = None
    function: str = ""
    use: Place | None = None
    lacking: str = ""
    lacking_definition: Place | None = None

    def at(self, line: int, column: int, end_column: int) -> MissingName:
        """The same at another place; one that ends on another line keeps that line."""
        end_line = self.end_line + line - self.line
        return changed(self, line=line, column=column, end_line=end_line, end_column=end_column)


def bound_names(python: str) -> frozenset[str]:
    """The top-level names that a block of Python binds, as far as its text shows."""
    return frozenset(_final_places(python, ONLY_PYTHON))


def reads_global(python: str, name: str) -> bool:
    """Whether code reads a name that is not a variable of the function around it."""
    import symtable

    tables = [symtable.symtable(python, "cell", "exec")]
    while tables:
        table = tables.pop()
        tables += table.get_children()
        if name in table.get_identifiers():
            symbol = table.lookup(name)
            is_global = table.get_type() == "module" or symbol.is_global()
            if is_global and symbol.is_referenced():
                return True
    return False


def missing_names(
    cells: Sequence[SourceCell],
    known: frozenset[str],
    exports: Exports = ONLY_PYTHON,
    others: Callable[[], Iterable[SourceCell]] = tuple,
) -> list[MissingName]:
    """What the production cells lack, in order; `known` are names that exist besides Python's.

    `others` are more cells, without a tag, that are asked for only where something is missing.
    """
    production = [cell for cell in cells if cell.is_production]
    run = _run(production, known, exports)
    if _may_call_early(run, production):
        run = _run(production, known, exports, follows_calls=True)
    misses = [*run.misses, *_late_misses(run)]
    if not misses:
        return []
    judge = _Judge(run, sorted([*cells, *others()], key=lambda cell: cell.index))
    verdicts = [verdict for miss in misses if (verdict := judge.verdict(miss)) is not None]
    # A call that lacks a name twice is one mistake.
    found = {(v.kind, v.name, v.cell, v.line, v.column): v for v in reversed(verdicts)}
    return sorted(found.values(), key=lambda missing: (missing.cell, missing.line, missing.column))


def _run(
    cells: Sequence[SourceCell],
    known: frozenset[str],
    exports: Exports,
    *,
    follows_calls: bool = False,
) -> Run:
    run = Run(known, exports)
    run.has_late_annotations = any(_has_late_annotations(cell.text) for cell in cells)
    run.texts = [cell.text for cell in cells]
    expressions = Expressions(run)
    statements = Statements(run, expressions)
    protocols = Protocols(run, expressions, statements) if follows_calls else None
    for cell in cells:
        tree = parsed(cell.text).tree
        if tree is not None:
            run.cell, run.are_arguments = cell.index, cell.has_arguments
            statements.execute_cell(tree)
    if protocols:
        protocols.finish()
    return run


def _may_call_early(run: Run, cells: Iterable[SourceCell]) -> bool:
    """Whether any body needs a name that is bound below it, or deleted somewhere: only then can
    a call come too early, and it takes a second look to see it.
    """
    if any(
        "eval(" in cell.text or ("global" in cell.text and "del " in cell.text) for cell in cells
    ):
        return True
    nodes = [node for deferred in run.deferred for node in deferred.nodes]
    if any(isinstance(node, FUNCTIONS) and may_lack_own(node) for node in nodes):
        return True
    first: dict[str, Place] = {}
    for name, binding in run.module.events:
        if binding.status == "deleted":
            first[name] = _NEVER
        else:
            first.setdefault(name, binding.place)
    for deferred in run.deferred:  # what a function binds is there once somebody calls it
        for name in deferred.facts.stores:
            first.setdefault(name, _NEVER)
    return any(
        first.get(load.name, _ALWAYS) > Place(deferred.cell, load.node.lineno)
        for deferred in run.deferred
        for load in deferred.facts.loads
    )


def _has_late_annotations(text: str) -> bool:
    """A `__future__` import of one cell holds for all: the sidecar has it at its top."""
    return "__future__" in text and any(
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(alias.name == "annotations" for alias in node.names)
        for node in getattr(parsed(text).tree, "body", ())
    )


def _late_misses(run: Run) -> Iterable[Miss]:
    """Uses in function bodies of names that no cell ever binds, be it before or after."""
    ever = {event.name for event in run.module.events if _is_there(event.binding)}
    ever.update(name for deferred in run.deferred for name in deferred.facts.stores)
    for deferred in run.deferred:
        for node in deferred.facts.counted:
            yield Miss(node.id, node, deferred.cell, is_own=True)
        for load in deferred.facts.loads:
            if load.name not in ever and not run.knows(load.name):
                is_open = run.is_open or load.name in KERNEL
                yield Miss(load.name, load.node, deferred.cell, is_late=True, is_open=is_open)


def _is_there(binding: Binding) -> bool:
    """Whether the name exists from here on; `x += 1` is none of its own, it needs one before."""
    return binding.status == "maybe" or (binding.status == "bound" and binding.is_definition)


@lru_cache(maxsize=512)
def _final_places(text: str, exports: Exports) -> dict[str, tuple[int, int]]:
    """Line and column of the first definition of each name that is still there at the end."""
    run = _run([SourceCell(0, text, is_production=True)], frozenset(), exports)
    places: dict[str, tuple[int, int]] = {}
    for name, binding in run.module.events:
        last = run.module.names.get(name)  # none after a branch that never gets to the end
        is_there = last is not None and last.status != "deleted"
        if is_there and binding.status != "deleted" and binding.is_definition:
            places.setdefault(name, (binding.place.line, binding.place.column))
    return places


def _call_of(functions: Collection[str], text: str) -> tuple[int, int] | None:
    """Line and column of the first call of one of the functions."""
    if not any(f"{name}(" in text for name in functions):
        return None
    calls = (
        part for part in ast.walk(parsed(text).tree or ast.Pass()) if isinstance(part, ast.Call)
    )
    names = (call.func for call in calls if isinstance(call.func, ast.Name))
    return next(((n.lineno, n.col_offset) for n in names if n.id in functions), None)


class _Judge:
    """Decides of what kind a miss is, by who else defines the name."""

    def __init__(self, run: Run, cells: Sequence[SourceCell]) -> None:
        self._cells = cells
        self._exports = run.exports
        self._spans = run.spans
        self._lines = {cell.index: cell.text.split("\n") for cell in cells if cell.is_production}
        self._unseen = frozenset[str]().union(*(c.may_bind for c in cells if c.is_production))
        self._definitions: dict[str, list[Place]] = {}
        self._unreached: dict[str, Place] = {}
        self._hidden = run.hidden
        self._setters: dict[str, list[Deferred]] = {}
        for deferred in run.deferred:
            for name in deferred.facts.stores:
                self._setters.setdefault(name, []).append(deferred)
        text = "\n".join(run.texts)
        self._asks = text if _ASKS.search(text) else ""
        self._set_unseen = set_unseen(run)
        for name, binding in run.module.events:
            is_kept = binding.is_definition and not binding.is_fleeting
            if binding.status != "deleted" and is_kept:
                self._definitions.setdefault(name, []).append(binding.place)
            if binding.is_dead:
                self._unreached.setdefault(name, binding.place)

    def verdict(self, miss: Miss) -> MissingName | None:
        if miss.is_own:
            return self._missing("own", miss)
        if miss.name in self._unseen or (not miss.deleted and miss.name in self._set_unseen):
            return None
        if self._asks and re.search(rf"""["']{re.escape(miss.name)}["']""", self._asks):
            return None
        if miss.site is not None:
            return self._verdict_on_call(miss)
        use = Place(miss.cell, miss.node.lineno, miss.node.col_offset)
        if miss.deleted is not None:
            if miss.is_open and miss.name not in self._definitions:
                return None  # `e` of `except`, which a star import may have brought before
            return self._missing("deleted", miss, miss.deleted)
        later = None
        if not miss.is_late:
            later = self._within(miss.name, use) or self._next_definition(miss.name, use)
        untagged = None if miss.is_argument else self._untagged(miss, use)
        # What the kernel had at this point came from above, whatever is defined below.
        if untagged is not None and (later is None or untagged < use):
            return self._missing("untagged", miss, untagged)
        if later is not None:
            return self._missing("later", miss, later)
        if miss.is_open or miss.is_argument:
            return None
        return self._missing("undefined", miss, self._unreached.get(miss.name))

    def _verdict_on_call(self, miss: Miss) -> MissingName | None:
        """What nobody defines at all is reported where the body uses it."""
        site = miss.site
        if site is None:
            return None
        line, column = getattr(site.node, "lineno", 0), getattr(site.node, "col_offset", 0)
        later = self._next_definition(miss.name, Place(site.cell, line, column))
        definition = miss.deleted or later
        if definition is None and miss.name in self._setters and not miss.is_open:
            untagged = self._untagged(miss, Place(site.cell, line, column))
            return self._missing(
                "untagged" if untagged else "unset", changed(miss, site=None), untagged
            )
        return definition and self._missing("called-early", miss, definition)

    def _within(self, name: str, use: Place) -> Place | None:
        """The class of that name in whose statement a use stands."""
        spans = self._spans.get(name, ())
        starts = (s for s, end in spans if s.cell == use.cell and s.line <= use.line <= end)
        return next(starts, None)

    def _next_definition(self, name: str, use: Place) -> Place | None:
        return next((place for place in self._definitions.get(name, ()) if place > use), None)

    def _untagged(self, miss: Miss, use: Place) -> Place | None:
        return self._untagged_definition(miss.name, use, self._setters_of(miss))

    def _untagged_definition(
        self, name: str, use: Place, setters: Collection[str] = ()
    ) -> Place | None:
        """The nearest untagged cell above that defines the name, or calls one of the functions
        that do, else the first one below.
        """
        places = [
            Place(cell.index, *found)
            for cell in self._cells
            if not cell.is_production
            if (found := self._defined_in(cell, name) or _call_of(setters, cell.text))
        ]
        above = [place for place in places if place < use]
        return above[-1] if above else next(iter(places), None)

    def _defined_in(self, cell: SourceCell, name: str) -> tuple[int, int] | None:
        may_define = name in cell.text or "import *" in cell.text
        return _final_places(cell.text, self._exports).get(name) if may_define else None

    def _missing(self, kind: Kind, miss: Miss, definition: Place | None = None) -> MissingName:
        node: ast.AST = miss.site.node if miss.site else miss.node
        cell = miss.site.cell if miss.site else miss.cell
        start = Place(cell, getattr(node, "lineno", 1), getattr(node, "col_offset", 0))
        lacking = self._hidden.get(definition, "") if definition else ""
        end_line = getattr(node, "end_lineno", None) or start.line
        end = Place(cell, end_line, getattr(node, "end_col_offset", None) or 0)
        return MissingName(
            kind,
            miss.name,
            cell,
            start.line,
            self._column(start),
            end.line,
            self._column(end),
            definition,
            miss.site.function if miss.site else next(iter(self._setters_of(miss)), ""),
            Place(miss.cell, miss.node.lineno, miss.node.col_offset) if miss.site else None,
            lacking,
            self._untagged_definition(lacking, start) if lacking else None,
        )

    def _setters_of(self, miss: Miss) -> list[str]:
        """The functions that bind the name, without the one that it stands in."""
        return [
            name
            for deferred in self._setters.get(miss.name, ())
            for node in deferred.nodes
            if (name := getattr(node, "name", ""))
            and all(part is not miss.node for part in ast.walk(node))
        ]

    def _column(self, place: Place) -> int:
        return character_column(self._lines[place.cell][place.line - 1], place.column)
