"""What both quick ways know of members: which of them go, and how they are taken out."""

from _json import scanstring

from nbjob_clean.clean.quick_names import (
    CELL,
    IN_CELL,
    IN_NOTEBOOK,
    KEEPING_TAGS,
    NOTEBOOK,
    UNUSUAL,
)
from nbjob_clean.clean.quick_text import Unusual, blank, value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Edit = tuple[int, int, str, str]
    Tree = dict[str, Any]
    Scan = Callable[[str, int], tuple[Any, int]]
    Value = tuple[int, str, int, bytes, bytes | memoryview]
    Known = tuple[Any, Any, str]

COUNTS = ("execution_count", "prompt_number")
IN_QUESTION = frozenset((*CELL, *IN_CELL, *UNUSUAL, "tags"))
GONE: "Tree" = {}  # in a tree of names, what goes


class Parts:
    """A clean notebook; the values that went, and all cells as kind, id and source.

    A value is the cell's index from 0, its name, where in `data` the empty value stands that is
    there now, that empty value, and the removed text.
    """

    def __init__(self, data: bytes, values: "list[Value]", cells: "list[Known]") -> None:
        self.data, self.values, self.cells = data, values, cells


def _once(pairs: "list[tuple[str, Any]]") -> "Tree":
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unusual  # a key that stands twice
    return found


class Context:
    """What json's scanner takes its settings from."""

    strict = True
    object_hook = None
    object_pairs_hook: "Any" = staticmethod(_once)
    parse_float = float
    parse_int = int
    parse_constant = float
    memo: "dict[str, str]" = {}  # noqa: RUF012 - json's own name for its cache of keys


def joined(source: "Any") -> str:
    """A source, of both forms that the format allows. Raises TypeError for a line of another."""
    if source.__class__ is str or source.__class__ is list:
        return "".join(source)
    raise Unusual


def gone_from_cell(metadata: "Any") -> "Tree":
    """The tree of names that go from a cell's metadata. Raises Unusual where outputs may stay."""
    if metadata.__class__ is not dict:
        return {}
    _require_no_dots(metadata)
    if IN_QUESTION.isdisjoint(metadata):
        return {}
    tags = metadata.get("tags")
    if tags.__class__ is list and not KEEPING_TAGS.isdisjoint(map(str, tags)):
        raise Unusual
    return _gone(metadata, CELL, IN_CELL)


def _require_no_dots(metadata: "Tree") -> None:
    """A name with dots may stand for a name within another one: the full way knows."""
    if "." in "".join(metadata):
        raise Unusual


def gone_from_notebook(metadata: "Any") -> "Tree":
    """The tree of names that go from the notebook's metadata."""
    if metadata.__class__ is not dict:
        return {}
    _require_no_dots(metadata)
    gone = _gone(metadata, NOTEBOOK, IN_NOTEBOOK)
    language = metadata.get("language_info")
    if language.__class__ is dict and "version" in language:
        gone["language_info"] = {"version": GONE}
    return gone


def _gone(
    found: "dict[str, Any]", whole: "frozenset[str]", inner: "dict[str, frozenset[str]]"
) -> "Tree":
    """A mapping that is left empty goes too."""
    if not UNUSUAL.isdisjoint(found):
        raise Unusual
    gone = dict.fromkeys(whole.intersection(found), GONE)
    for name in inner.keys() & found.keys():
        value = found[name]
        if value.__class__ is dict and not inner[name].isdisjoint(value):
            tree = dict.fromkeys(inner[name].intersection(value), GONE)
            gone[name] = GONE if len(tree) == len(value) else tree
    return gone


def removals(scan: "Scan", text: str, start: int, gone: "Tree", edits: "list[Edit]") -> int:
    """Edits that take members of the object away, with the comma beside them; the object's end."""
    members = []
    position = blank(text, start + 1)
    while text[position] != "}":
        member_at = position
        key, position = scanstring(text, position + 1)
        position = value_at(text, position)
        node = gone.get(key)
        inner: list[Edit] = []
        if node:
            position = removals(scan, text, position, node, inner)
        else:
            _, position = scan(text, position)
        members.append((member_at, position, node is GONE, inner))
        position = blank(text, position)
        if text[position] == ",":
            position = blank(text, position + 1)
    kept = [index for index, member in enumerate(members) if not member[2]]
    if not kept:
        edits.append((start, position + 1, "{}", ""))
        return position + 1
    for index, (member_at, _, is_gone, inner) in enumerate(members):
        if not is_gone:
            edits.extend(inner)
        elif index < kept[-1]:
            edits.append((member_at, members[index + 1][0], "", ""))
    if kept[-1] < len(members) - 1:
        edits.append((members[kept[-1]][1], members[-1][1], "", ""))
    return position + 1
