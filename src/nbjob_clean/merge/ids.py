"""Cell ids: there where they must be, and none of them twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zlib import crc32

from nbjob_clean.merge.cell import source_of
from nbjob_clean.notebook.splice import Json

Value = Mapping[str, Json]


def with_ids(values: Sequence[Value], *, are_ours: Sequence[bool], must_have: bool) -> list[Value]:
    """The cells' JSON with unique ids; where two cells have one id, ours keeps it."""
    taken = {value.get("id") for value in values}
    seen = set()
    found = list(values)
    for n in sorted(range(len(values)), key=lambda n: not are_ours[n]):
        name = values[n].get("id")
        if name in seen or (name is None and must_have):
            found[n] = {**values[n], "id": _new_id(values[n], taken)}
        elif name is not None:
            seen.add(name)
    return found


def _new_id(cell: Value, taken: set[Json]) -> str:
    """An id that is the same on every machine that makes this merge."""
    number = crc32(source_of(cell).encode("utf-8", "surrogatepass"))
    while f"{number:08x}" in taken:
        number = crc32(b"%d" % number)
    taken.add(f"{number:08x}")
    return f"{number:08x}"
