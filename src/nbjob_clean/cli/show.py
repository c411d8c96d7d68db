"""The production cells in the order they will run, with what each needs, and from where.

  nbjob show etl.ipynb                        as text
  nbjob show --output-format json etl.ipynb   for machines
  nbjob show --mermaid etl.ipynb              a flowchart for GitHub's Markdown
  nbjob show --svg etl.svg etl.ipynb          a picture; --html for one that a browser opens

What production would not find is marked: it comes from a cell below, or from one without a tag.

Exit status: 0, or 2 for wrong usage.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from nbjob_clean.cli.paint import Paint
from nbjob_clean.cli.paths import display
from nbjob_clean.cli.show_picture import html, svg
from nbjob_clean.config import find_config
from nbjob_clean.errors import UsageError
from nbjob_clean.files import write_bytes
from nbjob_clean.notebooks import read_notebook
from nbjob_clean.source.needs import CellNeeds, Need, needs_of

_ESCAPES = {ord(c): f"#{ord(c)};" for c in '#;"&<>`|[](){}\\'}
_TITLE_WIDTH = 60


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="NOTEBOOK")
    parser.add_argument(
        "--output-format", choices=["text", "json"], default="text", help="default: text"
    )
    parser.add_argument("--mermaid", action="store_true", help="print a flowchart for GitHub")
    parser.add_argument("--svg", metavar="FILE", help="write a picture")
    parser.add_argument("--html", metavar="FILE", help="write the picture as a page")


def run(args: argparse.Namespace) -> int:
    path = Path(args.path)
    if not path.is_file():
        raise UsageError(f"{args.path}: no such notebook", hint="nbjob show NOTEBOOK")
    config = find_config(Path.cwd())
    notebook = read_notebook(path)
    cells = needs_of(notebook, config.tags, config.builtins)
    total = sum(cell.is_code for cell in notebook.cells)
    for target, draw in ((args.svg, svg), (args.html, html)):
        if target:
            write_bytes(Path(target), draw(cells, path.name).encode("utf-8", "replace"))
            print(f"wrote {target}", file=sys.stderr)
    if args.mermaid:
        print("\n".join(_mermaid(cells)))
    elif args.output_format == "json":
        print(json.dumps(_as_json(display(path), cells), indent=2, ensure_ascii=False))
    elif not (args.svg or args.html):
        print("\n".join(_text(path.name, cells, total, Paint(sys.stdout))))
    return 0


def _text(name: str, cells: Sequence[CellNeeds], total: int, paint: Paint) -> Iterator[str]:
    production = [cell for cell in cells if cell.step]
    yield f"{paint('bold', name)}: {len(production)} of {total} code cells run"
    steps = {cell.number: cell.step for cell in production}
    width = len(str(len(production)))
    for cell in production:
        yield ""
        kind = "" if cell.kind == "python" else f"  {paint('cyan', f'[{cell.kind}]')}"
        step, place = paint("bold", f"{cell.step:{width}}"), paint("blue", f"cell {cell.number}")
        yield f"{step}  {place}  {_cut(cell.title, _TITLE_WIDTH)}{kind}"
        indent = " " * (width + 2)
        if cell.needs:
            told = ", ".join(_need(need, steps, paint) for need in cell.needs)
            yield f"{indent}needs    {told}"
        if cell.defines:
            yield f"{indent}defines  {', '.join(cell.defines)}"
    if arguments := _arguments(production):
        yield ""
        yield f"arguments: {', '.join(arguments)}"


def _need(need: Need, steps: dict[int, int], paint: Paint) -> str:
    if need.origin == "argument":
        return f"{need.name} (argument)"
    if not need.is_wrong:
        return f"{need.name} ({steps[need.cell]})"
    why = {
        "untagged": f"cell {need.cell}, not tagged",
        "below": f"only in cell {need.cell}",
        "deleted": f"deleted in cell {need.cell}",
    }.get(need.origin, "defined nowhere")
    return paint("red", f"{need.name} ({why})")


def _arguments(cells: Sequence[CellNeeds]) -> list[str]:
    return list(dict.fromkeys(name for cell in cells for name in cell.arguments))


def _as_json(path: str, cells: Sequence[CellNeeds]) -> dict[str, object]:
    production = [cell for cell in cells if cell.step]
    return {
        "notebook": path,
        "arguments": _arguments(production),
        "cells": [
            {
                "step": cell.step,
                "cell": cell.number,
                "cell_id": cell.id or None,
                "kind": cell.kind,
                "title": cell.title,
                "needs": [
                    {
                        "name": need.name,
                        "from": need.origin,
                        "cell": need.cell or None,
                        "ok": not need.is_wrong,
                    }
                    for need in cell.needs
                ],
                "defines": list(cell.defines),
                "sql_parameters": list(cell.parameters),
                "arguments": list(cell.arguments),
            }
            for cell in production
        ],
    }


def _mermaid(cells: Sequence[CellNeeds]) -> Iterator[str]:
    yield "flowchart TD"
    yield "  classDef production fill:#eaf2fd,stroke:#3b6fb6,color:#1b2a3d"
    yield "  classDef untagged fill:#f6f6f6,stroke:#999,stroke-dasharray:4 3,color:#555"
    for cell in cells:
        title = _cut(cell.title, _TITLE_WIDTH).translate(_ESCAPES)
        kind, place = ("production", f"{cell.step} · ") if cell.step else ("untagged", "")
        yield f'  c{cell.number}["{place}cell {cell.number}<br/>{title}"]:::{kind}'
    wrong = []
    for number, (start, end, is_wrong, names) in enumerate(arrows(cells)):
        line = "-.->" if is_wrong else "-->"
        yield f'  c{start} {line}|"{", ".join(names).translate(_ESCAPES)}"| c{end}'
        wrong += [str(number)] * is_wrong
    if wrong:
        yield f"  linkStyle {','.join(wrong)} stroke:#c62828,color:#c62828"


def arrows(cells: Sequence[CellNeeds]) -> list[tuple[int, int, bool, list[str]]]:
    """From a cell to a cell, whether it is wrong, and the names; in the order of the cells."""
    found: dict[tuple[int, int, bool], list[str]] = {}
    for cell in cells:
        for need in cell.needs:
            if need.cell and need.cell != cell.number:
                found.setdefault((need.cell, cell.number, need.is_wrong), []).append(need.name)
    return [(*key, names) for key, names in found.items()]


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"
