"""Which members of a metadata mapping go: a walk along the names that a plan knows."""

from __future__ import annotations

from nbjob_clean.clean.options import Plan
from nbjob_clean.notebook.splice import REMOVED, Edit, Json, Path


def removals(path: Path, found: Json, plan: Plan) -> list[Edit]:
    """Edits that take away what the plan drops of `found`, which stands at `path`.

    A mapping that is left empty goes too, unless the plan says that it stays.
    """
    if not found or not isinstance(found, dict):
        return []
    return _removals(path, found, plan, "", is_dropped=plan.drops_rest)


def _removals(
    path: Path, found: dict[str, Json], plan: Plan, prefix: str, *, is_dropped: bool
) -> list[Edit]:
    edits: list[Edit] = []
    for key, value in found.items():
        name = prefix + key
        goes = plan.dropped.get(name, is_dropped)
        if not goes and name not in plan.inner:
            continue
        place = (*path, key)
        if name in plan.inner and isinstance(value, dict) and value:
            inside = _removals(place, value, plan, f"{name}.", is_dropped=goes)
            is_empty = name not in plan.hollow and _removes_all(inside, place, value)
            edits += [Edit(place, REMOVED)] if is_empty else inside
        elif goes and name in plan.hollow and isinstance(value, dict):
            edits += [Edit(place, {})] if value else []
        elif goes:
            edits.append(Edit(place, REMOVED))
    return edits


def _removes_all(edits: list[Edit], path: Path, found: dict[str, Json]) -> bool:
    gone = [edit for edit in edits if edit.value is REMOVED and len(edit.path) == len(path) + 1]
    return len(gone) == len(found)
