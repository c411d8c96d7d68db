"""git's textconv as git starts it: what it shows, and what it leaves as it is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from nbjob_clean.git import textconv
from nbjob_clean.git.conversion import blocks, convert, without_outputs
from tests.conftest import GitRepo
from tests.notebooks import code, markdown, notebook

IMAGE = {"output_type": "display_data", "data": {"image/png": "aGk=\n" * 40}, "metadata": {}}


def test_it_runs_in_a_bare_interpreter(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(
        notebook(code("x = 1", "job", "grün", id="a"), markdown("# T\n\ntext", id="m"))
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", textconv.__file__, path], capture_output=True, check=True
    )
    assert done.stdout.decode() == (
        '# %% id=a tags=["job", "grün"]\nx = 1\n\n# %% [markdown] id=m\n# # T\n#\n# text\n'
    )


def test_it_does_without_what_is_private_in_the_standard_library(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(notebook(code("x = 1", "job")))
    probe = (
        "import sys; sys.modules['_json'] = None; from nbjob_clean.git import textconv;"
        f"textconv.main([{str(path)!r}])"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, check=True)
    assert done.stdout == b'# %% tags=["job"]\nx = 1\n'


@pytest.mark.parametrize("indent", [0, 1, 2, 4, "\t", None])
@pytest.mark.parametrize("count", [None, 1])
def test_outputs_are_passed_over_in_every_layout(indent: int | None, count: int | None) -> None:
    data = notebook(
        code("x = [", count=count, outputs=[IMAGE, IMAGE]),
        code('y = "\\"outputs\\": ["', count=count),
        code("z", count=count, outputs=[]),
        indent=indent,
    )
    assert convert(data) == b'# %%\nx = [\n\n# %%\ny = "\\"outputs\\": ["\n\n# %%\nz\n'
    lean = without_outputs(data)
    assert b"aGk=" not in lean or indent in (0, None)


def test_a_bracket_in_the_wrong_place_is_not_taken_for_the_end_of_the_outputs() -> None:
    data = b"""{"cells": [
  {"cell_type": "code",
   "outputs": [
    {"data": [
   ], "cell_type": "code", "source": "not this"}
   ],
   "source": "this"}
]}"""
    json.loads(data)
    assert blocks(data) == ["# %%\nthis\n"]


def test_outputs_beside_line_ends_of_windows() -> None:
    data = notebook(code("x", count=1)).replace(b"\n", b"\r\n")
    assert convert(data) == b"# %%\nx\n"


SAME = [code(f"line = {n}", id=f"c{n}", count=n) for n in range(1, 13)]


def _conflicted(repo: GitRepo, ours: bytes, theirs: bytes, style: str) -> bytes:
    """The file that git itself leaves behind, without any driver of ours."""
    repo.write("a.ipynb", notebook(*SAME))
    repo.commit()
    repo("switch", "--quiet", "--create", "other")
    repo.write("a.ipynb", theirs)
    repo.commit()
    repo("switch", "--quiet", "main")
    path = repo.write("a.ipynb", ours)
    repo.commit()
    repo("-c", f"merge.conflictStyle={style}", "merge", "other", code=1)
    assert b"<<<<<<< HEAD" in path.read_bytes()
    return path.read_bytes()


def _changed(number: int, source: str) -> list[dict[str, object]]:
    return [*SAME[: number - 1], code(source, id=f"c{number}", count=40), *SAME[number:]]


@pytest.mark.parametrize("style", ["merge", "diff3", "zdiff3"])
def test_both_sides_of_a_conflict_are_shown_as_source(repo: GitRepo, style: str) -> None:
    ours = _changed(3, "import x\nline = 'ours'")
    theirs = [*_changed(3, "import x\nline = 'theirs'"), code("added = 1", id="n", count=1)]
    text = convert(_conflicted(repo, notebook(*ours), notebook(*theirs), style)).decode()

    assert "# %% id=c2\nline = 2\n\n# %% id=c3\n" in text
    assert "<<<<<<< HEAD\nline = 'ours'\n" in text
    assert "=======\nline = 'theirs'\n>>>>>>> other\n" in text
    assert text.count("# %% id=") == 13
    assert ("line = 3" in text) == (style != "merge")
    assert "execution_count" not in text


def test_cells_inserted_at_one_place_stand_side_by_side(repo: GitRepo) -> None:
    ours, theirs = (
        [*SAME[:6], code(f"{who} = 1\n\nx", id=who, count=8), *SAME[6:]]
        for who in ("ours", "theirs")
    )
    text = convert(_conflicted(repo, notebook(*ours), notebook(*theirs), "diff3")).decode()
    assert "# %% id=c6\nline = 6\n\n<<<<<<< HEAD\n# %% id=ours\nours = 1\n\nx\n\n||||||| " in text
    assert "=======\n# %% id=theirs\ntheirs = 1\n\nx\n\n>>>>>>> other\n\n# %% id=c7\n" in text


def test_a_cell_without_an_id_is_gone_into_where_it_stands_alone(repo: GitRepo) -> None:
    data = b"""{"cells": [{"cell_type": "code",
<<<<<<< HEAD
 "source": ["a = 1\\n", "b = 2"]
=======
 "source": ["a = 1\\n", "b = 3"]
>>>>>>> other
}]}"""
    assert convert(data) == b"# %%\na = 1\n<<<<<<< HEAD\nb = 2\n=======\nb = 3\n>>>>>>> other\n"


def test_a_conflict_of_counts_alone_is_named(repo: GitRepo) -> None:
    again = [cell | {"execution_count": 90} for cell in SAME]
    once_more = [cell | {"execution_count": 91} for cell in SAME]
    text = convert(_conflicted(repo, notebook(*again), notebook(*once_more), "merge")).decode()
    assert text.startswith("# conflict outside of the source (outputs, counts, metadata), line 6\n")
    assert "<<<<<<<" not in text


def test_git_diff_is_short_and_readable_while_a_conflict_is_open(repo: GitRepo) -> None:
    repo.nbjob("install")
    repo("config", "--unset", "merge.nbjob.driver", code=None)
    ours, theirs = (_changed(3, f"line = '{who}'") for who in ("ours", "theirs"))
    (repo.path / ".gitattributes").write_text("*.ipynb diff=nbjob\n")
    _conflicted(repo, notebook(*ours), notebook(*theirs), "merge")

    shown = repo("diff").stdout.decode()
    assert shown.startswith("diff --cc a.ipynb\n")
    assert [ln for ln in shown.splitlines()[4:] if ln[:2].strip() and ln[:2] != "@@"] == [
        "++<<<<<<< HEAD", " +line = 'ours'", "++=======", "+ line = 'theirs'", "++>>>>>>> other",
    ]  # fmt: skip
    for command in (["diff", "HEAD"], ["diff", "--ours"], ["diff", "--theirs"], ["diff", "--base"]):
        assert len(repo(*command).stdout.splitlines()) < 30


@pytest.mark.parametrize(
    "data",
    [
        b"<<<<<<< HEAD\nno notebook\n=======\neither\n>>>>>>> other\n",
        notebook(*SAME) + b"<<<<<<< HEAD\n",
        b"=======\n<<<<<<< HEAD\n" + notebook(*SAME),
        b"<<<<<<< HEAD\n" + notebook(*SAME) + b"=======\n>>>>>>> other\n",
        b"<<<<<<<< HEAD\n{}\n",
        b"\xff<<<<<<< HEAD\n",
    ],
)
def test_what_cannot_be_taken_apart_passes_through(data: bytes) -> None:
    assert convert(data) == data
