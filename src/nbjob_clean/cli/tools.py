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
from collections.abc import Collection, Iterator
from pathlib import Path

from nbjob_clean.cli.findings import Seen
from nbjob_clean.cli.paths import display
from nbjob_clean.diagnostic import Diagnostic
from nbjob_clean.emit.core import emitted
from nbjob_clean.errors import UsageError
from nbjob_clean.notebook.model import Notebook
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
                is_written = "".join(lines[result.line - 1 : result.line]).strip()
                if not is_written.startswith(_WRITTEN):
                    found.append(_diagnostic(path, notebook, blocks, cells, result))
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
        raise UsageError(f"{tool}: {words or f'exit status {done.returncode}'}")
    return said


def _json(tool: str, text: str) -> list[Json]:
    try:
        return list(json.loads(text or "[]"))
    except ValueError as exc:
        raise UsageError(f"{tool}: not JSON: {text[:200]}", hint=f"upgrade {tool}") from exc


def _diagnostic(
    path: Path,
    notebook: Notebook,
    blocks: Collection[Block],
    cells: Collection[int],
    result: _Result,
) -> Diagnostic:
    """The result at its cell; above the first cell it is the notebook's."""
    found = [(b, c) for b, c in zip(blocks, cells, strict=True) if b.line < result.line]
    if not found:
        return Diagnostic(
            path=display(path), code=result.code, name=result.code, message=result.message
        )
    block, index = found[-1]
    cell = notebook.cells[index]
    return Diagnostic(
        path=display(path),
        code=result.code,
        name=result.code,
        message=result.message,
        cell=cell.number,
        cell_id=cell.id,
        line=min(block.cell_line(result.line), len(cell.lines)),
        column=result.column,
        end_column=result.column + 1,
    )
