"""Every rule against its case file: what it must leave alone first, what it must find after."""

from __future__ import annotations

from itertools import groupby

import pytest

from nbjob_clean.notebook.model import loads
from nbjob_clean.rules.core import RULES, check
from tests.rules.cases import FOLDER, Case, read_cases

CASES = read_cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}: {case.title}")
def test_case(case: Case) -> None:
    found = check(
        loads(case.notebook),
        path="a.ipynb",
        tags=("job",),
        select=case.select,
        builtins=case.builtins,
        surroundings=case.surroundings,
    )

    assert sorted((d.cell, d.line, d.code) for d in found) == list(case.expected)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}: {case.title}")
def test_noop_means_that_nothing_is_found(case: Case) -> None:
    assert case.is_noop == (not case.expected)


def test_noop_cases_come_first() -> None:
    for _, cases in groupby(CASES, key=lambda case: case.file):
        kinds = [case.is_noop for case in cases]
        assert kinds == sorted(kinds, reverse=True)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_has_cases_in_which_it_is_found(rule: object) -> None:
    code = rule.code  # type: ignore[attr-defined]
    assert (FOLDER / f"{code.lower()}.py").is_file()
    assert any(code == found for case in CASES for _, _, found in case.expected)
