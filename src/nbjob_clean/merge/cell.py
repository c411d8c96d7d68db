"""Three-way merge of one cell: source as text, metadata by key, a run as a whole."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from nbjob_clean.clean.metadata import removals
from nbjob_clean.clean.options import DEFAULTS
from nbjob_clean.merge.runs import RUN, merge_run
from nbjob_clean.merge.text import Marks, TextMerge
from nbjob_clean.merge.values import Disagreement, is_same, is_volatile, merge_values
from nbjob_clean.notebook.model import Cell
from nbjob_clean.notebook.splice import REMOVED, Edit, Json, apply
from nbjob_clean.record import Record, changed

CONFLICTS = "nbjob-conflicts"  # the metadata that holds theirs' values; NBJ008 refuses it

_FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)
_APART = frozenset({"source", "id", *RUN})


class Pair(Record):
    """A cell that both sides have; `base` is None where both added it."""

    base: Cell | None
    ours: Cell
    theirs: Cell


class Sides(Record):
    """What is left to decide, as each version would have it; None where that has no such cell."""

    base: Mapping[str, Json] | None
    ours: Mapping[str, Json] | None
    theirs: Mapping[str, Json] | None


class MergedCell(Record):
    """A cell's JSON, and in words what is left to decide."""

    value: Mapping[str, Json]
    conflicts: tuple[str, ...] = ()
    sides: Sides | None = None


def merge_cell(cell: Pair, merge_text: TextMerge, marks: Marks) -> MergedCell:
    """Merge a cell that both sides have."""
    base, ours, theirs = (side.raw if side else {} for side in (cell.base, cell.ours, cell.theirs))
    if is_same(ours, theirs) or is_same(base, theirs):
        return MergedCell(ours)
    if is_same(base, ours):
        return MergedCell(theirs)
    before = cell.base.source if cell.base else ""
    texts = (before, cell.ours.source, cell.theirs.source)
    text = merge_text(*texts, marks.labels)
    if text.is_conflict and cell.ours.kind == "markdown" and _FENCE.search(text.text):
        text = marks.whole(*texts, marks.labels)  # marks in a code block would be an example
    rest = merge_values(_rest(base), _rest(ours), _rest(theirs))
    found = [d for d in rest.disagreements if not is_volatile(d.path, DEFAULTS.cell_metadata)]
    run = merge_run(cell.base, cell.ours, cell.theirs, text.text)
    value = {**rest.value, "source": _source(cell, text.text), **run}
    identifier = merge_values(*(side.get("id", REMOVED) for side in (base, ours, theirs))).value
    if identifier is not REMOVED:
        value["id"] = identifier
    value, misplaced = _as_its_kind(value)
    conflicts = [_edited_lines(marks.lines(text.text))] if text.is_conflict else []
    conflicts += map(said_of, (*found, *misplaced))
    if not conflicts:
        return MergedCell(value)
    sides = _sides(cell, value, found, is_source_left=text.is_conflict)
    return MergedCell(with_theirs(value, [*found, *misplaced]), tuple(conflicts), sides)


def sides_of(value: Mapping[str, Json], disagreements: Sequence[Disagreement]) -> Sides:
    """A merged value as each version would have it where they disagree."""
    base = apply(value, [Edit(d.path, d.base) for d in disagreements])
    theirs = apply(value, [Edit(d.path, d.theirs) for d in disagreements])
    return Sides(base, value, theirs)


class Survivor(Record):
    """A cell that one side edited and the other deleted."""

    base: Cell
    found: Cell
    is_ours: bool


def kept_cell(cell: Survivor, merge_text: TextMerge, marks: Marks) -> MergedCell:
    """A cell that one side deleted: all of it between marks."""
    labels, deleted = marks.labels, " (deleted this cell)"
    if cell.is_ours:
        labels = changed(labels, theirs=labels.theirs + deleted)
        words = f"edited by {marks.labels.ours}, deleted by {marks.labels.theirs}"
    else:
        labels = changed(labels, ours=labels.ours + deleted)
        words = f"deleted by {marks.labels.ours}, edited by {marks.labels.theirs}"
    texts = (cell.found.source, "") if cell.is_ours else ("", cell.found.source)
    merged = merge_text(cell.base.source, *texts, labels)
    # Where only metadata was edited, the text alone is no conflict.
    text = merged.text if merged.is_conflict else changed(marks, labels=labels).around(*texts)
    source = as_found(text.removesuffix("\n"), cell.found)
    sides = Sides(
        cell.base.raw, *((cell.found.raw, None) if cell.is_ours else (None, cell.found.raw))
    )
    return MergedCell({**cell.found.raw, "source": source}, (words,), sides)


def is_edited(cell: Cell, base: Cell) -> bool:
    """Whether a person changed the cell: anything but a run and what a run leaves behind."""
    return not is_same(_essence(cell), _essence(base))


def as_found(text: str, cell: Cell) -> Json:
    """A source in the form in which the cell has its own: a string, or a list of lines."""
    return text.splitlines(keepends=True) if isinstance(cell.raw.get("source"), list) else text


def source_of(value: Mapping[str, Json]) -> str:
    """The source in a cell's JSON, as text."""
    source = value.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def with_theirs(
    owner: Mapping[str, Json], disagreements: Sequence[Disagreement]
) -> Mapping[str, Json]:
    """A cell or a notebook whose metadata tells what theirs has where ours stayed."""
    if not disagreements:
        return owner
    metadata = owner.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    earlier = metadata.get(CONFLICTS)
    told = [
        {"path": list(d.path)} | ({} if d.theirs is REMOVED else {"theirs": d.theirs})
        for d in disagreements
    ]
    told = (earlier if isinstance(earlier, list) else []) + told
    return {**owner, "metadata": {**metadata, CONFLICTS: told}}


def said_of(disagreement: Disagreement) -> str:
    """A disagreement in words."""
    name = ".".join(disagreement.path).replace("metadata.", "metadata ", 1)
    return f"both sides changed {name}; theirs is in metadata {CONFLICTS}"


def _rest(raw: Mapping[str, Json]) -> dict[str, Json]:
    return {key: value for key, value in raw.items() if key not in _APART}


def _essence(cell: Cell) -> dict[str, Json]:
    """The cell without runs, its id, and the form in which its source is written."""
    edits = removals(("metadata",), cell.raw.get("metadata"), DEFAULTS.cell_metadata)
    return {**_rest(apply(cell.raw, edits)), "source": cell.source}


def _sides(
    cell: Pair,
    value: Mapping[str, Json],
    disagreements: Sequence[Disagreement],
    *,
    is_source_left: bool,
) -> Sides:
    def side(found: Cell | None, merged: Mapping[str, Json] | None) -> Mapping[str, Json] | None:
        if found is None or merged is None:
            return None
        source = {"source": as_found(found.source, cell.ours)} if is_source_left else {}
        return _as_its_kind({**merged, **source})[0]

    sides = sides_of(value, disagreements)
    return Sides(
        side(cell.base, sides.base), side(cell.ours, sides.ours), side(cell.theirs, sides.theirs)
    )


def _source(cell: Pair, text: str) -> Json:
    """The source as one of the sides has it written, where the text is that side's."""
    for side in (cell.ours, cell.theirs):
        if text == side.source:
            return side.raw.get("source", "")
    return as_found(text, cell.ours)


def _as_its_kind(value: dict[str, Json]) -> tuple[dict[str, Json], list[Disagreement]]:
    """The members that nbformat demands of a cell of this type, without those it forbids."""
    if value.get("cell_type") != "code":
        return {key: member for key, member in value.items() if key not in RUN}, []
    value = {"outputs": [], "execution_count": None, **value}
    if "attachments" not in value:
        return value, []
    attachments = value.pop("attachments")
    return value, [Disagreement(("attachments",), REMOVED, attachments)] if attachments else []


def _edited_lines(lines: Sequence[int]) -> str:
    plural = "s" if len(lines) > 1 else ""
    return f"both sides edited line{plural} {', '.join(map(str, lines))}"
