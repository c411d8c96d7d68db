"""Case files: notebooks in percent form, each finding expected as a comment on its very line.

`# key: value` lines before the first cell are settings (see `_settings`); the cells below
`# --- committed` are the notebook as of git's HEAD, the lines below `# --- lib/a.py` a module that
lies beside it.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbjob_clean.notebook.model import loads
from nbjob_clean.rules.surroundings import NOTHING, Surroundings
from nbjob_clean.source.star import LocalModule

FOLDER = Path(__file__).parent.parent / "cases" / "rules"
_CASE = re.compile(r"# === (?P<kind>noop|found): (?P<title>.*?)(?: kernel=(?P<kernel>\w+))?")
_CELL = re.compile(
    r"# %%(?: \[(?P<tags>[^\]]*)\])?(?: id=(?P<id>\w+))?(?: count=(?P<count>\d+))?"
    r"(?: output=(?P<output>\w+))?(?: (?P<language>\w+))?"
)
_SETTING = re.compile(
    r"# (?P<key>select|name|files|requirements|metadata|builtins|python): (?P<value>.*)"
)
_COMMITTED = "committed"
_SECTION = re.compile(r"# --- (?P<name>committed|[\w/]+\.py)")
_EXPECTED = re.compile(r"\s*(?:#|--) (?P<codes>NBJ\d{3}(?:, NBJ\d{3})*)$")


@dataclass(frozen=True, slots=True)
class Case:
    """One notebook and the (cell, line, code) of what is to be found in it."""

    file: str
    title: str
    is_noop: bool
    notebook: bytes
    expected: tuple[tuple[int, int, str], ...]
    select: tuple[str, ...] = ()
    surroundings: Surroundings = NOTHING
    builtins: tuple[str, ...] = ()
    python: tuple[int, ...] = ()


def read_cases() -> list[Case]:
    """All that this Python can read."""
    cases = [case for path in sorted(FOLDER.glob("nbj*.py")) for case in cases_of(path)]
    return [case for case in cases if case.python <= sys.version_info]


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
    settings, lines = _settings(lines)
    present, sections = _divided(lines)
    cells: list[dict[str, Any]] = []
    for line in present:
        if marker := _CELL.fullmatch(line):
            cells.append(_cell(marker))
        elif cells:
            text, codes = _split(line)
            cells[-1]["source"].append(text)
            expected += [(len(cells), len(cells[-1]["source"]), code) for code in codes]
    kernel = {"kernelspec": {"language": match["kernel"]}} if match["kernel"] else {}
    data = _notebook(cells, {**kernel, **json.loads(settings.get("metadata", "{}"))})
    return Case(
        file,
        match["title"],
        match["kind"] == "noop",
        data,
        tuple(sorted(expected)),
        tuple(settings.get("select", "").split()),
        _surroundings(settings, sections),
        tuple(settings.get("builtins", "").split()),
        tuple(map(int, settings.get("python", "3").split("."))),
    )


def _settings(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """The settings at the top of a case, and the lines below them.

    `select: NBJ107`, `name: a.ipynb`, `files: a.py lib/`, `requirements: a==1 | b` (lines between
    bars), `metadata: {"a": 1}` of the notebook, `builtins: spark`, `python: 3.12` for syntax that
    older ones do not have.
    """
    settings = {}
    while lines and (match := _SETTING.fullmatch(lines[0])):
        settings[match["key"]] = match["value"]
        lines = lines[1:]
    return settings, lines


def _divided(lines: list[str]) -> tuple[list[str], dict[str, list[str]]]:
    """The lines of the notebook, and those of what is told besides, by its name."""
    present: list[str] = []
    sections: dict[str, list[str]] = {}
    target = present
    for line in lines:
        if match := _SECTION.fullmatch(line):
            target = sections[match["name"]] = []
        else:
            target.append(line)
    return present, sections


def _modules(sections: dict[str, list[str]]) -> dict[str, LocalModule | None]:
    """The modules by their whole names; a package knows what lies in its folder."""
    found: dict[str, LocalModule | None] = {}
    for path, lines in sections.items():
        folder, _, name = path.rpartition("/")
        if name == "__init__.py":
            beside = (other.removeprefix(f"{folder}/") for other in sections if "/" in other)
            parts = frozenset(other.removesuffix(".py") for other in beside if "/" not in other)
            found[folder.replace("/", ".")] = LocalModule("\n".join(lines), parts)
        else:
            found[path.removesuffix(".py").replace("/", ".")] = LocalModule("\n".join(lines))
    return found


def _surroundings(settings: dict[str, str], sections: dict[str, list[str]]) -> Surroundings:
    cells: list[dict[str, Any]] = []
    for line in sections.pop(_COMMITTED, []):
        if marker := _CELL.fullmatch(line):
            cells.append(_cell(marker))
        elif cells:
            cells[-1]["source"].append(line)
    requirements = settings.get("requirements")
    return Surroundings(
        name=settings.get("name", ""),
        files=frozenset(settings["files"].split()) if "files" in settings else None,
        requirements=requirements and requirements.replace(" | ", "\n"),
        committed=loads(_notebook(cells, {})) if cells else None,
        modules=_modules(sections),
    )


def _notebook(cells: list[dict[str, Any]], metadata: dict[str, Any]) -> bytes:
    notebook = {"cells": [_joined(c) for c in cells], "metadata": metadata, "nbformat": 4}
    minor = 5 if any("id" in cell for cell in cells) else 4
    return json.dumps({**notebook, "nbformat_minor": minor}).encode()


def _cell(marker: re.Match[str]) -> dict[str, Any]:
    # Only the blank behind a comma is dropped: a tag may have blanks around it, by mistake.
    tags = [tag.removeprefix(" ") for tag in (marker["tags"] or "").split(",") if tag.strip()]
    kind = next((kind for kind in ("markdown", "raw") if kind in tags), "code")
    language = {"vscode": {"languageId": marker["language"]}} if marker["language"] else {}
    return {
        "cell_type": kind,
        **({"id": marker["id"]} if marker["id"] else {}),
        "execution_count": int(marker["count"]) if marker["count"] else None,
        "metadata": {"tags": tags, **language},
        "outputs": _outputs(marker["output"]),
        "source": [],
    }


def _outputs(text: str | None) -> list[dict[str, Any]]:
    """`output=3`: a result with that count; `error`, `stream`: that kind of output."""
    if text is None:
        return []
    if text.isdecimal():
        data = {"text/plain": "1"}
        count = int(text)
        return [
            {
                "output_type": "execute_result",
                "execution_count": count,
                "data": data,
                "metadata": {},
            }
        ]
    if text == "error":
        error = {"ename": "ValueError", "evalue": "no", "traceback": []}
        return [{"output_type": "error", **error}]
    return [{"output_type": "stream", "name": "stdout", "text": text}]


def _joined(cell: dict[str, Any]) -> dict[str, Any]:
    lines = cell["source"]
    while lines and not lines[-1]:
        lines.pop()
    return {**cell, "source": "\n".join(lines)}


def _split(line: str) -> tuple[str, list[str]]:
    match = _EXPECTED.search(line)
    return (line[: match.start()], match["codes"].split(", ")) if match else (line, [])
