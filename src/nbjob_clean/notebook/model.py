"""Notebook and Cell: frozen views over the JSON. The text is the truth; no view rewrites it."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Mapping
from typing import Any

from nbjob_clean.errors import NotebookFormatError
from nbjob_clean.notebook.splice import Edit, Json, Path, Replaced, apply, spliced
from nbjob_clean.record import Record

_BOM = codecs.BOM_UTF8
KEEP_OUTPUT = ("keep-output", "keep_output")  # as a tag, and as a key of metadata


class Cell(Record):
    """One cell. `index` counts from 0 over all cells, `number` (for people) from 1."""

    index: int
    path: Path
    raw: Mapping[str, Json]
    source: str

    @property
    def number(self) -> int:
        return self.index + 1

    @property
    def kind(self) -> str:
        """`code`, `markdown` or `raw`; old formats' `heading` and `html` stay what they are."""
        return str(self.raw.get("cell_type", ""))

    @property
    def is_code(self) -> bool:
        return self.kind == "code"

    @property
    def id(self) -> str | None:
        identifier = self.raw.get("id")
        return identifier if isinstance(identifier, str) else None

    @property
    def metadata(self) -> Mapping[str, Json]:
        metadata = self.raw.get("metadata")
        return metadata if isinstance(metadata, dict) else {}

    @property
    def tags(self) -> tuple[str, ...]:
        tags = self.metadata.get("tags")
        return tuple(str(tag) for tag in tags) if isinstance(tags, list) else ()

    @property
    def keeps_outputs(self) -> bool | None:
        """What a person wrote about the outputs of this cell; None where there is no word."""
        metadata = self.metadata
        tags = metadata.get("tags")
        word = _keeps_outputs(metadata)
        is_tagged = bool(tags) and not {*KEEP_OUTPUT}.isdisjoint(self.tags)
        return True if word is None and is_tagged else word

    @property
    def outputs(self) -> list[Json]:
        outputs = self.raw.get("outputs")
        return outputs if isinstance(outputs, list) else []

    @property
    def execution_count(self) -> int | None:
        count = self.raw.get("execution_count", self.raw.get("prompt_number"))
        return count if isinstance(count, int) else None

    @property
    def lines(self) -> list[str]:
        """The source without line ends; like Python, a form feed does not end a line."""
        return self.source.replace("\r\n", "\n").replace("\r", "\n").split("\n")


class Notebook(Record):
    """A notebook as found: `data` its bytes, `raw` what they parse to, `cells` in file order.

    `origin` is the older notebook that is in the file, where this one was upgraded in memory.
    `replaced` is what the edits that made this notebook replaced in the one before.
    """

    data: bytes
    text: str
    raw: Mapping[str, Json]
    cells: tuple[Cell, ...]
    origin: Notebook | None = None
    replaced: tuple[Replaced, ...] = ()

    @property
    def nbformat(self) -> int:
        version = self.raw.get("nbformat")
        return version if isinstance(version, int) else 4

    @property
    def metadata(self) -> Mapping[str, Json]:
        metadata = self.raw.get("metadata")
        return metadata if isinstance(metadata, dict) else {}

    @property
    def keeps_outputs(self) -> bool | None:
        """What a person wrote about all outputs; a cell's own word is stronger."""
        return _keeps_outputs(self.metadata)

    @property
    def language(self) -> str:
        """The kernel's language in lower case; `python` where the notebook does not say."""
        for section, key in (("kernelspec", "language"), ("language_info", "name")):
            value = self.metadata.get(section)
            if isinstance(value, dict) and isinstance(value.get(key), str):
                return str(value[key]).lower()
        return "python"


def loads(data: bytes) -> Notebook:
    """Read a notebook of any version.

    Raises NotebookFormatError where the bytes are no notebook.
    """
    text = _decode(data)
    raw = _parse(text)
    if not isinstance(raw, dict) or not (
        "cells" in raw or "worksheets" in raw or "nbformat" in raw
    ):
        raise NotebookFormatError(
            "JSON, but not a notebook: it has no `cells`",
            hint="is this file meant to be a notebook?",
        )
    return Notebook(data, text, raw, tuple(_cells(raw)))


def dumps(notebook: Notebook) -> bytes:
    """The notebook's bytes: those that were read, where nothing was edited."""
    return notebook.data


def edited(notebook: Notebook, edits: Iterable[Edit]) -> Notebook:
    """The notebook with the edits made and every other byte kept; itself when there are none."""
    edits = tuple(edits)
    if not edits:
        return notebook
    text, replaced = spliced(notebook.text, edits)
    raw = apply(notebook.raw, edits)
    bom = _BOM if notebook.data.startswith(_BOM) else b""
    data = bom + text.encode("utf-8")
    return Notebook(data, text, raw, tuple(_cells(raw)), replaced=replaced)


def _keeps_outputs(metadata: Mapping[str, Json]) -> bool | None:
    """`true` or `false`, of which `false` is stronger; anything else is not understood."""
    if metadata.keys().isdisjoint(KEEP_OUTPUT):
        return None
    words = [metadata[key] for key in KEEP_OUTPUT if isinstance(metadata.get(key), bool)]
    return all(words) if words else None


def _decode(data: bytes) -> str:
    try:
        return data.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        raise NotebookFormatError(
            f"not UTF-8: byte 0x{data[exc.start]:02x} at offset {exc.start}",
            hint="save the notebook as UTF-8",
            line=line,
        ) from exc


def _parse(text: str) -> Any:
    if not text or text.isspace():
        raise NotebookFormatError("the file is empty", hint="open it in Jupyter and save it once")
    try:
        return _decoder.decode(text)
    except json.JSONDecodeError as exc:
        marker = _conflict_line(text)
        if marker:
            raise NotebookFormatError(
                "not JSON: it holds the markers of a merge conflict",
                hint="resolve the conflict first",
                line=marker,
            ) from exc
        raise NotebookFormatError(
            f"not JSON: {exc.msg[0].lower()}{exc.msg[1:]}, column {exc.colno}",
            hint="restore it with `git restore`, or from a Jupyter checkpoint",
            line=exc.lineno,
        ) from exc
    except (RecursionError, ValueError) as exc:  # nested too deeply; an integer too long for int()
        raise NotebookFormatError(f"JSON that Python cannot hold: {exc}") from exc


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """A JSON object. What an editor of one value would leave in the other must not be there."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NotebookFormatError(
            f"the key `{twice}` stands twice in one JSON object", hint="remove one of the two"
        )
    return found


_decoder = json.JSONDecoder(object_pairs_hook=_object)


def _conflict_line(text: str) -> int:
    """The number of the first line that opens a conflict; 0 when none does."""
    return next(
        (n for n, line in enumerate(text.splitlines(), start=1) if line.startswith("<<<<<<< ")), 0
    )


def _cells(raw: Mapping[str, Json]) -> Iterable[Cell]:
    index = 0
    for prefix, cells in _cell_lists(raw):
        if not isinstance(cells, list):
            raise NotebookFormatError("not a notebook: `cells` is not a list")
        for position, cell in enumerate(cells):
            if not isinstance(cell, dict):
                raise NotebookFormatError(f"cell {index + 1} is not a JSON object")
            yield Cell(index, (*prefix, position), cell, _source(cell, index + 1))
            index += 1


def _cell_lists(raw: Mapping[str, Json]) -> Iterable[tuple[Path, Json]]:
    """Version 4 has one list of cells; versions 2 and 3 have one in each worksheet."""
    if "cells" in raw:
        yield ("cells",), raw["cells"]
    worksheets = raw.get("worksheets")
    for number, sheet in enumerate(worksheets if isinstance(worksheets, list) else ()):
        if isinstance(sheet, dict) and "cells" in sheet:
            yield ("worksheets", number, "cells"), sheet["cells"]


def _source(cell: Mapping[str, Json], number: int) -> str:
    """Both forms that the format allows: one string, or a list of lines to join.

    Version 2 wrote its lines without their ends.
    """
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        is_bare = "input" in cell and not any(line.endswith("\n") for line in source)
        return ("\n" if is_bare else "").join(source)
    if isinstance(source, str):
        return source
    raise NotebookFormatError(f"cell {number}: `source` is neither a string nor a list of strings")
