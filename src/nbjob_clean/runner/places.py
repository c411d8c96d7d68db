"""From a line of a sidecar to the cell and the line that a person knows it by.

The notebook is read only when a place is asked for, and only if it lies beside its sidecars.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from nbjob_clean.record import Record
from nbjob_clean.runner.job import Step
from nbjob_clean.sidecar.format import Block, Sidecar

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any


class Spot(Record):
    """A line of a job's file; of a cell where the file is a sidecar (`cell` counts from 1)."""

    file: str
    line: int
    notebook: str = ""
    cell: int = 0
    cell_id: str = ""


class Places:
    """Where the lines of a job's sidecars are. Numbers count all cells of a notebook from 1.

    A line that is none of this job's may be one of `others`, which it has called.
    """

    def __init__(
        self, directory: Path, sidecars: Mapping[str, Sidecar], others: Sequence[Places] = ()
    ) -> None:
        self.directory = directory
        self.sidecars = sidecars
        self.others = others
        self._numbers: dict[str, dict[int, int]] = {}  # of each sidecar, by a block's identity
        self._cells: dict[str, list[Any]] = {}  # of each notebook that was read

    def place(self, filename: str, line: int) -> str:
        """`10_etl.ipynb, cell 4, line 2` for a line of a sidecar; empty for any other file."""
        sidecar = self._sidecar(filename)
        if sidecar is None:
            return next((p for other in self.others if (p := other.place(filename, line))), "")
        file = Path(filename).name
        block = _block_at(sidecar, line)
        if block is None:
            return f"{file}, line {line}"
        return f"{sidecar.notebook}, cell {self.cell(file, block)}, line {block.cell_line(line)}"

    def spot(self, filename: str, line: int) -> Spot | None:
        """The place as values; None for a file that lies outside of the job's directory."""
        path = Path(filename)
        sidecar = self._sidecar(filename)
        if sidecar is None:
            found = (other.spot(filename, line) for other in self.others)
            own = Spot(path.name, line) if path.parent == self.directory else None
            return next((spot for spot in found if spot), own)
        block = _block_at(sidecar, line)
        if block is None:
            return Spot(path.name, line)
        return Spot(
            file=path.name,
            line=block.cell_line(line),
            notebook=sidecar.notebook,
            cell=self.cell(path.name, block),
            cell_id=block.id,
        )

    def is_sql_cell(self, filename: str, line: int) -> bool:
        """Whether a line of a `.py` sidecar is the call that emit wrote for a SQL cell."""
        sidecar = self._sidecar(filename)
        block = _block_at(sidecar, line) if sidecar else None
        if filename.endswith(".py") and block is not None:
            return block.kind == "sql"
        return any(other.is_sql_cell(filename, line) for other in self.others)

    def title(self, step: Step) -> str:
        """`10_etl.ipynb cell 4`, or the file of a step that is a whole one."""
        if step.block is None:
            return step.file
        return f"{step.notebook} cell {self.cell(step.file, step.block)}"

    def cell(self, file: str, block: Block) -> int:
        """The number of the cell that a block is, as far as it can be known."""
        file, block = self._caller(file, block)
        if file not in self._numbers:
            sidecar = self.sidecars[file]
            self._numbers[file] = _numbers(sidecar.blocks, self._notebook_cells(sidecar.notebook))
        return self._numbers[file][id(block)]

    def _sidecar(self, filename: str) -> Sidecar | None:
        path = Path(filename)
        return self.sidecars.get(path.name) if path.parent == self.directory else None

    def _caller(self, file: str, block: Block) -> tuple[str, Block]:
        """The block of the `.py` sidecar that runs a block of the `.sql` one; itself for others."""
        if not file.endswith(".sql"):
            return file, block
        notebook = self.sidecars[file].notebook
        call = f"{json.dumps(file, ensure_ascii=False)}, {json.dumps(block.id, ensure_ascii=False)}"
        for name, sidecar in self.sidecars.items():
            if name != file and sidecar.notebook == notebook:
                for other in sidecar.blocks:
                    if other.kind != "markdown" and call in "\n".join(other.lines):
                        return name, other
        return file, block

    def _notebook_cells(self, notebook: str) -> list[Any]:
        if notebook not in self._cells:
            try:
                raw = json.loads((self.directory / notebook).read_bytes())
                self._cells[notebook] = [cell for cell in raw["cells"] if isinstance(cell, dict)]
            except (OSError, ValueError, KeyError, TypeError):  # no notebook, or none to trust
                self._cells[notebook] = []
        return self._cells[notebook]


def _block_at(sidecar: Sidecar, line: int) -> Block | None:
    before = [block for block in sidecar.blocks if block.line < line]
    return before[-1] if before else None


def _numbers(blocks: Sequence[Block], cells: Sequence[Any]) -> dict[int, int]:
    """The cell that each block is. By identity: two blocks may hold the same text.

    By its id, where one cell has it; else the k-th production block is the k-th production cell.
    """
    by_id: dict[object, list[int]] = {}
    for number, cell in enumerate(cells, start=1):
        by_id.setdefault(str(cell.get("id")), []).append(number)
    rest = iter(enumerate(cells, start=1))
    found = {}
    for position, block in enumerate(blocks, start=1):
        number = 0
        if block.kind != "markdown":
            number = next((n for n, cell in rest if _has_tags(cell, block.tags)), 0)
        same = by_id.get(block.id, ()) if block.id else ()
        found[id(block)] = same[0] if len(same) == 1 else number or position
    return found


def _has_tags(cell: Mapping[str, Any], tags: Sequence[str]) -> bool:
    metadata = cell.get("metadata")
    found = metadata.get("tags") if isinstance(metadata, dict) else None
    return cell.get("cell_type") == "code" and isinstance(found, list) and found == list(tags)
