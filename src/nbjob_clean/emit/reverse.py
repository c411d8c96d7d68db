"""From sidecars that were edited back to the notebook: into the right cells, or not at all.

A line of a block that is as it was emitted stands for the cell's own line, whatever that is; only
lines that differ are taken over. Emitting the result has to give the edited sidecars again, else
nothing is given back.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from pathlib import PurePath

from nbjob_clean.emit.core import Emitted, emitted, trimmed
from nbjob_clean.emit.invert import code_lines, markdown_lines, same_calls, sql_lines
from nbjob_clean.errors import SidecarError
from nbjob_clean.notebook.model import Cell, Notebook
from nbjob_clean.notebook.resource import source_lines, with_sources
from nbjob_clean.record import changed
from nbjob_clean.sidecar.format import Block, Sidecar, parse
from nbjob_clean.source.ipython import to_python
from nbjob_clean.source.production import cell_language

_RUN_SQL = "run_sql("
_HOW_TO_ADD = "add, remove and move cells in the notebook, then `nbjob emit`"


def reverse(
    notebook: Notebook,
    name: str,
    edited: Mapping[str, bytes],
    *,
    tags: Collection[str],
    known: Sequence[Mapping[str, bytes]] = (),
) -> Notebook:
    """The notebook with what was edited in its sidecars; itself where nothing was.

    `known` are versions of the sidecars that were emitted earlier: a cell that is one of these in
    the sidecar and none in the notebook was changed there, and stays. Raises SidecarError, with
    the line of the sidecar, for an edit that cannot be said in the notebook.
    """
    before = emitted(notebook, name, tags=tags)
    given = {file: _parsed(file, data) for file, data in edited.items()}
    for file, sidecar in given.items():
        _require_same_cells(file, sidecar, before)
    old = {file: _parsed(file, data) for file, data in before.files.items()}
    wanted = {
        file: changed(
            sidecar,
            blocks=tuple(
                _merged(
                    file, sidecar, old[file], [_parsed(file, k[file]) for k in known if file in k]
                )
            ),
        )
        for file, sidecar in given.items()
    }
    result = with_sources(notebook, _sources(notebook, before, old, wanted))
    _verify(emitted(result, name, tags=tags), old, wanted)
    return result


def _parsed(file: str, data: bytes) -> Sidecar:
    text = data.decode("utf-8-sig", "surrogateescape").replace("\r\n", "\n").replace("\r", "\n")
    try:
        return parse(text, suffix=PurePath(file).suffix)
    except (ValueError, IndexError) as exc:
        raise SidecarError(f"{file}: a marker cannot be read: {exc}") from exc
    except SidecarError as exc:
        raise SidecarError(f"{file}: {exc}", hint=exc.hint) from exc


def _require_same_cells(file: str, sidecar: Sidecar, before: Emitted) -> None:
    """The markers are the notebook's to change: cells, their order, tags and names."""
    if file not in before.files:
        raise SidecarError(f"{file}: the notebook gives no such sidecar", hint=_HOW_TO_ADD)
    blocks = _parsed(file, before.files[file]).blocks
    matcher = difflib.SequenceMatcher(
        None, [_head(b) for b in blocks], [_head(b) for b in sidecar.blocks], autojunk=False
    )
    for action, old, _, new, new_end in matcher.get_opcodes():
        if action == "equal":
            continue
        if new < new_end:
            line = sidecar.blocks[new].line
            raise SidecarError(
                f"{file}:{line}: the notebook has no cell with this marker here", hint=_HOW_TO_ADD
            )
        lost = blocks[old]
        line = sidecar.blocks[new].line if new < len(sidecar.blocks) else 0
        place = f"{file}:{line}" if line else f"{file}, at its end"
        which = f"id={lost.id}" if lost.id else f"number {before.cells[file][old] + 1}"
        raise SidecarError(f"{place}: the cell {which} is missing", hint=_HOW_TO_ADD)


def _head(block: Block) -> Block:
    return changed(block, lines=(), line=0)


def _merged(file: str, given: Sidecar, old: Sidecar, known: Sequence[Sidecar]) -> list[Block]:
    """The blocks as edited; those that the notebook alone has changed since, as it has them."""
    found = []
    for position, (block, fresh) in enumerate(zip(given.blocks, old.blocks, strict=True)):
        block = changed(block, lines=tuple(same_calls(block.lines, fresh.lines)))
        versions = {lines for k in known if (lines := _lines_in(k, fresh, position)) is not None}
        is_ours, is_theirs = fresh.lines in versions, block.lines in versions
        if block.lines != fresh.lines and versions and is_ours == is_theirs:
            was = "is one of two earlier versions" if is_ours else "was changed"
            raise SidecarError(
                f"{file}:{block.line}: this cell {was} here and in the notebook",
                hint="bring both into the notebook by hand, or `nbjob emit --reverse --force` to"
                " take the sidecar's",
            )
        found.append(changed(block, lines=fresh.lines) if is_theirs else block)
    return found


def _lines_in(sidecar: Sidecar, wanted: Block, position: int) -> tuple[str, ...] | None:
    """The lines of a cell in another version: by its id, else where it has as many cells."""
    if wanted.id:
        return next((b.lines for b in sidecar.blocks if _key(b) == _key(wanted)), None)
    there = sidecar.blocks[position : position + 1]
    return there[0].lines if there and _key(there[0]) == _key(wanted) else None


def _key(block: Block) -> tuple[str, str]:
    return block.kind, block.id


def _sources(
    notebook: Notebook, before: Emitted, old: Mapping[str, Sidecar], wanted: Mapping[str, Sidecar]
) -> dict[int, str]:
    """The new sources of the cells whose blocks differ; the `.py` first, which may move lines."""
    drafts: dict[int, _Draft] = {}
    for file, sidecar in sorted(wanted.items()):
        pairs = zip(before.cells[file], old[file].blocks, sidecar.blocks, strict=True)
        for index, fresh, block in pairs:
            if fresh.lines != block.lines:
                draft = drafts.setdefault(index, _Draft(notebook.cells[index], notebook))
                draft.take(fresh, block, file)
    found = {index: draft.source() for index, draft in drafts.items()}
    return {n: source for n, source in found.items() if source != notebook.cells[n].source}


class _Draft:
    """The source of one cell while edits are put into it."""

    def __init__(self, cell: Cell, notebook: Notebook) -> None:
        self._lines, self._ends = source_lines(cell.source)
        self._newline = next((end for end in self._ends if end), "\n")
        self._moved = list(range(len(self._lines)))  # where each line of the cell is now
        self._python = to_python(cell.source, cell_language(cell, notebook))
        self._is_sql = self._python.sql is not None

    def take(self, old: Block, new: Block, file: str) -> None:
        if old.kind == "sql" and file.endswith(".py"):
            return  # the call that runs the query: the check at the end knows what it may be
        if old.kind == "sql":
            start, query = self._query(old)
            source = self._lines[start : start + len(query)]
            lines = sql_lines(query, new.lines, source)
            if not self._is_sql and lines is not None and len(lines) != 1:
                lines = None
        else:
            start, source = 0, self._lines[: len(old.lines)]
            lines = (
                markdown_lines(old.lines, new.lines, source, "#" if file[-1] == "y" else "--")
                if old.kind == "markdown"
                else code_lines(old.lines, new.lines, source)
            )
        if lines is None:
            raise SidecarError(
                f"{file}:{_first_difference(old, new)}: the notebook cannot say this",
                hint="what stands for IPython syntax or markdown is edited in the notebook",
            )
        self._put(start, len(source), lines, source)

    def _query(self, block: Block) -> tuple[int, list[str]]:
        """Where the query of a block starts now, and its lines as `emit` read them."""
        start = block.first_line - 1
        if self._python.sql is not None:
            return start, trimmed(self._python.sql.lines)
        magic = next(m for m in self._python.magics if m.line == block.first_line and m.sql)
        return self._moved[start], trimmed(magic.sql.lines if magic.sql else ())

    def source(self) -> str:
        pairs = zip(self._lines, self._ends, strict=True)
        return "".join(line + end for line, end in pairs)

    def _put(self, start: int, count: int, lines: Sequence[str], source: Sequence[str]) -> None:
        """Lines in the place of others; the last keeps the end that the last had."""
        ends = self._ends[start : start + count]
        matcher = difflib.SequenceMatcher(None, source, lines, autojunk=False)
        new_ends = [self._newline] * len(lines)
        for block in matcher.get_matching_blocks():
            for step in range(block.size):
                new_ends[block.b + step] = ends[block.a + step] or self._newline
                self._moved[start + block.a + step] = start + block.b + step
        if lines:
            new_ends[-1] = ends[-1] if ends else ""
        if start and lines and not self._ends[start - 1]:
            self._ends[start - 1] = self._newline
        self._lines[start : start + count] = lines
        self._ends[start : start + count] = new_ends


def _first_difference(old: Block, new: Block) -> int:
    """The line of the sidecar that differs first."""
    pairs = enumerate(zip(old.lines, new.lines, strict=False))
    step = next((n for n, (one, other) in pairs if one != other), None)
    return new.line + 1 + (min(len(old.lines), len(new.lines)) if step is None else step)


def _verify(result: Emitted, old: Mapping[str, Sidecar], wanted: Mapping[str, Sidecar]) -> None:
    """What the notebook gives now is what is wanted, but for calls that follow from the rest."""
    for file, sidecar in wanted.items():
        given = _parsed(file, result.files[file]) if file in result.files else None
        blocks = given.blocks if given else ()
        if len(blocks) != len(sidecar.blocks):
            raise SidecarError(
                f"{file}: with this edit its cells would be others", hint=_HOW_TO_ADD
            )
        for block, fresh, before in zip(sidecar.blocks, blocks, old[file].blocks, strict=True):
            follows = {line for line in before.lines if _RUN_SQL in line}
            if not _is_same(block.lines, fresh.lines, follows):
                line = _first_difference(fresh, block)
                raise SidecarError(
                    f"{file}:{line}: the notebook would not give this line again",
                    hint="make this change in the notebook; nothing was written",
                )
        preambles = (given.preamble if given else (), old[file].preamble)
        if not any(_is_same_preamble(sidecar.preamble, lines) for lines in preambles):
            raise SidecarError(
                f"{file}:3: the imports above the first cell are generated",
                hint="import in a cell; nothing was written",
            )


def _is_same(wanted: Sequence[str], fresh: Sequence[str], follows: Collection[str]) -> bool:
    return len(wanted) == len(fresh) and all(
        one == other or (one in follows and _RUN_SQL in other)
        for one, other in zip(wanted, fresh, strict=True)
    )


def _is_same_preamble(wanted: Sequence[str], given: Sequence[str]) -> bool:
    return [line for line in wanted if line.strip()] == [line for line in given if line.strip()]
