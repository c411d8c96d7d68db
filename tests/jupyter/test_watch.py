"""Hidden state in a kernel: what is said, and what is not."""

from __future__ import annotations

from nbjob_clean.jupyter.watch import Execution, Page, PageCell, Watch

IMPORT, RATE, USE, DEBUG = "import math", "rate = 1.2", "total = 2 * rate", "scratch = 5"


def _page(*cells: tuple[str, str, bool], saved: float = 0.0) -> Page:
    return Page(tuple(PageCell(n, *cell) for n, cell in enumerate(cells, start=1)), saved)


PAGE = _page(("a", IMPORT, True), ("d", DEBUG, False), ("b", RATE, True), ("c", USE, True))


class _Kernel:
    """Runs cells of a page and hears what is said."""

    def __init__(self, page: Page | None = PAGE) -> None:
        self.page = page
        self.watch = Watch()
        self.time = 1.0

    def run(
        self, key: str, source: str = "", *, job: bool = True, deleted: tuple[str, ...] = ()
    ) -> str:
        place = self.page.find(key, "") if self.page else None
        self.time += 1
        execution = Execution(
            key=key, source=source or (place.source if place else ""), time=self.time,
            is_production=place.is_production if place else job,
        )  # fmt: skip
        return self.watch.run(execution, self.page, deleted)


def test_in_order_nothing_is_said() -> None:
    kernel = _Kernel()
    assert [kernel.run(key) for key in "adbc"] == ["", "", "", ""]


def test_the_whole_run_again_from_the_top_says_it_once_and_ends_well() -> None:
    kernel = _Kernel()
    for key in "abc":
        kernel.run(key)
    assert kernel.run("a") == "cell 1 is out of order: cell 3 below it has run already"
    assert kernel.run("b") == "cell 3 is out of order: cell 4 below it has run already"
    assert kernel.run("c") == ""


def test_a_cell_above_has_not_run() -> None:
    kernel = _Kernel()
    kernel.run("a")
    assert kernel.run("c") == "cell 4 runs before cell 3 above it"
    assert kernel.run("c") == "", "once"


def test_a_cell_above_ran_again() -> None:
    kernel = _Kernel()
    kernel.run("a")
    kernel.run("b")
    kernel.run("a")
    said = kernel.run("c")
    assert said == "cell 4 is out of order: cell 3 ran before cell 1, which stands above it"


def test_debug_cells_run_as_they_like() -> None:
    kernel = _Kernel()
    assert kernel.run("d") == ""
    for key in "abc":
        kernel.run(key)
    assert kernel.run("d") == ""


def test_an_edit_above() -> None:
    kernel = _Kernel()
    kernel.run("a")
    kernel.run("b")
    edited = _page(
        ("a", IMPORT, True), ("b", "rate = 9", True), ("c", USE, True), saved=kernel.time + 1
    )
    kernel.page = edited
    assert kernel.run("c") == "cell 3 runs on cell 2 as it was before an edit: run that one again"
    assert kernel.run("b") == "cell 2 is out of order: cell 3 below it has run already"
    assert kernel.run("c") == ""


def test_a_page_that_was_saved_before_proves_no_edit() -> None:
    kernel = _Kernel()
    kernel.run("a")
    kernel.run("b", "rate = 9")
    assert kernel.run("c") == ""


def test_a_name_of_a_deleted_cell() -> None:
    kernel = _Kernel(None)
    kernel.run("x", RATE)
    assert kernel.run("y", USE, deleted=("x",)) == (
        "this cell uses `rate`, which only a deleted cell has defined"
    )
    assert kernel.run("y", USE) == "", "once"
    kernel.run("z", RATE)
    assert kernel.run("y", USE) == ""


def test_a_deleted_cell_that_comes_back() -> None:
    kernel = _Kernel(None)
    kernel.run("x", RATE)
    kernel.run("other", "1", deleted=("x",))
    kernel.run("x", RATE)
    assert kernel.run("y", USE) == ""


def test_a_name_of_an_untagged_cell() -> None:
    page = _page(("r", RATE, False), ("c", USE, True))
    kernel = _Kernel(page)
    kernel.run("r")
    assert kernel.run("c") == (
        "cell 2 uses `rate` of cell 1 without the tag: production will not have it"
    )


def test_a_cell_that_got_its_tag_after_it_ran() -> None:
    kernel = _Kernel(_page(("r", RATE, False), ("c", USE, True)))
    kernel.run("r")
    kernel.page = _page(("r", RATE, True), ("c", USE, True))
    assert kernel.run("c") == ""


def test_names_in_magics_and_sql_are_names() -> None:
    kernel = _Kernel(None)
    kernel.run("x", "%time rate = 3", job=False)
    said = kernel.run("q", "%%sql\nSELECT {{ rate }}")
    assert "uses `rate`" in said
    assert kernel.run("bad", "for for") == ""


def test_vs_code_has_names_of_its_own_for_cells() -> None:
    kernel = _Kernel()
    kernel.run("vscode-notebook-cell:/x#W0", IMPORT)
    assert kernel.run("vscode-notebook-cell:/x#W3", USE) == "cell 4 runs before cell 3 above it"


def test_twin_cells_are_not_mistaken_for_each_other() -> None:
    page = _page(("a", RATE, True), ("b", RATE, True), ("c", USE, True))
    kernel = _Kernel(page)
    assert kernel.run("uri-1", RATE) == ""
