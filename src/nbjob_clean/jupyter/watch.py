"""Hidden state as a kernel sees it: what ran, in which order, from which text.

Only what is certain is said. The page is the notebook as saved: it may lag behind the editor, so
a cell that is not on it, or was saved before it ran, proves nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from nbjob_clean.notebook.model import Notebook
from nbjob_clean.record import Record, changed
from nbjob_clean.source.cells import with_plain_reads
from nbjob_clean.source.ipython import to_python
from nbjob_clean.source.names import SourceCell, bound_names, missing_names
from nbjob_clean.source.production import PARAMETERS, production_cells


class PageCell(Record):
    """A code cell of the saved notebook. `number` counts all cells from 1."""

    number: int
    id: str
    source: str
    is_production: bool
    is_parameters: bool = False


class Page(Record):
    """A notebook as saved, `saved` seconds after the epoch."""

    cells: tuple[PageCell, ...]
    saved: float = 0.0

    @property
    def arguments(self) -> frozenset[str]:
        """The names of the notebook's arguments: what its `parameters` cells set."""
        cells = [cell for cell in self.cells if cell.is_parameters]
        return frozenset().union(*(_names(cell.source).binds for cell in cells))

    def find(self, id: str, source: str) -> PageCell | None:  # noqa: A002 - nbformat's word
        """A cell by its id; where the frontend has ids of its own (VS Code), by its text."""
        for cell in self.cells:
            if id and cell.id == id:
                return cell
        same = [cell for cell in self.cells if cell.source == source]
        return same[0] if len(same) == 1 else None


class Execution(Record):
    """A cell that is run: `key` is what the frontend calls it, `order` counts executions."""

    key: str
    source: str
    is_production: bool
    order: int = 0
    time: float = 0.0
    number: int = 0


class _Names(Record):
    needs: frozenset[str]
    binds: frozenset[str]


def page_of(notebook: Notebook, tags: Collection[str], saved: float) -> Page:
    production = {cell.index for cell in production_cells(notebook, tags)}
    return Page(
        tuple(
            PageCell(
                cell.number,
                cell.id or "",
                cell.source,
                is_production=cell.index in production,
                is_parameters=PARAMETERS in cell.tags,
            )
            for cell in notebook.cells
            if cell.is_code
        ),
        saved,
    )


class Watch:
    """The executions of one kernel. Each finding is said once, until the cell runs without it."""

    def __init__(self) -> None:
        self._last: dict[str, Execution] = {}  # by key
        self._owners: dict[str, Execution] = {}  # of each name, who bound it last
        self._deleted: set[str] = set()
        self._said: dict[str, set[str]] = {}
        self._count = 0

    def run(self, execution: Execution, page: Page | None, deleted: Iterable[str] = ()) -> str:
        """Note an execution that is about to begin; one line of warning, empty where all is well.

        `deleted` are the keys of cells that were removed since the last execution.
        """
        self._count += 1
        self._deleted.update(deleted)
        self._deleted.discard(execution.key)
        place = page.find(execution.key, execution.source) if page else None
        is_production = execution.is_production or bool(place and place.is_production)
        number = place.number if place else 0
        now = changed(execution, order=self._count, is_production=is_production, number=number)
        names = _names(execution.source)
        warning = next(self._new(now, self._findings(now, names, page, place)), "")
        self._last[now.key] = now
        self._owners.update(dict.fromkeys(names.binds, now))
        return warning

    def _new(self, now: Execution, findings: Iterable[str]) -> Iterator[str]:
        found = list(findings) if now.is_production else []
        before = self._said.get(now.key, set())
        self._said[now.key] = set(found)
        subject = f"cell {now.number}" if now.number else "this cell"
        for finding in found:
            if finding not in before:
                yield f"{subject} {finding}"

    def _findings(
        self, now: Execution, names: _Names, page: Page | None, place: PageCell | None
    ) -> Iterator[str]:
        yield from self._origins(now, names, page)
        if page and place:
            yield from self._order(page, place)

    def _origins(self, now: Execution, names: _Names, page: Page | None) -> Iterator[str]:
        """Names that production will not have: of a deleted cell, or of one without the tag."""
        for name in sorted(names.needs):
            owner = self._owners.get(name)
            if owner is None or owner.key == now.key:
                continue
            if owner.key in self._deleted:
                yield f"uses `{name}`, which only a deleted cell has defined"
            elif not owner.is_production and not self._is_tagged_now(owner, page):
                where = f"cell {owner.number}" if owner.number else "a cell"
                yield f"uses `{name}` of {where} without the tag: production will not have it"

    def _is_tagged_now(self, owner: Execution, page: Page | None) -> bool:
        found = page.find(owner.key, owner.source) if page else None
        return bool(found and found.is_production)

    def _order(self, page: Page, place: PageCell) -> Iterator[str]:
        """The production cells above have to have run, in their order, from the text they have."""
        above = [cell for cell in page.cells if cell.is_production and cell.number < place.number]
        before: Execution | None = None
        for cell in above:
            ran = self._ran(cell)
            if ran is None:
                yield f"runs before cell {cell.number} above it"
                return
            if ran.source != cell.source and page.saved > ran.time:
                yield f"runs on cell {cell.number} as it was before an edit: run that one again"
                return
            if before and before.order > ran.order:
                yield (
                    f"is out of order: cell {cell.number} ran before cell {before.number},"
                    " which stands above it"
                )
                return
            before = changed(ran, number=cell.number)
        below = (cell for cell in page.cells if cell.is_production and cell.number > place.number)
        late = next((cell for cell in below if self._ran(cell)), None)
        if late:
            yield f"is out of order: cell {late.number} below it has run already"

    def _ran(self, cell: PageCell) -> Execution | None:
        """The last execution of a cell of the page."""
        found = self._last.get(cell.id)
        if found:
            return found
        same = [ran for ran in self._last.values() if ran.source == cell.source]
        return max(same, key=lambda ran: ran.order) if same else None


def _names(source: str) -> _Names:
    python = to_python(source)
    if python.error is not None:
        return _Names(frozenset(), frozenset())
    text = with_plain_reads(python)
    missing = missing_names([SourceCell(0, text, is_production=True)], frozenset())
    return _Names(frozenset(m.name for m in missing), frozenset(bound_names(text)))
