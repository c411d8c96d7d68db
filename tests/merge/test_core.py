from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest

from nbjob_clean.errors import NotebookFormatError
from nbjob_clean.merge.core import Merged, Options, merge
from nbjob_clean.merge.text import Marks
from nbjob_clean.notebook.model import loads
from nbjob_clean.rules.core import check
from tests.merge.scenarios import (
    SCENARIOS,
    TOTAL,
    Scenario,
    Side,
    Versions,
    base_cells,
    lost_lines,
    sources,
)
from tests.notebooks import code, markdown, notebook

WITH_IDS = pytest.mark.parametrize("with_ids", [True, False], ids=["ids", "no ids"])
ALL = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.name)


def merged(found: Versions, tags: tuple[str, ...] = ("job",)) -> Merged:
    """Without git: a source that both sides edited is a conflict as a whole."""
    return merge(found.base, found.ours, found.theirs, Options(tags, Marks().whole))


def of_cells(base: Any, ours: Any, theirs: Any, **extra: Any) -> Versions:
    return Versions(*(notebook(*cells, **extra) for cells in (base, ours, theirs)))


def cells(result: Merged) -> list[dict[str, Any]]:
    raw = json.loads(result.data)
    nbformat.validate(raw)
    found: list[dict[str, Any]] = raw["cells"]
    return found


def said(result: Merged) -> list[str]:
    return [str(conflict) for conflict in result.conflicts]


def leftovers(result: Merged) -> int:
    return len(check(loads(result.data), path="a.ipynb", tags=("job",), select=["NBJ008"]))


@WITH_IDS
@ALL
def test_the_result_opens_and_nothing_is_lost(scenario: Scenario, *, with_ids: bool) -> None:
    found = scenario.versions(with_ids=with_ids)
    result = merged(found)
    identifiers = [cell["id"] for cell in cells(result) if with_ids]

    assert len(set(identifiers)) == len(identifiers)
    assert lost_lines(found, result.data) == set()
    is_conflict = scenario.is_conflict or scenario.name == "same cell, different lines"
    assert (bool(result.conflicts), bool(leftovers(result))) == (is_conflict, is_conflict)


@WITH_IDS
def test_a_cell_that_was_moved_here_and_edited_there_is_both(*, with_ids: bool) -> None:
    found = _scenario("moved here, edited there").versions(with_ids=with_ids)
    assert sources(merged(found).data)[3:5] == [
        "rows[:3]",
        "report = {'total': total, 'rows': rows}",
    ]


def test_a_cell_moved_there_and_edited_here_is_both() -> None:
    found = _scenario("moved here, edited there").versions()
    swapped = Versions(found.base, found.theirs, found.ours)
    assert sources(merged(swapped).data) == sources(merged(found).data)


@WITH_IDS
def test_an_edited_cell_keeps_its_own_output(*, with_ids: bool) -> None:
    result = merged(_scenario("edited here, re-run there").versions(with_ids=with_ids))
    cell = cells(result)[2]
    assert "".join(cell["source"]).startswith("limit = 20")
    assert cell["outputs"][0]["text"] == ["ran as 12\n"]


def test_a_source_that_nobody_ran_has_no_output() -> None:
    both = merged(_scenario("same line edited twice").versions())
    assert [cells(both)[4][key] for key in ("outputs", "execution_count")] == [[], None]


def test_of_two_runs_of_the_same_source_ours_stays_and_counts_are_not_mixed() -> None:
    result = cells(merged(_scenario("both edit other cells and re-run all").versions()))
    assert [cell.get("execution_count") for cell in result] == [None, 11, 12, 13, 14, 15, None]
    assert result[6]["outputs"][0]["text"] == ["ran as 26\n"]


def test_tags_are_a_set_and_versions_no_conflict() -> None:
    result = merged(_scenario("tags and python version differ").versions())
    assert cells(result)[4]["metadata"]["tags"] == ["job", "slow", "nightly"]
    assert json.loads(result.data)["metadata"]["language_info"]["version"] == "3.12.1"


def test_a_tag_that_one_side_removed_is_gone() -> None:
    versions = (["job", "slow"], ["new", "job", "slow"], ["slow", "other"])
    found = Versions(*(notebook(code("x = 1", *tags, id="a")) for tags in versions))
    assert cells(merged(found))[0]["metadata"]["tags"] == ["new", "slow", "other"]


def test_two_production_cells_at_one_place_are_a_conflict_and_both_stay() -> None:
    base = base_cells()
    ours = [*base[:3], code("rows.sort()", "job", id="n1"), *base[3:]]
    theirs = [*base[:3], code("rows.pop()", "job", id="n2"), *base[3:]]
    result = merged(of_cells(base, ours, theirs))

    assert said(result) == [
        "cell 5 (id n2): both sides put a production cell here: decide whether cell 4 runs first"
    ]
    assert sources(result.data)[3:5] == [
        "rows.sort()",
        "<<<<<<< ours: cell 4 stands here\n=======\n>>>>>>> theirs: this cell stands here\nrows.pop()",
    ]
    assert leftovers(result) == 1
    assert merged(of_cells(base, ours, theirs), tags=("vdk",)).conflicts == ()


def test_a_production_and_a_debug_cell_at_one_place_are_none() -> None:
    base = base_cells()
    ours = [*base[:3], code("rows.sort()", "job", id="n1"), *base[3:]]
    theirs = [*base[:3], code("rows", id="n2"), *base[3:]]
    assert merged(of_cells(base, ours, theirs)).conflicts == ()


@WITH_IDS
@pytest.mark.parametrize("is_ours", [True, False], ids=["edited here", "edited there"])
def test_a_cell_that_one_side_deleted_and_the_other_edited_stays_marked(
    *, is_ours: bool, with_ids: bool
) -> None:
    found = _scenario("deleted here, edited there").versions(with_ids=with_ids)
    if is_ours:
        found = Versions(found.base, found.theirs, found.ours)
    result = merged(found)
    source = sources(result.data)[4]
    assert source.startswith(
        "<<<<<<< ours\ntotal" if is_ours else "<<<<<<< ours (deleted this cell)\n="
    )
    assert "print(total, limit)" in source
    assert source.endswith(
        "=======\n>>>>>>> theirs (deleted this cell)" if is_ours else "\n>>>>>>> theirs"
    )
    words = "edited by ours, deleted by theirs" if is_ours else "deleted by ours, edited by theirs"
    assert said(result) == [f"cell 5{' (id a4)' * with_ids}: {words}"]


def test_a_cell_that_one_side_deleted_and_the_other_only_ran_is_gone() -> None:
    base = [code("x = 1", id="a", count=1), code("y", id="b", count=2)]
    rerun = code("y", id="b", count=9) | {
        "metadata": {"execution": {"iopub.execute_input": "now"}, "collapsed": True}
    }
    assert sources(merged(of_cells(base, base[:1], [base[0], rerun])).data) == ["x = 1"]
    result = merged(of_cells(base, base[:1], [base[0], code("y", "job", id="b", count=2)]))
    assert said(result) == ["cell 2 (id b): deleted by ours, edited by theirs"]


def test_metadata_that_both_sides_changed_keeps_both_values() -> None:
    def version(kind: str, name: str) -> bytes:
        cell = code("x = 1", id="a") | {
            "metadata": {"slideshow": {"slide_type": kind}, "name": name}
        }
        return notebook(cell, metadata={"title": kind, "authors": [{"name": name}]})

    found = Versions(version("skip", "a"), version("slide", "a"), version("notes", "b"))
    result = merged(found)
    raw = json.loads(result.data)
    told = [{"path": ["metadata", "slideshow", "slide_type"], "theirs": "notes"}]
    assert raw["cells"][0]["metadata"] == {
        "slideshow": {"slide_type": "slide"}, "name": "b", "nbjob-conflicts": told,
    }  # fmt: skip
    assert raw["metadata"]["nbjob-conflicts"] == [
        {"path": ["metadata", "title"], "theirs": "notes"}
    ]
    assert raw["metadata"]["authors"] == [{"name": "b"}]
    assert said(result) == [
        "notebook: both sides changed metadata title; theirs is in metadata nbjob-conflicts",
        "cell 1 (id a): both sides changed metadata slideshow.slide_type;"
        " theirs is in metadata nbjob-conflicts",
    ]
    assert leftovers(result) == 2


def test_a_value_that_theirs_took_away_is_told_without_one() -> None:
    versions = [{"a": 1}, {"a": 2}, {}]
    found = Versions(*(notebook(code("x", id="a") | {"metadata": m}) for m in versions))
    metadata = cells(merged(found))[0]["metadata"]
    assert metadata == {"a": 2, "nbjob-conflicts": [{"path": ["metadata", "a"]}]}


@pytest.mark.parametrize("key", ["kernelspec", "language_info", "widgets", "signature"])
def test_what_a_machine_writes_is_never_a_conflict(key: str) -> None:
    values = [{"name": "a", "display_name": "A"}, {"name": "b", "display_name": "A"}, {"name": "c"}]
    found = Versions(*(notebook(code("x", id="a"), metadata={key: value}) for value in values))
    result = merged(found)
    assert result.conflicts == ()
    assert json.loads(result.data)["metadata"][key]["name"] == "b"


def test_attachments_are_merged_by_name() -> None:
    def version(*names: str) -> bytes:
        files = {name: {"image/png": name} for name in names}
        return notebook(markdown("![](a.png)", id="m") | {"attachments": files})

    found = Versions(version("a.png"), version("a.png", "b.png"), version("a.png", "c.png"))
    assert list(cells(merged(found))[0]["attachments"]) == ["a.png", "b.png", "c.png"]


def test_a_changed_type_brings_what_the_type_needs() -> None:
    base, ours = code("x = 1", id="a", count=3), markdown("x = 1", id="a")
    theirs = code("x = 1", "job", id="a", count=9)
    assert cells(merged(of_cells([base], [ours], [theirs]))) == [
        {**ours, "metadata": {"tags": ["job"]}}
    ]
    picture = markdown("x = 1", id="a") | {"attachments": {"a.png": {"image/png": "0"}}}
    result = merged(of_cells([markdown("x = 1", id="a")], [base], [picture]))
    assert cells(result)[0]["metadata"]["nbjob-conflicts"] == [
        {"path": ["attachments"], "theirs": {"a.png": {"image/png": "0"}}}
    ]


def test_one_side_upgraded_to_ids() -> None:
    plain = Side(base_cells(), {})
    edited, upgraded = Side(base_cells(), {}), Side(base_cells(), {})
    edited.edit("a2", "limit = 10", "limit = 20")
    edited.insert("a3", code("new = 1", id="x"))
    for found in (
        Versions(
            plain.data(with_ids=False), edited.data(with_ids=False), upgraded.data(with_ids=True)
        ),
        Versions(
            plain.data(with_ids=False), upgraded.data(with_ids=True), edited.data(with_ids=False)
        ),
    ):
        result = merged(found)
        assert result.conflicts == ()
        assert json.loads(result.data)["nbformat_minor"] == 5
        ids = [cell["id"] for cell in cells(result)]
        assert ids == ["m1", "a1", "a2", "a3", "1df5b795", "a4", "a5", "a6"]


def test_ids_that_only_count_say_nothing() -> None:
    def version(*texts: str) -> bytes:
        return notebook(*(code(text, id=str(n)) for n, text in enumerate(texts)))

    result = merged(
        Versions(
            version("a = 1", "b = 2"), version("a = 1", "ours", "b = 2"), version("a = 1", "b = 3")
        )
    )
    assert [(cell["id"], "".join(cell["source"])) for cell in cells(result)] == [
        ("0", "a = 1"), ("1", "ours"), ("2", "b = 3"),
    ]  # fmt: skip


def test_one_id_for_two_new_cells_becomes_two() -> None:
    base = [code("x = 1", id="a")]
    result = merged(
        of_cells(base, [*base, code("alpha()", id="n")], [*base, code("beta[0]", id="n")])
    )
    assert sources(result.data) == ["x = 1", "alpha()", "beta[0]"]
    assert [cell["id"] for cell in cells(result)] == ["a", "n", "fcc110d9"]


def test_the_same_new_cell_on_both_sides_is_one() -> None:
    base = [code("x = 1", id="a")]
    for names in (("n", "n"), ("n", "m"), ("", "")):
        ours, theirs = ([*base, code("import csv", "job", id=name)] for name in names)
        assert sources(merged(of_cells(base, ours, theirs)).data) == ["x = 1", "import csv"]


def test_both_sides_added_the_file() -> None:
    ours, theirs = (
        notebook(code("x = 1", id="a")),
        notebook(code("x = 1", id="a"), code("y", id="b")),
    )
    result = merged(Versions(b"", ours, theirs))
    assert (sources(result.data), result.conflicts) == (["x = 1", "y"], ())


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"nbformat": 3, "worksheets": []}', b"\xff"])
@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_what_is_no_notebook_of_version_4_is_refused(data: bytes, side: str) -> None:
    found = {"base": notebook(), "ours": notebook(code("x")), "theirs": notebook(code("y"))}
    with pytest.raises(NotebookFormatError, match=f"^{side}: "):
        merged(Versions(**{**found, side: data}))


CELLS = (*base_cells(), markdown("grün", id="g"))
PLAIN = notebook(*CELLS, metadata={"a": 15.0})
LAYOUTS = {
    "indent 1": PLAIN,
    "indent 4": notebook(*CELLS, metadata={"a": 15.0}, indent=4),
    "compact": notebook(*CELLS, metadata={"a": 15.0}, indent=None),
    "no final newline": PLAIN.rstrip(b"\n"),
    "CRLF": PLAIN.replace(b"\n", b"\r\n"),
    "BOM": b"\xef\xbb\xbf" + PLAIN,
    "tabs": notebook(*CELLS, metadata={"a": 15.0}, indent="\t"),
    "escapes": PLAIN.replace("ü".encode(), b"\\u00fc"),
    "odd numbers": PLAIN.replace(b'"a": 15.0', b'"a": 1.50E+1'),
    "string sources": notebook(
        *({**cell, "source": "".join(cell["source"])} for cell in CELLS), metadata={"a": 15.0}
    ),
}


@pytest.mark.parametrize("ours", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("theirs", LAYOUTS.values(), ids=LAYOUTS)
def test_the_layout_is_ours_and_the_rest_is_untouched(ours: bytes, theirs: bytes) -> None:
    """Ours edits one cell; theirs, in its own layout, another."""
    mine = ours.replace(b"limit = 10", b"limit = 20")
    edited = theirs.replace(b"print(rows)", "print('ö')".encode())
    result = merged(Versions(ours, mine, edited))

    new = b"print('\\u00f6')" if b"\\u00fc" in ours else "print('ö')".encode()
    assert result.conflicts == ()
    assert loads(result.data).cells[4].source == TOTAL.replace("print(rows)", "print('ö')")
    if (b'"source": [' in ours) == (b'"source": [' in theirs):
        assert result.data == mine.replace(b"print(rows)", new)


@pytest.mark.parametrize("theirs", LAYOUTS.values(), ids=LAYOUTS)
def test_a_cell_that_theirs_added_takes_the_layout_of_ours(theirs: bytes) -> None:
    for ours in (layout for layout in LAYOUTS.values() if b'"source": [' in layout):
        added = code("ö = 1", id="n")
        other = notebook(*CELLS[:3], added, *CELLS[3:], metadata={"a": 15.0})
        result = merged(Versions(theirs, ours.replace(b"limit = 10", b"limit = 20"), other))
        cell = loads(result.data).cells[3]
        assert (cell.id, cell.source) == ("n", "ö = 1")
        written = result.data.replace(b"limit = 20", b"limit = 10")
        assert written.count(b"\n\t") == 0 or b"\n " not in written
        assert written.count(b"\r\n") in (0, written.count(b"\n"))
        assert ("ö".encode() in written) == ("ü".encode() in ours)


def _scenario(name: str) -> Scenario:
    return next(s for s in SCENARIOS if s.name == name)
