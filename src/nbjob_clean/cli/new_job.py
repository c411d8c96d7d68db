"""What `nbjob new` writes: the smallest job that has a bit of everything."""

from __future__ import annotations

import json
import shlex
from typing import Any

NOTEBOOK = "10_orders.ipynb"
DATA = "orders.csv"
ORDERS = """\
id,customer,country,amount
1,Ada,GB,120.50
2,Grace,US,15.00
3,Alan,GB,80.25
4,Edsger,NL,240.00
5,Barbara,US,310.10
6,Niklaus,CH,22.40
"""
REQUIREMENTS = """\
# what the production cells import, one a line and pinned: pandas==2.2.3
"""
TEST = """\
from pathlib import Path

from nbjob_clean import run

NOTEBOOK = Path(__file__).parent / "10_orders.ipynb"


def test_only_orders_from_the_minimum_on_count():
    result = run(NOTEBOOK, {"minimum": 100}, databases={"default": "duckdb://"})
    result.raise_for_error()
    assert result["total"] == 120.50 + 240.00 + 310.10
    assert [row[0] for row in result["totals"]] == ["US", "NL", "GB"]
"""
_NEXT = (
    ("nbjob run {} -p minimum=50", "run it"),
    ("nbjob run {} --plan", "what is production, in which order, with which arguments"),
    ("jupyter lab {}", "edit it: cells tagged `{tag}` are production"),
    ("nbjob check {}", "would it run at night?"),
    ("nbjob emit {}", "write the sidecars again; the commit hook does it too"),
    ("pytest {}", "its test"),
    ("nbjob test {}", "smoke test, before you deploy"),
    ("nbjob install --pre-commit", "once per clone: clean commits, and the hook"),
)
_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def next_steps(directory: str, test: str, tag: str) -> str:
    """What was made, and the commands that come next, as one may type them."""
    place = shlex.quote(directory)
    steps = [(command.format(place), why.format(tag=tag)) for command, why in _NEXT]
    width = max(len(command) for command, _ in steps)
    lines = [f"  {command:{width}}  {why}" for command, why in steps]
    made = f"{directory}: a notebook and its sidecars, {DATA}, requirements.txt, {test}"
    return "\n".join((made, "", "next:", *lines))


def notebook(title: str, tag: str) -> str:
    """The notebook, as clean as `nbjob clean` would leave it."""
    cells = [
        _markdown(
            "title", f"# {title}\n\nCells tagged `{tag}` are production. The others stay here."
        ),
        _code("setup", "%load_ext nbjob_clean  # %%sql and job_input, as production has them"),
        _code("minimum", "minimum: float = 20.0  # nbjob run … -p minimum=50", tag, "parameters"),
        _code("totals", _TOTALS, tag),
        _code("look", "totals.dicts()  # not tagged: only for looking"),
        _code("total", "total = sum(row[2] for row in totals)", tag),
        _code("report", _REPORT, tag),
    ]
    raw = {"cells": cells, "metadata": _METADATA, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(raw, indent=1, ensure_ascii=False) + "\n"


_TOTALS = """\
%%sql totals <<
SELECT country, count(*) AS orders, sum(amount) AS total
FROM read_csv('orders.csv')
WHERE amount >= {{ minimum }}
GROUP BY country
ORDER BY total DESC"""
_REPORT = """\
print(totals)
print(f"{total:.2f} in all, of orders from {minimum:.2f} on")"""


def _markdown(identifier: str, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": identifier, "metadata": {}, "source": _lines(text)}


def _code(identifier: str, text: str, *tags: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": identifier,
        "metadata": {"tags": list(tags)} if tags else {},
        "outputs": [],
        "source": _lines(text),
    }


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)
