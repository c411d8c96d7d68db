"""What clean takes out of a notebook's cells, and how it goes back: values in, values out."""

from __future__ import annotations

from nbjob_clean.record import Record

TYPE_CHECKING = False  # the filter loads this, and git starts it often
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nbjob_clean.clean.quick_members import Parts

NO_OUTPUTS, NO_COUNT = b"[]", b"null"


class Value(Record):
    """JSON text that was removed; `empty` stands for it in the clean bytes, at `at`."""

    at: int
    empty: bytes
    text: bytes | memoryview
    checksum: int = 0


class Removed(Record):
    """What was removed from the cell with this index."""

    index: int
    outputs: Value | None
    count: Value | None


class CellKey(Record):
    """By what a cell is known again in another version of its notebook.

    `source` is a digest; `number` counts the cells with that source so far, from 1; `id` is None
    where the notebook has it twice or not at all.
    """

    source: bytes
    number: int
    id: bytes | None


class Version(Record):
    """A notebook's path and a digest of its clean bytes, as one work tree has them."""

    path: bytes
    content: bytes
    worktree: bytes
    settings: str


class Remembered(Record):
    """What a cell that is known again had; `outputs` is the number of a stored text."""

    key: CellKey
    outputs: int | None
    count: bytes | None


def checksum(cells: Iterable[Removed]) -> int:
    """A cheap number that tells what was removed from one version, compared with last time."""
    from zlib import crc32

    values = [
        (cell.index, *(value and value.checksum for value in (cell.outputs, cell.count)))
        for cell in cells
    ]
    return crc32(repr(values).encode())


def digest(data: bytes | memoryview) -> bytes:
    """A short name for bytes; not a secret, so the fastest hash without chance collisions."""
    import hashlib

    return hashlib.sha1(data, usedforsecurity=False).digest()


def removed_parts(parts: Parts) -> tuple[Removed, ...]:
    """What the quick way took out."""
    from zlib import crc32

    found: dict[int, dict[str, Value]] = {}
    for index, name, at, empty, text in parts.values:
        if parts.cells[index][0] == "code":
            found.setdefault(index, {})[name] = Value(at, empty, text, crc32(text))
    cells = []
    for index, values in found.items():
        outputs = values.pop("outputs", None)
        cells.append(Removed(index, outputs, next(iter(values.values()), None)))
    return tuple(cells)


def keys_of(cells: Sequence[tuple[str, object, str]]) -> dict[int, CellKey]:
    """The keys of the code cells among cells given as kind, id and source."""
    numbers: dict[str, int] = {}
    ids: dict[object, int] = {}
    for _, own, _ in cells:
        ids[own] = ids.get(own, 0) + 1
    keys = {}
    for index, (kind, own, source) in enumerate(cells):
        if kind == "code":
            number = numbers[source] = numbers.get(source, 0) + 1
            known = _encoded(own) if isinstance(own, str) and own and ids[own] == 1 else None
            keys[index] = CellKey(digest(_encoded(source)), number, known)
    return keys


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def put_back(data: bytes, values: Iterable[Value]) -> bytes | None:
    """The clean bytes with the values in their places; None where they are not empty."""
    pieces: list[bytes | memoryview] = []
    position = 0
    view = memoryview(data)
    for value in sorted(values, key=lambda value: value.at):
        if value.at < position or not data.startswith(value.empty, value.at):
            return None
        pieces += (view[position : value.at], value.text)
        position = value.at + len(value.empty)
    return b"".join((*pieces, view[position:]))


def matches(keys: Mapping[int, CellKey], remembered: Iterable[Remembered]) -> dict[int, Remembered]:
    """For each cell the first that is remembered of it.

    Cells with ids are the same where id and source are; where one has none, the number tells.
    """
    by_id = {(key.source, key.id): index for index, key in keys.items() if key.id}
    by_number = {(key.source, key.number): index for index, key in keys.items()}
    found: dict[int, Remembered] = {}
    for cell in remembered:
        key = cell.key
        index = by_id.get((key.source, key.id)) if key.id else None
        if index is None:
            index = by_number.get((key.source, key.number))
            if index is None or (key.id and keys[index].id):
                continue
        found.setdefault(index, cell)
        if len(found) == len(keys):
            break
    return found
