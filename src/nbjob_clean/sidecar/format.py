"""Sidecar, format 1: `.py` and `.sql` text from blocks, and blocks from text.

Line n of a cell is line n below its marker, so a place in the sidecar is a place in the notebook
without a map file. The format number changes only with the format.
"""

from __future__ import annotations

import json
import re

from nbjob_clean.errors import SidecarError
from nbjob_clean.record import Record
from nbjob_clean.sidecar.percent import is_plain, marker

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Literal

    Kind = Literal["code", "markdown", "sql"]

FORMAT = 1
GENERATED = "generated: edit the notebook, not this file"
_COMMENTS = {".py": "#", ".sql": "--"}
_FIRST_SQL_LINE = 2  # the `%%sql` line is line 1 of its cell


class Block(Record):
    """One cell in a sidecar. `line` is its marker's line in the file, from 1, once parsed."""

    kind: Kind
    lines: tuple[str, ...]
    id: str = ""
    tags: tuple[str, ...] = ()
    connection: str = ""
    out: str = ""
    style: str = ""  # `vdk`: the SQL has places, `{name}`, into which VDK pastes
    first_line: int = 1  # the line of the cell that the first line of the block is
    line: int = 0

    def __eq__(self, other: object) -> bool:
        """Equal wherever they stand: a block that is not written yet has no line."""
        return isinstance(other, Block) and {**vars(self), "line": 0} == {**vars(other), "line": 0}

    __hash__ = Record.__hash__

    def cell_line(self, file_line: int) -> int:
        """The line of the cell that a line of the sidecar is; both from 1."""
        return file_line - self.line + self.first_line - 1


class Sidecar(Record):
    """One `.py` or `.sql` file that `notebook` gives; `suffix` tells which."""

    notebook: str
    suffix: str
    blocks: tuple[Block, ...]
    preamble: tuple[str, ...] = ()


def render(sidecar: Sidecar) -> str:
    """The file's text: LF, one blank line between cells, one final newline."""
    comment = _COMMENTS[sidecar.suffix]
    head = [f"{comment} nbjob:sidecar {FORMAT} {sidecar.notebook}", f"{comment} {GENERATED}"]
    parts = ["\n".join((*head, *sidecar.preamble))]
    parts += ["\n".join((_marker(comment, sidecar, b), *b.lines)) for b in sidecar.blocks]
    return "\n\n".join(parts) + "\n"


def parse(text: str, *, suffix: str) -> Sidecar:
    """The sidecar that `render` gives this text for.

    Raises SidecarError where the text is no sidecar, or one of a newer format.
    """
    comment = _COMMENTS[suffix]
    lines = text.split("\n")
    notebook = sidecar_of(text)
    if notebook is None:
        raise SidecarError("not a sidecar: its first line is not `nbjob:sidecar`")
    version = lines[0].split()[2]
    if version != str(FORMAT):
        raise SidecarError(
            f"sidecar format {version} is newer than this nbjob knows",
            hint="upgrade nbjob-clean, or emit again with this version",
        )
    starts = [n for n, line in enumerate(lines) if line.startswith(f"{comment} %%")]
    ends = [*starts[1:], len(lines)]
    preamble = lines[2 : starts[0] if starts else len(lines)]
    return Sidecar(
        notebook=notebook,
        suffix=suffix,
        preamble=tuple(_trimmed(preamble)),
        blocks=tuple(
            _block(lines[start], lines[start + 1 : end], start + 1, suffix)
            for start, end in zip(starts, ends, strict=True)
        ),
    )


def sidecar_of(text: str) -> str | None:
    """The name of the notebook that a file is a sidecar of; None for a file that is not ours."""
    match = _HEAD.match(text)
    return match.group(1) if match else None


_HEAD = re.compile(r"(?:#|--) nbjob:sidecar \d+ ([^\r\n]+)")
_FIELD = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*"|\[[^\]]*\]|\S+)')


def _marker(comment: str, sidecar: Sidecar, block: Block) -> str:
    in_sql = sidecar.suffix == ".sql"
    fields = []
    if block.id:
        fields.append(("id", block.id if is_plain(block.id) else _json(block.id)))
    if block.tags:
        fields.append(("tags", _json(list(block.tags))))
    if block.connection:
        fields.append(("connection", _json(block.connection)))
    if block.out:
        fields.append(("out", block.out))
    if block.style:
        fields.append(("style", block.style))
    if block.first_line != _usual_first_line(sidecar.suffix):
        fields.append(("line", str(block.first_line)))
    kind = "" if block.kind == "code" or (in_sql and block.kind == "sql") else block.kind
    return marker(comment, kind, fields)


def _block(head: str, body: list[str], line: int, suffix: str) -> Block:
    kind = re.match(r"\S+ %% \[(\w+)\]", head)
    fields = {name: _value(text) for name, text in _FIELD.findall(head)}
    default: Kind = "sql" if suffix == ".sql" else "code"
    return Block(
        kind=kind.group(1) if kind else default,  # type: ignore[arg-type]
        lines=tuple(_trimmed(body)),
        id=str(fields.get("id", "")),
        tags=tuple(fields.get("tags", ())),
        connection=str(fields.get("connection", "")),
        out=str(fields.get("out", "")),
        style=str(fields.get("style", "")),
        first_line=int(str(fields.get("line", _usual_first_line(suffix)))),
        line=line,
    )


def _usual_first_line(suffix: str) -> int:
    return _FIRST_SQL_LINE if suffix == ".sql" else 1


def _value(text: str) -> str | list[str]:
    value: str | list[str] = json.loads(text) if text[0] in '"[' else text
    return value


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _trimmed(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return lines[:end]
