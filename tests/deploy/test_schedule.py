"""Cron's five fields."""

from __future__ import annotations

import pytest

from nbjob_clean.deploy.schedule import cron
from nbjob_clean.errors import UsageError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 5 * * *", "0 5 * * *"),
        ("  */15   0-6,22 1 jan-MAR Mon-fri ", "*/15 0-6,22 1 jan-MAR Mon-fri"),
        ("0 0 * * 7", "0 0 * * 7"),
        ("10-50/20 * * * *", "10-50/20 * * * *"),
        ("@daily", "0 0 * * *"),
        ("@Hourly", "0 * * * *"),
    ],
)
def test_taken(text: str, expected: str) -> None:
    assert cron(text) == expected


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "five fields"),
        ("daily", "five fields"),
        ("0 0 5 * * *", "five fields"),
        ("60 * * * *", "`60` is no minute"),
        ("0 24 * * *", "`24` is no hour"),
        ("0 0 0 * *", "`0` is no day of the month"),
        ("0 0 1 13 *", "`13` is no month"),
        ("0 0 1 FOO *", "`FOO` is no month"),
        ("0 0 * * 8", "`8` is no day of the week"),
        ("0 0 * * fri-mon", "`fri-mon` is no day of the week"),
        ("*/0 * * * *", "`*/0` is no minute"),
        ("1,, * * * *", "`` is no minute"),
        ("-5 * * * *", "`-5` is no minute"),
        ("0 5 * * *; rm", "five fields"),
    ],
)
def test_refused(text: str, word: str) -> None:
    with pytest.raises(UsageError, match=r"the schedule") as error:
        cron(text)
    assert word in str(error.value)
