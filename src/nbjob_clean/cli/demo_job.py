"""The job of `nbjob demo`, as Jupyter would have saved it: outputs, counts, timings and all."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

FOLDER = "jobs/orders"
LOAD = "10_load.ipynb"
REPORT = "20_report.ipynb"
_ORDERS = """\
id,customer,country,amount
1,Ada,DE,120.50
2,Grace,US,15.00
3,Alan,GB,80.25
4,Edsger,NL,240.00
5,Barbara,US,310.10
6,Niklaus,CH,22.40
7,Konrad,DE,64.90
"""
Cell = dict[str, Any]


def write(repository: Path, *, minimum: int = 10, rerun: bool = False) -> None:
    """Write the job; with `rerun` as it looks after everything was run once more."""
    folder = repository / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "orders.csv").write_text(_ORDERS, encoding="utf-8")
    _save(folder / LOAD, _load_cells(minimum), first_count=21 if rerun else 1)
    _save(folder / REPORT, _report_cells(), first_count=34 if rerun else 1)


def outline() -> str:
    """The cells in a few words, production cells marked."""
    lines = []
    for name, cells in ((LOAD, _load_cells(10)), (REPORT, _report_cells())):
        lines.append(name)
        for number, cell in enumerate(cells, start=1):
            tags = ", ".join(cell["metadata"].get("tags", ()))
            head = "".join(cell["source"]).splitlines()[0]
            lines.append(f"  {number}  {tags or cell['cell_type'] + ', not tagged':22} {head}")
    return "\n".join(lines)


def untagged(repository: Path) -> None:
    """Production takes a value from a debug cell."""
    cells = _load_cells(25)
    cells.insert(3, _code("rate", "rate = 1.19  # just trying"))
    cells[5]["source"] = _lines(_text(cells[5]) + "\ngross = total * rate")
    _save(repository / FOLDER / LOAD, cells, first_count=40)


def out_of_order(repository: Path) -> None:
    """The report's cells ran bottom to top: what is on the screen is not what will run."""
    cells = _report_cells()
    cells[1]["source"] = _lines(_text(cells[1]).replace("total DESC", "orders DESC"))
    _save(repository / FOLDER / REPORT, cells, counts=(None, 9, 8, 7))


def deleted(repository: Path) -> None:
    """The cell that read the file was deleted; in the kernel its variable lived on."""
    cells = [cell for cell in _load_cells(25) if cell["id"] != "read"]
    _save(repository / FOLDER / LOAD, cells, first_count=50)


def _load_cells(minimum: int) -> list[Cell]:
    return [
        _markdown("title", "# Load orders\n\nFrom the shop's export."),
        _code("params", f"minimum: float = {minimum}", "job", "parameters"),
        _code("read", "import csv\n\nwith open(\"orders.csv\") as file:\n"
              "    rows = list(csv.DictReader(file))", "job"),
        _code("peek", "rows[:2]", shown=repr([{"id": "1", "customer": "Ada"}])),
        _code("sum", "total = sum(float(row[\"amount\"]) for row in rows)\n"
              "print(f\"{len(rows)} orders, {total:.2f} in all\")", "job",
              printed="7 orders, 853.15 in all\n"),
        _code("table", "%%sql\nCREATE OR REPLACE TABLE orders AS\nSELECT *\n"
              "FROM read_csv('orders.csv')\nWHERE amount >= {{ minimum }};", "job"),
    ]  # fmt: skip


def _report_cells() -> list[Cell]:
    return [
        _markdown("title", "# What each country ordered"),
        _code("query", "%%sql by_country <<\nSELECT country, count(*) AS orders,"
              " sum(amount) AS total\nFROM orders\nGROUP BY country\nORDER BY total DESC", "job"),
        _code("plot", "by_country  # looks about right", shown="a plot", picture=True),
        _code("show", "print(by_country)", "job", printed="country  orders  total\n"),
    ]  # fmt: skip


def _markdown(identifier: str, text: str) -> Cell:
    return {"cell_type": "markdown", "id": identifier, "metadata": {}, "source": _lines(text)}


def _code(
    identifier: str,
    text: str,
    *tags: str,
    printed: str = "",
    shown: str = "",
    picture: bool = False,
) -> Cell:
    outputs: list[Any] = []
    if printed:
        outputs.append({"name": "stdout", "output_type": "stream", "text": _lines(printed)})
    if shown:
        data: dict[str, Any] = {"text/plain": [shown]}
        if picture:
            data["image/png"] = base64.b64encode(bytes(range(256)) * 60).decode() + "\n"
        outputs.append(
            {"data": data, "execution_count": None, "metadata": {}, "output_type": "execute_result"}
        )
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": identifier,
        "metadata": {"tags": list(tags)} if tags else {},
        "outputs": outputs,
        "source": _lines(text),
    }


def _save(
    path: Path, cells: list[Cell], *, first_count: int = 1, counts: Sequence[int | None] = ()
) -> None:
    """Number the cells as if they had run top-down from `first_count`, or as `counts` says."""
    count = first_count
    for position, cell in enumerate(cells):
        if cell["cell_type"] != "code":
            continue
        number = counts[position] if counts else count
        count += 1
        cell["execution_count"] = number
        started = f"2026-01-05T21:{(number or 0) % 60:02}:00.000000Z"
        cell["metadata"]["execution"] = {"iopub.execute_input": started}
        for output in cell["outputs"]:
            if output["output_type"] == "execute_result":
                output["execution_count"] = number
    notebook = {"cells": cells, "metadata": _METADATA, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "name": "python", "version": "3.12.4"},
}


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _text(cell: Cell) -> str:
    return "".join(cell["source"])
