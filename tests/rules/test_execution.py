"""The checker against the truth: the production cells are really executed, top-down."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from nbjob_clean.notebook.model import loads
from nbjob_clean.rules.core import check
from tests.notebooks import code, notebook

_STATEMENTS = [
    "a = 1",
    "b = a + 1",
    "c = [x + a for x in range(2)]",
    "d = {k: b for k in 'xy'}",
    "def f():\n    return a",
    "def g(y=b):\n    z = y\n    return z",
    "def h():\n    global e\n    e = 1",
    "f()",
    "g()",
    "h()",
    "print(e, end='')",
    "del a",
    "for i in range(2):\n    c = i",
    "a += 1",
    "class K:\n    v = a\n    def m(self):\n        return b",
    "K().m()",
    "try:\n    e = b\nexcept ValueError:\n    raise",
    "with open(__file__) as handle:\n    d = handle.name",
    "lam = lambda: c",
    "lam()",
    "if (w := 2) > 1:\n    b = w",
    "import json as js\njs.dumps(a)",
    "b, (c, *d) = 1, (2, 3)",
    "match [1, 2]:\n    case [p, *rest]:\n        a = p",
    "print(f'{a!r:>{b}}', end='')",
    "assert sum(x for x in [b]) >= 0",
]


def _truth(cells: list[dict[str, Any]]) -> tuple[int, str] | None:
    """The number of the cell that dies of a NameError, and the name; None when none does."""
    namespace: dict[str, Any] = {"__name__": "__main__", "__file__": __file__}
    for number, cell in enumerate(cells, start=1):
        if "job" not in cell["metadata"].get("tags", ()):
            continue
        try:
            exec("".join(cell["source"]), namespace)
        except NameError as exc:
            return number, exc.name if hasattr(exc, "name") else str(exc).split("'")[1]
        except Exception:  # noqa: BLE001 - another mistake than ours to find: the story ends here
            return -number, ""
    return None


@pytest.mark.parametrize("seed", range(600))
def test_what_dies_of_a_missing_name_is_found_and_nothing_else(
    seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    draw = random.Random(seed)
    cells = [
        code(draw.choice(_STATEMENTS), *(["job"] if draw.random() < 0.8 else []), id=f"c{n}")
        for n in range(draw.randint(4, 14))
    ]
    truth = _truth(cells)
    found = [
        (d.cell, d.symbol)
        for d in check(loads(notebook(*cells)), path="a", tags=("job",), select=("NBJ10",))
        if d.code < "NBJ106"
    ]
    capsys.readouterr()

    if truth is not None and truth[0] > 0:
        bodies = {n for n, c in enumerate(cells, start=1) if _has_body("".join(c["source"]))}
        assert truth in found or any(n in bodies and name == truth[1] for n, name in found)
    end = abs(truth[0]) if truth else len(cells) + 1
    for cell, name in found:
        # Before the end only bodies may lack something: what nothing defines, whoever calls them.
        source = "".join(cells[cell - 1]["source"])
        assert cell >= end or _has_body(source), (cell, name)


def _has_body(source: str) -> bool:
    return "def " in source or "lambda" in source


EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*/*.ipynb"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.name)
def test_a_cell_that_is_untagged_and_needed_is_named(path: Path) -> None:
    """Each production cell of the examples in turn loses its tag; what needs it says so."""
    raw = json.loads(path.read_bytes())
    for index, cell in enumerate(raw["cells"]):
        tags = cell["metadata"].get("tags", [])
        if "job" not in tags or "parameters" in tags or "%%sql" in "".join(cell["source"]):
            continue
        mutant = json.loads(path.read_bytes())
        mutant["cells"][index]["metadata"]["tags"] = []
        found = check(
            loads(json.dumps(mutant).encode()), path="a", tags=("job",), select=("NBJ10",)
        )
        for diagnostic in found:
            assert diagnostic.code == "NBJ102"
            assert f"cell {index + 1}" in diagnostic.message
