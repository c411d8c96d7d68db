"""`nbjob check --with TOOL`: ruff, mypy and sqlfluff look at the sidecars, cells are reported.

The tools are the user's own, from PATH or beside this Python, with the project's settings. They
get what the notebook gives now; no sidecar is read or written.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from nbjob_clean.cli.findings import Seen
from nbjob_clean.cli.paths import display
from nbjob_clean.diagnostic import Diagnostic
from nbjob_clean.emit.core import emitted
from nbjob_clean.errors import UsageError
from nbjob_clean.notebook.model import Cell, Notebook
from nbjob_clean.notebook.places import FilePlace, file_lines
from nbjob_clean.notebook.splice import Json
from nbjob_clean.record import Record
from nbjob_clean.sidecar.format import Block, parse

# In a notebook imports stand where they are needed; sorting would move lines across cells.
_NOT_FOR_CELLS = "E402,I001"

_MYPY = ("--output=json", "--no-error-summary", "--scripts-are-modules")
_WRITTEN = "pass  # "  # a magic, which no tool has to judge


class _Result(Record):
    """One result of a tool, at a place of the sidecar."""

    code: str
    message: str
    line: int
    column: int


def look_with(tool: str, path: Path, notebook: Notebook, *, tags: Collection[str]) -> Seen:
    """What a tool says about the production cells of one notebook.

    Raises UsageError where the tool is not there, or does not say what it found.
    """
    suffix = ".sql" if tool == "sqlfluff" else ".py"
    given = emitted(notebook, path.name, tags=tags)
    found: list[Diagnostic] = []
    for name, data in given.files.items():
        if name.endswith(suffix):
            blocks = parse(data.decode(), suffix=suffix).blocks
            cells = given.cells[name]
            lines = data.decode().split("\n")
            for result in _results(tool, path.with_name(name), data):
                text = "".join(lines[result.line - 1 : result.line])
                if not text.strip().startswith(_WRITTEN):
                    place = _place(notebook, blocks, cells, result, text)
                    found.append(_diagnostic(tool, path, place, result))
    sources = {(display(path), cell.number): cell.lines for cell in notebook.cells}
    return Seen(path, tuple(found), sources)


def _results(tool: str, sidecar: Path, data: bytes) -> Iterator[_Result]:
    if tool == "ruff":
        command = ["check", "--quiet", "--output-format=json", f"--extend-ignore={_NOT_FOR_CELLS}"]
        said = _run(tool, [*command, f"--stdin-filename={sidecar}", "-"], data)
        for item in _json(tool, said):
            place = item["location"]
            code = item["code"] or "syntax"
            yield _Result(code, item["message"], place["row"], place["column"])
    elif tool == "mypy":
        with tempfile.TemporaryDirectory(prefix="nbjob-mypy-") as folder:
            copy = Path(folder) / sidecar.name
            copy.write_bytes(data)
            cache = str(Path(folder) / "cache")
            said = _run(tool, [*_MYPY, "--cache-dir", cache, str(copy)], b"")
        for item in _json(tool, "[" + ",".join(said.splitlines()) + "]"):
            is_own = Path(item["file"]).name == sidecar.name and item["severity"] == "error"
            if is_own:
                code, column = item["code"] or "mypy", item["column"] + 1
                yield _Result(code, item["message"], item["line"], column)
    else:
        said = _run(tool, ["lint", "--format=json", f"--stdin-filename={sidecar}", "-"], data)
        for item in (v for file in _json(tool, said) for v in file["violations"]):
            line, column = item["start_line_no"], item["start_line_pos"]
            yield _Result(item["code"], item["description"], line, column)


def _run(tool: str, arguments: list[str], stdin: bytes) -> str:
    beside = shutil.which(tool, path=str(Path(sys.executable).parent))
    program = shutil.which(tool) or beside
    if program is None:
        raise UsageError(f"{tool} was not found", hint=f"pip install {tool}")
    done = subprocess.run([program, *arguments], input=stdin, capture_output=True, check=False)
    said = done.stdout.decode("utf-8", "replace")
    if done.returncode not in (0, 1):
        words = (done.stderr.decode("utf-8", "replace") or said).strip()
        hint = (
            "in .sqlfluff: [sqlfluff] dialect = duckdb" if "dialect was specified" in words else ""
        )
        raise UsageError(f"{tool}: {words or f'exit status {done.returncode}'}", hint=hint)
    return said


def _json(tool: str, text: str) -> list[Json]:
    try:
        return list(json.loads(text or "[]"))
    except ValueError as exc:
        raise UsageError(f"{tool}: not JSON: {text[:200]}", hint=f"upgrade {tool}") from exc


class _Place(Record):
    """A place in a cell, and in the file of the notebook."""

    cell: Cell
    line: int
    column: int
    in_file: FilePlace


def _place(
    notebook: Notebook, blocks: Sequence[Block], cells: Sequence[int], result: _Result, text: str
) -> _Place | None:
    """Where in a cell the result is; None above the first cell. `text` is its line there."""
    above = [(b, c) for b, c in zip(blocks, cells, strict=True) if b.line < result.line]
    if not above:
        return None
    block, index = above[-1]
    cell = notebook.cells[index]
    line = min(block.cell_line(result.line), len(cell.lines))
    # A query may begin behind its magic; a semicolon at its end can be ours.
    start = cell.lines[line - 1].rfind(text.removesuffix(";")) if cell.lines else 0
    column = result.column + max(start, 0)
    return _Place(cell, line, column, file_lines(notebook).place(index, line, column))


def _diagnostic(tool: str, path: Path, place: _Place | None, result: _Result) -> Diagnostic:
    if place is None:
        return Diagnostic(path=display(path), code=result.code, name=tool, message=result.message)
    return Diagnostic(
        path=display(path),
        code=result.code,
        name=tool,
        message=result.message,
        cell=place.cell.number,
        cell_id=place.cell.id,
        line=place.line,
        column=place.column,
        end_line=place.line,
        end_column=place.column + 1,
        file_line=place.in_file.line,
        file_column=place.in_file.column,
        file_end_line=place.in_file.line,
        file_end_column=place.in_file.column + 1,
    )
