"""Work shared out among processes gives what one process gives, whatever happens to them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from nbjob_clean.cli import main
from nbjob_clean.cli.shares import shared
from tests.notebooks import code, notebook

MANY = list(range(101))


def test_results_are_in_the_order_of_the_items() -> None:
    assert shared(lambda n: n * n, MANY, "numbers") == [n * n for n in MANY]


def test_a_share_whose_process_failed_is_done_here() -> None:
    here = os.getpid()

    def work(number: int) -> int:
        if os.getpid() != here:
            os._exit(1)
        return number

    assert shared(work, MANY, "numbers") == MANY


def test_what_cannot_be_sent_is_done_here() -> None:
    assert [f() for f in shared(lambda n: lambda: n, MANY, "numbers")] == MANY


def test_an_error_is_the_one_that_it_would_be_without_processes() -> None:
    with pytest.raises(ZeroDivisionError):
        shared(lambda n: 1 // (n - 100), MANY, "numbers")


def test_many_notebooks_give_what_each_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for number in range(70):
        data = notebook(code(f"total = missing_{number}", "job"))
        (tmp_path / f"{number:02}.ipynb").write_bytes(b"[" if number == 33 else data)

    assert main(["check", "--output-format", "json", "."]) == 1
    together = json.loads(capsys.readouterr().out)
    alone = []
    for number in range(70):
        main(["check", "--output-format", "json", f"{number:02}.ipynb"])
        alone += json.loads(capsys.readouterr().out)
    assert together == alone
    assert [d["symbol"] for d in together if d["code"] == "NBJ101"][-1] == "missing_69"
