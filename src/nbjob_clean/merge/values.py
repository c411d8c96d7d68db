"""Three-way merge of JSON values by key. A key that both sides changed stays as ours has it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from nbjob_clean.clean.options import Plan
from nbjob_clean.notebook.splice import REMOVED, Edit, Json, Path
from nbjob_clean.record import Record

Names = tuple[str, ...]


class Disagreement(Record):
    """A place that both sides changed; a side that took it away has `REMOVED`."""

    path: Names
    base: Json
    theirs: Json


class MergedValue(Record):
    value: Json
    disagreements: tuple[Disagreement, ...]


def merge_values(
    base: Json, ours: Json, theirs: Json, *, is_whole: Callable[[Names], bool] = lambda _: False
) -> MergedValue:
    """Merge objects key by key, tags as sets, everything else as a whole.

    What is not there is `REMOVED`. A place for which `is_whole` is true is not looked into.
    """
    found: list[Disagreement] = []
    merger = _Merger(found, is_whole)
    value = merger.merge(base, ours, theirs, ())
    return MergedValue(value, tuple(found))


class _Merger:
    def __init__(self, found: list[Disagreement], is_whole: Callable[[Names], bool]) -> None:
        self._found = found
        self._is_whole = is_whole

    def merge(self, base: Json, ours: Json, theirs: Json, path: Names) -> Json:
        if is_same(ours, theirs) or is_same(base, theirs):
            return ours
        if is_same(base, ours):
            return theirs
        if isinstance(ours, dict) and isinstance(theirs, dict) and not self._is_whole(path):
            return self._by_key(base if isinstance(base, dict) else {}, ours, theirs, path)
        if path and path[-1] == "tags" and _are_tags(ours) and _are_tags(theirs):
            return _united(base if _are_tags(base) else [], ours, theirs)
        self._found.append(Disagreement(path, base, theirs))
        return ours

    def _by_key(
        self,
        base: Mapping[str, Json],
        ours: Mapping[str, Json],
        theirs: Mapping[str, Json],
        path: Names,
    ) -> Json:
        merged = {
            key: self.merge(
                base.get(key, REMOVED),
                ours.get(key, REMOVED),
                theirs.get(key, REMOVED),
                (*path, key),
            )
            for key in dict.fromkeys((*ours, *theirs))
        }
        return {key: value for key, value in merged.items() if value is not REMOVED}


def is_volatile(path: Names, plan: Plan) -> bool:
    """Whether a disagreement is about what cleaning drops: nobody has to decide that."""
    section, *names = path
    prefixes = (".".join(names[:count]) for count in range(1, len(names) + 1))
    return section == "metadata" and any(plan.dropped.get(name) for name in prefixes)


def _are_tags(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(tag, str) for tag in value)


def _united(base: list[str], ours: list[str], theirs: list[str]) -> list[str]:
    """Ours without what theirs removed, then what theirs added."""
    removed = set(base) - set(theirs)
    added = [tag for tag in theirs if tag not in base and tag not in ours]
    return [tag for tag in ours if tag not in removed] + added


def is_same(one: Json, other: Json) -> bool:
    """Whether two JSON values are equal to the letter: 1, 1.0 and true differ, NaN is itself."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(is_same(v, other[k]) for k, v in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    if isinstance(one, float):
        return repr(one) == repr(other)
    return bool(one == other)


def edits_between(path: Path, old: Json, new: Json) -> Iterable[Edit]:
    """The fewest edits that make `old`, which is found at `path`, to `new`."""
    if is_same(old, new):
        return
    if not (isinstance(old, dict) and isinstance(new, dict)):
        yield Edit(path, new)
        return
    for key, value in old.items():
        if key not in new:
            yield Edit((*path, key), REMOVED)
        else:
            yield from edits_between((*path, key), value, new[key])
    for key, value in new.items():
        if key not in old:
            yield Edit((*path, key), value)
