"""Case files: notebooks in percent form, each finding expected as a comment on its very line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "cases" / "rules"
_CASE = re.compile(r"# === (?P<kind>noop|found): (?P<title>.*?)(?: kernel=(?P<kernel>\w+))?")
_CELL = re.compile(
    r"# %%(?: \[(?P<tags>[^\]]*)\])?(?: count=(?P<count>\d+))?(?: (?P<language>\w+))?"
)
_EXPECTED = re.compile(r"\s*(?:#|--) (?P<codes>NBJ\d{3}(?:, NBJ\d{3})*)$")


@dataclass(frozen=True, slots=True)
class Case:
    """One notebook and the (cell, line, code) of what is to be found in it."""

    file: str
    title: str
    is_noop: bool
    notebook: bytes
    expected: tuple[tuple[int, int, str], ...]


def read_cases() -> list[Case]:
    return [case for path in sorted(FOLDER.glob("nbj*.py")) for case in cases_of(path)]


def cases_of(path: Path) -> Iterator[Case]:
    """The cases of a file in their order: noop first, found after."""
    blocks: list[list[str]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# === "):
            blocks.append([])
        if blocks:
            blocks[-1].append(line)
    for head, *lines in blocks:
        yield _case(path.stem, head, lines)


def _case(file: str, head: str, lines: list[str]) -> Case:
    expected: list[tuple[int, int, str]] = []
    head, codes = _split(head)
    expected += [(0, 0, code) for code in codes]
    match = _CASE.fullmatch(head)
    assert match, head
    cells: list[dict[str, Any]] = []
    for line in lines:
        if marker := _CELL.fullmatch(line):
            cells.append(_cell(marker))
        elif cells:
            text, codes = _split(line)
            cells[-1]["source"].append(text)
            expected += [(len(cells), len(cells[-1]["source"]), code) for code in codes]
    kernel = {"kernelspec": {"language": match["kernel"]}} if match["kernel"] else {}
    notebook = {"cells": [_joined(c) for c in cells], "metadata": kernel, "nbformat": 4}
    data = json.dumps({**notebook, "nbformat_minor": 4}).encode()
    return Case(file, match["title"], match["kind"] == "noop", data, tuple(sorted(expected)))


def _cell(marker: re.Match[str]) -> dict[str, Any]:
    tags = [tag.strip() for tag in (marker["tags"] or "").split(",") if tag.strip()]
    kind = "markdown" if tags == ["markdown"] else "code"
    language = {"vscode": {"languageId": marker["language"]}} if marker["language"] else {}
    return {
        "cell_type": kind,
        "execution_count": int(marker["count"]) if marker["count"] else None,
        "metadata": {"tags": tags, **language},
        "outputs": [],
        "source": [],
    }


def _joined(cell: dict[str, Any]) -> dict[str, Any]:
    lines = cell["source"]
    while lines and not lines[-1]:
        lines.pop()
    return {**cell, "source": "\n".join(lines)}


def _split(line: str) -> tuple[str, list[str]]:
    match = _EXPECTED.search(line)
    return (line[: match.start()], match["codes"].split(", ")) if match else (line, [])
