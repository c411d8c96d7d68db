"""The checker against the truth: the production cells are really executed, top-down."""

from __future__ import annotations
import __future__

import json
import random
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

import pytest

from nbjob_clean.notebook.model import loads
from nbjob_clean.rules.core import check
from nbjob_clean.source.ipython import to_python
from tests.notebooks import code, notebook
from tests.rules.cases import Case, cases_of

FOLDER = Path(__file__).parents[1] / "cases" / "executed"
_NAMES = ("NBJ001", "NBJ101", "NBJ102", "NBJ103", "NBJ104", "NBJ105")
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
    module = ModuleType("__main__")
    module.__dict__.update(__file__=__file__, needs_ipython=lambda _: None)
    # A thread of its own: other tests of this process may have left an event loop running in ours.
    with mock.patch.dict(sys.modules, {"__main__": module}), ThreadPoolExecutor(1) as thread:
        return thread.submit(_run, cells, module.__dict__).result()


def _run(cells: list[dict[str, Any]], namespace: dict[str, Any]) -> tuple[int, str] | None:
    texts = [to_python("".join(cell["source"])).text for cell in cells]
    # What one cell imports from the future holds for the whole sidecar.
    is_late = any("from __future__ import annotations" in text for text in texts)
    flags = __future__.annotations.compiler_flag if is_late else 0
    for number, (cell, text) in enumerate(zip(cells, texts, strict=True), start=1):
        if "job" not in cell["metadata"].get("tags", ()):
            continue
        try:
            exec(compile(text, "a", "exec", flags, dont_inherit=True), namespace)
        except NameError as exc:
            return number, getattr(exc, "name", None) or str(exc).split("'")[1]
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


EXECUTED = [case for path in sorted(FOLDER.glob("*.py")) for case in cases_of(path)]


@pytest.mark.parametrize("case", EXECUTED, ids=lambda case: f"{case.file}: {case.title}")
def test_a_case_is_what_its_execution_says(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    """Each notebook of `tests/cases/executed` is run, and checked: three times the same story."""
    cells = json.loads(case.notebook)["cells"]
    truth = _truth(cells)
    found = check(loads(case.notebook), path="a", tags=("job",), select=_NAMES)
    capsys.readouterr()

    assert tuple((d.cell, d.line, d.code) for d in found) == case.expected
    assert (truth is None) == case.is_noop
    if truth is not None:
        bodies = {n for n, c in enumerate(cells, start=1) if _has_body("".join(c["source"]))}
        symbols = {(d.cell, d.symbol) for d in found}
        assert truth in symbols or any((n, truth[1]) in symbols for n in bodies)


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
