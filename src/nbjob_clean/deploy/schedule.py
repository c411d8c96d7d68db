"""Cron's five fields, checked before a pipeline refuses them at night.

Source: crontab(5); Kubernetes, GitHub and Airflow all take this form.
"""

from __future__ import annotations

import re

from nbjob_clean.errors import UsageError

_MACROS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
# Of each field: its name, its limits, and the words that stand for numbers from the first limit on.
_FIELDS: tuple[tuple[str, int, int, tuple[str, ...]], ...] = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of the month", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("day of the week", 0, 7, _DAYS),
)
_ITEM = re.compile(r"(?:\*|(?P<first>\w+)(?:-(?P<last>\w+))?)(?:/(?P<step>\d+))?")


def cron(text: str) -> str:
    """The schedule as five fields with one space between them; `@daily` and its like written out.

    Raises UsageError, naming the field, for anything that cron would not take.
    """
    fields = _MACROS.get(text.strip().lower(), text).split()
    if len(fields) != len(_FIELDS):
        raise UsageError(
            f"the schedule `{text}` has not five fields",
            hint='minute, hour, day of the month, month, day of the week: "0 5 * * *", or @daily',
        )
    for field, (name, lowest, highest, words) in zip(fields, _FIELDS, strict=True):
        for item in field.split(","):
            if not _is_item(item, lowest, highest, words):
                raise UsageError(
                    f"the schedule `{text}`: `{item}` is no {name}",
                    hint=f"{lowest} to {highest}, `*`, a range `1-5`, steps `*/15`, or a list",
                )
    return " ".join(fields)


def _is_item(item: str, lowest: int, highest: int, words: tuple[str, ...]) -> bool:
    match = _ITEM.fullmatch(item)
    if match is None or match["step"] == "0":
        return False
    ends = [_number(end, lowest, words) for end in (match["first"], match["last"]) if end]
    return all(lowest <= end <= highest for end in ends) and ends == sorted(ends)


def _number(text: str, lowest: int, words: tuple[str, ...]) -> int:
    if text.isdecimal():
        return int(text)
    return words.index(text.upper()) + lowest if text.upper() in words else -1
